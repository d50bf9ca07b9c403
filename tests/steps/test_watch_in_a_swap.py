"""A month's report reads what was watched in the same run, before either appears."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd

from attrition.data.atomic import atomic_folder
from attrition.data.swap import one_swap
from attrition.runs import Runs
from attrition.steps.watch_files import FORMAT, read_watch, watch_folder
from attrition.steps.watch_issued import issued_months


def test_what_was_watched_is_read_before_it_appears(tmp_path: Path) -> None:
    with one_swap(tmp_path):
        with atomic_folder(watch_folder(tmp_path)) as part:
            (part / "monitor.json").write_text(json.dumps({"format": FORMAT, "alarms": []}), encoding="utf-8")
        assert read_watch(tmp_path) == {"format": FORMAT, "alarms": []}
        assert not watch_folder(tmp_path).exists()


def test_a_month_whose_scores_a_stricter_mode_removes_in_the_same_run_is_still_watched(tmp_path: Path) -> None:
    month = Runs(tmp_path).month(date(2026, 10, 31))
    month.mkdir(parents=True)
    by_version = pd.DataFrame({"model_version": ["2"]})
    for name in ("scores", "expected_leavers"):
        by_version.to_parquet(month / f"{name}.parquet")
    with one_swap(tmp_path):
        with atomic_folder(month) as part:
            for name in ("scored_by", "expected_leavers"):
                by_version.to_parquet(part / f"{name}.parquet")
        assert issued_months(tmp_path, "2") == [date(2026, 10, 31)]
