"""One agent's page: what an issued month holds about the agent, for whoever is going to talk with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from attrition.data.atomic import atomic_file
from attrition.errors import NotMadeYet
from attrition.runs import Runs
from attrition.steps.report import gather_report


def explain_agent(workspace: Path, agent: str, as_of: date, *, langs: Sequence[str]) -> list[Path]:
    """Write the page of one agent, in each language; nothing is scored anew.

    Returns
    -------
    list of Path
        ``reports/2026-10/agents/0012345.en.html``, ...; they go when the month's report is written anew.

    Raises
    ------
    NotMadeYet
        The month was not scored, or its report was not issued.
    UserError
        The agent was not at risk in the month.
    """
    from attrition.report.agent_report import agent_report
    from attrition.report.pages import agent_page

    products = gather_report(workspace, as_of, agents=[agent])
    report = workspace / "reports" / f"{as_of:%Y-%m}"
    if not report.is_dir():
        raise NotMadeYet(f"the report of {as_of:%Y-%m}", f"attrition monthly --as-of {as_of:%Y-%m}")
    extract = agent_report(products, Runs(workspace).read_optional(as_of, "survival"), agent)
    name = quote(agent, safe="")  # a staff number may hold what a file's name may not
    pages = [report / "agents" / f"{name}.{lang}.html" for lang in langs]
    for page, lang in zip(pages, langs, strict=True):
        with atomic_file(page) as path:
            path.write_text(agent_page(extract, products, lang), encoding="utf-8", newline="\n")
    return pages
