"""The report of a scored month: gathered from its products, and written in the declared or requested languages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.steps.declarations import read_monthly_job

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.report.inputs import ReportInputs


def languages_of(workspace: Path, langs: Sequence[str] | None) -> Sequence[str]:
    """Return the languages a report is written in: those requested, else those of ``pipelines/monthly.toml``."""
    return langs or read_monthly_job(workspace).languages


def gather_report(workspace: Path, as_of: date, *, agents: Collection[str] = ()) -> ReportInputs:
    """Gather everything a month's report is made from.

    Parameters
    ----------
    workspace : Path
        The month must have been scored.
    as_of : date
        The month-end.
    agents : collection of str
        Agents whose drivers are read besides those of the agents the report lists anyway.

    Raises
    ------
    MissingProduct
        The month was not scored, or there is no panel.
    """
    from attrition.steps.report_content import report_content

    return report_content(workspace, as_of, read_monthly_job(workspace), agents=agents)


def write_report(workspace: Path, inputs: ReportInputs, *, langs: Sequence[str], progress: Progress) -> list[Path]:
    """Write all editions under ``reports/`` and bring the list of months up to date; return what to open."""
    from attrition.report.write_editions import write_editions

    return write_editions(inputs, langs=langs, folder=workspace / "reports", progress=progress)
