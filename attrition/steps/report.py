"""The report of a scored month: gathered from its products, and written in the declared or requested languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.sources import Site
from attrition.errors import UserError
from attrition.report.edition_names import LEADERS_FOLDER
from attrition.runs import Runs
from attrition.steps.declarations import read_monthly_job

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.report.inputs import ReportInputs


def languages_of(workspace: Path, langs: Sequence[str] | None) -> Sequence[str]:
    """Return the languages a report is written in: those requested, else those of ``pipelines/monthly.toml``."""
    return langs or read_monthly_job(workspace).languages


def gather_report(
    workspace: Path,
    as_of: date,
    *,
    agents: Collection[str] = (),
    scored: Mapping[str, pd.DataFrame] | None = None,
) -> ReportInputs:
    """Gather everything a month's report is made from.

    Parameters
    ----------
    workspace : Path
        The month must have been scored.
    as_of : date
        The month-end.
    agents : collection of str
        Agents whose drivers are read besides those of the agents the report lists anyway.
    scored : mapping of str to DataFrame, optional
        The tables of the month that was just scored, where the mode of the workspace stores only some of them.

    Raises
    ------
    MissingProduct
        The month was not scored, or there is no panel.
    """
    from attrition.steps.report_content import report_content

    return report_content(workspace, as_of, read_monthly_job(workspace), agents=agents, scored=scored)


def write_report(workspace: Path, inputs: ReportInputs, *, langs: Sequence[str], progress: Progress) -> list[Path]:
    """Write all editions under ``reports/`` and bring the list of months up to date; return what to open.

    Raises
    ------
    UserError
        The month's risks were withheld when it was stored; only a command that scores it can write its report.
    """
    if inputs.scores["risk"].isna().all():
        raise UserError(
            "the risks of {as_of:%Y-%m} are withheld by the mode of this workspace; `attrition monthly --as-of "
            "{as_of:%Y-%m}` scores the month and writes its report",
            as_of=inputs.as_of,
        )
    from attrition.report.write_editions import write_editions

    return write_editions(inputs, langs=langs, folder=workspace / "reports", progress=progress)


def write_leader_pdfs(workspace: Path, as_of: date, *, progress: Progress) -> None:
    """Render the leaders' own pages of a month in the centre's language; what is rendered already stays."""
    from attrition.report.leader_pages import render_leader_pdfs

    folder = workspace / "reports" / f"{as_of:%Y-%m}" / LEADERS_FOLDER
    lang = Site.model_validate(Runs(workspace).panel_provenance()["site"]).reader_language
    written = {page.name.rsplit(".", 2)[1] for page in folder.glob("*.html")}
    for chosen in [lang] if lang in written else sorted(written)[:1]:
        render_leader_pdfs(folder, chosen, progress=progress)
