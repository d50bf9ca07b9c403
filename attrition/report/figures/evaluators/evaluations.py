"""Whole evaluations with their month and the agent's site and team, from rows per item or per evaluation."""

from __future__ import annotations

import pandas as pd

RULES = {
    "agent_id": "first",
    "evaluator_id": "first",
    "evaluated_on": "first",
    "contact_id": "first",
    "score": "mean",
    "critical_errors": "sum",
    "noncritical_errors": "sum",
    "appealed": "max",
    "appeal_upheld": "max",
    "appeal_resolved_on": "max",
    "feedback_on": "min",
}
"""How an evaluation's value follows from those of its items; see `attrition.exposure.evaluation_items`."""


def whole_evaluations(items: pd.DataFrame) -> pd.DataFrame:
    """Return one row per evaluation."""
    if "item" not in items:
        return items
    rules = {name: rule for name, rule in RULES.items() if name in items}
    return items.groupby("evaluation_id", sort=False).agg(rules).reset_index()


def with_groups(evaluations: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return evaluations with ``month`` (its end), and ``site`` and ``team_id`` as they were at that end.

    `groups` holds ``agent_id``, ``as_of`` and, as far as the site has them, ``site`` and ``team_id``. Agents who left
    within the month have neither.
    """
    month = pd.to_datetime(evaluations["evaluated_on"]) + pd.offsets.MonthEnd(0)
    keys = groups.assign(month=pd.to_datetime(groups["as_of"])).drop(columns="as_of")
    names = [name for name in ("site", "team_id") if name in keys]
    placed = evaluations.assign(month=month).merge(
        keys[["agent_id", "month", *names]], on=["agent_id", "month"], how="left"
    )
    return placed.assign(**{name: None for name in ("site", "team_id") if name not in names})


def of_months(evaluations: pd.DataFrame, last: pd.Timestamp, months: int) -> pd.DataFrame:
    """Return the evaluations of so many months up to a month-end."""
    first = last - pd.offsets.MonthEnd(months)
    return evaluations[(evaluations["month"] > first) & (evaluations["month"] <= last)]
