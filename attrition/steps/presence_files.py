"""Who is gone without an exit on file, and headcount by site and month, for those who mend the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.runs import Runs

if TYPE_CHECKING:
    from attrition.data.centre import Centre


def write_gone(runs: Runs, centre: Centre) -> Path:
    """Write ``runs/gone_without_exit.parquet``: ``agent_id``, ``site``, ``hired`` and ``last_seen``."""
    with atomic_file(runs.gone) as path:
        centre.gone[["agent_id", "site", "hired", "last_seen"]].to_parquet(path, index=False)
    return runs.gone


def write_headcount(runs: Runs, centre: Centre) -> Path:
    """Write ``runs/headcount.parquet``, see `attrition.data.consistency.headcount`."""
    with atomic_file(runs.headcount) as path:
        centre.headcount.to_parquet(path, index=False)
    return runs.headcount
