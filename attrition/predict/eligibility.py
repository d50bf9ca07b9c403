"""Whom an intervention is for: its declared conditions, and the reason where one fails. An unknown value fails."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from attrition.predict.playbook import Condition, Intervention, Playbook

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
    """What can be done in a month: the playbook, and what is not offered to whom now.

    Parameters
    ----------
    playbook : Playbook
        What can be done at all.
    barred : DataFrame
        ``agent_id``, ``intervention``, ``en``, ``zh``: an agent who was given it lately, or is in a pilot of it.
    """

    playbook: Playbook
    barred: pd.DataFrame


def add_exclusions(
    refused: pd.DataFrame, agents: pd.Series, intervention: Intervention, *, barred: pd.DataFrame
) -> pd.DataFrame:
    """Add to the refusals of an intervention whom it is not offered now; a condition that fails speaks first."""
    now = barred[barred["intervention"] == intervention.id].drop_duplicates("agent_id").set_index("agent_id")
    is_barred = (refused["en"] == "") & agents.isin(now.index)
    table = refused.copy()
    for language in ("en", "zh"):
        table.loc[is_barred, language] = agents[is_barred].map(now[language])
    return table


def ineligibility_reasons(frame: pd.DataFrame, intervention: Intervention) -> pd.DataFrame:
    """Say for each row why the intervention is not for this agent.

    Returns
    -------
    DataFrame
        Same rows: ``en`` and ``zh``, the first failed condition's words; empty where the agent is eligible.
    """
    table = pd.DataFrame({"en": "", "zh": ""}, index=frame.index)
    for condition in reversed(intervention.eligible):
        unknown, failed = _tested(frame, condition)
        table.loc[failed, ["en", "zh"]] = [condition.en, condition.zh]
        unclear = [f"not known whether {condition.en}", f"数据不足，无法判断是否{condition.zh}"]
        table.loc[unknown, ["en", "zh"]] = unclear
    return table


def _tested(frame: pd.DataFrame, condition: Condition) -> tuple[pd.Series, pd.Series]:
    """Give the rows where the value is unknown and the rows where the comparison fails."""
    if condition.feature not in frame:
        return pd.Series(True, index=frame.index), pd.Series(False, index=frame.index)
    values = frame[condition.feature]
    unknown = values.isna()
    holds = OPERATORS[condition.op](values.where(~unknown, condition.value), condition.value)
    return unknown, ~holds & ~unknown
