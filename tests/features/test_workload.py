"""Workload features measure occupancy, difficult contacts and overtime."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.features.workload import WORKLOAD
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
"""
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"
CONTACTS = """
agent_id | contact_date | queue | handled | talk_seconds | hold_seconds | wrap_seconds | idle_seconds | abusive
A        | 2026-01-10   | card  | 10      | 2000         | 500          | 500          | 1000         | 0
A        | 2026-03-10   | card  | 6       | 2000         | 100          | 900          | 200          | 3
A        | 2026-03-10   | loan  | 4       | 2200         | 0            | 800          | 800          | 1
"""
SHIFTS = """
agent_id | shift_date | scheduled_minutes | worked_minutes | overtime_minutes | overtime_mandatory
A        | 2026-01-10 | 480               | 480            | 0                |
A        | 2026-03-10 | 480               | 480            | 60               | true
A        | 2026-03-11 | 480               | 240            | 30               | false
"""


def workload(**table_texts: str) -> pd.DataFrame:
    """Return the features of agent A by month."""
    table_texts = {"agents": AGENTS, "exits": NO_EXITS} | table_texts
    return feature_rows(WORKLOAD, first="2026-01-31", last="2026-06-30", **table_texts).loc["A"]


def test_occupancy_is_handling_over_handling_and_waiting() -> None:
    features = workload(contacts=CONTACTS).loc["2026-03"]
    assert features["workload_occupancy_1m"] == 6000 / 7000
    assert features["workload_occupancy_3m"] == 9000 / 11000
    assert features["workload_occupancy_change_6m"] == 6000 / 7000 - 9000 / 11000


def test_handling_time_is_per_contact_over_all_queues_and_its_change_is_a_ratio() -> None:
    features = workload(contacts=CONTACTS).loc["2026-03"]
    assert (features["workload_handling_seconds_1m"], features["workload_handling_seconds_3m"]) == (600, 450)
    assert features["workload_handling_change_6m"] == 600 / 450 - 1
    assert features["workload_idle_seconds_3m"] == 100


def test_after_contact_work_that_creeps_is_a_symptom_and_not_a_lever() -> None:
    features = workload(contacts=CONTACTS).loc["2026-03"]
    assert features["workload_wrap_share_3m"] == 2200 / 9000
    assert features["workload_wrap_change_6m"] == 1700 / 6000 - 2200 / 9000
    creep = next(item for item in WORKLOAD.features if item.name == "workload_wrap_change_6m")
    assert (creep.is_symptom, creep.lever) == (True, "none")


def test_abuse_is_counted_per_contact_and_per_worked_day() -> None:
    features = workload(contacts=CONTACTS, shifts=SHIFTS).loc["2026-03"]
    assert (features["workload_abusive_share_1m"], features["workload_abusive_share_3m"]) == (0.4, 0.2)
    assert features["workload_abusive_per_day_3m"] == 4 / 3


def test_overtime_is_per_scheduled_day_and_ordered_overtime_is_told_apart() -> None:
    features = workload(shifts=SHIFTS).loc["2026-03"]
    assert (features["workload_overtime_minutes_1m"], features["workload_overtime_minutes_3m"]) == (45, 30)
    assert features["workload_overtime_change_6m"] == 15
    assert features["workload_overtime_ordered_share_3m"] == 60 / 90


def test_contacts_and_handling_are_set_against_worked_hours() -> None:
    features = workload(contacts=CONTACTS, shifts=SHIFTS).loc["2026-03"]
    assert features["workload_contacts_per_hour_3m"] == 1.0
    assert features["workload_utilisation_3m"] == pytest.approx(9000 / (1200 * 60))


def test_a_month_without_contacts_is_unknown_and_not_zero() -> None:
    features = workload(contacts=CONTACTS)
    assert pd.isna(features.loc["2026-02", "workload_occupancy_1m"])
    assert pd.isna(features.loc["2026-06", "workload_abusive_share_3m"])


def test_complaints_repeats_and_transfers_are_rates_of_contacts() -> None:
    contacts = """
    agent_id | contact_date | handled | transfers | repeats | complaints
    A        | 2026-01-10   | 400     | 20        | 60      | 1
    A        | 2026-03-10   | 100     | 5         | 40      | 1
    """
    features = workload(contacts=contacts).loc["2026-03"]
    assert features["workload_complaints_per_1000_6m"] == 4
    assert (features["workload_transfer_share_3m"], features["workload_repeat_share_3m"]) == (0.05, 0.2)


def test_what_the_site_does_not_measure_is_left_away() -> None:
    contacts = """
    agent_id | contact_date | handled | talk_seconds
    A        | 2026-01-10   | 10      | 3000
    """
    features = workload(contacts=contacts)
    assert features.loc["2026-01", "workload_handling_seconds_1m"] == 300
    assert {"workload_occupancy_1m", "workload_wrap_share_3m"}.isdisjoint(features.columns)


def test_contacts_recorded_after_the_month_are_not_counted_in_it() -> None:
    contacts = """
    agent_id | contact_date | handled | abusive | known_on
    A        | 2026-01-10   | 10      | 0       | 2026-01-10
    A        | 2026-01-20   | 10      | 10      | 2026-02-02
    """
    features = workload(contacts=contacts)["workload_abusive_share_3m"]
    assert features.loc[["2026-01", "2026-02"]].tolist() == [0, 0.5]
