"""Stratified randomisation: assigns agents to arms, in exact shares within strata of site and risk band."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pandas as pd

TREATED, CONTROL = "treated", "control"
SMALLEST_STRATUM, SMALLEST_ARM = 8, 2
POOLED = "several sites"
REST = "everybody else"
POOLING_RULE = (
    "A site's band with fewer than {least} agents is pooled with the same band of other such sites; what then still "
    "has fewer than {least} is pooled as one stratum."
)


def smallest_stratum(share: float) -> int:
    """Give the fewest agents of a stratum: 8, or as many as are needed for two agents in the smaller arm.

    Examples
    --------
    >>> smallest_stratum(0.5), smallest_stratum(0.1)
    (8, 20)
    """
    return max(SMALLEST_STRATUM, math.ceil(SMALLEST_ARM / min(share, 1.0 - share)))


def strata(agents: pd.DataFrame, *, least: int = SMALLEST_STRATUM) -> pd.Series:
    """Give the stratum of each agent: site and band, small ones pooled by `POOLING_RULE`.

    Parameters
    ----------
    agents : DataFrame
        ``site`` (may be null) and ``band``, one row per agent.
    least : int
        Fewest agents of a stratum.

    Examples
    --------
    >>> agents = pd.DataFrame({"site": ["A"] * 8 + ["B"] * 5 + ["C"] * 4, "band": "high"})
    >>> strata(agents).value_counts().to_dict()
    {'several sites, high': 9, 'A, high': 8}
    """
    band = agents["band"].astype(str)
    unpooled = agents["site"].astype("string").fillna("no site").astype(str) + ", " + band
    pooled = unpooled.where(_size(unpooled) >= least, POOLED + ", " + band)
    return pooled.where(_size(pooled) >= least, REST).rename("stratum")


def assign_arms(stratum: pd.Series, *, share: float, seed: int) -> pd.Series:
    """Assign agents to arms: in every stratum the given share is treated, rounded up or down at random.

    Parameters
    ----------
    stratum : Series
        One entry per agent, in an order that is always the same (by agent number).
    share : float
        Above 0 and below 1: every agent's probability of treatment.
    seed : int
        The same seed gives the same assignment.

    Returns
    -------
    Series of str
        ``treated`` or ``control``; over all strata the treated are the share, rounded up or down.

    Examples
    --------
    >>> arm = assign_arms(pd.Series(["A"] * 8 + ["B"] * 8), share=0.25, seed=1)
    >>> (arm == "treated").groupby(["A"] * 8 + ["B"] * 8).sum().to_dict()
    {'A': 2, 'B': 2}
    """
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.array(sorted(stratum.unique()), dtype=object))
    sizes = stratum.value_counts()
    cumulative = np.floor(np.cumsum([0.0, *(sizes[name] * share for name in names)]) + rng.random() + 1e-9)
    arm = pd.Series(CONTROL, index=stratum.index, name="arm")
    for name, treated in zip(names, np.diff(cumulative).astype(int), strict=True):
        rows = stratum.index[stratum == name]
        arm.loc[rng.permutation(rows.to_numpy())[:treated]] = TREATED
    return arm


def pilot_seed(name: str, intervention: str, as_of: str, agents: pd.Series) -> int:
    """Give the seed of a pilot: a hash of its name, intervention, month and agents, so that it cannot be redrawn."""
    content = "\n".join([name, intervention, as_of, *sorted(agents.astype(str))])
    return int.from_bytes(hashlib.sha256(content.encode("utf-8")).digest()[:6], "big")


def _size(stratum: pd.Series) -> pd.Series:
    return stratum.groupby(stratum).transform("size")
