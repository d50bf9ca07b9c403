"""The memory of accepted runs, ``runs/accepted.json``: what the tables were like, for the next run to be compared with.

It holds the last accepted run and the one before. A run on tables that are the same as in the last one is compared with
the one before, so that a change is named by every command that reads the tables, and not only by the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition import declared
from attrition.data.atomic import atomic_file
from attrition.jobs import CheckJob
from attrition.runs import Runs

if TYPE_CHECKING:
    from attrition.data.centre import Centre
    from attrition.data.completeness import Contents

FORMAT = 1
"""Number of the form of the file; a file in another form is not read."""


def compared(
    workspace: Path, centre: Centre, contents: Mapping[str, Contents] | None = None
) -> tuple[Centre, Mapping[str, Any]]:
    """Return the centre with the changes since the last accepted run among its faults, and what to remember of it."""
    from attrition.data import sources
    from attrition.data.centre import with_faults
    from attrition.data.changes import describe, find_changes

    described = describe(centre, sources.read(workspace), workspace, contents=contents)
    now, memory = json.loads(json.dumps(described)), _read(workspace)
    before = memory.get("previous") if now == memory.get("current") else memory.get("current")
    if before is None:
        return centre, now
    return with_faults(centre, find_changes(before, now, max_share=_bounds(workspace).max_change_share)), now


def remember(workspace: Path, now: Mapping[str, Any]) -> None:
    """Write what an accepted run was like; the run before it is kept, unless its tables were the same."""
    memory = _read(workspace)
    if now == memory.get("current"):
        return
    content = {"format": FORMAT, "current": now, "previous": memory.get("current")}
    with atomic_file(_path(workspace)) as path:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")


def _bounds(workspace: Path) -> CheckJob:
    """Return the declared bounds; the panel can be built without their declaration, so it may be missing."""
    path = workspace / "pipelines" / "check.toml"
    return declared.read(path, CheckJob) if path.exists() else CheckJob.model_validate({})


def _path(workspace: Path) -> Path:
    return Runs(workspace).folder / "accepted.json"


def _read(workspace: Path) -> Mapping[str, Any]:
    """Read the memory; empty where there is none, or one that cannot be read."""
    try:
        memory = json.loads(_path(workspace).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) and memory.get("format") == FORMAT else {}
