"""One agent's page: what a scored month says of the agent, for whoever is going to talk with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from attrition import declared
from attrition.data.atomic import atomic_file
from attrition.jobs import MonthlyJob
from attrition.report.one_agent import one_agent
from attrition.report.pages import agent_page
from attrition.runs import Runs
from attrition.steps.report import report_content


def explain(workspace: Path, agent: str, as_of: date, *, langs: Sequence[str] | None) -> list[Path]:
    """Write the page of one agent, in each language.

    Returns
    -------
    list of Path
        ``reports/2026-10/agents/0012345.en.html``, ...; they go when the month's report is written anew.

    Raises
    ------
    NotMadeYet
        The month was not scored.
    UserError
        The agent was not at risk in the month.
    """
    job = declared.read(workspace / "pipelines" / "monthly.toml", MonthlyJob)
    products = report_content(workspace, as_of, job, agents=[agent])
    found = one_agent(products, Runs(workspace).read_beside(as_of, "survival"), agent)
    folder = workspace / "reports" / f"{as_of:%Y-%m}" / "agents"
    name, made = quote(agent, safe=""), []  # a staff number may hold what a file's name may not
    for lang in langs or job.languages:
        text = agent_page(found, products, lang)
        with atomic_file(folder / f"{name}.{lang}.html") as path:
            path.write_text(text, encoding="utf-8", newline="\n")
        made.append(folder / f"{name}.{lang}.html")
    return made
