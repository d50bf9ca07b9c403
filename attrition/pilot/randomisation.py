"""Stratified randomisation: assigns agents to arms at random, in fixed shares within strata of site and risk band."""

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
    "A site's band with fewer than {min_agents} agents is pooled with the same band of other such sites; what then "
    "still has fewer than {min_agents} is pooled as one stratum."
)


def smallest_stratum(share: float) -> int:
    """Return the smallest number of agents of a stratum: 8, or what is needed for two agents in the smaller arm.

    Examples
    --------
    >>> smallest_stratum(0.5), smallest_stratum(0.1)
    (8, 20)
    """
    return max(SMALLEST_STRATUM, math.ceil(SMALLEST_ARM / min(share, 1.0 - share)))


def strata(agents: pd.DataFrame, *, min_agents: int = SMALLEST_STRATUM) -> pd.Series:
    """Return the stratum of each agent: site and band, with small strata pooled by `POOLING_RULE`.

    Parameters
    ----------
    agents : DataFrame
        ``site`` (may be null) and ``band``, one row per agent.
    min_agents : int
        Smaller strata are pooled.

    Examples
    --------
    >>> agents = pd.DataFrame({"site": ["A"] * 8 + ["B"] * 5 + ["C"] * 4, "band": "high"})
    >>> strata(agents).value_counts().to_dict()
    {'several sites, high': 9, 'A, high': 8}
    """
    band = agents["band"].astype(str)
    unpooled = agents["site"].astype("string").fillna("no site").astype(str) + ", " + band
    pooled = unpooled.where(_size(unpooled) >= min_agents, POOLED + ", " + band)
    return pooled.where(_size(pooled) >= min_agents, REST).rename("stratum")


def assign_arms(stratum: pd.Series, *, share: float, seed: int) -> pd.Series:
    """Return a random assignment of agents to arms, with the share `share` of every stratum treated.

    Where the share of a stratum is no whole number of agents, it is rounded up or down at random.

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
    """Return the seed of a pilot: a hash of its name, intervention, month and agents.

    Since the seed cannot be chosen, nobody can repeat the draw until they like its result.
    """
    content = "\n".join([name, intervention, as_of, *sorted(agents.astype(str))])
    return int.from_bytes(hashlib.sha256(content.encode("utf-8")).digest()[:6], "big")


def _size(stratum: pd.Series) -> pd.Series:
    """Return the size of each agent's stratum."""
    return stratum.groupby(stratum).transform("size")
