"""The expected numbers of a backtest and their errors, with the labels that were known by a month-end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS, exit_within
from attrition.predict.count_errors import COLUMN_OF_LEVEL, CountErrors, count_errors
from attrition.predict.expected import expected_leavers
from attrition.steps.group_history import backtested_scores

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
    return errors_of(backtested_scores(runs, outcomes), outcomes, as_of) if runs.has_backtest() else CountErrors()


def errors_of(scores: pd.DataFrame, outcomes: pd.DataFrame, as_of: date) -> CountErrors:
    """Return the errors of the expected numbers of a backtest's scores that were known by a month-end."""
    # The labels among the scores are those known when the backtest ran; these are those known at `as_of`.
    scores = scores[[*KEYS, "horizon_months", "risk"]]
    groups = outcomes[[*KEYS, *(column for column in COLUMN_OF_LEVEL.values() if column in outcomes)]]
    parts = []
    for horizon in scores["horizon_months"].unique().tolist():
        labels = groups.assign(resigned=exit_within(outcomes, horizon, known_at=pd.Timestamp(as_of)))
        mature = labels.dropna(subset="resigned").astype({"resigned": float})
        parts.append(scores[scores["horizon_months"] == horizon].merge(mature, on=KEYS, validate="one_to_one"))
    return count_errors(pd.concat(parts, ignore_index=True)) if parts else CountErrors()


def announced(scores: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the expected numbers of a backtest's months with the ranges that would have been announced then."""
    groups = outcomes[[*KEYS, *(column for column in COLUMN_OF_LEVEL.values() if column in outcomes)]]
    parts = []
    for as_of, month in scores.groupby("as_of"):
        errors = errors_of(scores, outcomes, pd.Timestamp(str(as_of)).date())
        parts.append(expected_leavers(month, groups[groups["as_of"] == as_of], errors=errors))
    return pd.concat(parts, ignore_index=True)
