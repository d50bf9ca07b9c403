"""Limits for several figures together that no more than a declared share of perfect models exceed by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

SPREAD = (16.0, 50.0, 84.0)
"""Percentiles of the draws that measure how far chance moves a figure, down and up: one standard error for a normal."""
LEAST_SPREAD = 1e-9

Range = tuple[float, float]


@dataclass(frozen=True)
class JointLimits:
    """Where each figure of a perfect model may lie, with all figures together.

    Attributes
    ----------
    declared, limits : dict of str to (float, float)
        By figure, the declared range, and the range where perfect models lie by chance as well.
    drawn : dict of str to ndarray of shape (draws,)
        The figures of the perfect models.
    """

    declared: Mapping[str, Range]
    limits: Mapping[str, Range]
    drawn: Mapping[str, np.ndarray]

    def by_chance(self, name: str) -> Range:
        """Return the range of one figure by itself that holds 95 % of the perfect models; null if unknown."""
        known = self.drawn[name][np.isfinite(self.drawn[name])]
        low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (np.nan, np.nan)
        return float(low), float(high)

    def is_wider_than_declared(self, name: str) -> bool:
        """Return whether chance may put a perfect model's figure outside of its declared range."""
        (declared_low, declared_high), (low, high) = self.declared[name], self.limits[name]
        return low < declared_low or high > declared_high

    def is_refused(self, figures: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return for each draw whether a figure is outside of the declared range and of what chance may do."""
        return np.any([self.is_outside(name, values) for name, values in figures.items()], axis=0)

    def is_outside(self, name: str, values: np.ndarray) -> np.ndarray:
        """Return which values of one figure lie outside of both ranges; one that is null does not."""
        return _is_outside(values, self.declared[name]) & _is_outside(values, self.limits[name])


def joint_limits(drawn: Mapping[str, np.ndarray], declared: Mapping[str, Range], *, share: float) -> JointLimits:
    """Return the narrowest limits outside of which, beyond the declared ranges, at most a share of the draws lies.

    Parameters
    ----------
    drawn : mapping of str to ndarray of shape (draws,)
        Each figure as perfect models show it by chance; null where it cannot be computed.
    declared : mapping of str to (float, float)
        The smallest and the largest value that is accepted in any case.
    share : float
        Largest share of the draws in which any figure may lie outside.

    Notes
    -----
    Each figure is measured in its own spread from its median, down and up, as chance is skewed where resignations are
    few. A draw counts by its largest distance among the figures outside their declared range; the limits lie as far
    out as all but `share` of the draws reach (max-T, Westfall & Young 1993). So figures that move together are not
    accounted for twice, and where the declared ranges hold nearly all draws, they are the limits.

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(2, 4000))
    >>> limits = joint_limits({"a": normal[0], "b": normal[1]}, {"a": (0, 0), "b": (0, 0)}, share=0.1)
    >>> [round(float(high), 1) for _, high in limits.limits.values()], round(float(np.mean(limits.is_refused(
    ...     {"a": normal[0], "b": normal[1]}))), 2)
    ([2.0, 2.0], 0.1)
    """
    spreads = {name: _spread(values) for name, values in drawn.items()}
    distances = [
        np.where(_is_outside(values, declared[name]), _distance(values, spreads[name]), 0.0)
        for name, values in drawn.items()
    ]
    reach = float(np.quantile(np.max(distances, axis=0), 1.0 - share, method="higher"))
    lowest = {name: 0.0 if np.nanmin(values, initial=0.0) >= 0 else -np.inf for name, values in drawn.items()}
    limits = {
        name: (max(middle - reach * (middle - low), lowest[name]), middle + reach * (high - middle))
        for name, (low, middle, high) in spreads.items()
    }
    return JointLimits(declared, limits, drawn)


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    """Return the median of the draws, and one spread below and above it."""
    known = values[np.isfinite(values)]
    low, middle, high = np.percentile(known, SPREAD) if len(known) else (0.0, 0.0, 0.0)
    return float(min(low, middle - LEAST_SPREAD)), float(middle), float(max(high, middle + LEAST_SPREAD))


def _distance(values: np.ndarray, spread: tuple[float, float, float]) -> np.ndarray:
    """Return how many spreads each value lies from the median."""
    low, middle, high = spread
    return np.where(values > middle, (values - middle) / (high - middle), (middle - values) / (middle - low))


def _is_outside(values: np.ndarray, accepted: Range) -> np.ndarray:
    return (values < accepted[0]) | (values > accepted[1])
