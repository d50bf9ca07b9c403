"""Exits by month, and turnover rates of this year and the year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binom

from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.labels.tenure_hazards import poisson_interval
from attrition.report.disclosure import suppress_small_counts

if TYPE_CHECKING:
    from datetime import date

    from attrition.report.figures.month_figures import MonthFigures

MAX_MONTHS = 24
"""Number of months shown, fewer where the data do not reach back."""

MONTHS_PER_YEAR = 12
CONFIDENCE_LEVEL = 0.95
"""Confidence level of the intervals of rates and of their ratio."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Turnover:
    """Exits and turnover rates of a centre.

    Parameters
    ----------
    months : DataFrame
        Per month, oldest first: ``as_of``, ``headcount`` (at its end), ``voluntary`` (resignations) and ``otherwise``
        (other exits); null in months whose headcount is under the smallest group.
    rates : DataFrame
        Per year (``this``, ``before``) and kind of exit (``voluntary``, ``otherwise``, ``all``): ``exits``,
        ``headcount`` (average of its month-ends), ``rate`` (exits over average headcount), ``low``, ``high`` (95 %).
    ratio, ratio_low, ratio_high : float
        The rate of resignation this year over that of the year before; null where the data do not reach back.
    resigned_a_year_ago : float
        How many of those employed a year ago resigned in the months after it, as many months as the expected number
        covers; null where the data do not reach back. It compares with the expected number, which also counts only
        agents who are employed already.
    """

    months: pd.DataFrame
    rates: pd.DataFrame
    ratio: float
    ratio_low: float
    ratio_high: float
    resigned_a_year_ago: float


def turnover_of(month: MonthFigures) -> Turnover | None:
    """Return the exits and rates of a month's report; None where the site has no spells."""
    inputs = month.inputs
    if inputs.spells is None:
        return None
    return turnover(
        inputs.spells,
        inputs.as_of,
        horizon=inputs.horizon,
        min_group=inputs.min_group,
        complete_to=inputs.exits_complete_to,
    )


def turnover(
    spells: pd.DataFrame, as_of: date, *, horizon: int, min_group: int, complete_to: date | None = None
) -> Turnover:
    """Return exits by month and yearly rates, as they were known at `as_of`.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells`, those shorter than a month included.
    as_of : date
        Month-end.
    horizon : int
        Months that the expected number covers.
    min_group : int
        Smallest headcount for which figures are shown.
    complete_to : date, optional
        The last month-end up to which the list of exits is complete, where that is earlier; months end with it.

    Returns
    -------
    Turnover
        A resignation counts in the month in which notice was handed in, another exit in that in which it happened.
        There are no rates for a year in which a month is missing or hidden.
    """
    known, end = spells_known_at(spells, pd.Timestamp(as_of)), min(as_of, complete_to or as_of)
    table = _months(known, end, int(max(0, min(MAX_MONTHS, _months_of_data(spells, end)))))
    is_hidden = suppress_small_counts(table["headcount"], min_group).isna()
    names = ["headcount", "voluntary", "otherwise"]
    table = table.assign(**{name: table[name].astype(float).mask(is_hidden) for name in names})
    years = {"this": table.tail(MONTHS_PER_YEAR), "before": table.iloc[:-MONTHS_PER_YEAR]}
    complete_years = {
        name: year for name, year in years.items() if len(year) == MONTHS_PER_YEAR and year["headcount"].notna().all()
    }
    rates = pd.DataFrame(
        [row for name, year in complete_years.items() for row in _rates(name, year)], columns=RATE_COLUMNS
    )
    year_ago = (
        None
        if len(table) <= MONTHS_PER_YEAR or is_hidden.iloc[-MONTHS_PER_YEAR - 1]
        else table["as_of"].iloc[-MONTHS_PER_YEAR - 1]
    )
    resigned_a_year_ago = float("nan") if year_ago is None else _resigned_within(known, year_ago, horizon)
    return Turnover(months=table, rates=rates, **_rate_ratio(rates), resigned_a_year_ago=resigned_a_year_ago)


RATE_COLUMNS = ["year", "kind", "exits", "headcount", "rate", "low", "high"]


def _months_of_data(spells: pd.DataFrame, as_of: date) -> int:
    """Return the number of whole months from the beginning of the data."""
    if spells.empty:
        return 0
    before = spells["entered"].min() - pd.Timedelta(days=1)
    return (pd.Period(as_of, "M") - pd.Period(before, "M")).n


def _months(known: pd.DataFrame, as_of: date, number: int) -> pd.DataFrame:
    """Return headcount and exits of the latest months."""
    months = pd.period_range(end=pd.Period(as_of, "M"), periods=number, freq="M")
    left = known["left"].dt.to_period("M")
    is_voluntary = known["exit_kind"] == VOLUNTARY
    ends = months.to_timestamp(how="end").normalize()
    until = known["left"].fillna(known["until"] + pd.Timedelta(days=1))
    return pd.DataFrame(
        {
            "as_of": ends,
            "headcount": [int(((known["entered"] <= end) & (until > end)).sum()) for end in ends],
            "voluntary": left[is_voluntary].value_counts().reindex(months, fill_value=0).to_numpy(),
            "otherwise": left[~is_voluntary].value_counts().reindex(months, fill_value=0).to_numpy(),
        }
    )


def _rates(name: str, year: pd.DataFrame) -> list[tuple[object, ...]]:
    counts = {"voluntary": year["voluntary"].sum(), "otherwise": year["otherwise"].sum()}
    headcount = float(year["headcount"].mean())
    kinds = counts | {"all": sum(counts.values())}
    return [
        (name, kind, exits, headcount, exits / headcount, *_rate_interval(exits, headcount))
        for kind, exits in kinds.items()
    ]


def _rate_interval(exits: float, headcount: float) -> tuple[float, float]:
    """Return the exact interval of a Poisson rate."""
    low, high = poisson_interval(exits, level=CONFIDENCE_LEVEL)
    return low / headcount, high / headcount


def _rate_ratio(rates: pd.DataFrame) -> dict[str, float]:
    """Return the rate of resignation this year over that of the year before, with its interval.

    Conditional on the sum of both years, this year's number is binomial; the interval of its share is Clopper and
    Pearson's at mid-p.
    """
    voluntary = rates[rates["kind"] == VOLUNTARY].set_index("year")
    if len(voluntary) < 2 or not voluntary["exits"].all():
        return dict.fromkeys(["ratio", "ratio_low", "ratio_high"], float("nan"))
    exits, headcount = voluntary["exits"].astype(float).to_dict(), voluntary["headcount"].astype(float).to_dict()
    growth = headcount["this"] / headcount["before"]
    interval = _binomial_interval(int(exits["this"]), int(sum(exits.values())))
    low, high = (share / (1 - share) / growth for share in interval)
    return {"ratio": exits["this"] / exits["before"] / growth, "ratio_low": low, "ratio_high": high}


def _binomial_interval(events: int, trials: int) -> tuple[float, float]:
    """Return the mid-p interval of a share, found on a grid of shares in steps of 0.0005."""
    shares = np.linspace(0.0005, 0.9995, 1999)
    above = binom.sf(events, trials, shares) + binom.pmf(events, trials, shares) / 2
    inside = shares[(above >= (1 - CONFIDENCE_LEVEL) / 2) & (above <= (1 + CONFIDENCE_LEVEL) / 2)]
    return float(inside.min()), float(inside.max())


def _resigned_within(known: pd.DataFrame, end: pd.Timestamp, months: int) -> float:
    """Return how many of those employed at month-end `end` resigned within `months` months."""
    leavers = known[(known["entered"] <= end) & (known["left"] > end) & (known["exit_kind"] == VOLUNTARY)]
    return float((leavers["left"] <= end + pd.offsets.MonthEnd(months)).sum())
