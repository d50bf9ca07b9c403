"""Life tables: spells at risk, exits, hazard and survival by time, with right censoring and delayed entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.errors import DataError

TIMES = ("entered", "left")


@dataclass(frozen=True)
class _Counts:
    """At each time at which a spell ended or was censored: spells at risk, exits and censored spells."""

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    censored: np.ndarray


def life_table(spells: pd.DataFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pd.DataFrame:
    """Estimate hazard and survival at each time at which a spell ended or was censored.

    Parameters
    ----------
    spells : DataFrame
        One row per spell: ``entered`` (the time, counted from the start of the spell, at which it came under
        observation: 0 from its start), ``left`` (when it ended, or was last observed; later than ``entered``)
        and ``exit_kind`` (null where it is censored). Times in any unit. To count exits of one kind only, make the
        other kinds null: they are then censored.
    by : sequence of str
        Columns of `spells` to group by, one table per group; null is a group.
    level : float
        Coverage of the confidence bands.

    Returns
    -------
    DataFrame
        The columns of `by`, time, at_risk, events, censored, hazard, hazard_error, survival, survival_error,
        survival_low, survival_high. Between two times survival stays as it was at the earlier.

    Raises
    ------
    DataError
        A time is missing, or a spell ends before it is observed.

    Notes
    -----
    Kaplan and Meier (1958), with Greenwood's (1926) error and bands on the scale of log(-log(survival)), which keep
    within 0 and 1. A spell that began before the data is at risk only after the time at which it came under
    observation (delayed entry: Tsai, Jewell and Wang 1987). So the first times may rest on few spells, as `at_risk`
    shows. For the survival of those who reached a later time, leave out the spells that had ended by then and let the
    others enter no earlier.

    Examples
    --------
    >>> spells = pd.DataFrame({"entered": [0, 0, 0, 2], "left": [1, 3, 3, 3]})
    >>> spells = spells.assign(exit_kind=["voluntary", None, "other", None])
    >>> life_table(spells)[["time", "at_risk", "events", "hazard", "survival"]].round(2)
       time  at_risk  events  hazard  survival
    0     1        3       1    0.33      0.67
    1     3        3       1    0.33      0.44
    """
    return _tables_by_group(spells, by, lambda group: _survival(_counts(group), level))


def _tables_by_group(
    spells: pd.DataFrame, by: Sequence[str], make_table: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    _refuse_impossible(spells)
    if not by:
        return make_table(spells)
    parts = []
    for names, group in spells.groupby(list(by), dropna=False, sort=True):
        table = make_table(group)
        keys = pd.DataFrame([names] * len(table), columns=list(by), index=table.index)
        parts.append(pd.concat([keys, table], axis=1))
    return pd.concat(parts, ignore_index=True) if parts else make_table(spells)


def _refuse_impossible(spells: pd.DataFrame) -> None:
    unknown = int(spells[list(TIMES)].isna().any(axis=1).sum())
    if unknown:
        raise DataError(f"{unknown} spells have no time of entry or of leaving; give both, or leave them out")
    never = int((spells["left"] <= spells["entered"]).sum())
    if never:
        raise DataError(
            f"{never} spells end before they are observed; leave them out: their end could not have been observed"
        )


def _counts(spells: pd.DataFrame) -> _Counts:
    entered, left = (np.sort(spells[name].to_numpy()) for name in TIMES)
    time = np.unique(left)
    at_risk = np.searchsorted(entered, time, side="left") - np.searchsorted(left, time, side="left")
    is_exit = spells["exit_kind"].notna().to_numpy()
    place = np.searchsorted(time, spells["left"])
    events, censored = (np.bincount(place[rows], minlength=len(time)) for rows in (is_exit, ~is_exit))
    return _Counts(time, at_risk, events, censored)


def _survival(counts: _Counts, level: float) -> pd.DataFrame:
    hazard = counts.events / counts.at_risk
    survival, variance = _survival_and_variance(hazard, counts.at_risk)
    low, high = _band(survival, np.sqrt(variance), level)
    return pd.DataFrame(
        {
            "time": counts.time,
            "at_risk": counts.at_risk,
            "events": counts.events,
            "censored": counts.censored,
            "hazard": hazard,
            "hazard_error": np.sqrt(hazard * (1 - hazard) / counts.at_risk),
            "survival": survival,
            "survival_error": np.sqrt(variance),
            "survival_low": low,
            "survival_high": high,
        }
    )


def _survival_and_variance(hazard: np.ndarray, at_risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute survival and its variance by Greenwood's formula, in steps so that it is finite where survival is 0."""
    survival = np.cumprod(1 - hazard)
    variances = np.zeros(len(hazard))
    survival_before, variance = 1.0, 0.0
    for step, (rate, spells) in enumerate(zip(hazard, at_risk, strict=True)):
        variance = (1 - rate) ** 2 * variance + survival_before**2 * rate * (1 - rate) / spells
        variances[step], survival_before = variance, survival[step]
    return survival, variances


def _band(share: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Compute the limits of a band on the scale of log(-log); at shares of 0 and 1 both limits are the share itself."""
    low, high = share.astype(float), share.astype(float)
    inside = (share > 0) & (share < 1)
    log = np.log(share[inside])
    half = ndtri(0.5 + level / 2) * error[inside] / (share[inside] * -log)
    low[inside], high[inside] = np.exp(log * np.exp(half)), np.exp(log * np.exp(-half))
    return low, high
