"""The power of a pilot, from the risks of its own agents."""

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
"""Hazard ratios between which a detectable effect is searched."""
LONGEST_MONTHS = 36


@dataclass(frozen=True)
class PowerEstimate:
    """The power of a pilot, and what it would take to reach 80 %.

    Attributes
    ----------
    control, treated : float
        Resignations expected in each arm if the intervention has the effect of the playbook.
    power : float
        Probability that the interval will then lie below 1.
    detectable : float or None
        Hazard ratio of the smallest effect with 80 % power; None where even a ratio of 0.15 has less.
    agents_needed : int or None
        Agents like these, half of them treated, for 80 % power in the same months; None where no effect is expected.
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
    """Interpolate each agent's risk to any number of months, from the horizons that were scored.

    The cumulative hazard is linear between horizons, and is extrapolated from the last two.

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
    knots = np.concatenate([[0.0], wide.columns.to_numpy(float)])
    cumulative = np.maximum.accumulate(np.column_stack([np.zeros(len(wide)), hazard]), axis=1)
    place = int(np.clip(np.searchsorted(knots, months, "left"), 1, len(knots) - 1))
    slope = (cumulative[:, place] - cumulative[:, place - 1]) / (knots[place] - knots[place - 1])
    at_months = cumulative[:, place] + slope * (months - knots[place])
    return pd.Series(-np.expm1(-at_months), index=wide.index, name="risk")


def estimate_power(agents: pd.DataFrame, *, ratio: float, risks: Iterable[tuple[int, pd.Series]]) -> PowerEstimate:
    """Estimate the power of a pilot.

    Parameters
    ----------
    agents : DataFrame
        ``agent_id``, ``stratum``, ``share`` (of the stratum that is treated) and ``risk`` (of a resignation within the
        months of the pilot, with other exits as competing events).
    ratio : float
        Hazard ratio expected over those months, at most 1.
    risks : iterable of (months, Series by agent_id)
        Risks within more months, in increasing order, to find how many would be needed.

    Notes
    -----
    The expected likelihood ratio of the resignations in each arm and stratum, the large-sample form of the partial
    likelihood of `hazard_ratio`; for small effects it equals Schoenfeld's (1983) formula.
    """
    sample = _Sample.of(agents, agents["risk"])
    treated, control = _events(sample, ratio)
    halves = replace(sample, share=np.full(len(sample.share), 0.5))
    needed = None if ratio >= SMALLEST_EFFECT else _agents_needed(halves, ratio)
    longer = ((count, _Sample.of(agents, agents["agent_id"].map(risk))) for count, risk in risks)
    months = next((count for count, later in longer if _power(later, ratio) >= TARGET_POWER), None)
    power = _power(sample, ratio)
    return PowerEstimate(float(control.sum()), float(treated.sum()), power, _detectable(sample), needed, months)


def diluted_ratio(ratio: float, *, months: float, months_to_effect: float) -> float:
    """Give the average hazard ratio over all months of a pilot, for an effect that begins later.

    Examples
    --------
    >>> round(diluted_ratio(0.81, months=6, months_to_effect=3), 2)
    0.9
    """
    return float(ratio ** (max(0.0, months - months_to_effect) / months))


@dataclass(frozen=True)
class _Sample:
    """Agents of a pilot as arrays: code of the stratum, share of it that is treated, risk."""

    stratum: np.ndarray
    share: np.ndarray
    risk: np.ndarray

    @classmethod
    def of(cls, agents: pd.DataFrame, risk: pd.Series) -> _Sample:
        """Convert a table of agents."""
        return cls(pd.factorize(agents["stratum"])[0], agents["share"].to_numpy(float), risk.to_numpy(float))


def _events(sample: _Sample, ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """Sum the expected resignations of each stratum: treated, control."""
    treated = sample.share * (1.0 - (1.0 - sample.risk) ** ratio)
    control = (1.0 - sample.share) * sample.risk
    return np.bincount(sample.stratum, treated), np.bincount(sample.stratum, control)


def _distance(sample: _Sample, ratio: float) -> float:
    """Give the expected distance between effect and no effect, in standard errors (root of the likelihood ratio)."""
    treated, control = (resigned[_both_arms(sample)] for resigned in _events(sample, ratio))
    total = treated + control
    # Without an effect, the treated would have this share of the resignations.
    share = treated / (treated + ratio * control)
    log_ratio = xlogy(treated, treated / (total * share)) + xlogy(control, control / (total * (1.0 - share)))
    return float(np.sqrt(2.0 * log_ratio.sum()))


def _both_arms(sample: _Sample) -> np.ndarray:
    """Mark the strata with both arms; others hold no information."""
    treated = np.bincount(sample.stratum, sample.share) / np.bincount(sample.stratum)
    return (treated > 0.0) & (treated < 1.0)


def _power(sample: _Sample, ratio: float) -> float:
    return float(ndtr(_distance(sample, ratio) - ndtri(0.5 + CONFIDENCE / 2.0)))


def _agents_needed(sample: _Sample, ratio: float) -> int:
    needed_distance = ndtri(0.5 + CONFIDENCE / 2.0) + ndtri(TARGET_POWER)
    return int(np.ceil(len(sample.risk) * (needed_distance / _distance(sample, ratio)) ** 2))


def _detectable(sample: _Sample) -> float | None:
    def excess(ratio: float) -> float:
        return _power(sample, ratio) - TARGET_POWER

    sufficient = [ratio for ratio in np.linspace(LARGEST_EFFECT, 0.99, 85) if excess(ratio) > 0]
    return float(brentq(excess, max(sufficient), SMALLEST_EFFECT)) if sufficient else None
