"""The errors of expected numbers that a backtest shows, with the labels that were known by a month-end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS, exit_within
from attrition.predict.count_errors import COLUMN_OF_LEVEL, CountErrors, count_errors

if TYPE_CHECKING:
    from datetime import date

    from attrition.runs import Runs


def errors_known_by(runs: Runs, outcomes: pd.DataFrame, as_of: date) -> CountErrors:
    """Return the errors of expected numbers that were known by a month-end.

    Parameters
    ----------
    runs : Runs
        The products of the workspace; without a backtest the errors are the defaults.
    outcomes : DataFrame
        What happened after each agent-month of the panel, and where its agent worked.
    as_of : date
        The month-end.
    """
    if not runs.has_backtest():
        return CountErrors()
    # The stored labels are those known when the backtest ran; these are those known at `as_of`.
    scores = runs.read_backtest("scores")[[*KEYS, "horizon_months", "risk"]]
    groups = outcomes[[*KEYS, *(column for column in COLUMN_OF_LEVEL.values() if column in outcomes)]]
    parts = []
    for horizon in scores["horizon_months"].unique().tolist():
        labels = groups.assign(resigned=exit_within(outcomes, horizon, known_at=pd.Timestamp(as_of)))
        mature = labels.dropna(subset="resigned").astype({"resigned": float})
        parts.append(scores[scores["horizon_months"] == horizon].merge(mature, on=KEYS, validate="one_to_one"))
    return count_errors(pd.concat(parts, ignore_index=True)) if parts else CountErrors()
