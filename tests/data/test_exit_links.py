"""Exits held against activity: work that goes on, agents who come back, second exits, first days away."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from attrition.data import sources
from attrition.errors import DeclarationError, Fault
from tests.data.sites import faults_of, open_site, quality_rows, write_site

PEOPLE = [f"E{number:02}" for number in range(1, 61)]
EXIT_RULES = (
    "work goes on after the exit",
    "work begins again without a new hire",
    "second exit without a hire between",
    "exit dates on which nobody works",
    "exits dated the 1st of a month",
)


def centre(leavers: dict[str, date], until: dict[str, date], *more_exits: str) -> dict[str, str]:
    """Return a centre of sixty agents who have a contact every third day up to a day, and the exits of some."""
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    days = {person: until.get(person, last) for person in PEOPLE}
    contacts = [
        f"{person},{day},5"
        for person in PEOPLE
        for n in range(0, 365, 3)
        if (day := first + timedelta(n)) <= days[person]
    ]
    exits = [f"{person},{day},voluntary" for person, day in leavers.items()]
    return {
        "agents": "\n".join(["agent_id,hire_date", *(f"{person},2024-06-03" for person in PEOPLE)]),
        "assignments": "\n".join(
            ["agent_id,effective_date,team_id", *(f"{person},2024-06-03,T1" for person in PEOPLE)]
        ),
        "exits": "\n".join(["agent_id,exit_date,exit_type", *exits, *more_exits]),
        "contacts": "\n".join(["agent_id,contact_date,handled", *contacts]),
    }


def leavers(count: int, *, work_days_after: int = 0) -> tuple[dict[str, date], dict[str, date]]:
    """Return the exits of the first agents, one a week, and until when they work."""
    exits = {person: date(2025, 2, 3) + timedelta(7 * n) for n, person in enumerate(PEOPLE[:count])}
    return exits, {person: day + timedelta(work_days_after) for person, day in exits.items()}


def exit_faults(folder: Path, exports: dict[str, str], **declared: str) -> list[Fault]:
    """Return the faults of the list of exits that this module is about."""
    return [fault for fault in faults_of(folder, exports, **declared) if fault.rule in EXIT_RULES]


def test_exits_that_fit_the_work_are_no_fault(tmp_path: Path) -> None:
    assert exit_faults(tmp_path, centre(*leavers(40))) == []


def test_work_a_few_days_after_an_exit_is_no_fault(tmp_path: Path) -> None:
    exits, until = leavers(40)
    until |= {person: exits[person] + timedelta(7) for person in PEOPLE[:5]}
    assert exit_faults(tmp_path, centre(exits, until)) == []


@pytest.mark.parametrize(("withdrawn", "severity"), [(1, "labels"), (2, "stops")])
def test_work_that_goes_on_after_an_exit_is_named_and_from_a_twentieth_of_exits_refused(
    tmp_path: Path, withdrawn: int, severity: str
) -> None:
    exits, until = leavers(40)
    exports = centre(exits, {person: day for person, day in until.items() if person not in PEOPLE[:withdrawn]})
    [fault] = exit_faults(tmp_path, exports)
    assert (fault.rule, fault.severity) == ("work goes on after the exit", severity)
    assert (fault.rows, fault.share) == (withdrawn, withdrawn / 40)


def test_withdrawn_exits_are_set_aside_where_that_is_declared(tmp_path: Path) -> None:
    exits, until = leavers(40)
    twice = f"{PEOPLE[0]},2025-04-01,voluntary"  # both withdrawn: they work to the end
    exports = centre(exits, {person: day for person, day in until.items() if person not in PEOPLE[:3]}, twice)
    opened = open_site(tmp_path, exports, exits='if_work_goes_on = "withdrawn"\n')
    counts = quality_rows(opened, "exits")
    assert counts["set aside: exit withdrawn, since work goes on"] == 4
    assert (counts["rows read"], counts["rows used"]) == (41, 37)
    assert len(opened.tables["exits"].execute()) == 37


def test_an_agent_who_comes_back_without_a_new_hire_is_named(tmp_path: Path) -> None:
    exits, until = leavers(40)
    exports = centre(exits, until)
    exports["contacts"] += "".join(f"\n{PEOPLE[0]},2025-0{month}-1{day},5" for month in (6, 7, 8) for day in (0, 4, 8))
    [fault] = exit_faults(tmp_path, exports)
    assert (fault.rule, fault.severity, fault.rows) == ("work begins again without a new hire", "labels", 1)
    exports["agents"] += f"\n{PEOPLE[0]},2025-06-10"
    assert exit_faults(tmp_path, exports) == []


def test_a_second_exit_needs_a_hire_between(tmp_path: Path) -> None:
    exports = centre(*leavers(40), f"{PEOPLE[0]},2025-09-15,other")
    [fault] = exit_faults(tmp_path, exports)
    assert (fault.rule, fault.severity, fault.rows) == ("second exit without a hire between", "labels", 1)
    exports["agents"] += f"\n{PEOPLE[0]},2025-08-01"
    assert exit_faults(tmp_path, exports) == []


def test_exits_on_whose_day_nobody_works_are_likely_the_first_day_away(tmp_path: Path) -> None:
    exits, until = leavers(40, work_days_after=-1)
    [fault] = exit_faults(tmp_path, centre(exits, until))
    assert (fault.rule, fault.severity) == ("exit dates on which nobody works", "labels")
    assert 'exit_date_is = "first_day_away"' in fault.advice


def test_exits_on_the_first_of_a_month_are_likely_the_first_day_away(tmp_path: Path) -> None:
    exits = {person: date(2025, 2 + n % 10, 1) for n, person in enumerate(PEOPLE[:40])}
    faults = exit_faults(tmp_path, centre(exits, exits))
    assert [(fault.rule, fault.rows) for fault in faults] == [("exits dated the 1st of a month", 40)]


def test_what_work_after_an_exit_means_is_declared_for_exits_only(tmp_path: Path) -> None:
    exports = centre(*leavers(40))
    folder = write_site(tmp_path, exports, contacts='if_work_goes_on = "withdrawn"\n')
    with pytest.raises(DeclarationError, match="if_work_goes_on is declared for exits only"):
        sources.read(folder)
