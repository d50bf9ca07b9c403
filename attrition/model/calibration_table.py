"""Mean risk and rate of resigning in groups of similar risks, with the range that right risks show by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.model.chance import DrawnResignations, draw_resignations
from attrition.model.metrics import LabelledScores

BINS = 10
COVERAGE = 0.95
DRAWS = 400


def calibration_table(scores: LabelledScores, *, horizon: int, bins: int = BINS) -> pd.DataFrame:
    """Return mean risk and rate of resigning in bins of about equal size; fewer where many risks are equal.

    Parameters
    ----------
    scores : LabelledScores
        Agent-months of one horizon with mature labels; there may be none.
    horizon : int
        Months ahead.
    bins : int
        Largest number of bins.

    Returns
    -------
    DataFrame
        expected (mean risk), observed (rate of resigning), rows, low and high; from the lowest risk up. If the risks
        are right, 95 % of the rates of a bin lie from low to high: each agent resigns once at most
        (`attrition.model.chance`), so agent-months are not taken as independent.

    Examples
    --------
    >>> risk = np.repeat([0.1, 0.3], 100)
    >>> agent, month = np.arange(200).astype(str), np.full(200, np.datetime64("2026-01-31"))
    >>> label = (np.arange(200) % 5 == 0).astype(float)
    >>> calibration_table(LabelledScores(label, risk, agent, month), horizon=3, bins=2).round(1).values.tolist()
    [[0.1, 0.2, 100.0, 0.0, 0.2], [0.3, 0.2, 100.0, 0.2, 0.4]]
    """
    if not len(scores.risk):
        return pd.DataFrame(columns=["expected", "observed", "rows", "low", "high"], dtype=float)
    group = pd.qcut(pd.Series(scores.risk), bins, labels=False, duplicates="drop").fillna(0).to_numpy(dtype=int)
    columns = {"expected": scores.risk, "observed": scores.label, "rows": 1.0}
    table = pd.DataFrame(columns).groupby(group).agg({"expected": "mean", "observed": "mean", "rows": "sum"})
    drawn = draw_resignations(scores, horizon=horizon, draws=DRAWS)
    low, high = chance_ratios(drawn, group[drawn.source], int(group.max()) + 1)
    table = table.assign(low=table["expected"] * low[table.index], high=table["expected"] * high[table.index])
    return table.reset_index(drop=True)


def month_ranges(scores: LabelledScores, *, horizon: int) -> pd.DataFrame:
    """Return the range of each month's rate of resigning that right risks show by chance: as_of, low and high."""
    months, month = np.unique(scores.month, return_inverse=True)
    drawn = draw_resignations(scores, horizon=horizon, draws=DRAWS)
    low, high = chance_ratios(drawn, month[drawn.source], len(months))
    expected = np.bincount(month, scores.risk) / np.bincount(month)
    return pd.DataFrame({"as_of": months, "low": expected * low, "high": expected * high})


def chance_ratios(drawn: DrawnResignations, group: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the range of observed over expected in each group of agent-months that holds 95 % of the draws."""
    sums = drawn.sums_by(group, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.nan_to_num(sums.resigned / sums.expected, nan=1.0)
    low, high = np.quantile(ratios, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2], axis=0)
    return low, high
