"""What each feature adds to the log-odds of some agent-months, by each member of a model and in their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attrition.model.row_blocks import in_blocks

if TYPE_CHECKING:
    from attrition.model.calibration import Calibrator
    from attrition.model.encode import Encoding
    from attrition.model.exits import ExitModel


@dataclass(frozen=True, eq=False)
class Contributions:
    """Contributions (SHAP values) of agent-months, computed once for whoever shows them.

    Attributes
    ----------
    names : sequence of str
        The features, in the order of the columns.
    topics : ndarray of shape (features,)
        The topic of each feature as a code, counted from 0; a topic is one measure over several windows.
    by_topic : ndarray of shape (members, n, topics)
        What each topic adds by each member (averaged booster).
    mean_of_members : ndarray of shape (n, features)
        The mean of the contributions by each member.
    mean : ndarray of shape (n, features)
        The contributions to the mean margin. The last bits may differ from those of `mean_of_members`.
    base : float
        The constant: with it the contributions to the mean margin sum to the log-odds.
    """

    names: Sequence[str]
    topics: np.ndarray
    by_topic: np.ndarray
    mean_of_members: np.ndarray
    mean: np.ndarray
    base: float


def all_contributions(
    model: ExitModel, encoding: Encoding, encoded: np.ndarray, calibrator: Calibrator
) -> Contributions:
    """Return the contributions of encoded rows at the horizon of a calibrator; the trees are asked once.

    Contributions by each member stand in memory for a block of rows at a time, and by topic for all rows.
    """
    to_topic, members = encoding.sum_by_topic, model.margins(encoded[:1]).shape[1]
    of_members, of_mean = np.empty(encoded.shape), np.empty(encoded.shape)
    by_topic, constants = np.empty((members, len(encoded), to_topic.shape[0])), np.zeros(len(encoded))

    def fill(rows: slice) -> None:
        parts, mean = model.all_contributions(encoded[rows])
        of_mean[rows], constants[rows] = mean[:, :-1] * calibrator.slope, mean[:, -1] * calibrator.slope
        sums = np.zeros(of_mean[rows].shape)
        for member, part in enumerate(parts):
            scaled = part[:, :-1] * calibrator.slope
            sums += scaled
            by_topic[member, rows] = (to_topic @ scaled.T).T
        of_members[rows] = sums / len(parts)

    in_blocks(fill, len(encoded))
    base = (float(constants[0]) if len(encoded) else 0.0) + calibrator.intercept
    return Contributions(encoding.names, encoding.topics, by_topic, of_members, of_mean, base)


def mean_contributions(model: ExitModel, encoded: np.ndarray, *, slope: float) -> np.ndarray:
    """Return the contributions of encoded rows to the mean margin times a slope, n x (features + 1), constant last."""
    contributions = np.empty((len(encoded), encoded.shape[1] + 1))

    def fill(rows: slice) -> None:
        contributions[rows] = model.contributions(encoded[rows]) * slope

    in_blocks(fill, len(encoded))
    return contributions
