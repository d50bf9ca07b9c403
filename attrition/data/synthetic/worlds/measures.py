"""The measures of an agent's state on one scale: deviations from their usual mean, in usual standard deviations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.frames import Frame

USUAL: dict[str, tuple[float, float]] = {
    # mean and standard deviation in the world of thresholds, of 400 agents over twelve months
    "market_ratio": (0.975, 0.081),
    "peer_gap": (0.0, 0.089),
    "raise_months": (5.5, 4.6),
    "bonus": (0.92, 0.15),
    "role_months": (18.7, 15.6),
    "rejected_months": (20.0, 7.4),
    "promoted_months": (18.8, 7.6),
    "talk_months": (16.0, 8.8),
    "training_hours": (3.2, 4.6),
    "cancelled": (0.15, 0.39),
    "occupancy": (0.811, 0.052),
    "overtime": (5.4, 4.1),
    "abusive": (4.4, 2.9),
    "changed_share": (0.078, 0.082),
    "weekend_share": (0.197, 0.086),
    "night_share": (0.118, 0.170),
    "denied": (0.44, 0.71),
    "field_share": (0.077, 0.179),
    "clock_missing_share": (0.042, 0.065),
    "score": (86.9, 5.3),
    "severity": (0.0, 2.5),
    "critical": (0.72, 0.93),
    "appeal_lost": (0.43, 0.67),
    "wait_days": (4.1, 2.1),
    "talks": (1.25, 1.05),
    "recognition": (0.55, 0.48),
    "peer_help": (1.85, 1.36),
    "team_resigned": (0.056, 0.077),
    "leader_months": (15.6, 8.5),
    "mode": (0.285, 0.573),
    "referred": (0.233, 0.423),
    "agency": (0.105, 0.306),
    "commute": (40.3, 21.8),
    "unemployment": (5.0, 0.44),
}
LONGEST_MONTHS = 24
"""Months since an event beyond which it makes no difference how long ago it was."""
SINCE = ("rejected_months", "promoted_months", "talk_months", "leader_months")
FURTHEST = 3.0
"""Deviations are limited to so many standard deviations, since one extreme month drives nobody out for certain."""


def deviation(state: Frame, measure: str) -> NDArray:
    """Return a measure's deviation from its usual mean, in usual standard deviations, limited to `FURTHEST`.

    Examples
    --------
    >>> deviation({"talks": np.array([1.25, 2.3, 99.0])}, "talks").tolist()
    [0.0, 1.0, 3.0]
    """
    value = np.asarray(state[measure], dtype=float)
    if measure in SINCE:
        value = np.minimum(value, LONGEST_MONTHS)
    mean, spread = USUAL[measure]
    return np.asarray(np.clip(np.round((value - mean) / spread, 9), -FURTHEST, FURTHEST))


def above(state: Frame, measure: str, threshold: float) -> NDArray:
    """Return a smooth step of a measure's deviation: 0 well below a threshold, 1 well above it."""
    return np.asarray(1 / (1 + np.exp(-6 * (deviation(state, measure) - threshold))))


def below(state: Frame, measure: str, threshold: float) -> NDArray:
    """Return a smooth step that is 1 well below a threshold of a measure's deviation."""
    return 1 - above(state, measure, threshold)
