"""The expected numbers of a backtest and their errors, with the labels that were known by a month-end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
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
    horizons = scores["horizon_months"].unique().tolist()
    outcomes = outcomes[outcomes["as_of"].isin(scores["as_of"].unique())]
    groups = outcomes[[*KEYS, *(column for column in COLUMN_OF_LEVEL.values() if column in outcomes)]]
    labels = {f"{horizon}": exit_within(outcomes, horizon, known_at=pd.Timestamp(as_of)) for horizon in horizons}
    rows = scores[[*KEYS, "horizon_months", "risk"]].merge(groups.assign(**labels), on=KEYS, validate="many_to_one")
    column = pd.Index(horizons).get_indexer(rows["horizon_months"])
    resigned = rows[list(labels)].to_numpy(dtype=float)[np.arange(len(rows)), column]
    mature = rows.drop(columns=list(labels)).assign(resigned=resigned).dropna(subset="resigned")
    return count_errors(mature) if horizons else CountErrors()


def announced(scores: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the expected numbers of a backtest's months with the ranges that would have been announced then."""
    groups = outcomes[[*KEYS, *(column for column in COLUMN_OF_LEVEL.values() if column in outcomes)]]
    parts = []
    for as_of, month in scores.groupby("as_of"):
        errors = errors_of(scores, outcomes, pd.Timestamp(str(as_of)).date())
        parts.append(expected_leavers(month, groups[groups["as_of"] == as_of], errors=errors))
    return pd.concat(parts, ignore_index=True)
