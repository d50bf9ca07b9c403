"""One column by month against the months a model was trained on: its values, or the share of agents with a flag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom

from attrition.monitor.stability import CHANCE, Bins, index_by_chance, stability_index

COLUMNS = ["as_of", "agents", "amount", "limit", "is_over"]


@dataclass(frozen=True, eq=False)
class WatchedMonths:
    """To which month and agent each row of a panel belongs, worked out once for all of its columns."""

    month: np.ndarray
    """Per row, the place of its month among `ends`."""
    ends: np.ndarray
    agent: np.ndarray
    """Per row, a number of its agent."""
    is_reference: np.ndarray
    """Per row, whether its month is one that a model was trained on."""

    @classmethod
    def of(cls, keys: pd.DataFrame, is_reference: np.ndarray) -> WatchedMonths:
        """Return the months of rows with ``agent_id`` and ``as_of``, some of which are of training months."""
        month, ends = pd.factorize(keys["as_of"], sort=True)
        return cls(month, np.asarray(ends), pd.factorize(keys["agent_id"])[0], is_reference)

    @property
    def is_trained(self) -> np.ndarray:
        """Per month, whether a model was trained on it."""
        return np.isin(np.arange(len(self.ends)), self.month[self.is_reference])

    def agents_among(self, rows: np.ndarray) -> int:
        """Return how many agents some of the rows are of."""
        return int(np.count_nonzero(np.bincount(self.agent[rows])))


def index_by_month(values: pd.Series, months: WatchedMonths, *, limit: float) -> pd.DataFrame:
    """Return the stability index of each month that is not among the reference, and the limit it is held against.

    Parameters
    ----------
    values : Series
        One column of the panel, or a score; blanks are left out.
    months : WatchedMonths
        Those of the same rows.
    limit : float
        Index below which nothing is made of a difference.

    Returns
    -------
    DataFrame
        ``as_of``, ``agents`` (with a value), ``amount`` (the index), ``limit`` (`limit`, or the largest
        index of a reference month with what chance adds, if that is larger), ``is_over``.

    Examples
    --------
    >>> ends = pd.to_datetime(["2026-01-31"] * 200 + ["2026-02-28"] * 200 + ["2026-03-31"] * 200)
    >>> keys = pd.DataFrame({"agent_id": [*range(200)] * 3, "as_of": ends})
    >>> pay = pd.Series([*range(200), *range(200), *range(150, 350)])
    >>> index_by_month(pay, WatchedMonths.of(keys, np.arange(600) < 400), limit=0.25)["is_over"].tolist()
    [True]
    """
    bins, has_value = Bins.of(values[months.is_reference]), values.notna().to_numpy()
    cells = months.month[has_value] * bins.size + bins.places(values[has_value])
    counts = np.bincount(cells, minlength=len(months.ends) * bins.size).reshape(len(months.ends), bins.size)
    agents, is_trained = counts.sum(axis=1), months.is_trained
    indices = stability_index(counts[is_trained].sum(axis=0), counts)
    usual = indices[is_trained].max(initial=0.0)
    chance = index_by_chance(bins.size, agents, months.agents_among(months.is_reference & has_value))
    watched = ~is_trained & (agents > 0)
    return _compared(months.ends, agents, indices, np.maximum(limit, usual + chance), watched)


def share_by_month(flag: pd.Series, months: WatchedMonths, *, rise: float) -> pd.DataFrame:
    """Return the share of agents with a flag in each month that is not among the reference, and its limit.

    The limit is `rise` above the largest share of a reference month, or what chance gives where that is more.

    Examples
    --------
    >>> ends = pd.to_datetime(["2026-01-31"] * 100 + ["2026-02-28"] * 100)
    >>> months = WatchedMonths.of(pd.DataFrame({"agent_id": range(200), "as_of": ends}), np.arange(200) < 100)
    >>> blank = pd.Series([False] * 95 + [True] * 5 + [False] * 60 + [True] * 40)
    >>> share_by_month(blank, months, rise=0.1)[["amount", "limit"]].round(2).values
    array([[0.4 , 0.15]])
    """
    sizes = np.bincount(months.month)
    shares, is_trained = np.bincount(months.month, weights=flag.to_numpy(dtype=float)) / sizes, months.is_trained
    usual = shares[is_trained].max(initial=0.0)
    by_chance = binom.ppf(1.0 - CHANCE, sizes, np.clip(usual, 1.0 / sizes, 0.5)) / sizes
    return _compared(months.ends, sizes, shares, np.maximum(usual + rise, by_chance), ~is_trained)


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


def _compared(
    ends: np.ndarray, agents: np.ndarray, amounts: np.ndarray, limits: np.ndarray, watched: np.ndarray
) -> pd.DataFrame:
    """Return the watched of the months, each amount beside its limit."""
    columns = (ends, agents, amounts, limits, amounts > limits)
    return pd.DataFrame({name: column[watched] for name, column in zip(COLUMNS, columns, strict=True)})
