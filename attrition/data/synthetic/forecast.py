"""Learn from the simulated months how contributions develop, and forecast the probability of resigning from them.

The forecast is the oracle's in worlds whose persistence is not stated. For each number of months ahead, the sum of the
contributions of those still there is regressed on the contributions now, tenure and the calendar; frailty, tenure and
the climate of the months ahead are known, since the oracle knows the hazards that were in force.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import hazard, parameters
from attrition.data.synthetic.frames import Frame

DAYS_A_MONTH = 30.44
BINS = 10
EARLY_DAYS = 365
"""Tenure until which contributions develop differently from later ones."""


def monthly_hazards(rows: Frame, climate: NDArray, *, months: int) -> Iterator[NDArray]:
    """Yield the expected hazard of resigning of each row, in the month after it and in those after that.

    Parameters
    ----------
    rows : Frame
        Agents at month-ends, as `truth.month_end_truth` returns them.
    climate : ndarray of shape (months from the first of the rows on, sites)
        The climate of each month of the rows, and of at least `months` more.
    months : int
        Number of months ahead.

    Yields
    ------
    ndarray of shape (rows,)
        The hazard of the month that lies 0, 1, ... months beyond the next, for those who are still there.
    """
    for ahead in range(months):
        log_rate = _known_part(rows, climate, ahead) + _contributions_ahead(rows, climate, ahead)
        yield np.exp(log_rate) + parameters.SHOCK_RATE


def _known_part(rows: Frame, climate: NDArray, ahead: int) -> NDArray:
    """Return the part of the log-hazard that tenure, frailty and climate make up some months ahead."""
    month = rows["month"] - rows["month"].min() + ahead
    tenure = hazard.baseline(rows["tenure_days"] + DAYS_A_MONTH * ahead)
    return np.asarray(tenure + rows["frailty"] + climate[month, rows["site"].astype(int)])


def _contributions_ahead(rows: Frame, climate: NDArray, ahead: int) -> NDArray:
    """Return the expected sum of contributions some months ahead, so that hazards are right on average."""
    total = np.sum([rows[family].astype(float) for family in parameters.FAMILIES], axis=0)
    if ahead == 0:
        return total
    now, later = _pairs(rows, ahead)
    columns = _columns(rows)
    expected = columns @ np.linalg.lstsq(columns[now], total[later], rcond=None)[0]
    weight = np.exp(_known_part(rows, climate, ahead))
    edges = np.quantile(expected[now], np.linspace(0, 1, BINS + 1)[1:-1])
    pair_bin = np.searchsorted(edges, expected[now])
    actual = np.bincount(pair_bin, weight[now] * np.exp(total[later]), minlength=BINS)
    predicted = np.bincount(pair_bin, weight[now] * np.exp(expected[now]), minlength=BINS)
    return np.asarray(expected + np.log(actual / predicted)[np.searchsorted(edges, expected)])


def _pairs(rows: Frame, ahead: int) -> tuple[NDArray, NDArray]:
    """Return the positions of rows, and of the same spells so many months later, where there is such a row."""
    last = int(rows["month"].max()) + ahead + 1
    key = rows["spell"].astype(np.int64) * last + rows["month"].astype(np.int64)
    order = np.argsort(key)
    position = np.minimum(np.searchsorted(key[order], key + ahead), len(key) - 1)
    is_there = key[order][position] == key + ahead
    return np.flatnonzero(is_there), order[position[is_there]]


def _columns(rows: Frame) -> NDArray:
    """Return what the regression sees: contributions, also of those with little tenure alone, tenure, the calendar."""
    parts = np.stack([rows[family].astype(float) for family in parameters.FAMILIES], axis=1)
    is_early = (rows["tenure_days"] < EARLY_DAYS)[:, None]
    band = np.searchsorted(parameters.TENURE_DAYS, rows["tenure_days"] + 15, side="right")
    indicators = [band[:, None] == np.unique(band), (rows["month"] % 12)[:, None] == np.arange(11)]
    return np.concatenate([parts, parts * is_early, *(part.astype(float) for part in indicators)], axis=1)
