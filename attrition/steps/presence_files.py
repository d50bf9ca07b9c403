"""Who is gone without an exit on file, and headcount by site and month, for those who mend the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.data.people.protection import read_protection
from attrition.runs import Runs
from attrition.steps.way_back import with_staff_numbers

if TYPE_CHECKING:
    from attrition.data.centre import Centre


def write_gone(runs: Runs, centre: Centre) -> Path:
    """Write ``runs/gone_without_exit.parquet``: ``agent_id``, ``site``, ``hired`` and ``last_seen``."""
    with atomic_file(runs.gone) as path:
        centre.gone[["agent_id", "site", "hired", "last_seen"]].to_parquet(path, index=False)
    return runs.gone


def write_mending_list(workspace: Path, centre: Centre) -> list[Path]:
    """Write ``runs/gone_without_exit.csv`` by staff number where that is declared; else remove an earlier one."""
    path = Runs(workspace).gone.with_suffix(".csv")
    if not read_protection(workspace).mending_lists:
        path.unlink(missing_ok=True)
        return []
    people = with_staff_numbers(workspace, centre.gone[["agent_id", "site", "hired", "last_seen"]])
    with atomic_file(path) as part:
        people.sort_values(["site", "agent_id"]).to_csv(part, index=False, encoding="utf-8-sig")
    return [path]


def write_headcount(runs: Runs, centre: Centre) -> Path:
    """Write ``runs/headcount.parquet``, see `attrition.data.consistency.headcount`."""
    with atomic_file(runs.headcount) as path:
        centre.headcount.to_parquet(path, index=False)
    return runs.headcount
