"""A past returns what had happened and was on record at the month-end, and nothing else."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.exposure.open_past import open_past
from attrition.exposure.past import Past
from tests.text_tables import tables

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
"""
ASSIGNMENTS = """
agent_id | effective_date | team_id
A        | 2025-01-01     | T1
"""
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"


def past_of(con: ibis.BaseBackend, last: str, **texts: str) -> Past:
    texts = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": NO_EXITS} | texts
    return open_past(tables(con, **texts), pd.Timestamp("2026-01-31"), pd.Timestamp(last))


def by_month(table: ibis.Table, column: str) -> dict[str, object]:
    rows = table.execute().sort_values("as_of")
    return {str(day)[:7]: value for day, value in zip(rows["as_of"], rows[column], strict=True)}


def test_a_raise_entered_in_may_and_effective_in_march_is_not_known_in_april(con: ibis.BaseBackend) -> None:
    pay = """
    agent_id | effective_date | base_pay | known_on
    A        | 2025-01-01     | 4000     | 2025-01-01
    A        | 2026-03-01     | 5000     | 2026-05-10
    """
    past = past_of(con, "2026-06-30", pay=pay)
    known = by_month(past.state("pay"), "base_pay")
    assert known == {
        "2026-01": 4000,
        "2026-02": 4000,
        "2026-03": 4000,
        "2026-04": 4000,
        "2026-05": 5000,
        "2026-06": 5000,
    }


def test_a_corrected_row_counts_in_its_old_form_until_the_correction_is_known(con: ibis.BaseBackend) -> None:
    bonuses = """
    agent_id | pay_date   | amount | known_on   | superseded_on
    A        | 2026-01-15 | 100    | 2026-01-15 | 2026-03-02
    A        | 2026-01-15 | 900    | 2026-03-02 |
    """
    past = past_of(con, "2026-04-30", bonuses=bonuses)
    totals = past.totals("bonuses", {"paid": lambda t: t.amount}, windows=(1, 6))
    assert by_month(totals, "paid_6m") == {"2026-01": 100, "2026-02": 100, "2026-03": 900, "2026-04": 900}


def test_a_window_of_three_months_holds_the_month_of_as_of_and_two_before(con: ibis.BaseBackend) -> None:
    shifts = """
    agent_id | shift_date | scheduled_minutes
    A        | 2026-01-31 | 480
    A        | 2026-02-01 | 60
    """
    past = past_of(con, "2026-04-30", shifts=shifts)
    totals = past.totals("shifts", {"minutes": lambda t: t.scheduled_minutes}, windows=(3,))
    assert by_month(totals, "minutes_3m") == {"2026-01": 480, "2026-02": 540, "2026-03": 540, "2026-04": 60}


def test_an_agent_on_notice_is_no_longer_at_risk_once_it_is_on_record(con: ibis.BaseBackend) -> None:
    exits = """
    agent_id | exit_date  | exit_type | notice_date | known_on
    A        | 2026-04-30 | voluntary | 2026-02-10  | 2026-03-05
    """
    past = past_of(con, "2026-06-30", exits=exits)
    assert list(by_month(past.months, "tenure_days")) == ["2026-01", "2026-02"]


def test_a_rehire_starts_a_new_spell_and_a_new_tenure(con: ibis.BaseBackend) -> None:
    agents = """
    agent_id | hire_date
    A        | 2025-01-01
    A        | 2026-04-01
    """
    exits = """
    agent_id | exit_date  | exit_type | notice_date
    A        | 2026-02-20 | voluntary | 2026-02-01
    """
    past = past_of(con, "2026-05-31", agents=agents, exits=exits)
    assert by_month(past.months, "tenure_days") == {"2026-01": 395, "2026-04": 29, "2026-05": 60}
