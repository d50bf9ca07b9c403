"""The training set of a month-end: matrix, keys and labels, in an order that depends on no file and no name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.outcomes import OTHERWISE, VOLUNTARY, exit_within, month_end
from attrition.model.encode import Encoding, canonical_order

if TYPE_CHECKING:
    from attrition.model.spec import Spec


@dataclass(frozen=True)
class TrainingSet:
    """Agent-months up to the month-end of a fit in canonical order, with labels of one kind of exit.

    ``labels[3]`` says whether an exit of this kind followed within three months; null where immature. `history_months`
    holds for each column of the matrix how many months it takes to learn from it.
    """

    encoded: np.ndarray
    agent: np.ndarray
    as_of: pd.Series
    labels: pd.DataFrame
    history_months: np.ndarray

    def where(self, rows: pd.Series) -> TrainingSet:
        """Return the rows of a boolean mask."""
        mask = rows.to_numpy()
        as_of, labels = self.as_of[mask].reset_index(drop=True), self.labels[mask].reset_index(drop=True)
        return TrainingSet(self.encoded[mask], self.agent[mask], as_of, labels, self.history_months)

    def after(self, cut: pd.Timestamp) -> TrainingSet:
        """Return the months after a month-end."""
        return self.where(self.as_of > cut)

    def known_at(self, cut: pd.Timestamp) -> TrainingSet:
        """Return the set as of an earlier month-end: labels of windows that end later are null, later rows left out."""
        past = self.where(self.as_of <= cut)
        has_passed = np.column_stack([month_end(past.as_of, plus=int(str(ahead))) <= cut for ahead in past.labels])
        return replace(past, labels=past.labels.where(has_passed))


def training_sets(
    panel: pd.DataFrame, outcomes: pd.DataFrame, encoding: Encoding, spec: Spec, at: pd.Timestamp
) -> tuple[TrainingSet, TrainingSet]:
    """Return the training set of resignations, and that of every other exit; both share rows and order.

    Parameters
    ----------
    panel, outcomes : DataFrame
        Agent-months up to `at`, in the same order, and what followed.
    encoding : Encoding
        Encodes the matrix.
    spec : Spec
        Names the windows and the horizons.
    at : Timestamp
        Month-end; labels of windows that had not passed by then are null.

    Returns
    -------
    TrainingSet, TrainingSet
    """
    windows = sorted({*spec.horizons, *spec.trees.learn_from})
    labels = [
        pd.DataFrame({h: exit_within(outcomes, h, known_at=at, kind=kind).to_numpy() for h in windows})
        for kind in (VOLUNTARY, OTHERWISE)
    ]
    encoded = encoding.matrix(panel)
    order = canonical_order(panel["as_of"], encoded, pd.concat(labels, axis=1, keys=(VOLUNTARY, OTHERWISE)))
    encoded, agent = np.ascontiguousarray(encoded[order]), panel["agent_id"].astype(str).to_numpy()[order]
    as_of = panel["as_of"].iloc[order].reset_index(drop=True)
    history = np.array([feature.history_months for feature in encoding.features])
    resignations, other_exits = (
        TrainingSet(encoded, agent, as_of, one.iloc[order].reset_index(drop=True), history) for one in labels
    )
    return resignations, other_exits
