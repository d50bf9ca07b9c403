"""Values that were once misread or refused, in the cases where they were seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre, inspect
from attrition.errors import DeclarationError
from tests.data.cases import case_faults, copy_case, open_case
from tests.data.sites import EXITS, faults_of, open_site, quality_rows, sorted_rows
from tests.everyday import some_every_day

PAY = "agent_id;effective_date;base_pay\n"


def values(centre: Centre, table: str, column: str) -> list[object]:
    content = sorted_rows(centre, table)[column]
    return [value.date() if isinstance(value, pd.Timestamp) else value for value in content]


def test_a_number_that_may_hold_thousands_or_decimals_is_refused_with_both_readings(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "02")
    assert {key: fault.rows for key, fault in faults.items()} == {
        "pay.base_pay ambiguous number": 40,
        "bonuses.amount ambiguous number": 30,
    }
    advice = faults["pay.base_pay ambiguous number"].advice
    assert "thousands or decimals" in advice
    assert 'decimal = ","' in advice
    assert 'decimal = "."' in advice


def test_declared_german_numbers_are_read(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "02", pay='decimal = ","', bonuses='decimal = ","')
    assert values(centre, "pay", "base_pay")[0] == 2400
    assert set(values(centre, "bonuses", "amount")) == {187.5}


def test_declared_english_numbers_are_read_the_other_way(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "02", pay='decimal = "."', bonuses='decimal = "."')
    assert values(centre, "pay", "base_pay")[0] == 2.4
    assert set(values(centre, "bonuses", "amount")) == {187500}


def test_german_numbers_in_full_are_refused_until_declared(tmp_path: Path) -> None:
    fault = case_faults(tmp_path / "a", "02b")["pay.base_pay ambiguous number"]
    assert fault.rows == 40
    assert 'decimal = "," under [tables.pay] fits (40 rows' in fault.advice
    assert values(open_case(tmp_path / "b", "02b", pay='decimal = ","'), "pay", "base_pay")[0] == 2400


DECIDING = ["0.125", "1.5", "1234.567", "12.3456", "1,234.500", "1,234,567"]


@pytest.mark.parametrize("deciding", some_every_day(DECIDING, everyday=["1.5", "1,234,567"]))
def test_another_value_of_the_column_shows_which_number_is_meant(tmp_path: Path, deciding: str) -> None:
    pay = f"{PAY}001;2025-01-06;1.375\n002;2025-02-03;{deciding}\n"
    assert 1.375 in values(open_site(tmp_path, {"pay": pay}), "pay", "base_pay")


def test_a_limit_of_the_column_shows_which_number_is_meant(tmp_path: Path) -> None:
    head = "evaluation_id;agent_id;evaluated_on;score\n"
    centre = open_site(tmp_path / "a", {"qa_evaluations": f"{head}1;001;2025-02-03;87.500\n"})
    assert values(centre, "qa_evaluations", "score") == [87.5]
    faults = faults_of(tmp_path / "b", {"qa_evaluations": f"{head}1;001;2025-02-03;87,500\n"})
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [("score", "ambiguous number", 1)]


def test_numbers_in_cells_of_excel_are_never_ambiguous(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    rows = {"agent_id": ["001", "002"], "effective_date": ["2025-01-06", "2025-02-03"], "base_pay": [1.375, 2.125]}
    pd.DataFrame(rows).to_excel(tmp_path / "exports" / "pay.xlsx", index=False)
    content = (tmp_path / "exports" / "pay.xlsx").read_bytes()
    centre = open_site(tmp_path, {"pay/pay.xlsx": content}, pay='path = "exports/pay.xlsx"\ndecimal = ","')
    assert values(centre, "pay", "base_pay") == [1.375, 2.125]


def without_contacts(folder: Path) -> Path:
    """Take the contacts out of a case whose exits all have one day, after which some of their agents work on."""
    declaration = folder / "pipelines" / "sources.toml"
    declaration.write_text(declaration.read_text().split("[tables.contacts]")[0])
    return folder


def test_an_instant_is_a_day_on_the_clock_of_the_site(tmp_path: Path) -> None:
    centre, faults = inspect(without_contacts(copy_case(tmp_path, "03")))
    assert centre is not None, [str(fault) for fault in faults]
    assert set(values(centre, "agents", "hire_date")) == {date(2024, 4, 1)}
    assert set(values(centre, "exits", "exit_date")) == {date(2025, 10, 1)}
    rule = "repaired: time with an offset, now the day on the site's clock"
    assert quality_rows(centre, "exits")[rule] == 10


def midnights_in_new_york(folder: Path, exits: str = "") -> Path:
    """Write case 03 with exits at midnight of UTC, for a site in New York, where that is the evening before."""
    copy_case(folder, "03", exits=exits)
    declaration, rows = folder / "pipelines" / "sources.toml", folder / "data" / "exits.csv"
    declaration.write_text(declaration.read_text().replace("Europe/Berlin", "America/New_York"))
    rows.write_text(rows.read_text().replace("T22:00:00Z", "T00:00:00Z"))
    return without_contacts(folder)


def test_midnights_of_another_zone_are_not_moved_to_the_day_before(tmp_path: Path) -> None:
    faults = inspect(midnights_in_new_york(tmp_path))[1]
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [
        ("exit_date", "ambiguous date: midnight elsewhere", 10)
    ]
    assert 'dates = ["%Y-%m-%dT%H:%M:%SZ"]' in faults[0].advice


def test_midnights_with_a_declared_layout_are_the_day_as_it_is_written(tmp_path: Path) -> None:
    centre, faults = inspect(midnights_in_new_york(tmp_path, 'dates = ["%Y-%m-%dT%H:%M:%SZ"]'))
    assert centre is not None, [str(fault) for fault in faults]
    assert set(values(centre, "exits", "exit_date")) == {date(2025, 9, 30)}


def test_an_open_end_is_no_exit_and_its_row_is_set_aside_and_counted(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "06")
    counts = quality_rows(centre, "exits")
    assert [counts[rule] for rule in ("rows read", "set aside: without exit_date", "rows used")] == [40, 30, 10]


def test_a_date_of_zeros_or_far_ahead_is_no_exit(tmp_path: Path) -> None:
    no_dates = ["00000000", "00.00.0000", "0000-00-00", "00/00/0000", "2999-12-31", "9999-01-01"]
    exports = {"exits": EXITS + "".join(f"001,{no_date},\n" for no_date in no_dates)}
    centre = open_site(tmp_path, exports, exits='only_with = ["exit_date"]')
    assert quality_rows(centre, "exits")["set aside: without exit_date"] == len(no_dates)
    assert quality_rows(centre, "exits")["rows used"] == 1


def test_a_far_exit_date_without_only_with_is_refused_with_the_way_to_set_it_aside(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"exits": f"{EXITS}001,9999-12-31,voluntary\n"})
    assert [fault.rule for fault in faults] == ["a year before 1900 or after 2199"]
    assert 'only_with = ["exit_date"]' in faults[0].advice


def test_scores_in_percent_are_points(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "15")
    scores = sorted_rows(centre, "qa_evaluations").set_index("evaluation_id")["score"]
    assert scores.loc[["Q0", "Q1", "Q10"]].tolist() == [80.5, 81.5, 90.5]


def test_percent_signs_in_some_rows_only_are_refused(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "15")
    scores = folder / "data" / "qa_evaluations.csv"
    scores.write_text(scores.read_text().replace("80.5%", "80.5"))
    faults = inspect(folder)[1]
    assert [(fault.column, fault.rule) for fault in faults] == [("score", "percent sign in some rows only")]


def test_money_in_another_currency_than_the_sites_is_refused(tmp_path: Path) -> None:
    pay = f"{PAY}001;2025-01-06;{{}}5000\n002;2025-02-03;6000\n"
    assert values(open_site(tmp_path / "a", {"pay": pay.format("¥")}), "pay", "base_pay") == [5000, 6000]
    faults = faults_of(tmp_path / "b", {"pay": pay.format("$")})
    assert [(fault.rule, fault.rows) for fault in faults] == [("money in another currency than the site's", 1)]


def test_a_blank_exit_type_is_mapped_and_never_taken_out(tmp_path: Path) -> None:
    exits = f"{EXITS}001,2025-10-31,\n1E5,2025-10-31,-\n"
    (fault,) = faults_of(tmp_path / "a", {"exits": exits})
    assert (fault.column, fault.rule, fault.rows) == ("exit_type", "required value missing", 2)
    assert '"" = "other"' in fault.advice
    assert "take the rows out" not in fault.advice
    centre = open_site(tmp_path / "b", {"exits": exits}, exits='values = { exit_type = { "" = "other" } }')
    assert sorted(values(centre, "exits", "exit_type")) == ["other", "other", "voluntary"]  # type: ignore[type-var]


def test_a_mapped_word_wins_over_its_meaning_of_nothing(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes,absence\n001,2025-04-01,480,无\n001,2025-04-02,480,none\n"
    centre = open_site(tmp_path / "a", {"shifts": shifts}, shifts='values = { absence = { "无" = "none" } }')
    assert values(centre, "shifts", "absence") == ["none", "none"]
    (fault,) = faults_of(tmp_path / "b", {"shifts": shifts})
    assert fault.rule == "not one of none, unplanned, planned, no_show"


def test_a_supervisor_called_by_a_word_for_nothing_is_nobody(tmp_path: Path) -> None:
    words = ["-", "--", "无", "N/A", "null", "待定", "暂无", "空", "none", "NaN", "#N/A"]
    rows = "002,2025-02-03,T1,9\n1E5,2025-03-01,T2,8\n"
    rows += "".join(f"001,2025-01-{day:02},T1,{word}\n" for day, word in enumerate(words, 6))
    centre = open_site(tmp_path, {"assignments": f"agent_id,effective_date,team_id,supervisor_id\n{rows}"})
    supervisors = sorted_rows(centre, "assignments")["supervisor_id"]
    assert (supervisors.isna().sum(), set(supervisors.dropna())) == (len(words), {"8", "9"})
    assert quality_rows(centre, "assignments")["repaired: word for no value, now empty"] == len(words)


def test_values_declared_missing_are_nothing_in_texts_numbers_and_typed_columns(tmp_path: Path) -> None:
    agents = "agent_id,hire_date,commute_minutes,site\n001,2025-01-06,-99,X\n002,2025-02-03,20,Y\n1E5,2025-03-01,30,Y\n"
    missing = 'missing = { commute_minutes = ["-99"], site = ["X"] }'
    centre = open_site(tmp_path / "text", {"agents": agents}, agents=missing)
    (tmp_path / "typed" / "exports").mkdir(parents=True)
    typed = pd.read_csv(tmp_path / "text" / "exports" / "agents.csv", dtype={"agent_id": str})
    typed.to_parquet(tmp_path / "typed" / "exports" / "agents.parquet")
    content = (tmp_path / "typed" / "exports" / "agents.parquet").read_bytes()
    native = open_site(
        tmp_path / "typed",
        {"agents/agents.parquet": content},
        agents='path = "exports/agents.parquet"\n' + missing.replace('"-99"', "-99"),
    )
    for opened in (centre, native):
        rows = sorted_rows(opened, "agents")
        assert rows["commute_minutes"].fillna(0).tolist() == [0, 20, 30]
        assert rows["site"].fillna("").tolist() == ["", "Y", "Y"]


def test_a_first_day_away_is_moved_to_the_last_day(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {}, exits='exit_date_is = "first_day_away"')
    assert values(centre, "exits", "exit_date") == [date(2025, 9, 29)]
    assert quality_rows(centre, "exits")["repaired: first day away, now the day before"] == 1


def test_half_hour_rows_are_added_up_by_day_and_queue_and_counted(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "04")
    rows = sorted_rows(centre, "contacts").query("agent_id == 'E00001'").iloc[0]
    assert (rows["handled"], rows["talk_seconds"], rows["hold_seconds"]) == (12, 1200 + 1275 + 1350, 120)
    counts = quality_rows(centre, "contacts")
    summed = counts["summed: rows of one key that name different times of day"]
    assert summed * 3 == counts["rows read"] * 2
    assert counts["rows read"] == counts["rows used"] + summed


HALF_HOURS = (
    "agent_id,contact_date,handled,talk_seconds\n"
    "001,2025-04-01 09:00,4,1200\n001,2025-04-01 09:30,4,1200\n001,2025-04-01 10:00,3,900\n"
)


def test_half_hours_with_the_same_numbers_are_no_repeated_rows(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"contacts": HALF_HOURS + "001,2025-04-01 10:00,3,900\n"})
    assert values(centre, "contacts", "handled") == [11]
    assert quality_rows(centre, "contacts")["set aside: repeated row"] == 1


def test_half_hours_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"contacts": HALF_HOURS + "001,2025-04-01 10:00,5,900\n"})
    assert [(fault.rule, fault.rows) for fault in faults] == [("duplicate key", 3)]


def test_the_last_version_of_each_half_hour_is_added_up(tmp_path: Path) -> None:
    head, *rows = HALF_HOURS.splitlines()
    lines = [f"{head},recorded_at", *(f"{row},2025-04-02 0{n}:00" for n, row in enumerate(rows))]
    contacts = "\n".join([*lines, "001,2025-04-01 09:00,9,1200,2025-04-03 00:00"])
    centre = open_site(tmp_path, {"contacts": f"{contacts}\n"})
    assert values(centre, "contacts", "handled") == [16]
    assert quality_rows(centre, "contacts")["set aside: earlier version of a part of a day"] == 1
    twice = f"{contacts}\n001,2025-04-01 09:00,8,1200,2025-04-03 00:00\n"
    assert [fault.rule for fault in faults_of(tmp_path / "twice", {"contacts": twice})] == ["duplicate key"]


def test_half_hours_in_their_own_type_are_added_up_too(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    times = pd.to_datetime(["2025-04-01 00:00", "2025-04-01 00:30", "2025-04-02 09:00"])
    contacts = pd.DataFrame({"agent_id": "001", "contact_date": times, "handled": [4, 4, 3]})
    contacts.to_parquet(tmp_path / "exports" / "contacts.parquet")
    content = (tmp_path / "exports" / "contacts.parquet").read_bytes()
    centre = open_site(tmp_path, {"contacts/contacts.parquet": content})
    assert values(centre, "contacts", "handled") == [8, 3]


def test_split_shifts_are_refused_with_the_way_to_add_them_up(tmp_path: Path) -> None:
    (fault,) = case_faults(tmp_path, "11").values()
    assert fault.rule == "duplicate key"
    assert 'duplicates = "sum" under [tables.shifts] adds them up' in fault.advice
    assert "they are rows 2, 3, 4, 5, 6 of data/shifts.csv and others" in fault.advice
    assert "keep" not in fault.advice


def test_declared_split_shifts_are_added_up_and_start_with_the_first(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "11", shifts='duplicates = "sum"')
    first = sorted_rows(centre, "shifts").iloc[0]
    assert (first["scheduled_minutes"], first["worked_minutes"], first["start_minute"]) == (480, 465, 540)
    counts = quality_rows(centre, "shifts")
    assert counts["rows read"] == counts["rows used"] + counts["summed: rows of one key, as declared"]


def test_booleans_and_absences_of_parts_are_those_of_the_day(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes,is_night,absence\n"
    shifts += "001,2025-04-01,240,no,none\n001,2025-04-01,200,yes,unplanned\n"
    centre = open_site(tmp_path, {"shifts": shifts}, shifts='duplicates = "sum"')
    row = sorted_rows(centre, "shifts").iloc[0]
    assert (row["scheduled_minutes"], bool(row["is_night"]), row["absence"]) == (440, True, "unplanned")


def test_a_day_that_was_partly_in_the_field_is_a_field_day_with_any_clocking_that_failed(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes,work_place,clock_missing\n"
    shifts += "001,2025-03-03,240,office,false\n001,2025-03-03,240,field,true\n"
    row = sorted_rows(open_site(tmp_path, {"shifts": shifts}, shifts='duplicates = "sum"'), "shifts").iloc[0]
    assert (row["scheduled_minutes"], row["work_place"], row["clock_missing"]) == (480, "field", True)


def test_parts_that_exceed_a_day_are_refused(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes\n001,2025-04-01,800\n001,2025-04-01,801\n"
    (fault,) = faults_of(tmp_path, {"shifts": shifts}, shifts='duplicates = "sum"')
    assert (fault.column, fault.rule, fault.rows) == (
        "scheduled_minutes",
        "above the limit of its column once added up",
        1,
    )


def test_two_jobs_at_once_are_refused_by_their_rows_until_an_order_is_declared(tmp_path: Path) -> None:
    (fault,) = case_faults(tmp_path / "a", "13").values()
    assert 'duplicates = "last" or "first" under [tables.assignments]' in fault.advice
    assert 'duplicates = "sum"' not in fault.advice
    assert "they are rows " in fault.advice
    last = open_case(tmp_path / "b", "13", assignments='duplicates = "last"')
    first = open_case(tmp_path / "c", "13", assignments='duplicates = "first"')
    assert quality_rows(last, "assignments")["set aside: an earlier row of the same key"] == fault.rows // 2
    rows = pd.read_csv(tmp_path / "b" / "data" / "assignments.csv")
    twice = rows[rows.duplicated(["agent_id", "effective_date"], keep=False)]
    for centre, kept in ((last, "last"), (first, "first")):
        expected = twice.drop_duplicates(["agent_id", "effective_date"], keep=kept).set_index("agent_id")["team_id"]
        teams = sorted_rows(centre, "assignments").set_index("agent_id")["team_id"]
        assert teams.loc[expected.index].tolist() == expected.tolist()


def test_rows_of_a_table_without_parts_cannot_be_added_up(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match='rows of exits cannot be added up; duplicates = "sum" is for contacts'):
        open_site(tmp_path, {}, exits='duplicates = "sum"')


def test_amounts_of_a_list_with_a_minus_behind_and_dates_of_zeros_are_read(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "12")
    assert set(values(centre, "bonuses", "amount")) == {150.0, -150.0}
    assert sorted_rows(centre, "exits")["notice_date"].isna().sum() == 5
