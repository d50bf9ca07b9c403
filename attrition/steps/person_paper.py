"""Write the explanation of an estimate for the person it is about, beside the other pages of that person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from attrition.data.atomic import atomic_file
from attrition.data.people.protection import read_protection
from attrition.runs import Runs
from attrition.steps.months import require_scored
from attrition.steps.report import gather_report


def write_person_paper(workspace: Path, agent: str, as_of: date, *, langs: Sequence[str]) -> list[Path]:
    """Write one agent's explanation of a scored month in each language; nothing is scored anew.

    Returns
    -------
    list of Path
        ``reports/2026-10/agents/0012345.explanation.en.html``, ...; they go when the month's report is written anew,
        and with the person when they are erased.

    Raises
    ------
    MissingProduct
        The month was not scored.
    UserError
        The agent was not at risk in the month.
    """
    from attrition.report.agent_report import agent_report
    from attrition.report.papers.declaration import read_papers_job
    from attrition.report.papers.person import person_paper

    require_scored(workspace, as_of)
    job, mode = read_papers_job(workspace), read_protection(workspace).mode
    survival = Runs(workspace).read_optional(as_of, "survival")
    inputs = gather_report(workspace, as_of, agents=() if mode == "group_only" else [agent])
    extract = None if mode == "group_only" else agent_report(inputs, survival, agent)
    folder, name = workspace / "reports" / f"{as_of:%Y-%m}" / "agents", quote(agent, safe="")
    pages = [folder / f"{name}.explanation.{lang}.html" for lang in langs]
    for page, lang in zip(pages, langs, strict=True):
        with atomic_file(page) as path:
            path.write_text(person_paper(agent, extract, inputs, job, lang, mode=mode), encoding="utf-8", newline="\n")
    return pages
