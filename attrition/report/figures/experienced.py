"""Are experienced agents leaving too fast? Their resignations this year against the year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from scipy.stats import beta

from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.labels.tenure_hazards import poisson_interval

if TYPE_CHECKING:
    from datetime import date

EXPERIENCED_DAYS = 730
"""An agent counts as experienced from two years after the hire."""
YEAR = pd.DateOffset(years=1)
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Experienced:
    """Resignations of experienced agents.

    Parameters
    ----------
    agents : int
        Average number of experienced agents this year.
    rate, low, high : float
        Resignations over agent-years this year, with a 95 % interval.
    rate_before, low_before, high_before : float
        The same for the year before.
    ratio, ratio_low, ratio_high : float
        This year's rate over that of the year before.
    others_ratio : float
        The same ratio of all other agents, to see whether only the experienced leave faster.
    """

    agents: int
    rate: float
    low: float
    high: float
    rate_before: float
    low_before: float
    high_before: float
    ratio: float
    ratio_low: float
    ratio_high: float
    others_ratio: float

    @property
    def verdict(self) -> str:
        """``faster`` or ``slower`` where the interval of the ratio leaves out 1, else ``alike``."""
        return "faster" if self.ratio_low > 1 else "slower" if self.ratio_high < 1 else "alike"


def experienced(
    spells: pd.DataFrame, as_of: date, *, min_group: int, complete_to: date | None = None
) -> Experienced | None:
    """Return how fast experienced agents resign; None where too few are, or the data reach back less than two years.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells`.
    as_of : date
        Month-end.
    min_group : int
        Smallest average number of experienced agents, in both years.
    complete_to : date, optional
        The last month-end up to which the list of exits is complete, where that is earlier; the year ends with it.
    """
    end = pd.Timestamp(min(as_of, complete_to or as_of))
    on_record, start = spells_known_at(spells, pd.Timestamp(as_of)), end - 2 * YEAR
    if on_record.empty or on_record["entered"].min() > start + pd.Timedelta(days=1):
        return None
    now, before = (_counted(on_record, first, first + YEAR) for first in (end - YEAR, start))
    if min(now["years"], before["years"]) < min_group:
        return None
    ratio, low, high = _ratio(now["resigned"], now["years"], before["resigned"], before["years"])
    rates = [
        value / year["years"]
        for year in (now, before)
        for value in (year["resigned"], *poisson_interval(year["resigned"]))
    ]
    others, _, _ = _ratio(now["others"], now["other_years"], before["others"], before["other_years"])
    return Experienced(
        agents=round(now["years"]), rate=rates[0], low=rates[1], high=rates[2],
        rate_before=rates[3], low_before=rates[4], high_before=rates[5],
        ratio=ratio, ratio_low=low, ratio_high=high, others_ratio=others,
    )  # fmt: skip


def _counted(spells: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> dict[str, float]:
    """Return resignations and agent-years after `first` up to `last`, of experienced and of other agents."""
    senior_from = spells["hired"] + pd.Timedelta(days=EXPERIENCED_DAYS)
    left, ends = spells["left"], spells["left"].fillna(spells["until"])
    is_resigned = (spells["exit_kind"] == VOLUNTARY) & (left > first) & (left <= last)
    is_senior = left >= senior_from
    begins, ends = spells["entered"].where(spells["entered"] > first, first), ends.where(ends < last, last)
    days = (ends - begins).dt.days.clip(lower=0)
    senior_days = (ends - begins.where(begins > senior_from, senior_from)).dt.days.clip(lower=0)
    return {
        "resigned": float((is_resigned & is_senior).sum()),
        "years": float(senior_days.sum()) / DAYS_A_YEAR,
        "others": float((is_resigned & ~is_senior).sum()),
        "other_years": float((days - senior_days).sum()) / DAYS_A_YEAR,
    }


def _ratio(events: float, years: float, events_before: float, years_before: float) -> tuple[float, float, float]:
    """Return the ratio of two rates with its exact 95 % interval, from the binomial share of the events of both."""
    if min(events, events_before, years, years_before) <= 0:
        return float("nan"), 0.0, float("inf")
    scale = years_before / years
    low, high = float(beta.ppf(0.025, events, events_before + 1)), float(beta.ppf(0.975, events + 1, events_before))
    return events / events_before * scale, low / (1 - low) * scale, high / (1 - high) * scale
