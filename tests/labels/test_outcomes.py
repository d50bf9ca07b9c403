"""Labels: the window's edges, competing and censored exits, immaturity, rehires (rules L6, L9, L13)."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from attrition.exposure.open_past import open_past
from attrition.labels.next_exits import horizon_labels, read_outcomes
from attrition.labels.outcomes import exit_within
from tests.text_tables import tables

DATA_ENDS = pd.Timestamp("2026-12-31")


def outcome(left_on: str | None, kind: str | None = "voluntary", known_on: str | None = None) -> pd.DataFrame:
    """One agent at the end of January 2026, and what followed."""
    day = pd.to_datetime
    row = {"agent_id": ["A"], "as_of": day(["2026-01-31"]), "exit_kind": [kind]}
    return pd.DataFrame(row | {"left_on": day([left_on]), "known_on": day([known_on or left_on])})


@pytest.mark.parametrize(
    ("left_on", "months", "expected"),
    [
        ("2026-02-01", 1, 1.0),
        ("2026-02-28", 1, 1.0),
        ("2026-03-01", 1, 0.0),
        ("2026-03-01", 3, 1.0),
        ("2026-04-30", 3, 1.0),
        ("2026-05-01", 3, 0.0),
        ("2026-05-01", 6, 1.0),
        ("2026-07-31", 6, 1.0),
        ("2026-08-01", 6, 0.0),
        ("2026-08-01", 3, 0.0),
        ("2026-02-01", 6, 1.0),
        (None, 6, 0.0),
    ],
)
def test_an_exit_falls_on_exactly_one_side_of_the_window(left_on: str | None, months: int, expected: float) -> None:
    assert exit_within(outcome(left_on), months, known_at=DATA_ENDS).tolist() == [expected]


def test_a_label_is_null_until_its_whole_horizon_has_passed() -> None:
    for left_on in (None, "2026-02-10"):
        label = exit_within(outcome(left_on), 3, known_at=pd.Timestamp("2026-03-31"))
        assert label.isna().all(), "immature labels are null, never 0 and never 1"
        assert exit_within(outcome(left_on), 3, known_at=pd.Timestamp("2026-04-30")).notna().all()


def test_a_dismissal_competes_and_is_no_resignation() -> None:
    dismissed = outcome("2026-02-10", kind="otherwise")
    assert exit_within(dismissed, 3, known_at=DATA_ENDS).tolist() == [0.0]
    assert exit_within(dismissed, 3, known_at=DATA_ENDS, kind="otherwise").tolist() == [1.0]


def test_a_resignation_entered_late_is_not_a_label_before_it_was_entered() -> None:
    late = outcome("2026-02-10", known_on="2026-06-15")
    assert exit_within(late, 1, known_at=pd.Timestamp("2026-05-31")).tolist() == [0.0]
    assert exit_within(late, 1, known_at=pd.Timestamp("2026-06-30")).tolist() == [1.0]


def test_an_agent_who_had_left_before_anybody_entered_it_has_no_label() -> None:
    assert exit_within(outcome("2026-01-20", known_on="2026-02-03"), 1, known_at=DATA_ENDS).isna().all()


def test_a_rehire_inside_the_horizon_does_not_undo_the_resignation(con: ibis.BaseBackend) -> None:
    input_tables = tables(
        con,
        agents="""
        agent_id | hire_date
        A        | 2025-01-01
        A        | 2026-04-15
        """,
        exits="""
        agent_id | exit_date  | exit_type | notice_date
        A        | 2026-03-20 | voluntary | 2026-02-10
        """,
    )
    past = open_past(input_tables, pd.Timestamp("2026-01-31"), DATA_ENDS)
    rows = horizon_labels(read_outcomes(past.months, input_tables["exits"]), DATA_ENDS).set_index("as_of")
    assert rows.loc["2026-01-31", "resigned_within_3m"] == 1.0
    assert rows.loc["2026-05-31", "resigned_within_3m"] == 0.0
