"""What no single row shows: kinds swapped at a site, notices missing, late exits, repeated months, renamed sites."""

from datetime import date, timedelta
from pathlib import Path

from attrition.data.centre import inspect
from attrition.errors import Fault
from tests.data.sites import faults_of, write_site

YEAR = date(2025, 1, 1)


def csv(heading: str, rows: list[str]) -> str:
    return "\n".join([heading, *rows]) + "\n"


def people(sites: int = 2, each: int = 30) -> list[tuple[str, str]]:
    return [(f"{site}{number:03}", f"S{site}") for site in range(sites) for number in range(each)]


def roster() -> dict[str, str]:
    return {
        "agents": csv("agent_id,hire_date,site", [f"{agent},2024-03-04,{site}" for agent, site in people()]),
        "assignments": csv("agent_id,effective_date,team_id", [f"{agent},2024-03-04,T1" for agent, _ in people()]),
    }


def exits(kind: dict[str, str], notices: dict[str, str]) -> str:
    rows = []
    for number, (agent, site) in enumerate(people()):
        day = YEAR + timedelta(days=11 * (number % 30))
        other = {"voluntary": "involuntary", "involuntary": "voluntary"}[kind[site]]
        notice = f"{day - timedelta(days=20)}" if notices[site] else ""
        rows.append(f"{agent},{day},{other if number % 5 == 0 else kind[site]},{notice}")
    return csv("agent_id,exit_date,exit_type,notice_date", rows)


ALIKE = {"S0": "voluntary", "S1": "voluntary"}
NOTICES = {"S0": "yes", "S1": "yes"}


def rules(faults: tuple[Fault, ...], column: str) -> list[str]:
    return [str(fault.rule) for fault in faults if fault.column == column]


def test_a_site_whose_kinds_are_the_other_way_round_is_named(tmp_path: Path) -> None:
    swapped = roster() | {"exits": exits({"S0": "voluntary", "S1": "involuntary"}, NOTICES)}
    assert rules(faults_of(tmp_path, swapped), "exit_type") == [
        "kinds of exits the other way round at S0: 6 of 30 are dismissals, unlike elsewhere",
        "kinds of exits the other way round at S1: 24 of 30 are dismissals, unlike elsewhere",
    ]


def test_sites_with_the_same_kinds_are_not_doubted(tmp_path: Path) -> None:
    assert rules(faults_of(tmp_path, roster() | {"exits": exits(ALIKE, NOTICES)}), "exit_type") == []


def test_a_site_without_notices_is_named_beside_one_that_has_them(tmp_path: Path) -> None:
    bare = roster() | {"exits": exits(ALIKE, {"S0": "yes", "S1": ""})}
    assert rules(faults_of(tmp_path, bare), "notice_date") == ["no day of notice in S1 2025, while others have one"]


def test_a_centre_with_few_notices_everywhere_is_not_doubted_for_it(tmp_path: Path) -> None:
    assert rules(faults_of(tmp_path, roster() | {"exits": exits(ALIKE, {"S0": "", "S1": ""})}), "notice_date") == []


def worked(days_before_exit: int) -> str:
    """Shifts of everybody on every seventh day, up to some days before their exit."""
    rows = []
    for number, (agent, _) in enumerate(people()):
        last = YEAR + timedelta(days=11 * (number % 30) - days_before_exit)
        rows += [f"{agent},{last - timedelta(days=7 * week)},480,480" for week in range(10)]
    return csv("agent_id,shift_date,scheduled_minutes,worked_minutes", rows)


def test_exits_long_after_the_last_work_are_named(tmp_path: Path) -> None:
    late = roster() | {"exits": exits(ALIKE, NOTICES), "shifts": worked(61)}
    assert "exits dated long after the last day of work: half of them 61 days or more" in rules(
        faults_of(tmp_path, late), "exit_date"
    )


def test_exits_soon_after_the_last_work_are_not_doubted(tmp_path: Path) -> None:
    prompt = roster() | {"exits": exits(ALIKE, NOTICES), "shifts": worked(2)}
    assert not any("long after" in rule for rule in rules(faults_of(tmp_path, prompt), "exit_date"))


def ahead(tmp_path: Path, exit_row: str) -> bool:
    """Return whether this last exit is said to be dated ahead, at a centre whose data end in November 2025."""
    heading, *rows = exits(ALIKE, NOTICES).splitlines()
    site = roster() | {"exits": csv(heading, [*rows[:-1], exit_row])}
    faults = faults_of(tmp_path, site, site='data_ends = "2025-11"\n')
    return "exits dated over a quarter after the end of the data (2025-11-30)" in rules(faults, "exit_date")


def test_an_exit_dated_years_ahead_is_named(tmp_path: Path) -> None:
    assert ahead(tmp_path, "1029,2027-12-31,voluntary,")


def test_an_exit_within_a_quarter_or_with_its_notice_on_file_is_not_named(tmp_path: Path) -> None:
    assert not ahead(tmp_path, "1029,2026-01-31,voluntary,")
    assert not ahead(tmp_path, "1029,2027-12-31,voluntary,2025-11-03")


def pay_of(tmp_path: Path, amount: float, **declarations: str) -> list[str]:
    rows = [f"{agent},2024-03-04,{amount + number}" for number, (agent, _) in enumerate(people())]
    pay = csv("agent_id,effective_date,base_pay", rows)
    return rules(
        faults_of(tmp_path, roster() | {"exits": exits(ALIKE, NOTICES), "pay": pay}, **declarations), "base_pay"
    )


def test_yearly_and_hourly_pay_are_doubted_by_the_usual_monthly_pay_of_the_currency(tmp_path: Path) -> None:
    assert pay_of(tmp_path, 54_000) == ["a median of 54,030 CNY looks like pay per year"]
    assert pay_of(tmp_path, 20) == ["a median of 49.50 CNY looks like pay per hour"]


def test_monthly_pay_and_declared_periods_are_not_doubted(tmp_path: Path) -> None:
    assert pay_of(tmp_path, 4_500) == []
    assert pay_of(tmp_path, 54_000, pay='units = { base_pay = "per year" }') == []


FEATURE = """
[tables.snapshots.features]
pay = { family = "pay", lever = "pay", unit = "money", en = "pay", zh = "月薪" }
"""


def monthly(tmp_path: Path, *, repeated: int = 0, renamed: int = 0) -> tuple[Fault, ...]:
    """Eight months of snapshots in which pay changes every month; one repeats the month before, or renames a site."""
    rows = []
    for month in range(1, 9):
        for number, (agent, site) in enumerate(people()):
            pay = 3000 + 10 * number + (month - 1 if month == repeated else month)
            name = "New" if renamed and month >= renamed and site == "S1" else site
            rows.append(f"{agent},2025-{month:02}-28,2024-03-04,{name},{pay}")
    snapshots = csv("agent_id,as_of,hire_date,site,pay", rows)
    few = csv("agent_id,exit_date,exit_type", [f"{agent},2025-08-31,voluntary" for agent, _ in people()[:3]])
    centre, faults = inspect(write_site(tmp_path, {"snapshots": snapshots, "exits": few}, snapshots=FEATURE))
    assert centre is not None, [str(fault) for fault in faults]
    return faults


def test_a_month_that_repeats_the_one_before_is_named(tmp_path: Path) -> None:
    assert rules(monthly(tmp_path, repeated=8), "as_of") == ["the file of 2025-08 repeats the month before"]


def test_a_site_that_goes_on_under_another_name_is_named(tmp_path: Path) -> None:
    assert rules(monthly(tmp_path, renamed=5), "site") == ["S1 is called New from 2025-05 on"]


def test_months_that_differ_and_sites_that_stay_are_not_doubted(tmp_path: Path) -> None:
    faults = monthly(tmp_path)
    assert rules(faults, "as_of") == []
    assert rules(faults, "site") == []
