"""One column by month against the months a model was trained on: its values, or the share of agents with a flag."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binom

from attrition.monitor.stability import CHANCE, Bins, index_by_chance, stability_index

COLUMNS = ["as_of", "agents", "amount", "limit", "is_over"]


def index_by_month(values: pd.Series, keys: pd.DataFrame, *, is_reference: np.ndarray, limit: float) -> pd.DataFrame:
    """Return the stability index of each month that is not among the reference, and the limit it is held against.

    Parameters
    ----------
    values : Series
        One column of the panel, or a score; blanks are left out.
    keys : DataFrame
        ``agent_id`` and ``as_of`` of the same rows.
    is_reference : ndarray of bool
        The rows of the months a model was trained on.
    limit : float
        Index below which nothing is made of a difference.

    Returns
    -------
    DataFrame
        ``as_of``, ``agents`` (with a value), ``amount`` (the index), ``limit`` (`limit`, or the largest
        index of a reference month with what chance adds, if that is larger), ``is_over``.

    Examples
    --------
    >>> months = pd.to_datetime(["2026-01-31"] * 200 + ["2026-02-28"] * 200 + ["2026-03-31"] * 200)
    >>> keys = pd.DataFrame({"agent_id": [*range(200)] * 3, "as_of": months})
    >>> pay = pd.Series([*range(200), *range(200), *range(150, 350)])
    >>> index_by_month(pay, keys, is_reference=np.arange(600) < 400, limit=0.25)["is_over"].tolist()
    [True]
    """
    bins, has_value = Bins.of(values[is_reference]), values.notna().to_numpy()
    codes, months = pd.factorize(keys["as_of"], sort=True)
    cells = codes[has_value] * bins.size + bins.places(values[has_value])
    counts = np.bincount(cells, minlength=len(months) * bins.size).reshape(len(months), bins.size)
    is_trained = np.isin(np.arange(len(months)), codes[is_reference])
    pooled = counts[is_trained].sum(axis=0)
    indices = [stability_index(pooled, month) for month in counts]
    usual = max((index for index, trained in zip(indices, is_trained, strict=True) if trained), default=0.0)
    reference_agents = keys.loc[is_reference & has_value, "agent_id"].nunique()
    rows = []
    for number in map(int, np.flatnonzero(~is_trained & (counts.sum(axis=1) > 0))):
        agents = int(counts[number].sum())
        chance = index_by_chance(bins.size, agents, reference_agents)
        rows.append((months[number], agents, indices[number], max(limit, usual + chance)))
    return _with_verdict(rows)


def share_by_month(flag: pd.Series, months: pd.Series, *, is_reference: np.ndarray, rise: float) -> pd.DataFrame:
    """Return the share of agents with a flag in each month that is not among the reference, and its limit.

    The limit is `rise` above the largest share of a reference month, or what chance gives where that is more.

    Examples
    --------
    >>> months = pd.Series(pd.to_datetime(["2026-01-31"] * 100 + ["2026-02-28"] * 100))
    >>> blank = pd.Series([False] * 95 + [True] * 5 + [False] * 60 + [True] * 40)
    >>> share_by_month(blank, months, is_reference=np.arange(200) < 100, rise=0.1)[["amount", "limit"]].round(2).values
    array([[0.4 , 0.15]])
    """
    codes, ends = pd.factorize(months, sort=True)
    sizes = np.bincount(codes)
    shares = np.bincount(codes, weights=flag.to_numpy(dtype=float)) / sizes
    is_trained = np.isin(np.arange(len(ends)), codes[is_reference])
    usual = float(shares[is_trained].max()) if is_trained.any() else 0.0
    rows = []
    for number in map(int, np.flatnonzero(~is_trained)):
        typical = min(max(usual, 1.0 / sizes[number]), 0.5)
        by_chance = float(binom.ppf(1.0 - CHANCE, sizes[number], typical)) / sizes[number]
        rows.append((ends[number], int(sizes[number]), float(shares[number]), max(usual + rise, by_chance)))
    return _with_verdict(rows)


def standing_since(months: pd.DataFrame, *, at_least: int) -> pd.Timestamp | None:
    """Return the first of the latest months in a row that are over their limit; None where they are fewer.

    Examples
    --------
    >>> months = pd.DataFrame({"as_of": pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"])})
    >>> f"{standing_since(months.assign(is_over=[False, True, True]), at_least=2):%Y-%m}"
    '2026-02'
    >>> standing_since(months.assign(is_over=[True, False, True]), at_least=2)
    """
    ordered = months.sort_values("as_of")
    over = ordered["is_over"].to_numpy(dtype=bool)
    in_a_row = int((~over[::-1]).argmax()) if not over.all() else len(over)
    return ordered["as_of"].iloc[-in_a_row] if in_a_row >= max(at_least, 1) else None


def _with_verdict(rows: list[tuple[object, int, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    return table.assign(is_over=table["amount"] > table["limit"])
