"""The errors of a backtest are those whose labels were known by the month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.predict.count_errors import CENTRE_ERROR, CountErrors
from attrition.runs import Runs
from attrition.steps.known_errors import errors_known_by

HORIZON = 3
EARLY, LATE = date(2026, 6, 30), date(2026, 9, 30)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def outcomes(workspace: Path) -> pd.DataFrame:
    """Of 100 agents ten resign after each month; the backtest expected ten after March and fifty after June."""
    parts, scores = [], []
    for as_of, left_on, risk in (("2026-03-31", "2026-04-10", 0.1), ("2026-06-30", "2026-07-10", 0.5)):
        agents = [f"{as_of}-{number}" for number in range(100)]
        has_left = pd.Series(range(100)) < 10
        day = pd.Series(pd.to_datetime([left_on] * 100)).where(has_left)
        month = pd.DataFrame({"agent_id": agents, "as_of": pd.Timestamp(as_of)})
        parts.append(month.assign(exit_kind=has_left.map({True: "voluntary", False: None}), left_on=day, known_on=day))
        scores.append(month.assign(horizon_months=HORIZON, risk=risk, resigned=has_left.astype(float)))
    folder = Runs(workspace).backtest
    folder.mkdir(parents=True)
    pd.concat(scores).to_parquet(folder / "scores.parquet", index=False)
    return pd.concat(parts, ignore_index=True)


def test_the_error_of_the_level_uses_only_labels_that_were_mature_by_the_month(
    workspace: Path, outcomes: pd.DataFrame
) -> None:
    early, late = (
        errors_known_by(Runs(workspace), outcomes, day).deviation("centre", HORIZON) for day in (EARLY, LATE)
    )
    assert early < CENTRE_ERROR < late


def test_before_any_label_is_mature_the_usual_error_is_used(workspace: Path, outcomes: pd.DataFrame) -> None:
    assert errors_known_by(Runs(workspace), outcomes, date(2026, 4, 30)).deviation("centre", HORIZON) == CENTRE_ERROR


def test_without_a_backtest_the_usual_errors_are_used(workspace: Path) -> None:
    outcomes = pd.DataFrame({"agent_id": ["a"], "as_of": [pd.Timestamp(EARLY)]})
    assert errors_known_by(Runs(workspace), outcomes, LATE) == CountErrors()


def test_each_horizon_is_held_against_its_own_label(workspace: Path, outcomes: pd.DataFrame) -> None:
    path = Runs(workspace).backtest / "scores.parquet"
    scores = pd.read_parquet(path)
    pd.concat([scores.assign(horizon_months=horizon) for horizon in (1, 12)]).to_parquet(path, index=False)
    assert list(errors_known_by(Runs(workspace), outcomes, LATE).centre) == [1]
