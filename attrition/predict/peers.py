"""Peer groups: the other agents of the same month, site, role and tenure band, widened where there are too few.

Where fewer than 20 others share site, role and tenure band, the tenure band is ignored, then the role, then the site.
An agent without any colleague in the month has no peers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from attrition.model.row_blocks import in_blocks

if TYPE_CHECKING:
    from pandas.core.groupby import DataFrameGroupBy

MINIMUM_PEERS = 20
"""A group with fewer other agents than this is widened."""

LEVELS = (("site", "job_role", "tenure_band"), ("site", "job_role"), ("site",), ())
"""Columns that the agents of a group share, narrowest group first; the last level is the whole centre."""


class ByGroup(NamedTuple):
    """Numbers of groups, shape (groups, columns), and the index of each row's group, shape (n,)."""

    of_group: np.ndarray
    group: np.ndarray


@dataclass(frozen=True, eq=False)
class Peers:
    """Peer groups of n agent-months.

    Parameters
    ----------
    codes : array of int, shape (levels, n)
        Code of each row's group at each level of `LEVELS`.
    level : array of int, shape (n,)
        Index in `LEVELS` of the narrowest level with enough others for the row, or of the last.
    count : array of int, shape (n,)
        Number of other agents in that group.
    """

    codes: np.ndarray
    level: np.ndarray
    count: np.ndarray

    @property
    def names(self) -> np.ndarray:
        """The columns that each row's peers share: ``site+job_role+tenure_band``, ..., ``centre``."""
        names, codes = self.codes_of_names
        return np.array(names)[codes]

    @property
    def codes_of_names(self) -> tuple[list[str], np.ndarray]:
        """The possible names, and the index of each row's name."""
        return ["+".join(columns) or "centre" for columns in LEVELS], self.level

    def mean(self, values: pd.DataFrame) -> np.ndarray:
        """Return the mean of the other agents of each row's group, shape (n, columns); NaN without peers."""
        numbers, sums = values.to_numpy(dtype=float), self.sums_of_groups(values)
        mean = np.empty(numbers.shape)

        def fill(rows: slice) -> None:
            mean[rows] = self.mean_of_rows(rows, numbers, sums)

        in_blocks(fill, len(mean))
        return mean

    def mean_of_rows(self, rows: slice, numbers: np.ndarray, sums: ByGroup) -> np.ndarray:
        """Return what `mean` does for some of its rows, from the numbers of all and the sums of their groups."""
        others = sums.of_group[sums.group[rows]] - numbers[rows]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.count[rows, None] > 0, others / self.count[rows, None], np.nan)

    def sums_of_groups(self, values: pd.DataFrame) -> ByGroup:
        """Return the sums of the groups, each row's agent included."""
        return self._by_group(values, lambda grouped: grouped.sum().to_numpy())

    def medians_of_groups(self, values: pd.DataFrame) -> ByGroup:
        """Return the medians of the groups, each row's agent included; nulls are left out."""
        return self._by_group(values, lambda grouped: grouped.median().to_numpy())

    def median(self, values: pd.DataFrame) -> np.ndarray:
        """Return the median of each row's whole group, the agent included, shape (n, columns); nulls are left out."""
        medians = self.medians_of_groups(values)
        return medians.of_group[medians.group]

    def most_common(self, values: pd.Series) -> np.ndarray:
        """Return the most common text of each row's whole group (ties: alphabetical); None where all are unknown."""
        codes, categories = pd.factorize(values.astype(object), sort=True)
        modes = np.empty(len(codes), dtype=np.intp)
        for level in np.unique(self.level):
            rows, groups = np.flatnonzero(self.level == level), self.codes[level]
            modes[rows] = _modes(codes, groups, len(categories))[groups[rows]]
        return np.array([*categories, None], dtype=object)[modes]

    def _by_group(self, values: pd.DataFrame, aggregate: Callable[[DataFrameGroupBy], np.ndarray]) -> ByGroup:
        """Return an aggregate of the groups that are the narrowest with enough others for some row."""
        tables, group_of_row, count = [np.empty((0, values.shape[1]))], np.empty(len(values), dtype=np.intp), 0
        for level in np.unique(self.level):
            rows, codes = np.flatnonzero(self.level == level), self.codes[level]
            # Two groups at least: the sum of a group that stands alone may have other last bits.
            wanted = np.union1d(codes[rows], np.unique(codes)[:2])
            members = np.flatnonzero(np.isin(codes, wanted))
            part = values if len(members) == len(values) else values.take(members)
            tables.append(aggregate(part.groupby(codes[members])))
            group_of_row[rows] = count + np.searchsorted(wanted, codes[rows])
            count += len(wanted)
        return ByGroup(np.concatenate(tables), group_of_row)


def peers(groups: pd.DataFrame, *, min_peers: int = MINIMUM_PEERS) -> Peers:
    """Return each agent-month's peer group.

    Parameters
    ----------
    groups : DataFrame
        One row per agent-month: ``as_of`` and whichever of ``site``, ``job_role``, ``tenure_band`` are known.
    min_peers : int
        Smallest number of other agents in a group; where even the whole centre has fewer, that is the group.
    """
    codes = np.stack([_codes(groups, columns) for columns in LEVELS])
    others = np.stack([_group_sizes(codes_of_level) - 1 for codes_of_level in codes])
    is_enough = others >= min_peers
    level = np.where(is_enough.any(axis=0), is_enough.argmax(axis=0), len(LEVELS) - 1)
    return Peers(codes=codes, level=level, count=others[level, np.arange(len(groups))])


def _group_sizes(codes: np.ndarray) -> np.ndarray:
    """Return the size of each row's group."""
    return np.bincount(codes, minlength=1)[codes] if len(codes) else codes


def _codes(groups: pd.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    """Return the code of each row's group of month and those of `columns` that are known."""
    keys = ["as_of", *(column for column in columns if column in groups)]
    return groups.groupby(keys, dropna=False, sort=True).ngroup().to_numpy()


def _modes(codes: np.ndarray, groups: np.ndarray, categories: int) -> np.ndarray:
    """Return the code of each group's most common category; -1 where all are unknown."""
    is_known, count = codes >= 0, groups.max(initial=-1) + 1
    if categories == 0:
        return np.full(count, -1)
    cells = groups[is_known] * categories + codes[is_known]
    counts = np.bincount(cells, minlength=count * categories).reshape(count, categories)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), -1)
