"""The sums behind the indicators of operations, of groups whose numbers can be checked by head."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.data.engine import open_duckdb
from attrition.exposure.past import Past
from attrition.features.indicators import indicator_sums
from attrition.features.team_leaders import leader_changes
from tests.text_tables import frame, tables

STAFF = """
agent_id | as_of      | site | team_id | is_new | has_resigned
A        | 2026-01-31 | S    | T1      | 1      |
B        | 2026-01-31 | S    | T1      | 0      |
C        | 2026-01-31 | S    | T2      | 0      |
A        | 2026-02-28 | S    | T1      | 1      | 0
B        | 2026-02-28 |      |         |        | 1
C        | 2026-02-28 | S    | T2      | 0      | 0
"""
CONTACTS = """
agent_id | contact_date | queue   | handled | talk_seconds | hold_seconds | wrap_seconds | idle_seconds | repeats
A        | 2026-02-02   | billing | 10      | 2000         | 200          | 300          | 500          | 1
A        | 2026-02-03   | orders  | 10      | 2000         | 200          | 300          | 500          |
B        | 2026-02-02   | billing | 10      | 1000         | 100          | 400          | 500          | 2
"""
SHIFTS = """
agent_id | shift_date | scheduled_minutes | worked_minutes | adherent_minutes | absence
A        | 2026-02-02 | 480               | 480            | 432              | none
A        | 2026-02-04 | 480               | 0              | 0                | unplanned
B        | 2026-02-02 | 480               | 240            | 240              | none
"""
LEVELS = """
site | queue   | starts_at        | offered | answered | answered_within_threshold | required_agents | scheduled_agents
S    | billing | 2026-02-02 09:00 | 100     | 90       | 80                        | 10              | 8
S    | billing | 2026-02-02 09:30 | 100     | 90       | 70                        | 10              | 14
"""
DAYS = {"contacts": "contact_date", "shifts": "shift_date"}


@pytest.fixture(scope="module")
def sums() -> pd.DataFrame:
    staff = frame(STAFF)
    staff[["is_new", "has_resigned"]] = staff[["is_new", "has_resigned"]].astype(float)
    supplied = tables(open_duckdb(), contacts=CONTACTS, shifts=SHIFTS, service_levels=LEVELS)
    past = Past(months=supplied["shifts"], calendar=supplied["shifts"], tables=supplied, date_columns=DAYS)
    return indicator_sums(past, supplied, staff).set_index(["as_of", "level", "unit", "indicator"]).sort_index()


def parts(sums: pd.DataFrame, level: str, unit: str, indicator: str) -> tuple[float, float, int]:
    row = sums.loc[(pd.Timestamp("2026-02-28"), level, unit, indicator)]
    return row["y"], row["x"], row["clusters"]


def test_contacts_whose_repeats_are_unknown_do_not_count_as_resolved(sums: pd.DataFrame) -> None:
    assert parts(sums, "team", "T1", "first_contact_resolution") == (17, 20, 2)


def test_handling_time_is_the_sum_of_its_parts(sums: pd.DataFrame) -> None:
    names = ("talk_seconds", "hold_seconds", "wrap_seconds")
    assert parts(sums, "centre", "centre", "handling_seconds") == (6500, 30, 2)
    assert sum(parts(sums, "centre", "centre", name)[0] for name in names) == 6500


def test_a_queue_has_the_contacts_of_whoever_served_it(sums: pd.DataFrame) -> None:
    assert parts(sums, "queue", "billing", "handling_seconds") == (4000, 20, 2)
    assert parts(sums, "queue", "orders", "handling_seconds") == (2500, 10, 1)


def test_occupancy_is_of_the_time_logged_in_and_utilisation_of_the_time_worked(sums: pd.DataFrame) -> None:
    assert parts(sums, "site", "S", "occupancy") == (6500, 8000, 2)
    assert parts(sums, "site", "S", "utilisation") == (6500, 720 * 60, 2)


def test_a_missed_shift_is_absence_and_no_lack_of_adherence(sums: pd.DataFrame) -> None:
    assert parts(sums, "site", "S", "absence") == (1, 3, 2)
    assert parts(sums, "site", "S", "adherence") == (672, 960, 2)


def test_whoever_left_counts_with_their_last_team(sums: pd.DataFrame) -> None:
    assert parts(sums, "team", "T1", "resignations") == (1, 2, 2)
    assert parts(sums, "team", "T2", "resignations") == (0, 1, 1)


def test_too_many_agents_in_one_interval_do_not_make_up_for_too_few_in_another(sums: pd.DataFrame) -> None:
    assert parts(sums, "queue", "billing", "scheduled_of_required") == (22, 20, 1)
    assert parts(sums, "queue", "billing", "schedule_fit") == (14, 20, 1)


def test_service_levels_are_those_of_site_queue_and_centre(sums: pd.DataFrame) -> None:
    units = (("centre", "centre"), ("site", "S"), ("queue", "billing"))
    assert {parts(sums, *unit, "service_level") for unit in units} == {(150, 200, 1)}
    assert {parts(sums, *unit, "connect_rate") for unit in units} == {(180, 200, 1)}


def test_squares_are_those_of_single_agents(sums: pd.DataFrame) -> None:
    row = sums.loc[(pd.Timestamp("2026-02-28"), "team", "T1", "handling_seconds")]
    assert (row["yy"], row["xy"], row["xx"]) == (5000**2 + 1500**2, 5000 * 20 + 1500 * 10, 20**2 + 10**2)


def test_a_team_has_another_leader_where_most_of_it_has(sums: pd.DataFrame) -> None:
    staff = frame(
        """
        agent_id | as_of      | site | team_id | supervisor_id
        A        | 2026-01-31 | S    | T1      | L1
        B        | 2026-01-31 | S    | T1      | L1
        C        | 2026-01-31 | S    | T1      | L2
        A        | 2026-02-28 | S    | T1      | L2
        B        | 2026-02-28 | S    | T1      | L1
        C        | 2026-02-28 | S    | T1      | L2
        """
    )
    assert leader_changes(staff)[["unit", "y", "clusters"]].values.tolist() == [["T1", 1.0, 3]]
