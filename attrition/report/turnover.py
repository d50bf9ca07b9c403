"""How many left, month by month, and at what rate a year: this year beside the year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binom, chi2

from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.report.disclosure import counted

if TYPE_CHECKING:
    from datetime import date

MONTHS = 24
YEAR = 12
LEVEL = 0.95
"""Share of times that an interval of a rate holds it, were months to repeat themselves."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Turnover:
    """The exits of a centre.

    Parameters
    ----------
    months : DataFrame
        Per month, oldest first: ``as_of``, ``headcount`` (at its end), ``voluntary``, ``otherwise``.
    rates : DataFrame
        Per year (``this``, ``before``) and kind of exit (``voluntary``, ``otherwise``, ``all``): ``exits``,
        ``headcount`` (average of its month-ends), ``rate`` (exits over average headcount), ``low``, ``high`` (95 %).
    ratio, ratio_low, ratio_high : float
        The rate of resignation this year over that of the year before; null where the data do not reach back.
    same_months : float
        A year ago, of those employed then, how many resigned in the months that the expectation now covers; null where
        the data do not reach back. The expected number, too, counts only who is there already.
    """

    months: pd.DataFrame
    rates: pd.DataFrame
    ratio: float
    ratio_low: float
    ratio_high: float
    same_months: float


def turnover(spells: pd.DataFrame, as_of: date, *, horizon: int, minimum: int) -> Turnover:
    """Count who left, as it was known at `as_of`.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells`: those who came and went within a month are in it.
    as_of : date
        Month-end.
    horizon : int
        Months that the expectation covers.
    minimum : int
        Smallest headcount for which figures are given.

    Returns
    -------
    Turnover
        Counted on the day notice was handed in, or the other exit happened.
    """
    known = spells_known_at(spells, pd.Timestamp(as_of))
    table = _months(known, as_of, int(min(MONTHS, _months_seen(spells, as_of))))
    hidden = counted(table["headcount"], minimum).isna()
    names = ["headcount", "voluntary", "otherwise"]
    table = table.assign(**{name: table[name].astype(float).mask(hidden) for name in names})
    years = {"this": table.tail(YEAR), "before": table.iloc[:-YEAR]}
    full = {name: year for name, year in years.items() if len(year) == YEAR and year["headcount"].notna().all()}
    rates = pd.DataFrame([row for name, year in full.items() for row in _rates(name, year)], columns=RATES)
    a_year_ago = None if len(table) <= YEAR or hidden.iloc[-YEAR - 1] else table["as_of"].iloc[-YEAR - 1]
    same = float("nan") if a_year_ago is None else _resigned_within(known, a_year_ago, horizon)
    return Turnover(months=table, rates=rates, **_compared(rates), same_months=same)


RATES = ["year", "kind", "exits", "headcount", "rate", "low", "high"]


def _months_seen(spells: pd.DataFrame, as_of: date) -> int:
    """Count the whole months from the beginning of the data."""
    if spells.empty:
        return 0
    before = spells["entered"].min() - pd.Timedelta(days=1)
    return (pd.Period(as_of, "M") - pd.Period(before, "M")).n


def _months(known: pd.DataFrame, as_of: date, number: int) -> pd.DataFrame:
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
    heads = float(year["headcount"].mean())
    kinds = counts | {"all": sum(counts.values())}
    return [(name, kind, exits, heads, exits / heads, *_ends(exits, heads)) for kind, exits in kinds.items()]


def _ends(exits: float, heads: float) -> tuple[float, float]:
    """Give the exact interval of a Poisson rate (Garwood 1936)."""
    tail = (1 - LEVEL) / 2
    low = chi2.ppf(tail, 2 * exits) / 2 if exits else 0.0
    return float(low / heads), float(chi2.ppf(1 - tail, 2 * exits + 2) / 2 / heads)


def _compared(rates: pd.DataFrame) -> dict[str, float]:
    """Set the rate of resignation beside that of the year before: of all resignations, the share that is this year's.

    Given their sum, this year's number is binomial; its interval is Clopper and Pearson's at mid-p.
    """
    voluntary = rates[rates["kind"] == VOLUNTARY].set_index("year")
    if len(voluntary) < 2 or not voluntary["exits"].all():
        return dict.fromkeys(["ratio", "ratio_low", "ratio_high"], float("nan"))
    exits, heads = voluntary["exits"].astype(float).to_dict(), voluntary["headcount"].astype(float).to_dict()
    larger = heads["this"] / heads["before"]
    low, high = (share / (1 - share) / larger for share in _shares(int(exits["this"]), int(sum(exits.values()))))
    return {"ratio": exits["this"] / exits["before"] / larger, "ratio_low": low, "ratio_high": high}


def _shares(events: int, of: int) -> tuple[float, float]:
    shares = np.linspace(0.0005, 0.9995, 1999)
    above = binom.sf(events, of, shares) + binom.pmf(events, of, shares) / 2
    inside = shares[(above >= (1 - LEVEL) / 2) & (above <= (1 + LEVEL) / 2)]
    return float(inside.min()), float(inside.max())


def _resigned_within(known: pd.DataFrame, end: pd.Timestamp, months: int) -> float:
    """Count who was there at a month-end and resigned within so many months."""
    there = known[(known["entered"] <= end) & (known["left"] > end) & (known["exit_kind"] == VOLUNTARY)]
    return float((there["left"] <= end + pd.offsets.MonthEnd(months)).sum())
