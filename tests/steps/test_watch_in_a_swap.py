"""A month's report reads what was watched in the same run, before either appears."""

from __future__ import annotations

import json
from pathlib import Path

from attrition.data.atomic import atomic_folder
from attrition.data.swap import one_swap
from attrition.steps.watch_files import FORMAT, read_watch, watch_folder


def test_what_was_watched_is_read_before_it_appears(tmp_path: Path) -> None:
    with one_swap(tmp_path):
        with atomic_folder(watch_folder(tmp_path)) as part:
            (part / "monitor.json").write_text(json.dumps({"format": FORMAT, "alarms": []}), encoding="utf-8")
        assert read_watch(tmp_path) == {"format": FORMAT, "alarms": []}
        assert not watch_folder(tmp_path).exists()
