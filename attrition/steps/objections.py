"""People who objected to being scored: the model is not asked about them, and no list, plan or pilot names them.

They stand among the scores as an abstention with its reason. Group numbers count them at the mean of their group, so
that the expected resignations of a unit are those of all its people and say nothing of one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.errors import UserError
from attrition.ledger.persons import find_person, is_erased, object_to_scoring, objected_since, withdraw_objection

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.panel import Panel
    from attrition.predict.count_errors import CountErrors
    from attrition.steps.person_request import PersonRequest


def record_objection(workspace: Path, request: PersonRequest) -> date:
    """Keep that a person objected to being scored; return the day from which the objection stands.

    Raises
    ------
    UserError
        The person was erased.
    """
    person, since = find_person(workspace, request.agent), request.on.date()
    if is_erased(workspace, person):
        raise UserError("this person was erased; nothing is held about them that could be scored")
    object_to_scoring(workspace, person, since=since)
    return objected_since(workspace, person) or since


def remove_objection(workspace: Path, request: PersonRequest) -> None:
    """Withdraw a person's objection.

    Raises
    ------
    UserError
        There is none.
    """
    if not withdraw_objection(workspace, find_person(workspace, request.agent)):
        raise UserError("no objection of this person is on file; staff numbers are text, leading zeros count")


def refuse_objector(workspace: Path, typed: str) -> None:
    """Refuse to show a score or a what-if of somebody who objected.

    Raises
    ------
    UserError
        Names the day of the objection, and what they themselves may have.
    """
    since = objected_since(workspace, find_person(workspace, typed))
    if since is not None:
        raise UserError(
            "this person objected to being scored on {since:%Y-%m-%d}, so that nothing is estimated or shown of them; "
            "`attrition person export` writes what is held about them, for themselves",
            since=since,
        )


def without_people(panel: Panel, agents: set[str]) -> Panel:
    """Return a panel without the agent-months of some agents."""
    if not agents:
        return panel
    rows, outcomes = (
        table[~table["agent_id"].isin(agents)].reset_index(drop=True) for table in (panel.rows, panel.outcomes)
    )
    return replace(panel, rows=rows, outcomes=outcomes)


def with_objectors(
    tables: Mapping[str, pd.DataFrame], groups: pd.DataFrame, agents: set[str], errors: CountErrors | None
) -> dict[str, pd.DataFrame]:
    """Return a month's tables with those who objected as abstentions, counted in group numbers at their group's mean.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        From `attrition.predict.month.month_tables`, of everybody else.
    groups : DataFrame
        ``agent_id``, ``as_of`` and the groups of everybody at risk in the month.
    agents : set of str
        Who objected.
    errors : CountErrors, optional
        As for `attrition.predict.expected.expected_leavers`.
    """
    import pandas as pd

    from attrition.model.abstention import GONE, OBJECTED
    from attrition.predict.expected import expected_leavers
    from attrition.predict.scores import gone_by_then

    here = groups[groups["agent_id"].isin(agents) & ~gone_by_then(groups).to_numpy()]
    if here.empty:
        return dict(tables)
    scores = tables["scores"]
    rows = pd.DataFrame(
        [
            (agent, as_of, horizon, OBJECTED)
            for agent, as_of in zip(here["agent_id"], here["as_of"], strict=True)
            for horizon in scores["horizon_months"].unique()
        ],
        columns=["agent_id", "as_of", "horizon_months", "abstain_reason"],
    ).assign(abstained=True)
    for name in ("model_name", "model_version"):
        rows[name] = scores[name].iloc[0]
    rows = rows.reindex(columns=scores.columns).astype(scores.dtypes.to_dict())
    scores = pd.concat([scores, rows], ignore_index=True)
    is_there = scores["abstain_reason"].fillna("") != GONE
    return {**tables, "scores": scores, "expected_leavers": expected_leavers(scores[is_there], groups, errors=errors)}
