"""Who an agent is compared with: same month, site, role and tenure band, leaving the agent out, widened where too few.

The stated rule: where fewer than 20 others share site, role and tenure band, the tenure band is dropped,
then the role, then the site. An agent without any colleague in the month has no peers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

AT_LEAST = 20
"""Fewest other agents that make a peer group."""

LEVELS = (("site", "job_role", "tenure_band"), ("site", "job_role"), ("site",), ())


@dataclass(frozen=True, eq=False)
class Peers:
    """Peer groups of n agent-months.

    Parameters
    ----------
    codes : array of int, shape (levels, n)
        Group of each row at each level of `LEVELS`, narrowest first.
    level : array of int, shape (n,)
        Index of the level that counts for each row.
    count : array of int, shape (n,)
        Number of other agents in that group.
    """

    codes: np.ndarray
    level: np.ndarray
    count: np.ndarray

    @property
    def names(self) -> np.ndarray:
        """What each row's peers share: ``site+job_role+tenure_band``, ..., ``centre``."""
        words, codes = self.named
        return np.array(words)[codes]

    @property
    def named(self) -> tuple[list[str], np.ndarray]:
        """Give the names there are, and which of them each row has."""
        return ["+".join(columns) or "centre" for columns in LEVELS], self.level

    def mean(self, values: pd.DataFrame) -> np.ndarray:
        """Mean of the other agents in each row's group, shape (n, columns); NaN without peers."""
        own = values.to_numpy(dtype=float)
        sums = self._of_groups(own.shape, lambda codes: values.groupby(codes).sum().to_numpy())
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.count[:, None] > 0, (sums - own) / self.count[:, None], np.nan)

    def median(self, values: pd.DataFrame) -> np.ndarray:
        """Median of each row's whole group, the agent included, shape (n, columns); nulls are left out."""
        return self._of_groups(values.shape, lambda codes: values.groupby(codes).median().to_numpy())

    def most_common(self, values: pd.Series) -> np.ndarray:
        """Most common text of each row's whole group (ties: first in the alphabet); None where nothing is known."""
        place, words = pd.factorize(values.astype(object), sort=True)
        typical = self._of_groups((len(place), 1), lambda codes: _modes(place, codes, len(words))[:, None])[:, 0]
        return np.array([*words, None], dtype=object)[typical.astype(np.intp)]

    def _of_groups(self, shape: tuple[int, ...], tell: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Give each row what `tell` says of its group; only levels that count for some row are told."""
        found = np.empty(shape)
        for level in np.unique(self.level):
            rows, codes = np.flatnonzero(self.level == level), self.codes[level]
            found[rows] = tell(codes)[codes[rows]]
        return found


def peers(groups: pd.DataFrame, *, at_least: int = AT_LEAST) -> Peers:
    """Find each agent-month's peers.

    Parameters
    ----------
    groups : DataFrame
        One row per agent-month with ``as_of`` and those of ``site``, ``job_role``, ``tenure_band`` the site has.
    at_least : int
        Fewest other agents that make a group.
    """
    codes = np.stack([_codes(groups, columns) for columns in LEVELS])
    others = np.stack([np.bincount(row, minlength=1)[row] - 1 if len(row) else row for row in codes])
    enough = others >= at_least
    level = np.where(enough.any(axis=0), enough.argmax(axis=0), len(LEVELS) - 1)
    return Peers(codes=codes, level=level, count=others[level, np.arange(len(groups))])


def _codes(groups: pd.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    keys = ["as_of", *(column for column in columns if column in groups)]
    return groups.groupby(keys, dropna=False, sort=True).ngroup().to_numpy()


def _modes(place: np.ndarray, codes: np.ndarray, words: int) -> np.ndarray:
    """Find each group's most common word by its place among the sorted words; -1 where nothing is known."""
    known, groups = place >= 0, codes.max(initial=-1) + 1
    if words == 0:
        return np.full(groups, -1)
    counts = np.bincount(codes[known] * words + place[known], minlength=groups * words).reshape(groups, words)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), -1)
