"""What a scored month holds about one agent: estimates, drivers, possible interventions, and those received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.people.near_numbers import did_you_mean_number
from attrition.errors import UserError
from attrition.report.figures.tables import merged_by_topic, rows_of
from attrition.report.figures.watch_list import GROUPS, MIN_POINTS, is_same_as_peers

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs


@dataclass(frozen=True, eq=False)
class AgentReport:
    """What is known about one agent; lists hold rows of tables, with columns as attributes.

    Parameters
    ----------
    agent_id, name : str
        Staff number, and name; empty where the site maps none.
    groups : dict of str to str
        Their site, team, role and tenure band, as far as they are known.
    abstain_reason : str
        Why the model gave no estimate; empty where it gave one.
    estimates : list
        Rows of ``scores`` by horizon; empty where the model abstained.
    topics : list
        Rows of drivers, one per topic, the largest first; empty where the model abstained. Left out are topics under
        `MIN_POINTS` and those whose value equals that of peers.
    other_topics : float
        Sum of the points of the topics that are left out.
    eligible_offers, ineligible_offers : list
        Rows of ``recommendations``, those the agent may be offered by falling saving, and the others.
    interventions_received : list
        Rows of `ReportInputs.recent_interventions`, newest first.
    survival : DataFrame
        Probability of still being employed, by month ahead: ``month_ahead``, ``staying``; may be empty.
    year : DataFrame
        From `attrition.report.figures.agent_year.agent_year`; may be empty.
    unknown_features : list of str
        Features of the model whose value is not known of them.
    """

    agent_id: str
    name: str
    groups: dict[str, str]
    abstain_reason: str
    estimates: list[Any]
    topics: list[Any]
    other_topics: float
    eligible_offers: list[Any]
    ineligible_offers: list[Any]
    interventions_received: list[Any]
    survival: pd.DataFrame
    year: pd.DataFrame
    unknown_features: list[str]


def agent_report(
    inputs: ReportInputs, survival: pd.DataFrame | None, agent: str, *, year: pd.DataFrame | None = None
) -> AgentReport:
    """Return what a scored month holds about one agent.

    Parameters
    ----------
    inputs : ReportInputs
        The month.
    survival : DataFrame, optional
        From `attrition.predict.survival.survival`.
    agent : str
        Their `agent_id` in the tables.
    year : DataFrame, optional
        From `attrition.report.figures.agent_year.agent_year`.

    Raises
    ------
    UserError
        The table of scores has no such agent: the number is wrong, or they were not at risk in the month.
    """
    scores = inputs.headline_scores
    score = _rows_of_agent(scores, agent)
    if score.empty:
        raise UserError(
            "no agent of that number was at risk at the end of {as_of:%Y-%m}{near}; {agents} were. Numbers are "
            "text: leading zeros count. Agents on notice are not scored",
            near=did_you_mean_number(agent, scores["agent_id"]),
            as_of=inputs.as_of,
            agents=len(scores),
        )
    is_abstained = bool(score["abstained"].iloc[0])
    merged = merged_by_topic(_rows_of_agent(inputs.headline_drivers, agent))
    topics = [row for row in rows_of(_largest_first(merged)) if _is_shown(row)]
    offers = _rows_of_agent(inputs.recommendations, agent)
    is_eligible = offers["eligible"].astype(bool)
    return AgentReport(
        agent_id=inputs.staff_number(agent),
        name=inputs.names.get(agent, ""),
        groups=_groups(inputs.groups, agent),
        abstain_reason=str(score["abstain_reason"].iloc[0]) if is_abstained else "",
        estimates=[] if is_abstained else rows_of(_rows_of_agent(inputs.scores, agent).sort_values("horizon_months")),
        topics=[] if is_abstained else topics,
        other_topics=float(merged["points"].sum() - sum(row.points for row in topics)),
        eligible_offers=rows_of(offers[is_eligible].sort_values("expected_saving", ascending=False, kind="stable")),
        ineligible_offers=rows_of(offers[~is_eligible]),
        interventions_received=_received(inputs.recent_interventions, agent),
        survival=pd.DataFrame() if survival is None or is_abstained else _rows_of_agent(survival, agent),
        year=pd.DataFrame() if year is None else year,
        unknown_features=_unknown(_rows_of_agent(inputs.headline_drivers, agent)),
    )


def _unknown(drivers: pd.DataFrame) -> list[str]:
    """Return the features without a value."""
    category = drivers["category"].isna() if "category" in drivers else True
    return sorted(drivers.loc[drivers["value"].isna() & category, "feature"].astype(str))


def _rows_of_agent(table: pd.DataFrame, agent: str) -> pd.DataFrame:
    return table[table["agent_id"] == agent].reset_index(drop=True)


def _largest_first(topics: pd.DataFrame) -> pd.DataFrame:
    return topics.assign(size=-topics["points"].abs()).sort_values(["size", "subject"], kind="stable")


def _received(interventions: pd.DataFrame | None, agent: str) -> list[Any]:
    if interventions is None:
        return []
    return rows_of(_rows_of_agent(interventions, agent).sort_values("start_date", ascending=False, kind="stable"))


def _is_shown(row: Any) -> bool:
    return not abs(row.points) < MIN_POINTS and not is_same_as_peers(row)  # null where points are withheld


def _groups(groups: pd.DataFrame, agent: str) -> dict[str, str]:
    rows = _rows_of_agent(groups[[name for name in ("agent_id", *GROUPS) if name in groups]], agent)
    return {str(name): str(value) for name, value in rows.iloc[0].items() if pd.notna(value)} if len(rows) else {}
