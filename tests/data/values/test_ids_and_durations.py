"""Numbers of people and durations, in the ways in which real files write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.centre import Centre
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows
from tests.data.test_sources import sources_of

PAY = "agent_id,effective_date,base_pay\n{},2025-03-01,5000\n{},2025-04-01,5000\n"


def people(folder: Path, first: str, second: str, declared: str) -> list[str]:
    centre = open_site(folder, {"pay": PAY.format(first, second)}, pay=declared)
    return list(sorted_rows(centre, "pay")["agent_id"])


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ("001-张三", "002-李四", "{ pattern = '^(\\d+)-' }"),
        ("张三（1）", "李四(002)", "{ half_width = true, pattern = '[(](\\d+)[)]', width = 3 }"),
        ("1.0", "2", '{ strip_suffix = ".0", width = 3 }'),
        ("工号：1", "工号：002", "{ pattern = '(\\d+)$', width = 3 }"),
        ("x001", "X002", '{ case = "upper", strip_prefix = "X" }'),
    ],
)
def test_a_number_is_read_out_of_a_text_by_declared_rules(tmp_path: Path, first: str, second: str, rules: str) -> None:
    assert people(tmp_path, first, second, f"ids = {rules}") == ["001", "002"]


def test_a_text_in_which_the_pattern_finds_no_number_is_refused_and_never_nobody(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"pay": PAY.format("001-张三", "李四")}, pay="ids = { pattern = '^(\\d+)-' }")
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [
        ("agent_id", "no number by the declared ids", 1)
    ]
    assert "the pattern of ids under [tables.pay]" in faults[0].advice


@pytest.mark.parametrize("pattern", ["^[A-Z]+", "(a)(b)", "(", "(?=x)(a)", r"(a)\1"])
def test_a_pattern_needs_one_group_that_a_database_can_find(pattern: str) -> None:
    from attrition.errors import DeclarationError

    with pytest.raises(DeclarationError, match="one pair of round brackets around the number"):
        sources_of({"pay": {"path": "a.csv", "ids": {"pattern": pattern}}})


def test_zeros_lost_in_one_file_and_not_in_another_come_back_by_a_rule_per_source(tmp_path: Path) -> None:
    assignments = "agent_id,effective_date,team_id\n1,2025-01-06,T1\n002,2025-02-03,T1\n1E5,2025-03-01,T2\n"
    centre = open_site(tmp_path, {"assignments": assignments}, assignments="ids = { width = 3 }")
    assert list(sorted_rows(centre, "assignments")["agent_id"]) == ["001", "002", "1E5"]
    rule = "repaired: numbers of people rewritten by the declared rule"
    assert quality_rows(centre, "assignments")[rule] == 1


def by_text(centre: Centre, table: str, column: str, texts: list[str]) -> dict[str, float]:
    """Return what each text was read as, of which each stands on a day of its own."""
    return dict(zip(texts, sorted_rows(centre, table)[column], strict=True))


def test_a_duration_of_twenty_minutes_and_a_quarter_is_1215_seconds(tmp_path: Path) -> None:
    texts = ["0:20:15", "00:20:15", "20分15秒", "0时20分15秒", "20m 15s", "20 min 15 sec", "PT20M15S", "1215秒", "1215"]
    rows = "".join(f"001,2025-04-{day:02},4,{text}\n" for day, text in enumerate(texts, 1))
    centre = open_site(tmp_path, {"contacts": f"agent_id,contact_date,handled,talk_seconds\n{rows}"})
    assert by_text(centre, "contacts", "talk_seconds", texts) == dict.fromkeys(texts, 1215)


def test_seven_and_a_half_hours_of_work_are_450_minutes(tmp_path: Path) -> None:
    texts = ["7:30", "7:30:00", "450分钟", "7.5小时", "7.5h", "7小时30分", "450"]
    rows = "".join(f"001,2025-04-{day:02},480,{text}\n" for day, text in enumerate(texts, 1))
    centre = open_site(tmp_path, {"shifts": f"agent_id,shift_date,scheduled_minutes,worked_minutes\n{rows}"})
    assert by_text(centre, "shifts", "worked_minutes", texts) == dict.fromkeys(texts, 450)


def test_a_duration_in_its_own_words_counts_the_same_where_the_column_is_declared_in_hours(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes\n001,2025-04-01,7.5\n001,2025-04-02,7小时30分\n"
    centre = open_site(tmp_path, {"shifts": shifts}, shifts='units = { scheduled_minutes = "hours" }')
    assert list(sorted_rows(centre, "shifts")["scheduled_minutes"]) == [450, 450]


def test_the_beginning_of_a_shift_is_minutes_after_midnight(tmp_path: Path) -> None:
    texts = ["09:30", "9:30:00", "2025-04-03 09:30", "2025/4/4 9:30:00", "9时30分", "570"]
    rows = "".join(f"001,2025-04-{day:02},480,{text}\n" for day, text in enumerate(texts, 1))
    centre = open_site(tmp_path, {"shifts": f"agent_id,shift_date,scheduled_minutes,start_minute\n{rows}"})
    assert by_text(centre, "shifts", "start_minute", texts) == dict.fromkeys(texts, 570)


@pytest.mark.parametrize("text", ["0930", "09:30-18:00"])
def test_hours_and_minutes_without_a_colon_are_no_minutes_after_midnight(tmp_path: Path, text: str) -> None:
    shifts = f"agent_id,shift_date,scheduled_minutes,start_minute\n001,2025-04-01,480,{text}\n"
    faults = faults_of(tmp_path, {"shifts": shifts})
    assert [fault.column for fault in faults] == ["start_minute"]


def test_a_day_is_no_duration_since_one_of_training_is_no_24_hours(tmp_path: Path) -> None:
    events = "agent_id,event_date,kind,hours\n001,2025-04-01,training,2天\n"
    assert [fault.rule for fault in faults_of(tmp_path, {"career_events": events})] == ["text in a number"]


def test_decimals_behind_a_dot_and_behind_a_comma_in_one_column_are_refused(tmp_path: Path) -> None:
    pay = "agent_id;effective_date;base_pay\n001;2025-03-01;2400,5\n002;2025-04-01;2400.5\n"
    (fault,) = faults_of(tmp_path, {"pay": pay})
    assert fault.rule == "decimals behind a dot and behind a comma"
    assert fault.rows == 1


def test_pay_that_says_it_is_per_month_is_read_and_pay_per_year_is_refused(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\n001,2025-03-01,5000元/月\n002,2025-04-01,{}\n"
    centre = open_site(tmp_path / "a", {"pay": pay.format("￥6000/月")})
    assert list(sorted_rows(centre, "pay")["base_pay"]) == [5000, 6000]
    assert [fault.rows for fault in faults_of(tmp_path / "b", {"pay": pay.format("60000元/年")})] == [1]


def overtime(folder: Path, cells: list[str], declared: str = "") -> tuple[list[float], list[str]]:
    rows = "".join(f"001,2025-04-{day:02},480,{cell}\n" for day, cell in enumerate(cells, 1))
    shifts = f"agent_id,shift_date,scheduled_minutes,overtime_minutes\n{rows}"
    centre = open_site(folder, {"shifts": shifts}, shifts=declared)
    rules = [fault.rule for fault in centre.faults if fault.table == "shifts"]
    return list(sorted_rows(centre, "shifts")["overtime_minutes"].fillna(-1)), rules


def test_a_word_for_nothing_where_no_row_has_zero_is_named_and_settled_by_one_line(tmp_path: Path) -> None:
    cells, named = ["-", "60", "-"], "word for nothing, and no row with zero"
    assert overtime(tmp_path / "a", cells) == ([-1, 60, -1], [named])
    assert overtime(tmp_path / "b", cells, 'values = { overtime_minutes = { "-" = "0" } }') == ([0, 60, 0], [])
    assert overtime(tmp_path / "c", cells, 'missing = { overtime_minutes = ["-"] }') == ([-1, 60, -1], [])
    assert overtime(tmp_path / "d", ["-", "60", "0"]) == ([-1, 60, 0], [])
    assert overtime(tmp_path / "e", ["-", *["60"] * 5]) == ([-1, *[60] * 5], [])


@pytest.mark.parametrize(
    ("first", "second"), [("001-张三", "002-李四"), ("张三(001)", "李四(002)"), ("001-张三", "001-张三")]
)
def test_advice_on_numbers_within_texts_names_a_pattern_and_never_the_text(
    tmp_path: Path, first: str, second: str
) -> None:
    (fault,) = faults_of(tmp_path, {"pay": PAY.format(first, second)})
    assert fault.rule == "numbers of people not written as in agents"
    assert 'ids = { pattern = "([0-9]+)" } under [tables.pay]' in fault.advice
    assert "张三" not in f"{fault.advice}{fault.rule}{fault.effect}"
    assert people(tmp_path / "read", first, second, 'ids = { pattern = "([0-9]+)" }')[0] == "001"
