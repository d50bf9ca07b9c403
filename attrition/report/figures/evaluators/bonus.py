"""What a point of score goes with in an agent's bonus, from quarter to quarter of the same agent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MONTHS_APART = 3
"""Months between the compared month-ends: score and bonus are means over as many, so that none is counted twice."""


@dataclass(frozen=True, kw_only=True)
class BonusPerPoint:
    """Money per month and point of score, within agent and quarter, with its standard error over agents."""

    money: float
    error: float
    agents: int

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return self.money - 1.96 * self.error

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval."""
        return self.money + 1.96 * self.error

    @property
    def is_within_chance(self) -> bool:
        """Whether the interval holds zero."""
        return self.low <= 0 <= self.high

    def of(self, points: float, error: float) -> tuple[float, float, float]:
        """Return the money that goes with so many points fewer, with a 95 % interval that has both errors."""
        money = -self.money * points
        half = 1.96 * float(np.sqrt((self.error * points) ** 2 + (self.money * error) ** 2 + (self.error * error) ** 2))
        return money, money - half, money + half


def bonus_per_point(months: pd.DataFrame, last: pd.Timestamp) -> BonusPerPoint | None:
    """Return the association of score and bonus; None where fewer than two agents have both in two quarters.

    Parameters
    ----------
    months : DataFrame
        ``agent_id``, ``as_of``, ``pay_base_amount`` and ``pay_bonus_share_3m`` (the bonus' share of pay), and
        ``quality_score_3m``: features of the panel.
    last : Timestamp
        The last month-end; every third one before it is compared.
    """
    back = (last.year - months["as_of"].dt.year) * 12 + last.month - months["as_of"].dt.month
    rows = months[back % MONTHS_APART == 0].dropna(subset=["pay_base_amount", "pay_bonus_share_3m", "quality_score_3m"])
    rows = rows[rows["pay_bonus_share_3m"] < 1]
    share = rows["pay_bonus_share_3m"]
    rows = rows.assign(bonus=rows["pay_base_amount"] * share / (1 - share), score=rows["quality_score_3m"])
    rows = rows[rows.groupby("agent_id")["score"].transform("size") > 1]
    agents = rows["agent_id"].nunique()
    if agents < 2:
        return None
    score, bonus = (_within(rows, name) for name in ("score", "bonus"))
    weight = float((score**2).sum())
    if not weight > 0:
        return None
    slope = float((score * bonus).sum()) / weight
    influence = (score * (bonus - slope * score)).groupby(rows["agent_id"]).sum() / weight
    return BonusPerPoint(money=slope, error=float(np.sqrt((influence**2).sum())), agents=int(agents))


def _within(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column without the means of agents and of months, by turns until both are gone."""
    values = rows[name].astype(float)
    for _ in range(20):
        values = values - values.groupby(rows["agent_id"]).transform("mean")
        values = values - values.groupby(rows["as_of"]).transform("mean")
    return values
