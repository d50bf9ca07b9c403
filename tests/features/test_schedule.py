"""Schedule features say which hours are worked, how far ahead they are known, and what the roster gives away."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.features.schedule import SCHEDULE
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
"""
ASSIGNMENTS = """
agent_id | effective_date | team_id | work_mode | shift_pattern | contract_hours_week
A        | 2025-01-01     | T1      | office    | rotating      | 40
A        | 2026-03-01     | T1      | home      | rotating      | 40
"""
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"
# The 10th and 11th of January 2026 are a Saturday and a Sunday.
SHIFTS = """
agent_id | shift_date | scheduled_minutes | is_night | changed | published_on | start_minute
A        | 2026-01-09 | 480               | true     | false   | 2026-01-01   | 480
A        | 2026-01-10 | 480               | false    | true    | 2026-01-09   | 600
A        | 2026-01-11 | 480               | false    | false   | 2026-01-12   | 480
A        | 2026-01-12 | 480               | false    | true    |              | 600
"""


def schedule(**table_texts: str) -> pd.DataFrame:
    """Return the features of agent A by month."""
    table_texts = {"agents": AGENTS, "exits": NO_EXITS} | table_texts
    return feature_rows(SCHEDULE, first="2026-01-31", last="2026-08-31", **table_texts).loc["A"]


def test_weekend_night_and_changed_shifts_are_shares_of_scheduled_days() -> None:
    features = schedule(shifts=SHIFTS).loc["2026-01"]
    assert features["schedule_weekend_share_1m"] == features["schedule_weekend_share_3m"] == 0.5
    assert features["schedule_night_share_3m"] == 0.25
    assert features["schedule_changed_share_1m"] == 0.5


def test_notice_is_the_mean_over_published_shifts_and_never_negative() -> None:
    features = schedule(shifts=SHIFTS).loc["2026-01"]
    assert features["schedule_notice_days_3m"] == (8 + 1 + 0) / 3


def test_the_spread_of_starts_is_their_standard_deviation() -> None:
    features = schedule(shifts=SHIFTS).loc["2026-01"]
    assert features["schedule_start_spread_minutes_3m"] == 60


def test_the_spread_is_unknown_where_no_start_is_on_record() -> None:
    shifts = """
    agent_id | shift_date | scheduled_minutes | start_minute
    A        | 2026-01-09 | 480               |
    A        | 2026-02-09 | 480               | 480
    """
    features = schedule(shifts=shifts)["schedule_start_spread_minutes_3m"]
    assert pd.isna(features.loc["2026-01"])
    assert features.loc["2026-02"] == 0


def test_absence_and_lateness_are_told_apart() -> None:
    shifts = """
    agent_id | shift_date | scheduled_minutes | absence   | late_minutes | adherent_minutes
    A        | 2026-01-09 | 480               | none      | 30           | 432
    A        | 2026-01-12 | 480               | unplanned | 480          | 0
    A        | 2026-01-13 | 480               | no_show   | 480          | 0
    A        | 2026-01-14 | 480               | planned   |              |
    A        | 2026-02-10 | 480               | none      | 0            | 480
    """
    features = schedule(shifts=shifts)
    assert features.loc["2026-01", ["schedule_absence_share_1m", "schedule_late_minutes_1m"]].tolist() == [0.5, 30]
    assert features.loc["2026-02", ["schedule_absence_share_3m", "schedule_late_minutes_3m"]].tolist() == [0.4, 15]
    assert features.loc["2026-02", "schedule_absence_change_6m"] == -0.4
    assert features.loc["2026-02", ["schedule_adherence_1m", "schedule_adherence_3m"]].tolist() == [1.0, 0.95]
    assert features.loc["2026-06", "schedule_no_shows_6m"] == 1


def test_scheduled_hours_are_set_against_the_contract_for_the_days_since_joining() -> None:
    agents = "agent_id | hire_date\nA | 2026-01-18"  # two weeks to the end of the month
    shifts = "\n".join(
        ["agent_id | shift_date | scheduled_minutes", *(f"A | 2026-01-{day} | 600" for day in range(20, 28))]
    )
    assignments = "agent_id | effective_date | team_id | contract_hours_week\nA | 2026-01-18 | T1 | 40"
    features = schedule(agents=agents, assignments=assignments, shifts=shifts)
    assert features.loc["2026-01", "schedule_contract_ratio_3m"] == pytest.approx(8 * 600 / (2 * 40 * 60))


def test_place_of_work_and_shift_pattern_are_those_in_force() -> None:
    features = schedule(assignments=ASSIGNMENTS)
    assert features.loc[["2026-02", "2026-03"], "schedule_work_mode"].tolist() == ["office", "home"]
    assert features.loc["2026-03", "schedule_shift_pattern"] == "rotating"


def test_a_request_counts_as_denied_from_the_day_of_the_decision() -> None:
    requests = """
    agent_id | requested_on | start_date | status   | decided_on
    A        | 2026-01-20   | 2026-02-01 | approved | 2026-01-22
    A        | 2026-01-20   | 2026-03-01 | denied   | 2026-02-03
    A        | 2026-02-20   | 2026-05-01 | pending  |
    """
    features = schedule(leave_requests=requests)
    assert features.loc[["2026-01", "2026-02", "2026-08"], "schedule_leave_denied_6m"].tolist() == [0, 1, 0]
    assert features.loc[["2026-01", "2026-02"], "schedule_leave_denied_share_6m"].tolist() == [0, 0.5]


def test_time_since_leave_counts_from_leave_that_began_or_from_the_day_of_hire() -> None:
    requests = """
    agent_id | requested_on | start_date | status   | decided_on
    A        | 2026-02-20   | 2026-04-10 | approved | 2026-02-22
    A        | 2026-02-20   | 2026-05-10 | denied   | 2026-02-22
    """
    features = schedule(agents="agent_id | hire_date\nA | 2026-01-11", leave_requests=requests)
    since = features["schedule_since_leave_days"]
    assert since.loc[["2026-01", "2026-03", "2026-04", "2026-05"]].tolist() == [20, 79, 20, 51]


def test_time_since_leave_stops_at_a_year() -> None:
    features = schedule(leave_requests="agent_id | requested_on | start_date | status | decided_on\n", shifts=SHIFTS)
    assert features["schedule_since_leave_days"].unique().tolist() == [365]


def test_absence_lateness_and_drift_are_symptoms_without_a_lever() -> None:
    signs = [item for item in SCHEDULE.features if item.is_symptom]
    assert {item.lever for item in signs} == {"none"}
    assert any("adherence" in item.name for item in signs)
