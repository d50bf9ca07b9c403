"""Life tables: spells at risk, exits, hazard and survival by time, with right censoring and delayed entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.errors import DataError

TIME_COLUMNS = ("entered", "left")


@dataclass(frozen=True)
class _Counts:
    """At each time at which a spell ended or was censored: spells at risk, exits and censored spells."""

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    censored: np.ndarray


def life_table(spells: pd.DataFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pd.DataFrame:
    """Return hazard and survival at each time at which a spell ended or was censored.

    Parameters
    ----------
    spells : DataFrame
        One row per spell: ``entered`` (the time at which its observation began; 0 if it was observed from its start),
        ``left`` (the time at which it ended or was last observed, later than ``entered``) and ``exit_kind`` (null
        where it is censored). Times are counted from the start of the spell, in any unit. To count exits of one kind
        only, make the other kinds null: they are then censored.
    by : sequence of str
        Columns of `spells` by which to group; each group gets its own life table, nulls being a group too.
    level : float
        Coverage of the confidence bands.

    Returns
    -------
    DataFrame
        The columns of `by`, time, at_risk, events, censored, hazard, hazard_error, survival, survival_error,
        survival_low, survival_high. Survival is a step function: between two times it keeps the earlier value.

    Raises
    ------
    DataError
        A time is missing, or ``left`` is not later than ``entered``.

    Notes
    -----
    Kaplan and Meier (1958), with Greenwood's (1926) standard error and bands on the scale of log(-log(survival)),
    which stay between 0 and 1. A spell that began before the data is at risk only after the time at which it came under
    observation (delayed entry: Tsai, Jewell and Wang 1987). The estimates at the first times may thus rest
    on few spells; see `at_risk`. For the survival of those who reached a time t, drop the spells that had ended by t
    and set ``entered`` to at least t in the others.

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
    """Return the tables of all groups, with the columns of `by` in front."""
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
    """Raise a DataError where a time is missing, or a spell ends before its observation begins."""
    unknown = int(spells[list(TIME_COLUMNS)].isna().any(axis=1).sum())
    if unknown:
        raise DataError(
            "{unknown} spells have no time of entry or of leaving; give both, or leave them out", unknown=unknown
        )
    unobserved = int((spells["left"] <= spells["entered"]).sum())
    if unobserved:
        raise DataError(
            "{unobserved} spells end before they are observed; leave them out: their end could not have been observed",
            unobserved=unobserved,
        )


def _counts(spells: pd.DataFrame) -> _Counts:
    """Return the counts at each time; a spell is at risk after it entered and up to the time at which it left."""
    entered, left = (np.sort(spells[name].to_numpy()) for name in TIME_COLUMNS)
    time = np.unique(left)
    at_risk = np.searchsorted(entered, time, side="left") - np.searchsorted(left, time, side="left")
    is_exit = spells["exit_kind"].notna().to_numpy()
    positions = np.searchsorted(time, spells["left"])
    events, censored = (np.bincount(positions[mask], minlength=len(time)) for mask in (is_exit, ~is_exit))
    return _Counts(time, at_risk, events, censored)


def _survival(counts: _Counts, level: float) -> pd.DataFrame:
    """Return the life table of these counts."""
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
    """Return survival and its variance by Greenwood's formula, computed step by step.

    The usual closed form divides by zero where survival reaches 0.
    """
    survival = np.cumprod(1 - hazard)
    variances = np.zeros(len(hazard))
    survival_before, variance = 1.0, 0.0
    for step, (rate, spells) in enumerate(zip(hazard, at_risk, strict=True)):
        variance = (1 - rate) ** 2 * variance + survival_before**2 * rate * (1 - rate) / spells
        variances[step], survival_before = variance, survival[step]
    return survival, variances


def _band(share: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of a band on the scale of log(-log); at shares of 0 and 1 both limits are the share itself."""
    low, high = share.astype(float), share.astype(float)
    is_between = (share > 0) & (share < 1)
    log_share = np.log(share[is_between])
    half_width = ndtri(0.5 + level / 2) * error[is_between] / (share[is_between] * -log_share)
    low[is_between], high[is_between] = np.exp(log_share * np.exp(half_width)), np.exp(log_share * np.exp(-half_width))
    return low, high
