"""Who an agent is compared with: same month, site, role and tenure band, leaving the agent out, widened where too few.

The stated rule: where fewer than 20 others share site, role and tenure band, the tenure band is dropped,
then the role, then the site. An agent without any colleague in the month has no peers.
"""

from __future__ import annotations

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
        sums = self._pick([values.groupby(codes).transform("sum").to_numpy() for codes in self.codes])
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.count[:, None] > 0, (sums - own) / self.count[:, None], np.nan)

    def median(self, values: pd.DataFrame) -> np.ndarray:
        """Median of each row's whole group, the agent included, shape (n, columns); nulls are left out."""
        return self._pick([values.groupby(codes).transform("median").to_numpy() for codes in self.codes])

    def most_common(self, values: pd.Series) -> np.ndarray:
        """Most common text of each row's whole group (ties: first in the alphabet); None where nothing is known."""
        return self._pick([_modes(values, codes)[:, None] for codes in self.codes])[:, 0]

    def _pick(self, by_level: list[np.ndarray]) -> np.ndarray:
        return np.stack(by_level)[self.level, np.arange(len(self.level))]


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


def _modes(values: pd.Series, codes: np.ndarray) -> np.ndarray:
    known = pd.DataFrame({"code": codes, "value": values.to_numpy()}).dropna()
    counts = known.groupby(["code", "value"]).size().reset_index(name="rows")
    first = counts.sort_values(["rows", "value"], ascending=[False, True]).drop_duplicates("code")
    found = pd.Series(codes).map(first.set_index("code")["value"]).astype(object)
    return found.where(found.notna(), None).to_numpy()
