"""The power of a pilot: the probability of a conclusive result, computed from the risks of its own agents."""

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
"""Longest pilot that is considered."""


@dataclass(frozen=True)
class PowerEstimate:
    """The power of a pilot, and what it would take to reach 80 %.

    Attributes
    ----------
    control, treated : float
        Expected numbers of resignations in each arm, if the intervention has the effect of the playbook.
    power : float
        Probability that the whole interval of the hazard ratio will then lie below 1.
    detectable : float or None
        Hazard ratio of the smallest effect with a power of 80 %; None where even a ratio of 0.15 has less.
    agents_needed : int or None
        Number of agents like these, half of them treated, for a power of 80 % in the same months; None where no effect
        is expected.
    months_needed : int or None
        Number of months with the same agents for a power of 80 %; None where 36 are not enough.
    """

    control: float
    treated: float
    power: float
    detectable: float | None
    agents_needed: int | None
    months_needed: int | None


def risk_within(scores: pd.DataFrame, months: float) -> pd.Series:
    """Return each agent's risk within any number of months, from the horizons that were scored.

    The cumulative hazard is interpolated linearly between horizons, and extrapolated from the last two.

    Parameters
    ----------
    scores : DataFrame
        ``agent_id``, ``horizon_months``, ``risk``.

    Returns
    -------
    Series
        Risks, indexed by ``agent_id``.

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
    knot = int(np.clip(np.searchsorted(knots, months, "left"), 1, len(knots) - 1))
    slope = (cumulative[:, knot] - cumulative[:, knot - 1]) / (knots[knot] - knots[knot - 1])
    at_months = cumulative[:, knot] + slope * (months - knots[knot])
    return pd.Series(-np.expm1(-at_months), index=wide.index, name="risk")


def estimate_power(agents: pd.DataFrame, *, ratio: float, risks: Iterable[tuple[int, pd.Series]]) -> PowerEstimate:
    """Return the power of a pilot, and the agents or months that it would need.

    Parameters
    ----------
    agents : DataFrame
        ``agent_id``, ``stratum``, ``share`` (of the stratum that is treated) and ``risk`` (of a resignation within the
        months of the pilot, with other exits as competing events).
    ratio : float
        Hazard ratio that is expected over the months of the pilot, at most 1.
    risks : iterable of (months, Series by agent_id)
        Risks within longer periods, in increasing order, to find how many months would be needed.

    Notes
    -----
    The power is that of a likelihood-ratio test with the expected numbers of resignations in each arm and stratum, the
    large-sample form of the partial likelihood of `hazard_ratio`. For small effects it equals Schoenfeld's (1983)
    formula.
    """
    sample = _Sample.from_table(agents, agents["risk"])
    treated, control = _events(sample, ratio)
    equal_arms = replace(sample, share=np.full(len(sample.share), 0.5))
    needed = None if ratio >= SMALLEST_EFFECT else _agents_needed(equal_arms, ratio)
    longer = ((count, _Sample.from_table(agents, agents["agent_id"].map(risk))) for count, risk in risks)
    months = next((count for count, longer_sample in longer if _power(longer_sample, ratio) >= TARGET_POWER), None)
    power = _power(sample, ratio)
    return PowerEstimate(float(control.sum()), float(treated.sum()), power, _detectable(sample), needed, months)


def diluted_ratio(ratio: float, *, months: float, months_to_effect: float) -> float:
    """Return the average hazard ratio over all months of a pilot whose effect begins after `months_to_effect`.

    Examples
    --------
    >>> round(diluted_ratio(0.81, months=6, months_to_effect=3), 2)
    0.9
    """
    return float(ratio ** (max(0.0, months - months_to_effect) / months))


@dataclass(frozen=True)
class _Sample:
    """The agents of a pilot as arrays: code of the stratum, treated share of the stratum, and risk."""

    stratum: np.ndarray
    share: np.ndarray
    risk: np.ndarray

    @classmethod
    def from_table(cls, agents: pd.DataFrame, risk: pd.Series) -> _Sample:
        """Return the sample of a table of agents with these risks."""
        return cls(pd.factorize(agents["stratum"])[0], agents["share"].to_numpy(float), risk.to_numpy(float))


def _events(sample: _Sample, ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the expected numbers of resignations in each stratum: of the treated, and of the controls."""
    treated = sample.share * (1.0 - (1.0 - sample.risk) ** ratio)
    control = (1.0 - sample.share) * sample.risk
    return np.bincount(sample.stratum, treated), np.bincount(sample.stratum, control)


def _distance(sample: _Sample, ratio: float) -> float:
    """Return the expected distance between effect and no effect in standard errors (root of the likelihood ratio)."""
    treated, control = (resigned[_both_arms(sample)] for resigned in _events(sample, ratio))
    total = treated + control
    # Among as many agents at risk, the treated would have this share of the resignations without an effect.
    share = treated / (treated + ratio * control)
    log_ratio = xlogy(treated, treated / (total * share)) + xlogy(control, control / (total * (1.0 - share)))
    return float(np.sqrt(2.0 * log_ratio.sum()))


def _both_arms(sample: _Sample) -> np.ndarray:
    """Return whether each stratum has both arms; the others hold no information on the effect."""
    treated = np.bincount(sample.stratum, sample.share) / np.bincount(sample.stratum)
    return (treated > 0.0) & (treated < 1.0)


def _power(sample: _Sample, ratio: float) -> float:
    """Return the probability that the upper end of the interval lies below 1."""
    return float(ndtr(_distance(sample, ratio) - ndtri(0.5 + CONFIDENCE / 2.0)))


def _agents_needed(sample: _Sample, ratio: float) -> int:
    """Return the number of agents like these for the target power; the distance grows with its root."""
    needed_distance = ndtri(0.5 + CONFIDENCE / 2.0) + ndtri(TARGET_POWER)
    return int(np.ceil(len(sample.risk) * (needed_distance / _distance(sample, ratio)) ** 2))


def _detectable(sample: _Sample) -> float | None:
    """Return the hazard ratio of the smallest effect with the target power; None where none has it."""

    def excess(ratio: float) -> float:
        return _power(sample, ratio) - TARGET_POWER

    sufficient = [ratio for ratio in np.linspace(LARGEST_EFFECT, 0.99, 85) if excess(ratio) > 0]
    return float(brentq(excess, max(sufficient), SMALLEST_EFFECT)) if sufficient else None
