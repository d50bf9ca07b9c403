"""Eligibility for an intervention: checks its declared conditions and gives the reason where one fails.

A condition on a value that is not known fails.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
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
class InterventionOptions:
    """The interventions that can be offered in a month: the playbook, and which agents must not get which intervention.

    Parameters
    ----------
    playbook : Playbook
        All interventions.
    excluded : DataFrame
        ``agent_id``, ``intervention`` and the reason, ``en`` and ``zh``: the agent received the intervention recently,
        or is in a running pilot of it.
    for_whole_bands : bool
        Whether interventions are weighed for everybody in the bands of the watch list, and not for those on it alone.
    """

    playbook: Playbook
    excluded: pd.DataFrame
    for_whole_bands: bool = False


def add_exclusions(
    reasons: pd.DataFrame, agents: pd.Series, intervention: Intervention, *, excluded: pd.DataFrame
) -> pd.DataFrame:
    """Return the reasons with those of excluded agents added; the reason of a failed condition is kept.

    Parameters
    ----------
    reasons : DataFrame
        From `ineligibility_reasons`.
    agents : Series
        ``agent_id`` of each row.
    intervention : Intervention
        The intervention.
    excluded : DataFrame
        As in `InterventionOptions`.
    """
    exclusions = excluded[excluded["intervention"] == intervention.id]
    reason_of_agent = exclusions.drop_duplicates("agent_id").set_index("agent_id")
    is_excluded = (reasons["en"] == "") & agents.isin(reason_of_agent.index)
    if not is_excluded.any():
        return reasons
    table = reasons.copy()
    for language in LANGUAGES:
        table.loc[is_excluded, language] = agents[is_excluded].map(reason_of_agent[language])
    return table


def ineligibility_reasons(frame: pd.DataFrame, intervention: Intervention) -> pd.DataFrame:
    """Return for each row the reason why the agent is not eligible for the intervention.

    Returns
    -------
    DataFrame
        Same rows: ``en`` and ``zh``, the first failed condition's words; empty where the agent is eligible.
    """
    reasons = {language: np.full(len(frame), "", dtype=object) for language in LANGUAGES}
    for condition in reversed(intervention.eligible):  # so that the first failed condition is written last
        is_unknown, fails = _check_condition(frame, condition)
        unknown_reasons = f"not known whether {condition.en}", f"数据不足，无法判断是否{condition.zh}"
        for language, reason, unknown in zip(LANGUAGES, (condition.en, condition.zh), unknown_reasons, strict=True):
            reasons[language][fails] = reason
            reasons[language][is_unknown] = unknown
    return pd.DataFrame(reasons, index=frame.index, dtype="str")


def _check_condition(frame: pd.DataFrame, condition: Condition) -> tuple[np.ndarray, np.ndarray]:
    """Return whether the value of each row is unknown, and whether the comparison fails for it."""
    if condition.feature not in frame:
        return np.ones(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
    values = frame[condition.feature]
    is_unknown = values.isna()
    holds = OPERATORS[condition.op](values.where(~is_unknown, condition.value), condition.value)
    return is_unknown.to_numpy(), (~holds & ~is_unknown).to_numpy(dtype=bool)
