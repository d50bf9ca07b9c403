"""The stratified risk difference between two arms, by Mantel and Haenszel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.pilot.cox import CONFIDENCE


@dataclass(frozen=True)
class Difference:
    """A difference of risks, treated minus control, with its interval; negative where fewer of the treated resign."""

    value: float
    low: float
    high: float


def risk_difference(rows: pd.DataFrame, *, confidence: float = CONFIDENCE) -> Difference:
    """Return the risk difference that the strata have in common, with its interval.

    Parameters
    ----------
    rows : DataFrame
        One row per agent: ``stratum``, ``is_treated`` (bool) and ``resigned`` (0 or 1, none missing).
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Difference
        All NaN where no stratum has both arms.

    Notes
    -----
    Weights are those of Mantel and Haenszel. The interval inverts the score test with Sato's variance, after
    Klingenberg (2014), doi:10.1002/sim.6122; it is valid for few large strata and for many small ones, and has a width
    even where nobody resigned in one arm.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "stratum": "a", "is_treated": [True] * 100 + [False] * 100,
    ...     "resigned": [1] * 10 + [0] * 90 + [1] * 20 + [0] * 80,
    ... })
    >>> difference = risk_difference(rows)
    >>> round(difference.value, 3), round(difference.low, 3), round(difference.high, 3)
    (-0.1, -0.196, -0.0)
    """
    table = _count(rows)
    weight = table["n1"] * table["n0"] / table["n"]
    if not weight.sum():
        return Difference(np.nan, np.nan, np.nan)
    value = float((weight * (table["x1"] / table["n1"] - table["x0"] / table["n0"])).sum() / weight.sum())
    p, q = _sato(table) / weight.sum() ** 2
    z = ndtri(0.5 + confidence / 2.0)
    centre = value + z**2 * p / 2.0
    half_width = np.sqrt(max(0.0, centre**2 - value**2 + z**2 * q))
    return Difference(value, float(max(-1.0, centre - half_width)), float(min(1.0, centre + half_width)))


def _count(rows: pd.DataFrame) -> pd.DataFrame:
    """Return agents and resignations of each stratum with both arms: treated (n1, x1), controls (n0, x0), all (n)."""
    is_treated, resigned = rows["is_treated"].astype(float), rows["resigned"].astype(float)
    cells = {"n1": is_treated, "n0": 1.0 - is_treated, "x1": is_treated * resigned, "x0": (1.0 - is_treated) * resigned}
    table = pd.DataFrame(cells).groupby(rows["stratum"]).sum()
    table = table.assign(n=table["n1"] + table["n0"])
    return table[(table["n1"] > 0) & (table["n0"] > 0)]


def _sato(table: pd.DataFrame) -> np.ndarray:
    """Return the two parts of Sato's (1989) variance: the factor of the risk difference, and the constant."""
    n1, n0, x1, x0, n = (table[name] for name in ("n1", "n0", "x1", "x0", "n"))
    p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2.0) / n**2
    q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2.0 * n)
    return np.array([p.sum(), q.sum()])
