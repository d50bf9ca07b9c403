"""Everything a scored month holds about one agent: estimates, drivers, possible interventions, and those received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.errors import UserError
from attrition.report.tables import merged_by_topic, rows_of
from attrition.report.watch_list import GROUPS, MIN_POINTS, is_same_as_peers

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs


@dataclass(frozen=True, eq=False)
class AgentReport:
    """One agent: ``estimates`` by horizon, ``topics`` largest first, interventions.

    ``other_topics`` are the points of all topics that move the estimate by less than `MIN_POINTS` each.

    ``abstained`` is the reason why the agent has no estimate, empty where they have one.
    """

    agent_id: str
    groups: dict[str, str]
    abstained: str
    estimates: list[Any]
    topics: list[Any]
    other_topics: float
    eligible: list[Any]
    ineligible: list[Any]
    received: list[Any]
    staying: pd.DataFrame


def agent_report(inputs: ReportInputs, survival: pd.DataFrame | None, agent: str) -> AgentReport:
    """Return what a scored month holds about one agent.

    Parameters
    ----------
    inputs : ReportInputs
        The month.
    survival : DataFrame, optional
        From `attrition.predict.survival.survival`.
    agent : str
        Staff number.

    Raises
    ------
    UserError
        The agent was not at risk in the month.
    """
    scores = inputs.headline_scores
    score = _of(scores, agent)
    if score.empty:
        raise UserError(
            f"no agent of that number was at risk at the end of {inputs.as_of:%Y-%m}; {len(scores)} were. Numbers are "
            "text: leading zeros count. Agents on notice are not scored"
        )
    has_abstained = bool(score["abstained"].iloc[0])
    merged = merged_by_topic(_of(inputs.headline_drivers, agent))
    topics = [row for row in rows_of(_largest_first(merged)) if _is_shown(row)]
    offers = _of(inputs.recommendations, agent)
    is_eligible = offers["eligible"].astype(bool)
    return AgentReport(
        agent_id=agent,
        groups=_groups(inputs.groups, agent),
        abstained=str(score["abstain_reason"].iloc[0]) if has_abstained else "",
        estimates=[] if has_abstained else rows_of(_of(inputs.scores, agent).sort_values("horizon_months")),
        topics=[] if has_abstained else topics,
        other_topics=float(merged["points"].sum() - sum(row.points for row in topics)),
        eligible=rows_of(offers[is_eligible].sort_values("expected_saving", ascending=False, kind="stable")),
        ineligible=rows_of(offers[~is_eligible]),
        received=_received(inputs.recent_interventions, agent),
        staying=pd.DataFrame() if survival is None or has_abstained else _of(survival, agent),
    )


def _of(table: pd.DataFrame, agent: str) -> pd.DataFrame:
    return table[table["agent_id"] == agent].reset_index(drop=True)


def _largest_first(topics: pd.DataFrame) -> pd.DataFrame:
    return topics.assign(size=-topics["points"].abs()).sort_values(["size", "subject"], kind="stable")


def _received(interventions: pd.DataFrame | None, agent: str) -> list[Any]:
    if interventions is None:
        return []
    return rows_of(_of(interventions, agent).sort_values("start_date", ascending=False, kind="stable"))


def _is_shown(row: Any) -> bool:
    return abs(row.points) >= MIN_POINTS and not is_same_as_peers(row)


def _groups(groups: pd.DataFrame, agent: str) -> dict[str, str]:
    rows = _of(groups[[name for name in ("agent_id", *GROUPS) if name in groups]], agent)
    return {str(name): str(value) for name, value in rows.iloc[0].items() if pd.notna(value)} if len(rows) else {}
