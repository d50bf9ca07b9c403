"""How long agents wait for feedback, which errors are found, and whether they recur after coaching."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PATIENCE_DAYS = 30
"""An evaluation without feedback after so many days counts as one without."""
KINDS = ("critical_errors", "noncritical_errors")
FOLLOWED_MONTHS = 3
"""Months over which errors may recur, after the month in which coaching may follow an error."""


def waits(scores: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the wait for feedback of the evaluations that had `PATIENCE_DAYS` for it, by site and for all ("").

    Returns
    -------
    DataFrame
        ``site``, ``evaluations``, ``agents``, ``median_days`` and ``slow_days`` (nine in ten came sooner) of those with
        feedback, ``without`` (share without any after `PATIENCE_DAYS`).
    """
    day = pd.to_datetime(scores["evaluated_on"])
    ripe = scores[day <= as_of - pd.Timedelta(days=PATIENCE_DAYS)]
    days = (pd.to_datetime(ripe["feedback_on"]) - pd.to_datetime(ripe["evaluated_on"])).dt.days.clip(lower=0)
    ripe = ripe.assign(days=days.where(days <= PATIENCE_DAYS))
    parts = [("", ripe), *((str(site), rows) for site, rows in ripe.groupby("site"))]
    rows = [
        (site, len(part), part["agent_id"].nunique(), part["days"].median(), part["days"].quantile(0.9),
         part["days"].isna().mean())
        for site, part in parts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["site", "evaluations", "agents", "median_days", "slow_days", "without"])


def errors(now: pd.DataFrame, before: pd.DataFrame, column: str = "") -> pd.DataFrame:
    """Return errors per 100 evaluations of each kind, now and before, and whether the change is beyond chance.

    `column` (the item, for example) gives one row per kind and value of it.

    Returns
    -------
    DataFrame
        ``kind``, ``of`` (a value of `column`), ``agents``, ``now``, ``before``, ``verdict`` (more, fewer, level).
    """
    parts = [("", now, before)]
    if column:
        parts = [(str(of), rows, before[before[column] == of]) for of, rows in now.groupby(column)]
    rows = [(kind, of, *_change(part, earlier, kind)) for of, part, earlier in parts for kind in KINDS if kind in now]
    return pd.DataFrame(rows, columns=["kind", "of", "agents", "now", "before", "verdict"])


def _change(now: pd.DataFrame, before: pd.DataFrame, kind: str) -> tuple[int, float, float, str]:
    """Return agents, errors per 100 evaluations now and before, and the verdict; agents are drawn, not evaluations."""
    rate, error = _rate(now, kind)
    earlier, earlier_error = _rate(before, kind)
    change, chance = rate - earlier, 1.96 * float(np.hypot(error, earlier_error))
    verdict = "level" if not abs(change) > chance else "more" if change > 0 else "fewer"
    return int(now["agent_id"].nunique()), rate, earlier, verdict


def _rate(rows: pd.DataFrame, kind: str) -> tuple[float, float]:
    """Return errors per 100 evaluations with the standard error of a ratio over agents."""
    rows = rows.dropna(subset=[kind])
    if not len(rows):
        return float("nan"), float("nan")
    agents = rows.assign(errors=rows[kind], evaluations=1).groupby("agent_id")[["errors", "evaluations"]].sum()
    rate, influence = _ratio(agents)
    return rate, float(np.sqrt((influence**2).sum()))


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """Errors per 100 evaluations before and after a month with errors, of agents who were coached in the next month.

    `others` are those of agents who were not. `difference` is by how much more errors rose for the coached, with a 95 %
    interval; an association, since leaders choose whom to coach.
    """

    kind: str
    coached_agents: int
    other_agents: int
    coached_before: float
    coached_after: float
    others_before: float
    others_after: float
    difference: float
    low: float
    high: float


def recurrence(scores: pd.DataFrame, coached: pd.DataFrame, kind: str, last: pd.Timestamp) -> Recurrence | None:
    """Compare how often errors recur where coaching followed and where it did not; None where one group is empty.

    Parameters
    ----------
    scores : DataFrame
        ``agent_id``, ``month``, and errors by kind.
    coached : DataFrame
        ``agent_id``, ``month``, ``is_coached``: of the agent-months that are on record.
    kind : str
        Of `KINDS`.
    last : Timestamp
        Last month whose evaluations count.
    """
    months = scores.groupby(["agent_id", "month"])[kind].agg(errors="sum", evaluations="size").reset_index()
    is_followed = months["month"] <= last - pd.offsets.MonthEnd(1 + FOLLOWED_MONTHS)
    cases = months.loc[is_followed & (months["errors"] > 0), ["agent_id", "month"]]
    coached = coached.assign(month=coached["month"] - pd.offsets.MonthEnd(1))
    cases = cases.merge(coached, on=["agent_id", "month"])
    sides = [
        _at(cases, months, range(-FOLLOWED_MONTHS, 0)),
        _at(cases, months, range(2, 2 + FOLLOWED_MONTHS)),
    ]
    groups = [_change_of([rows[rows["is_coached"] == is_coached] for rows in sides]) for is_coached in (True, False)]
    if not all(agents for agents, *_ in groups):
        return None
    (coached_agents, before, after, error), (other_agents, others_before, others_after, other_error) = groups
    difference = (after - before) - (others_after - others_before)
    half = 1.96 * float(np.hypot(error, other_error))
    return Recurrence(
        kind=kind, coached_agents=coached_agents, other_agents=other_agents, coached_before=before, coached_after=after,
        others_before=others_before, others_after=others_after, difference=difference, low=difference - half,
        high=difference + half,
    )  # fmt: skip


def _at(cases: pd.DataFrame, months: pd.DataFrame, offsets: range) -> pd.DataFrame:
    """Return the evaluations of the months that lie so many months from those of the cases."""
    moved = [cases.assign(month=cases["month"] + pd.offsets.MonthEnd(offset)) for offset in offsets]
    return pd.concat(moved).merge(months, on=["agent_id", "month"])


def _change_of(sides: list[pd.DataFrame]) -> tuple[int, float, float, float]:
    """Return agents with evaluations on both sides, errors per 100 on each, and the standard error of the change."""
    before, after = (rows.groupby("agent_id")[["errors", "evaluations"]].sum() for rows in sides)
    both = before.index.intersection(after.index)
    if not len(both):
        return 0, float("nan"), float("nan"), float("nan")
    (rate, influence), (later, later_influence) = (_ratio(rows.loc[both]) for rows in (before, after))
    return len(both), rate, later, float(np.sqrt(((later_influence - influence) ** 2).sum()))


def _ratio(agents: pd.DataFrame) -> tuple[float, pd.Series]:
    """Return errors per 100 evaluations, and what each agent adds to it."""
    total = agents["evaluations"].sum()
    rate = agents["errors"].sum() / total
    return 100 * float(rate), 100 * (agents["errors"] - rate * agents["evaluations"]) / total
