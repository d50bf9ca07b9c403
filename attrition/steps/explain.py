"""Explanations of a month: one agent's page for the person who will talk with them, and a table for SHAP's plots."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrition.data.atomic import atomic_file
from attrition.data.people.near_numbers import did_you_mean_number
from attrition.errors import MissingProduct, UserError
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.agent_months import months_of_agent
from attrition.steps.month import scores_by
from attrition.steps.months import month_command, require_scored
from attrition.steps.objections import refuse_objector
from attrition.steps.one_naming import require_one_naming
from attrition.steps.report import gather_report
from attrition.steps.way_back import agent_of

if TYPE_CHECKING:
    from attrition.model.panel import Panel
    from attrition.predict.explanation import Explanation
    from attrition.steps.model_in_use import VersionedModel


def explain_agent(workspace: Path, agent: str, as_of: date, *, langs: Sequence[str]) -> list[Path]:
    """Write the page of one agent, in each language; nothing is scored anew.

    Returns
    -------
    list of Path
        ``reports/2026-10/agents/<pseudonym>.en.html``, ...; they go when the month's report is written anew.

    Raises
    ------
    MissingProduct
        The month was not scored, or its report was not issued.
    UserError
        The agent was not at risk in the month.
    """
    from attrition.report.agent_report import agent_report
    from attrition.report.figures.agent_year import agent_year
    from attrition.report.pages import agent_page

    require_scored(workspace, as_of)
    require_one_naming(workspace)
    agent = agent_of(workspace, agent)
    refuse_objector(workspace, agent)
    report = workspace / "reports" / f"{as_of:%Y-%m}"
    if not report.is_dir():
        raise MissingProduct(Message("the report of {as_of:%Y-%m}", as_of=as_of), month_command(workspace, as_of))
    products = gather_report(workspace, as_of, agents=[agent])
    runs = Runs(workspace)
    year = agent_year(*months_of_agent(runs, agent, as_of, horizon=products.horizon))
    extract = agent_report(products, runs.read_optional(as_of, "survival"), agent, year=year)
    name = quote(agent, safe="")  # where there are no pseudonyms, a staff number may hold what a file's name may not
    pages = [report / "agents" / f"{name}.{lang}.html" for lang in langs]
    for page, lang in zip(pages, langs, strict=True):
        with atomic_file(page) as path:
            path.write_text(agent_page(extract, products, lang), encoding="utf-8", newline="\n")
    return pages


def explain_month(
    workspace: Path, panel: Panel, as_of: date, *, model: VersionedModel, horizon: int | None, agents: Collection[str]
) -> Explanation:
    """Return what moves the risks of a scored month, as a table that SHAP's plots draw.

    Parameters
    ----------
    workspace : Path
        Where the month was scored.
    panel : Panel
        Holds the month.
    as_of : date
        The month-end.
    model : VersionedModel
        The model in use.
    horizon : int, optional
        In months; by default the headline.
    agents : collection of str
        Staff numbers, or pseudonyms as the tables hold them; empty for everybody.

    Returns
    -------
    shap.Explanation
        One row per agent, in the order of the panel, as `attrition.predict.explanation.explanation`. Agents for whom
        the month abstained have none.

    Raises
    ------
    UserError
        Nobody of `agents` has a risk in the month, or the model has no such horizon.
    """
    from attrition.predict.explanation import explanation

    if horizon is not None and horizon not in model.fitted.horizons:
        horizons = ", ".join(map(str, model.fitted.horizons))
        raise UserError(
            "the model in use has no risk {horizon} months ahead; its horizons are {horizons}",
            horizon=horizon,
            horizons=horizons,
        )
    scores = scores_by(model, workspace, panel, as_of)
    agents = {agent_of(workspace, agent) for agent in agents}
    scored = set(scores.loc[~scores["abstained"], "agent_id"])
    rows = panel.month(as_of).rows
    rows = rows[rows["agent_id"].isin(scored.intersection(agents) if agents else scored)]
    if rows.empty:
        near = did_you_mean_number(next(iter(agents)), scored) if len(agents) == 1 else Message("")
        raise UserError("the scores of {as_of:%Y-%m} state no risk for these agents{near}", as_of=as_of, near=near)
    return explanation(model.fitted, rows.reset_index(drop=True), horizon=horizon)
