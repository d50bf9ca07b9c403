"""Eligibility for an intervention: its declared conditions, and the reason where one fails. Unknown values fail."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.data.terms import LANGUAGES

if TYPE_CHECKING:
    from attrition.predict.intervention import Condition, Intervention
    from attrition.predict.playbook import Playbook

OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, eq=False)
class Options:
    """What can be done in a month: the playbook, and what is not offered to which agent.

    Parameters
    ----------
    playbook : Playbook
        All interventions.
    excluded : DataFrame
        ``agent_id``, ``intervention`` and the reason, ``en`` and ``zh``: the agent received the intervention recently,
        or is in a running pilot of it.
    """

    playbook: Playbook
    excluded: pd.DataFrame


def add_exclusions(
    reasons: pd.DataFrame, agents: pd.Series, intervention: Intervention, *, excluded: pd.DataFrame
) -> pd.DataFrame:
    """Add the reasons of excluded agents to the table of `ineligibility_reasons`; a failed condition takes precedence.

    Parameters
    ----------
    reasons : DataFrame
        From `ineligibility_reasons`.
    agents : Series
        ``agent_id`` of each row.
    intervention : Intervention
        The intervention.
    excluded : DataFrame
        As in `Options`.
    """
    here = excluded[excluded["intervention"] == intervention.id].drop_duplicates("agent_id").set_index("agent_id")
    is_excluded = (reasons["en"] == "") & agents.isin(here.index)
    table = reasons.copy()
    for language in LANGUAGES:
        table.loc[is_excluded, language] = agents[is_excluded].map(here[language])
    return table


def ineligibility_reasons(frame: pd.DataFrame, intervention: Intervention) -> pd.DataFrame:
    """Give for each row the reason why the agent is not eligible for the intervention.

    Returns
    -------
    DataFrame
        Same rows: ``en`` and ``zh``, the first failed condition's words; empty where the agent is eligible.
    """
    table = pd.DataFrame({"en": "", "zh": ""}, index=frame.index)
    for condition in reversed(intervention.eligible):
        is_unknown, fails = _test(frame, condition)
        table.loc[fails, ["en", "zh"]] = [condition.en, condition.zh]
        unknown_reason = [f"not known whether {condition.en}", f"数据不足，无法判断是否{condition.zh}"]
        table.loc[is_unknown, ["en", "zh"]] = unknown_reason
    return table


def _test(frame: pd.DataFrame, condition: Condition) -> tuple[pd.Series, pd.Series]:
    """Mark the rows whose value is unknown, and those for which the comparison fails."""
    if condition.feature not in frame:
        return pd.Series(True, index=frame.index), pd.Series(False, index=frame.index)
    values = frame[condition.feature]
    is_unknown = values.isna()
    holds = OPERATORS[condition.op](values.where(~is_unknown, condition.value), condition.value)
    return is_unknown, ~holds & ~is_unknown
