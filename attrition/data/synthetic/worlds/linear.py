"""Effects that are weighted sums of the deviations of measures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds.measures import deviation

Weights = Mapping[str, Mapping[str, float]]
"""The effect of one standard deviation of each measure on the log-hazard, by family."""


def linear(state: Frame, weights: Weights) -> Frame:
    """Return the weighted sum of each family's measures, (agents,) each."""
    return {
        family: np.asarray(sum(weight * deviation(state, measure) for measure, weight in measures.items()))
        for family, measures in weights.items()
    }
