"""Draw by lot who is offered an intervention, exactly in shares within strata of site and risk band."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pandas as pd

TREATED, CONTROL = "treated", "control"
SMALLEST_STRATUM, FEWEST_OF_AN_ARM = 8, 2
POOLED = "several sites"
REST = "everybody else"
POOLING_RULE = (
    "A site's band with fewer than {least} agents is drawn together with the same band of other small ones; what is "
    "then still fewer than {least} is drawn together as one."
)


def smallest_stratum(share: float) -> int:
    """Give how many agents make a stratum: 8, or as many as give both arms two where one arm is small.

    Examples
    --------
    >>> smallest_stratum(0.5), smallest_stratum(0.1)
    (8, 20)
    """
    return max(SMALLEST_STRATUM, math.ceil(FEWEST_OF_AN_ARM / min(share, 1.0 - share)))


def strata(agents: pd.DataFrame, *, least: int = SMALLEST_STRATUM) -> pd.Series:
    """Name the stratum of each agent: site and band, small ones pooled by `POOLING_RULE`.

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
    own = agents["site"].astype("string").fillna("no site").astype(str) + ", " + band
    pooled = own.where(_size(own) >= least, POOLED + ", " + band)
    return pooled.where(_size(pooled) >= least, REST).rename("stratum")


def assign_arms(stratum: pd.Series, *, share: float, seed: int) -> pd.Series:
    """Draw who is treated: in every stratum that share of agents, rounded up or down by lot.

    Parameters
    ----------
    stratum : Series
        One entry per agent, in an order that is always the same (by agent number).
    share : float
        Above 0 and below 1. Everybody's chance to be drawn is this share.
    seed : int
        Same seed, same lots.

    Returns
    -------
    Series of str
        ``treated`` or ``control``; the treated of all strata together are the share, rounded up or down.

    Examples
    --------
    >>> lots = assign_arms(pd.Series(["A"] * 8 + ["B"] * 8), share=0.25, seed=1)
    >>> (lots == "treated").groupby(["A"] * 8 + ["B"] * 8).sum().to_dict()
    {'A': 2, 'B': 2}
    """
    lots = np.random.default_rng(seed)
    names = lots.permutation(np.array(sorted(stratum.unique()), dtype=object))
    sizes = stratum.value_counts()
    reached = np.floor(np.cumsum([0.0, *(sizes[name] * share for name in names)]) + lots.random() + 1e-9)
    arm = pd.Series(CONTROL, index=stratum.index, name="arm")
    for name, wanted in zip(names, np.diff(reached).astype(int), strict=True):
        rows = stratum.index[stratum == name]
        arm.loc[lots.permutation(rows.to_numpy())[:wanted]] = TREATED
    return arm


def pilot_seed(name: str, intervention: str, as_of: str, agents: pd.Series) -> int:
    """Give the seed of a pilot: fixed by what is drawn and for whom, so that nobody can draw again until it pleases."""
    told = "\n".join([name, intervention, as_of, *sorted(agents.astype(str))])
    return int.from_bytes(hashlib.sha256(told.encode("utf-8")).digest()[:6], "big")


def _size(stratum: pd.Series) -> pd.Series:
    return stratum.groupby(stratum).transform("size")
