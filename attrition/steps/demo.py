"""The workspace of a demonstration: starter declarations, and a synthetic centre simulated from a seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrition import workspace as workspaces
from attrition.data.at_work import at_work

if TYPE_CHECKING:
    from attrition.data.progress import Progress


def draw_synthetic_centre(folder: Path, *, agents: int, months: int, seed: int, progress: Progress) -> None:
    """Write a workspace whose exports are a synthetic centre; the same seed gives the same centre.

    Parameters
    ----------
    folder : Path
        A new workspace, or one of an earlier demonstration.
    agents : int
        Agents at work at a time.
    months : int
        Months of history.
    seed : int
        Seed of every random draw.

    Raises
    ------
    UserError
        The folder holds something that no demonstration has left.
    """
    from attrition.data.synthetic import sources_toml, write_centre

    workspaces.require_demonstration(folder)
    progress("simulating a call centre")
    workspaces.write_starter(folder)
    with at_work(folder):
        write_centre(folder / "exports", agents=agents, months=months, seed=seed)
    (folder / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
