"""What was known at a month-end, in one order that no file and no name decides: the matrix, the keys and the labels."""

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
class Known:
    """Everything known at the month-end of a fit, in canonical order: the matrix, the keys, the labels by months ahead.

    ``labels[3]`` says whether an exit of this kind followed within three months; null where immature. `history_months`
    holds for each column of the matrix how many months it takes to learn from it.
    """

    encoded: np.ndarray
    agent: np.ndarray
    as_of: pd.Series
    labels: pd.DataFrame
    history_months: np.ndarray

    def where(self, rows: pd.Series) -> Known:
        """Keep the rows of a boolean mask."""
        kept = rows.to_numpy()
        as_of, labels = self.as_of[kept].reset_index(drop=True), self.labels[kept].reset_index(drop=True)
        return Known(self.encoded[kept], self.agent[kept], as_of, labels, self.history_months)

    def after(self, cut: pd.Timestamp) -> Known:
        """Keep the later months."""
        return self.where(self.as_of > cut)

    def at(self, cut: pd.Timestamp) -> Known:
        """Look back from an earlier month-end: windows that had not passed then are null, later rows gone."""
        past = self.where(self.as_of <= cut)
        passed = np.column_stack([month_end(past.as_of, plus=int(str(ahead))) <= cut for ahead in past.labels])
        return replace(past, labels=past.labels.where(passed))


def known_at(
    panel: pd.DataFrame, outcomes: pd.DataFrame, encoding: Encoding, spec: Spec, at: pd.Timestamp
) -> tuple[Known, Known]:
    """Lay out what was known of resignations, and of every other exit; both share rows and order.

    Parameters
    ----------
    panel, outcomes : DataFrame
        Agent-months up to `at`, in the same order, and what followed.
    encoding : Encoding
        Gives the matrix.
    spec : Spec
        Names the windows and the horizons.
    at : Timestamp
        Month-end; windows that had not passed by then are null.

    Returns
    -------
    Known, Known
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
    resigning, otherwise = (
        Known(encoded, agent, as_of, one.iloc[order].reset_index(drop=True), history) for one in labels
    )
    return resigning, otherwise
