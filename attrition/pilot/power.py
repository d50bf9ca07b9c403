"""How likely a pilot is to show an effect, from the risks of the very agents in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, xlogy

from attrition.pilot.cox import CONFIDENCE

TARGET_POWER = 0.80
LARGEST_EFFECT, SMALLEST_EFFECT = 0.15, 0.995
LONGEST_MONTHS = 36


@dataclass(frozen=True)
class PowerEstimate:
    """What a pilot of this size can show.

    Attributes
    ----------
    control, treated : float
        Resignations expected in each arm if the intervention does what the playbook says.
    power : float
        Chance that the interval will lie below 1 then.
    detectable : float or None
        Hazard ratio of the smallest effect found with 80 % power; None where even a ratio of 0.15 would not be.
    agents_needed : int or None
        Agents like these, half of them treated, for 80 % power in the same months; None where no effect is promised.
    months_needed : int or None
        Months with the same agents; None where 36 are not enough.
    """

    control: float
    treated: float
    power: float
    detectable: float | None
    agents_needed: int | None
    months_needed: int | None


def risk_within(scores: pd.DataFrame, months: float) -> pd.Series:
    """Give each agent's risk within any number of months, from the horizons that were scored.

    The summed hazard is a straight line between horizons, and goes on as between the last two.

    Parameters
    ----------
    scores : DataFrame
        ``agent_id``, ``horizon_months``, ``risk``.

    Returns
    -------
    Series
        By ``agent_id``.

    Examples
    --------
    >>> scores = pd.DataFrame({"agent_id": "a", "horizon_months": [3, 6], "risk": [0.1, 0.19]})
    >>> round(float(risk_within(scores, 9)["a"]), 3)
    0.271
    """
    wide = scores.pivot(index="agent_id", columns="horizon_months", values="risk").sort_index(axis=1)
    hazard = -np.log1p(-wide.clip(upper=1.0 - 1e-9).to_numpy())
    at = np.concatenate([[0.0], wide.columns.to_numpy(float)])
    summed = np.maximum.accumulate(np.column_stack([np.zeros(len(wide)), hazard]), axis=1)
    place = int(np.clip(np.searchsorted(at, months, "left"), 1, len(at) - 1))
    slope = (summed[:, place] - summed[:, place - 1]) / (at[place] - at[place - 1])
    return pd.Series(-np.expm1(-(summed[:, place] + slope * (months - at[place]))), index=wide.index, name="risk")


def estimate_power(agents: pd.DataFrame, *, ratio: float, risks: Iterable[tuple[int, pd.Series]]) -> PowerEstimate:
    """Say what a pilot can show.

    Parameters
    ----------
    agents : DataFrame
        ``agent_id``, ``stratum``, ``share`` (of the stratum that is treated) and ``risk`` (of a resignation within the
        months of the pilot; other exits that may come first are in it).
    ratio : float
        Hazard ratio expected over those months, at most 1.
    risks : iterable of (months, Series by agent_id)
        Risks within more months, growing, for the months that would be needed.

    Notes
    -----
    The likelihood ratio of the resignations expected in each arm and stratum, the partial likelihood of `hazard_ratio`
    in large; for small effects it is Schoenfeld's (1983) formula.
    """
    drawn = _drawn(agents, agents["risk"])
    treated, control = _events(drawn, ratio)
    halves = replace(drawn, share=np.full(len(drawn.share), 0.5))
    needed = None if ratio >= SMALLEST_EFFECT else _agents_needed(halves, ratio)
    later = ((count, _drawn(agents, agents["agent_id"].map(risk))) for count, risk in risks)
    months = next((count for count, longer in later if _power(longer, ratio) >= TARGET_POWER), None)
    power = _power(drawn, ratio)
    return PowerEstimate(float(control.sum()), float(treated.sum()), power, _detectable(drawn), needed, months)


def diluted_ratio(ratio: float, *, months: float, months_to_effect: float) -> float:
    """Spread an effect that begins later over all the months of a pilot.

    Examples
    --------
    >>> round(diluted_ratio(0.81, months=6, months_to_effect=3), 2)
    0.9
    """
    return float(ratio ** (max(0.0, months - months_to_effect) / months))


@dataclass(frozen=True)
class _Drawn:
    """Agents of a pilot as arrays: code of the stratum, share of it that is treated, risk."""

    stratum: np.ndarray
    share: np.ndarray
    risk: np.ndarray


def _drawn(agents: pd.DataFrame, risk: pd.Series) -> _Drawn:
    return _Drawn(pd.factorize(agents["stratum"])[0], agents["share"].to_numpy(float), risk.to_numpy(float))


def _events(drawn: _Drawn, ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """Sum the resignations expected in each stratum: treated, control."""
    treated = drawn.share * (1.0 - (1.0 - drawn.risk) ** ratio)
    control = (1.0 - drawn.share) * drawn.risk
    return np.bincount(drawn.stratum, treated), np.bincount(drawn.stratum, control)


def _distance(drawn: _Drawn, ratio: float) -> float:
    """Give how far the likelihood of no effect lies below that of the effect, in standard errors."""
    treated, control = (resigned[_both_arms(drawn)] for resigned in _events(drawn, ratio))
    both = treated + control
    # Had it no effect, the same agents at risk would give the treated this share of the resignations.
    share = treated / (treated + ratio * control)
    gain = xlogy(treated, treated / (both * share)) + xlogy(control, control / (both * (1.0 - share)))
    return float(np.sqrt(2.0 * gain.sum()))


def _both_arms(drawn: _Drawn) -> np.ndarray:
    """Mark the strata that have both arms; the others say nothing."""
    treated = np.bincount(drawn.stratum, drawn.share) / np.bincount(drawn.stratum)
    return (treated > 0.0) & (treated < 1.0)


def _power(drawn: _Drawn, ratio: float) -> float:
    return float(ndtr(_distance(drawn, ratio) - ndtri(0.5 + CONFIDENCE / 2.0)))


def _agents_needed(drawn: _Drawn, ratio: float) -> int:
    wanted = ndtri(0.5 + CONFIDENCE / 2.0) + ndtri(TARGET_POWER)
    return int(np.ceil(len(drawn.risk) * (wanted / _distance(drawn, ratio)) ** 2))


def _detectable(drawn: _Drawn) -> float | None:
    def short_of(ratio: float) -> float:
        return _power(drawn, ratio) - TARGET_POWER

    enough = [ratio for ratio in np.linspace(LARGEST_EFFECT, 0.99, 85) if short_of(ratio) > 0]
    return float(brentq(short_of, max(enough), SMALLEST_EFFECT)) if enough else None
