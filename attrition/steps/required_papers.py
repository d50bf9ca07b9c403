"""Write the papers of a new version before it is decided on, where papers are required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.message import Message
from attrition.steps.papers import Writing, verdict_so_far, write_version_papers
from attrition.steps.papers_check import papers_checks
from attrition.steps.report import languages_of

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.model.check import Check


def write_required_papers(
    workspace: Path, version: str, checks: Sequence[Check], *, about: Mapping[str, Any], on: date, progress: Progress
) -> list[Check]:
    """Write the papers of a new version, and return its checks with that of its papers.

    Where no papers are required, none are written and the checks stay as they are. Papers that cannot be written stop
    no retrain: the check then says that there are none.

    Parameters
    ----------
    version : str
        The version, registered and not decided on.
    checks : sequence of Check
        The promotion criteria.
    about : mapping
        What its verdict will say of the model itself.
    on : date
        Today.
    """
    from attrition.report.papers.declaration import read_papers_job
    from attrition.report.papers.write import pages_only

    try:
        if not read_papers_job(workspace).required:
            return list(checks)
        progress("writing the papers")
        verdict, langs = verdict_so_far(about, checks), languages_of(workspace, None)
        write_version_papers(workspace, version, verdict, writing=Writing(on), langs=langs, renderer=pages_only())
    except Exception as error:
        progress(Message("the papers could not be written ({error})", error=type(error).__name__))
    return [*checks, *papers_checks(workspace, version, on=on)]
