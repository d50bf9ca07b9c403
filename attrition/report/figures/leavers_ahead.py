"""Resignations expected in each of the next twelve months, by site, role and tenure, from numbers that are published.

The expected numbers at the horizons are hidden and rounded like those of the report; between two horizons the share of
a unit that stays falls by the same factor each month. So the months add up to the report's numbers at 1, 3, 6 and 12
months, and say nothing that these do not say: no person's own risk is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.exposure.agent_months import TENURE_BANDS
from attrition.predict.count_errors import CountErrors
from attrition.predict.expected import count_interval, expected_leavers
from attrition.report.disclosure import parts_to_hide
from attrition.report.rounding import round_to_whole

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from attrition.report.disclosure import Unit
    from attrition.report.inputs import ReportInputs

LEVELS = {"centre": "", "site": "site", "job_role": "job_role", "tenure_band": "tenure_band"}
"""The levels, and the column of each."""
COLUMNS = [
    "level",
    "unit",
    "month",
    "months_ahead",
    "expected",
    "low",
    "high",
    "by_then",
    "by_then_low",
    "by_then_high",
]


def leavers_ahead(units: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the resignations expected month by month.

    Parameters
    ----------
    units : DataFrame
        From `published_horizons`.
    as_of : date
        The month-end.

    Returns
    -------
    DataFrame
        One row per unit and month: ``level``, ``unit``, ``month`` (its last day), ``months_ahead``; ``expected``,
        ``low``, ``high`` in that month; ``by_then`` with its ends from now to its end, which at a horizon are the
        whole numbers of the report.
    """
    tables = [
        _by_month(part.set_index("horizon_months").sort_index(), str(level), str(unit))
        for (level, unit), part in units.groupby(["level", "unit"], sort=False)
    ]
    table = pd.concat(tables, ignore_index=True)
    table["month"] = [pd.Timestamp(as_of) + pd.offsets.MonthEnd(ahead) for ahead in table["months_ahead"]]
    return table[COLUMNS]


def published_horizons(
    expected: pd.DataFrame, groups: pd.DataFrame, *, min_group: int, hidden: Collection[Unit]
) -> pd.DataFrame:
    """Return the expected numbers of each unit that may be shown, by horizon: whole numbers, as the report has them.

    Parameters
    ----------
    expected : DataFrame
        ``level``, ``unit``, ``horizon_months``, ``headcount``, ``expected``, ``low``, ``high``.
    groups : DataFrame
        Where everybody is: ``job_role`` and ``tenure_band``, as far as they are known.
    min_group : int
        The smallest group that is shown.
    hidden : collection of (level, unit)
        Units that another table of the report hides.

    Returns
    -------
    DataFrame
        The rows that may be shown, in reading order, with ``order``.
    """
    table = expected[expected["level"].isin(LEVELS)]
    closed = {*hidden, *_hidden_parts(groups, "job_role", min_group), *_hidden_parts(groups, "tenure_band", min_group)}
    is_shown = [unit not in closed for unit in zip(table["level"], table["unit"].astype(str), strict=True)]
    shown = round_to_whole(table[is_shown].astype({"unit": str}))
    bands = [name for _, name in TENURE_BANDS]
    within = shown["unit"].map(lambda unit: bands.index(unit) if unit in bands else len(bands))
    order = shown["level"].map(list(LEVELS).index) * 100 + within
    return shown.assign(order=order).sort_values(["order", "unit", "horizon_months"], kind="stable")


def with_tenure_bands(inputs: ReportInputs) -> pd.DataFrame:
    """Return the table of expected numbers with those of tenure bands, whose ranges are as wide as those of roles."""
    if "tenure_band" not in inputs.groups:
        return inputs.expected_leavers
    scores = inputs.scores[["agent_id", "as_of", "horizon_months", "risk"]]
    bands = inputs.groups[["agent_id"]].assign(as_of=scores["as_of"].iloc[0], job_role=inputs.groups["tenure_band"])
    table = expected_leavers(scores, bands)
    bands = table[table["level"] == "job_role"].assign(level="tenure_band")
    return pd.concat([inputs.expected_leavers, bands], ignore_index=True)


def _hidden_parts(groups: pd.DataFrame, column: str, min_group: int) -> set[Unit]:
    """Return the groups of a column that are hidden, beside the centre whose whole they make up."""
    if column not in groups:
        return set()
    counts = groups[column].fillna("").astype(str).value_counts()
    people = {str(name): int(count) for name, count in counts.items()}
    return {(column, name) for name in parts_to_hide(people, min_group)}


def _by_month(horizons: pd.DataFrame, level: str, unit: str) -> pd.DataFrame:
    """Return one unit's months from its numbers at the horizons."""
    headcount = float(horizons["headcount"].iloc[0])
    months = np.arange(1, int(horizons.index.max()) + 1)
    ends = {name: _between(horizons[name], headcount, months) for name in ("expected", "low", "high")}
    expected = np.diff(ends["expected"], prepend=0.0)
    ranges = np.array([_range(number, headcount, level) for number in expected])
    first = horizons.index.min()
    if first == 1:  # of the first month the report has the range itself
        ranges[0] = horizons.loc[first, ["low", "high"]]
    return pd.DataFrame(
        {
            "level": level,
            "unit": unit,
            "months_ahead": months,
            "expected": expected,
            "low": ranges[:, 0],
            "high": ranges[:, 1],
            "by_then": ends["expected"],
            "by_then_low": ends["low"],
            "by_then_high": ends["high"],
        }
    )


def _between(numbers: pd.Series, headcount: float, months: np.ndarray) -> np.ndarray:
    """Return numbers of leavers by each month: those who stay fall by the same factor in each month to a horizon.

    Examples
    --------
    >>> _between(pd.Series([19.0], index=[2]), 100.0, np.arange(1, 3)).round(6).tolist()
    [10.0, 19.0]
    """
    knots = np.r_[0, numbers.index.to_numpy()]
    staying = np.r_[headcount, np.maximum(headcount - numbers.to_numpy(dtype=float), 1e-9)]
    return headcount - np.exp(np.interp(months, knots, np.log(staying)))


def _range(expected: float, headcount: float, level: str) -> tuple[float, float]:
    """Return the range of the number in one month, from the published number alone: everybody at the same risk."""
    if expected <= 0:
        return 0.0, 0.0
    error = CountErrors().deviation("job_role" if level == "tenure_band" else level, 1)
    people = max(int(headcount), 1)
    return count_interval(np.full(people, min(expected / people, 1.0)), error)
