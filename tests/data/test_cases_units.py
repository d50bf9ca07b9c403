"""Numbers in another unit than the contract's are named in those words, and converted where the unit is declared."""

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre, inspect
from attrition.errors import DeclarationError, Fault
from tests.data.cases import case_faults, copy_case, open_case


def faults_of(workspace: Path) -> dict[str, Fault]:
    return {f"{fault.table}.{fault.column} {fault.rule}": fault for fault in inspect(workspace)[1]}


def rewrite(workspace: Path, file: str, **columns: object) -> Path:
    """Replace columns of a case's file; a function gets the table and returns the column."""
    path = workspace / "data" / f"{file}.csv"
    rows = pd.read_csv(path)
    rows.assign(**columns).to_csv(path, index=False)
    return workspace


def with_shifts(workspace: Path, scheduled: float, **columns: object) -> Path:
    """Give a case a shift on each day on which contacts were handled."""
    days = pd.read_csv(workspace / "data" / "contacts.csv").rename(columns={"contact_date": "shift_date"})
    shifts = days[["agent_id", "shift_date"]].assign(scheduled_minutes=scheduled)
    shifts.assign(**columns).to_csv(workspace / "data" / "shifts.csv", index=False)
    return workspace


SHIFTS = 'path = "data/shifts.csv"\nrecording_delay_days = 0'


def quality_of(centre: Centre, table: str) -> dict[str, int]:
    rows = centre.quality[centre.quality["table"] == table]
    return dict(zip(rows["rule"], rows["rows"], strict=True))


def test_three_periods_of_pay_in_one_column_are_named_with_their_rows_and_stop(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "28")
    [(name, fault)] = faults.items()
    assert name.startswith("pay.base_pay pay of different periods in one column: ")
    assert "13 rows look like pay per hour" in name
    assert "13 rows look like pay per month" in name
    assert "14 rows look like pay per year" in name
    assert fault.stops
    assert "pay_period" in fault.advice


def test_a_column_that_says_the_period_converts_each_row(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "28")
    pay = pd.read_csv(case / "data" / "pay.csv")["base_pay"]
    rewrite(
        case, "pay", pay_period=pay.map(lambda amount: "hour" if amount < 100 else "year" if amount > 9999 else "month")
    )
    centre, faults = inspect(case)
    assert centre is not None
    assert not faults
    amounts = centre.tables["pay"].execute().set_index("agent_id")["base_pay"].round(1)
    assert amounts[["E00001", "E00002", "E00003"]].tolist() == [2400.0, 2610.4, 2420.0]
    assert quality_of(centre, "pay")["repaired: converted from pay per hour"] == 13


def test_pay_per_hour_takes_the_contract_hours_of_the_assignment_in_force(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "25", pay='units = { base_pay = "per hour" }')
    rewrite(case, "assignments", contract_hours_week=20)
    rewrite(case, "pay", base_pay=15)
    centre, _ = inspect(case)
    assert centre is not None
    assert centre.tables["pay"].base_pay.execute().unique().round(6).tolist() == [1300.0]  # 15 * 20 * 52 / 12
    assert quality_of(centre, "pay")["repaired: converted from pay per hour"] == 40


def test_pay_in_one_period_is_not_doubted(tmp_path: Path) -> None:
    assert not [name for name in case_faults(tmp_path, "25") if "pay" in name]


@pytest.mark.parametrize(("times", "words"), [(12, "12 times that of the benchmark"), (1 / 160, "160 times below")])
def test_pay_a_period_away_from_the_benchmark_stops(tmp_path: Path, times: float, words: str) -> None:
    case = copy_case(tmp_path, "25", market_pay='path = "data/market_pay.csv"\nrecording_delay_days = 0')
    (case / "data" / "market_pay.csv").write_text("effective_date,p50\n2023-01-01,2600\n", encoding="utf-8")
    assert not [name for name in faults_of(case) if "base_pay" in name]
    pay = pd.read_csv(case / "data" / "pay.csv")
    rewrite(case, "pay", base_pay=(pay["base_pay"] * 0 + 2600) * times)
    [fault] = [fault for name, fault in faults_of(case).items() if "base_pay" in name]
    assert words in fault.rule
    assert fault.stops


def test_hours_where_minutes_belong_stop(tmp_path: Path) -> None:
    case = with_shifts(copy_case(tmp_path, "25", shifts=SHIFTS), 8)
    [fault] = [fault for fault in faults_of(case).values() if fault.table == "shifts"]
    assert fault.rule == "a median of 8 minutes looks like hours"
    assert fault.stops
    assert 'units = { scheduled_minutes = "hours" } under [tables.shifts]' in fault.advice


def test_declared_hours_are_converted_at_the_door_and_counted(tmp_path: Path) -> None:
    declared = SHIFTS + '\nunits = { scheduled_minutes = "hours" }'
    centre, faults = inspect(with_shifts(copy_case(tmp_path, "25", shifts=declared), 8))
    assert centre is not None
    assert not [fault for fault in faults if fault.table == "shifts"]
    assert centre.tables["shifts"].scheduled_minutes.execute().unique().tolist() == [480.0]
    assert quality_of(centre, "shifts")["repaired: converted from hours"] == 643


def test_limits_hold_for_converted_values(tmp_path: Path) -> None:
    declared = SHIFTS + '\nunits = { scheduled_minutes = "hours" }'
    faults = faults_of(with_shifts(copy_case(tmp_path, "25", shifts=declared), 480))
    assert faults["shifts.scheduled_minutes not between 0 and 1440"].rows == 643


def test_usual_working_days_are_not_doubted(tmp_path: Path) -> None:
    case = with_shifts(copy_case(tmp_path, "25", shifts=SHIFTS), 480, overtime_minutes=30, late_minutes=4)
    assert not [name for name in faults_of(case) if name.startswith("shifts")]


def test_the_own_unit_confirms_a_doubted_column(tmp_path: Path) -> None:
    declared = SHIFTS + '\nunits = { scheduled_minutes = "minutes" }'
    assert not [
        name for name in faults_of(with_shifts(copy_case(tmp_path, "25", shifts=declared), 8)) if "shifts" in name
    ]


def test_a_unit_that_changed_in_march_is_named_with_its_months(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "25")
    rows = pd.read_csv(case / "data" / "contacts.csv")
    in_minutes = rows["talk_seconds"].where(rows["contact_date"] < "2026-03", rows["talk_seconds"] / 60)
    faults = faults_of(rewrite(case, "contacts", talk_seconds=in_minutes))
    [fault] = [fault for fault in faults.values() if fault.column == "talk_seconds"]
    assert fault.rule.startswith("looks like minutes in 4 of 18 months (2026-03 to 2026-06)")


def test_a_site_with_another_unit_is_named(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "25")
    rows = pd.read_csv(case / "data" / "contacts.csv")
    sites = pd.read_csv(case / "data" / "agents.csv").set_index("agent_id")["site"]
    at_north = rows["agent_id"].map(sites) == "North"
    faults = faults_of(
        rewrite(case, "contacts", talk_seconds=rows["talk_seconds"].where(~at_north, rows["talk_seconds"] / 60))
    )
    [fault] = [fault for fault in faults.values() if fault.column == "talk_seconds"]
    assert fault.rule == "looks like minutes at 1 of 2 sites, beside the others"


def test_some_rows_in_hours_are_named_with_their_share(tmp_path: Path) -> None:
    case = with_shifts(copy_case(tmp_path, "25", shifts=SHIFTS), 480)
    shifts = pd.read_csv(case / "data" / "shifts.csv")
    rewrite(case, "shifts", scheduled_minutes=[8 if number % 10 == 0 else 480 for number in range(len(shifts))])
    [fault] = [fault for fault in faults_of(case).values() if fault.table == "shifts"]
    assert fault.rule == "10% of the values look like hours, beside the others"


def test_scores_of_one_to_five_look_like_a_scale_of_five(tmp_path: Path) -> None:
    declared = 'path = "data/qa.csv"\nrecording_delay_days = 0'
    case = copy_case(tmp_path, "25", qa_evaluations=declared)
    lines = [f"V{number},E00005,2025-06-{number + 1:02},{3 + number % 3}" for number in range(20)]
    (case / "data" / "qa.csv").write_text("\n".join(["evaluation_id,agent_id,evaluated_on,score", *lines]))
    [fault] = [fault for fault in faults_of(case).values() if fault.table == "qa_evaluations"]
    assert fault.rule == "a median of 4 of 100 looks like of 5"


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ('{ scheduled_minutes = "per year" }', "it can be milliseconds, seconds, minutes, hours, days"),
        ('{ absence = "hours" }', "the column has no unit to convert"),
        ('{ scheduled = "hours" }', 'did you mean "scheduled_minutes"'),
    ],
)
def test_a_unit_that_is_not_possible_is_refused(tmp_path: Path, units: str, words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        open_case(tmp_path, "25", shifts=f"{SHIFTS}\nunits = {units}")
