"""The training set at a month-end: matrix, keys and labels, in an order that does not depend on files or names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.errors import DataError
from attrition.labels.outcomes import KEYS, OTHERWISE, VOLUNTARY, exit_within, month_end
from attrition.model.encode import Encoding, canonical_order

if TYPE_CHECKING:
    from attrition.model.spec import Spec


@dataclass(frozen=True)
class TrainingSet:
    """The agent-months up to the month-end of a fit, with the labels of one kind of exit (resignations or all others).

    Attributes
    ----------
    encoded : ndarray of shape (n, features)
        The encoded features.
    agent : ndarray of shape (n,)
        Whose month each row is.
    as_of : Series of datetime64
        The month-end of each row.
    labels : DataFrame
        One column per window: ``labels[3]`` is 1 if an exit of this kind followed within three months, 0 if not, and
        null if the three months had not passed yet. It has the index of `as_of`.
    history_months : ndarray of shape (features,)
        How many months of history each column needs; the trees do not use it with fewer.
    recording_months : int
        Months until the exits of a month are usually on record.
    """

    encoded: np.ndarray
    agent: np.ndarray
    as_of: pd.Series
    labels: pd.DataFrame
    history_months: np.ndarray
    recording_months: int = 0

    def select(self, is_selected: pd.Series) -> TrainingSet:
        """Return the rows of a boolean mask, with an index from 0."""
        mask = is_selected.to_numpy()
        if mask.all():
            return self
        as_of, labels = self.as_of[mask].reset_index(drop=True), self.labels[mask].reset_index(drop=True)
        return replace(self, encoded=self.encoded[mask], agent=self.agent[mask], as_of=as_of, labels=labels)

    def months_after(self, train_end: pd.Timestamp) -> TrainingSet:
        """Return the rows of the months after a month-end."""
        return self.select(self.as_of > train_end)

    def known_at(self, train_end: pd.Timestamp) -> TrainingSet:
        """Return the training set as of an earlier month-end: no later rows, and null where a window ends later.

        A window counts as passed when the exits of its last month are usually on record.
        """
        past = self.select(self.as_of <= train_end)
        recorded_to = month_end(pd.Series([train_end]), plus=-self.recording_months).iloc[0]
        has_passed = np.column_stack(
            [month_end(past.as_of, plus=int(str(window))) <= recorded_to for window in past.labels]
        )
        return replace(past, labels=past.labels.where(has_passed))


def training_sets(
    panel: pd.DataFrame, outcomes: pd.DataFrame, encoding: Encoding, spec: Spec, fitted_at: pd.Timestamp
) -> tuple[TrainingSet, TrainingSet]:
    """Return the training set of resignations and the training set of all other exits; both have the same rows.

    Parameters
    ----------
    panel, outcomes : DataFrame
        Agent-months up to `fitted_at`, and what followed, in the same order.
    encoding : Encoding
        Turns the features of the panel into a matrix.
    spec : Spec
        Its horizons and the windows of ``trees.learn_from`` become the columns of the labels.
    fitted_at : Timestamp
        Month-end; labels of windows that had not passed by then are null.

    Returns
    -------
    TrainingSet, TrainingSet
        In canonical order: by month and content of the rows, see `attrition.model.encode.canonical_order`.
    """
    windows = sorted({*spec.horizons, *spec.trees.learn_from})
    labels = [
        pd.DataFrame(
            {window: exit_within(outcomes, window, known_at=fitted_at, kind=exit_kind).to_numpy() for window in windows}
        )
        for exit_kind in (VOLUNTARY, OTHERWISE)
    ]
    encoded = encoding.matrix(panel)
    order = canonical_order(panel["as_of"], encoded, pd.concat(labels, axis=1, keys=(VOLUNTARY, OTHERWISE)))
    encoded, agent = np.ascontiguousarray(encoded[order]), panel["agent_id"].astype(str).to_numpy()[order]
    as_of = panel["as_of"].iloc[order].reset_index(drop=True)
    history = np.array([feature.history_months for feature in encoding.features])
    months = int(outcomes["recording_months"].max()) if "recording_months" in outcomes and len(outcomes) else 0
    resignations, other_exits = (
        TrainingSet(encoded, agent, as_of, table.iloc[order].reset_index(drop=True), history, months)
        for table in labels
    )
    return resignations, other_exits


def past_rows(
    panel: pd.DataFrame, outcomes: pd.DataFrame, fitted_at: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of panel and outcomes up to the month-end of the fit; both must have the same rows."""
    same = len(panel) == len(outcomes) and all(
        bool((panel[key].to_numpy() == outcomes[key].to_numpy()).all()) for key in KEYS
    )
    if not same:
        raise DataError("panel and outcomes do not hold the same agent-months in the same order; make them again")
    is_past = (panel["as_of"] <= fitted_at).to_numpy()
    if is_past.all():
        return panel.reset_index(drop=True), outcomes.reset_index(drop=True)
    return panel[is_past].reset_index(drop=True), outcomes[is_past].reset_index(drop=True)
