"""Attendance features say how often an agent works outside the office and how often the record of it fails."""

from __future__ import annotations

import pandas as pd

from attrition.features.schedule import SCHEDULE
from tests.features.built import feature_rows

SHIFTS = """
agent_id | shift_date | scheduled_minutes | absence   | work_place | clock_missing | clock_corrected
A        | 2026-01-09 | 480               | none      | office     | false         | false
A        | 2026-01-10 | 480               | none      | field      | true          | true
A        | 2026-01-11 | 480               | none      | home       | true          |
A        | 2026-01-12 | 480               | none      | field      | false         | false
A        | 2026-01-13 | 480               | unplanned | field      | true          | true
A        | 2026-01-14 | 480               | none      |            |               |
A        | 2026-02-10 | 480               | none      | field      | false         | false
"""


def attendance(shifts: str) -> pd.DataFrame:
    """Return the features of agent A by month."""
    return feature_rows(
        SCHEDULE,
        first="2026-01-31",
        last="2026-02-28",
        agents="agent_id | hire_date\nA | 2025-01-01",
        exits="agent_id | exit_date | exit_type",
        shifts=shifts,
    ).loc["A"]


def test_days_outside_the_office_are_a_share_of_the_days_worked_whose_place_is_on_record() -> None:
    shares = attendance(SHIFTS)[["schedule_field_share_1m", "schedule_field_share_3m"]]
    assert shares.to_numpy().tolist() == [[0.5, 0.5], [1.0, 0.6]]


def test_failed_and_corrected_clockings_are_shares_of_the_days_worked_not_of_absences() -> None:
    features = attendance(SHIFTS).loc["2026-01"]
    assert features["schedule_clock_missing_share_1m"] == 0.5
    assert features["schedule_clock_corrected_share_1m"] == 1 / 3


def test_a_share_is_unknown_where_nothing_is_on_record() -> None:
    shifts = "agent_id | shift_date | scheduled_minutes | clock_missing\nA | 2026-02-10 | 480 | true"
    features = attendance(shifts)
    assert pd.isna(features.loc["2026-01", "schedule_clock_missing_share_3m"])
    assert features.loc["2026-02", "schedule_clock_missing_share_1m"] == 1.0


def test_a_site_without_the_columns_has_none_of_the_features() -> None:
    names = attendance("agent_id | shift_date | scheduled_minutes\nA | 2026-02-10 | 480").columns
    assert [name for name in names if "clock" in name or "field" in name] == []
