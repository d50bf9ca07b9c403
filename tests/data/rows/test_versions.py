"""What was known at a month-end: when a row became known, and when a later version replaced it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from attrition.data.centre import Centre
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows

PAY = """\
agent_id,effective_date,base_pay,recorded_at,is_retracted
001,2025-03-01,5000,2025-02-20 09:00:00,
001,2025-03-01,5200,2025-05-07 10:00:00,
001,2025-03-01,5100,2025-06-30 23:59:59,
002,2025-03-01,4000,2025-02-28 12:00:00,
002,2025-03-01,4000,2025-04-10 12:00:00,true
1E5,2025-03-01,4500,2025-03-02 12:00:00,
"""


def visible_pay(centre: Centre, table: str, month_end: str) -> dict[str, float]:
    versions = sorted_rows(centre, table)
    visible = versions[(versions["known_on"] <= month_end) & ~(versions["superseded_on"] <= month_end)]
    return dict(zip(visible["agent_id"], visible["base_pay"], strict=True))


@pytest.fixture(scope="module")
def corrected_centre(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    return open_site(tmp_path_factory.mktemp("corrected"), {"pay": PAY})


@pytest.mark.parametrize(
    ("at", "pay"),
    [
        ("2025-01-31", {}),
        ("2025-02-28", {"001": 5000, "002": 4000}),
        ("2025-03-31", {"001": 5000, "002": 4000, "1E5": 4500}),
        ("2025-04-30", {"001": 5000, "1E5": 4500}),
        ("2025-05-31", {"001": 5200, "1E5": 4500}),
        ("2025-06-30", {"001": 5100, "1E5": 4500}),
    ],
)
def test_each_month_end_sees_the_version_recorded_last_by_then(
    corrected_centre: Centre, at: str, pay: dict[str, float]
) -> None:
    assert visible_pay(corrected_centre, "pay", at) == pay


def test_a_withdrawal_is_no_row_and_is_counted(corrected_centre: Centre) -> None:
    assert "is_retracted" not in corrected_centre.tables["pay"].columns
    assert quality_rows(corrected_centre, "pay") == {"rows read": 6, "set aside: withdrawal": 1, "rows used": 5} | {
        "noticed: replaced by a later version": 3
    }


def test_a_timestamp_belongs_to_the_day_of_the_site_not_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    pay = "agent_id,effective_date,base_pay,recorded_at\n001,2025-03-01,5000,2025-03-31T16:30:00Z\n"
    assert sorted_rows(open_site(tmp_path, {"pay": pay}), "pay")["known_on"].dt.date.tolist() == [date(2025, 4, 1)]


def test_without_a_record_time_a_row_is_known_after_the_declared_delay(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\n001,2025-03-30,5000\n"
    centre = open_site(tmp_path, {"pay": pay}, pay="recording_delay_days = 3")
    assert sorted_rows(centre, "pay")["known_on"].dt.date.tolist() == [date(2025, 4, 2)]
    assert not any(note["en"].startswith("pay:") for note in centre.assumptions)


def test_an_undeclared_delay_is_an_assumption(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"pay": "agent_id,effective_date,base_pay\n001,2025-03-30,5000\n"})
    assert [note["en"] for note in centre.assumptions if note["en"].startswith("pay:")] == [
        "pay: neither recorded_at nor recording_delay_days is given; "
        "rows are taken to be known on the day they happened"
    ]


def test_a_resignation_is_known_from_the_notice_not_the_last_day(tmp_path: Path) -> None:
    exits = "agent_id,exit_date,exit_type,notice_date\n001,2025-09-30,voluntary,2025-08-25\n002,2025-09-30,other,\n"
    centre = open_site(tmp_path, {"exits": exits}, exits="recording_delay_days = 2")
    assert sorted_rows(centre, "exits")["known_on"].dt.date.tolist() == [date(2025, 8, 27), date(2025, 10, 2)]


def test_rows_of_one_key_recorded_at_the_same_moment_are_refused(tmp_path: Path) -> None:
    pay = PAY + "1E5,2025-03-01,4600,2025-03-02 12:00:00,\n"
    faults = faults_of(tmp_path, {"pay": pay})
    assert [(fault.rule, fault.rows) for fault in faults] == [("duplicate key", 2)]
    assert "1 key has several rows that differ, recorded at the same moment" in faults[0].advice


def test_repeated_rows_count_once(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"pay": PAY + "1E5,2025-03-01,4500,2025-03-02 12:00:00,\n"})
    assert quality_rows(centre, "pay")["set aside: repeated row"] == 1
    assert visible_pay(centre, "pay", "2025-06-30") == {"001": 5100, "1E5": 4500}


def test_rows_without_a_key_are_separate_events(tmp_path: Path) -> None:
    talk = "agent_id,other_id,interaction_date,kind\n" + "001,002,2025-03-01,message\n" * 2
    assert quality_rows(open_site(tmp_path, {"interactions": talk}), "interactions") == {"rows read": 2, "rows used": 2}


def test_a_missing_part_of_a_key_is_a_value_of_its_own(tmp_path: Path) -> None:
    contacts = "agent_id,contact_date,queue,handled\n001,2025-03-01,,5\n001,2025-03-01,sales,7\n001,2025-03-01,,6\n"
    faults = faults_of(tmp_path, {"contacts": contacts})
    assert [(fault.rule, fault.rows) for fault in faults] == [("duplicate key", 2)]


BONUSES = "agent_id,pay_date,amount{}\n001,2025-03-25,300{}\n001,2025-03-25,120{}\n"


def test_two_payments_on_one_day_are_refused_with_the_way_to_tell_them_apart(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"bonuses": BONUSES.format("", "", "")})
    assert [(fault.rule, fault.rows) for fault in faults] == [("duplicate key", 2)]
    assert "map payment_id, which tells them apart" in faults[0].advice


def test_two_payments_on_one_day_both_count_when_they_are_numbered(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"bonuses": BONUSES.format(",payment_id", ",0017", ",17")})
    assert sorted(sorted_rows(centre, "bonuses")["amount"]) == [120, 300]


def test_a_numbered_payment_is_corrected_and_the_other_of_the_day_is_not(tmp_path: Path) -> None:
    header = "agent_id,pay_date,payment_id,amount,recorded_at\n"
    bonuses = header + "".join(
        f"001,2025-03-25,{number},{amount},{at} 09:00:00\n"
        for number, amount, at in ((1, 300, "2025-03-20"), (2, 120, "2025-03-21"), (1, 350, "2025-04-02"))
    )
    versions = sorted_rows(open_site(tmp_path, {"bonuses": bonuses}), "bonuses")
    assert sorted(versions["amount"]) == [120, 300, 350]
    assert sorted(versions.loc[versions["superseded_on"].isna(), "amount"]) == [120, 350]
