"""Who was still there after how long: at risk, exits, hazard and survival, for spells seen from their start or not."""

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
    """At each time at which somebody left or was lost from sight: how many were there, and how many left, by kind."""

    time: np.ndarray
    at_risk: np.ndarray
    exits: dict[str, np.ndarray]
    censored: np.ndarray

    @property
    def events(self) -> np.ndarray:
        return np.sum([np.zeros(len(self.time), dtype="int64"), *self.exits.values()], axis=0)


def life_table(spells: pd.DataFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pd.DataFrame:
    """Give hazard and survival at each time at which an exit of any kind was seen, or a spell was lost from sight.

    Parameters
    ----------
    spells : DataFrame
        One row per spell: ``entered`` (the time, counted from the start of the spell, at which it came under
        observation: 0 when seen from the start), ``left`` (when it ended, or was last seen; later than ``entered``)
        and ``exit_kind`` (null where it had not ended). Times in any unit. To count exits of one kind only, make the
        other kinds null: they are then lost from sight.
    by : sequence of str
        Columns of `spells` to make one table each for; null is a group.
    level : float
        Share of times that a band holds the truth.

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
    observation, since nobody would have seen it end earlier (delayed entry: Tsai, Jewell and Wang 1987). So the first
    times may rest on few spells: read `at_risk` beside them. To see survival of those who reached a later time,
    leave out the spells that had ended by then and let the others enter no earlier.

    Examples
    --------
    >>> seen = pd.DataFrame({"entered": [0, 0, 0, 2], "left": [1, 3, 3, 3]})
    >>> seen = seen.assign(exit_kind=["voluntary", None, "other", None])
    >>> life_table(seen)[["time", "at_risk", "events", "hazard", "survival"]].round(2)
       time  at_risk  events  hazard  survival
    0     1        3       1    0.33      0.67
    1     3        3       1    0.33      0.44
    """
    return _each_group(spells, by, lambda group: _survival(_counts(group), level))


def cumulative_incidence(spells: pd.DataFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pd.DataFrame:
    """Give the share that had left by each time by each kind of exit, when the kinds compete.

    Parameters
    ----------
    spells, by, level
        As for `life_table`.

    Returns
    -------
    DataFrame
        The columns of `by`, exit_kind, time, at_risk, events, hazard, incidence, incidence_error, incidence_low,
        incidence_high. At every time the incidences of all kinds and the survival of `life_table` sum to 1.

    Notes
    -----
    Aalen and Johansen (1978); the error is theirs for discrete times, by the multinomial of each time. One minus a
    survival that takes the other kinds for lost from sight would be too high.

    Examples
    --------
    >>> seen = pd.DataFrame({"entered": 0, "left": [1, 2, 2, 3]})
    >>> seen = seen.assign(exit_kind=["voluntary", "other", "voluntary", None])
    >>> cumulative_incidence(seen).query("time == 2")[["exit_kind", "incidence"]].values.tolist()
    [['other', 0.25], ['voluntary', 0.5]]
    """
    return _each_group(spells, by, lambda group: _incidences(_counts(group), level))


def _each_group(spells: pd.DataFrame, by: Sequence[str], table: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    _refuse_impossible(spells)
    if not by:
        return table(spells)
    parts = []
    for names, group in spells.groupby(list(by), dropna=False, sort=True):
        made = table(group)
        labels = pd.DataFrame([names] * len(made), columns=list(by), index=made.index)
        parts.append(pd.concat([labels, made], axis=1))
    return pd.concat(parts, ignore_index=True) if parts else table(spells)


def _refuse_impossible(spells: pd.DataFrame) -> None:
    unknown = int(spells[list(TIMES)].isna().any(axis=1).sum())
    if unknown:
        raise DataError(f"{unknown} spells have no time of entry or of leaving; give both, or leave them out")
    never = int((spells["left"] <= spells["entered"]).sum())
    if never:
        raise DataError(f"{never} spells end before they are observed; leave them out: nobody could have seen them end")


def _counts(spells: pd.DataFrame) -> _Counts:
    entered, left = (np.sort(spells[name].to_numpy()) for name in TIMES)
    time = np.unique(left)
    at_risk = np.searchsorted(entered, time, side="left") - np.searchsorted(left, time, side="left")
    kinds = sorted(spells["exit_kind"].dropna().unique())

    def counted(rows: pd.Series) -> np.ndarray:
        return np.bincount(np.searchsorted(time, spells.loc[rows, "left"]), minlength=len(time))

    exits = {str(kind): counted(spells["exit_kind"] == kind) for kind in kinds}
    return _Counts(time, at_risk, exits, counted(spells["exit_kind"].isna()))


def _survival(counts: _Counts, level: float) -> pd.DataFrame:
    hazard = counts.events / counts.at_risk
    survival, variance = _staying(hazard, counts.at_risk)
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


def _staying(hazard: np.ndarray, at_risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give survival and its variance by Greenwood's formula, step by step, which holds when the last ones leave too."""
    survival = np.cumprod(1 - hazard)
    variance = np.zeros(len(hazard))
    before, spread = 1.0, 0.0
    for step, (rate, there) in enumerate(zip(hazard, at_risk, strict=True)):
        spread = (1 - rate) ** 2 * spread + before**2 * rate * (1 - rate) / there
        variance[step], before = spread, survival[step]
    return survival, variance


def _incidences(counts: _Counts, level: float) -> pd.DataFrame:
    order = ["exit_kind", "time", "at_risk", "events", "hazard"]
    order += ["incidence", "incidence_error", "incidence_low", "incidence_high"]
    parts = [_incidence(counts, kind, level) for kind in counts.exits]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _incidence(counts: _Counts, kind: str, level: float) -> pd.DataFrame:
    any_kind, this = counts.events / counts.at_risk, counts.exits[kind] / counts.at_risk
    survival, spread = _staying(any_kind, counts.at_risk)
    before, spread_before = np.r_[1.0, survival[:-1]], np.r_[0.0, spread[:-1]]
    incidence = np.cumsum(before * this)
    variance = np.zeros(len(this))
    both = own = 0.0  # covariance of survival and incidence, and variance of incidence
    for step, (rate, part, there) in enumerate(zip(any_kind, this, counts.at_risk, strict=True)):
        chance = before[step] ** 2 * part / there
        own += part**2 * spread_before[step] + 2 * part * both + chance * (1 - part)
        both = (1 - rate) * (both + part * spread_before[step] - chance)
        variance[step] = own
    low, high = _band(incidence, np.sqrt(variance), level)
    return pd.DataFrame(
        {
            "exit_kind": kind,
            "time": counts.time,
            "at_risk": counts.at_risk,
            "events": counts.exits[kind],
            "hazard": this,
            "incidence": incidence,
            "incidence_error": np.sqrt(variance),
            "incidence_low": low,
            "incidence_high": high,
        }
    )


def _band(share: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lay a band around shares on the scale of log(-log); shares of 0 and 1 have none to speak of and are their own."""
    low, high = share.astype(float), share.astype(float)
    inside = (share > 0) & (share < 1)
    log = np.log(share[inside])
    half = ndtri(0.5 + level / 2) * error[inside] / (share[inside] * -log)
    low[inside], high[inside] = np.exp(log * np.exp(half)), np.exp(log * np.exp(-half))
    return low, high
