"""An old and a new number of one person are one employment, or an exit and a rehire where a month lies between them."""

from __future__ import annotations

from pathlib import Path

from attrition.data.centre import Centre, inspect
from tests.data.sites import open_site, quality_rows, write_site

AGENTS = "agent_id,hire_date\nA1,2024-01-08\nB1,2024-01-08\nA2,2025-06-01\nC1,2024-01-08\n"
ASSIGNMENTS = (
    "agent_id,effective_date,team_id,supervisor_id\nA1,2024-01-08,T1,B1\nB1,2024-01-08,T1,\nA2,2025-06-01,T9,B1\n"
    "C1,2024-01-08,T1,A1\n"
)
NUMBERS = "old_id,new_id,from_date\nA1,A2,2025-06-01\n"


def site(folder: Path, exits: str, *, numbers: str = NUMBERS, **tables: str) -> Centre:
    """Open a site where A1 has the number A2 since 2025-06-01; C1, whose leader is A1, leaves in September."""
    exits = f"agent_id,exit_date,exit_type\nC1,2025-09-30,voluntary\n{exits}"
    exports = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": exits, "renumbered": numbers} | tables
    return open_site(folder, exports)


def rows(centre: Centre, table: str, *columns: str) -> list[tuple[str, ...]]:
    """Return columns of a table as texts, sorted."""
    content = centre.tables[table].select(*columns).to_pandas().astype(str)
    return sorted(content.itertuples(index=False, name=None))


def test_employment_goes_on_under_the_new_number(tmp_path: Path) -> None:
    centre = site(tmp_path, "A1,2025-05-31,voluntary\n")
    assert rows(centre, "agents", "agent_id", "hire_date") == [
        ("A2", "2024-01-08"),
        ("B1", "2024-01-08"),
        ("C1", "2024-01-08"),
    ]
    assert rows(centre, "exits", "agent_id") == [("C1",)]
    assert ("C1", "A2") in rows(centre, "assignments", "agent_id", "supervisor_id")
    assert [row[1] for row in rows(centre, "assignments", "agent_id", "team_id") if row[0] == "A2"] == ["T1", "T9"]


def test_a_month_between_the_numbers_is_an_exit_and_a_rehire(tmp_path: Path) -> None:
    centre = site(tmp_path, "A1,2025-04-15,voluntary\n")
    assert rows(centre, "exits", "agent_id") == [("A2",), ("C1",)]
    assert [row for row in rows(centre, "agents", "agent_id", "hire_date") if row[0] == "A2"] == [
        ("A2", "2024-01-08"),
        ("A2", "2025-06-01"),
    ]


def test_an_exit_long_after_the_change_stays(tmp_path: Path) -> None:
    centre = site(tmp_path, "A1,2025-05-31,other\nA2,2025-08-31,voluntary\n")
    assert rows(centre, "exits", "agent_id", "exit_date") == [("A2", "2025-08-31"), ("C1", "2025-09-30")]


def test_a_number_changed_twice_becomes_the_last_one(tmp_path: Path) -> None:
    agents = AGENTS + "A3,2025-08-01\n"
    numbers = NUMBERS + "A2,A3,2025-08-01\n"
    exits = "A1,2025-05-31,voluntary\nA2,2025-07-31,voluntary\n"
    centre = site(tmp_path, exits, numbers=numbers, agents=agents)
    assert ("A3", "2024-01-08") in rows(centre, "agents", "agent_id", "hire_date")
    assert len(rows(centre, "agents", "agent_id")) == 3
    assert rows(centre, "exits", "agent_id") == [("C1",)]


def test_of_two_rows_with_one_key_that_of_the_new_number_is_used(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\nA1,2025-06-01,5000\nA2,2025-06-01,5200\nA1,2024-01-08,4800\n"
    centre = site(tmp_path, "A1,2025-05-31,voluntary\n", pay=pay)
    assert rows(centre, "pay", "agent_id", "base_pay") == [("A2", "4800.0"), ("A2", "5200.0")]
    assert quality_rows(centre, "pay")["set aside: row of an old number, which the new one has too"] == 1


def test_of_a_number_that_is_unknown_nothing_is_changed_but_it_is_named(tmp_path: Path) -> None:
    centre = site(tmp_path, "A1,2025-05-31,voluntary\n", numbers=NUMBERS + "Z9,B1,2025-07-01\n")
    assert [(fault.rule, fault.rows, fault.severity) for fault in centre.faults if fault.table == "renumbered"] == [
        ("old number not in agents", 1, "labels"),
        ("new number not hired about its first day", 1, "labels"),
    ]
    assert ("B1", "2024-01-08") in rows(centre, "agents", "agent_id", "hire_date")


def test_the_hire_date_of_monthly_files_goes_on(tmp_path: Path) -> None:
    months = "agent_id,as_of,hire_date\nA1,2025-05-31,2024-01-08\nA2,2025-06-30,2025-06-01\nC1,2025-08-31,2024-01-08\n"
    declared = {"snapshots": months, "exits": "agent_id,exit_date,exit_type\nC1,2025-09-15,voluntary\n"}
    centre = open_monthly(tmp_path, declared | {"renumbered": NUMBERS})
    assert rows(centre, "snapshots", "agent_id", "hire_date")[:2] == [("A2", "2024-01-08"), ("A2", "2024-01-08")]


def open_monthly(folder: Path, exports: dict[str, str]) -> Centre:
    """Open a site that has a monthly file and no other roster."""
    centre, faults = inspect(write_site(folder, exports))
    assert centre is not None, [str(fault) for fault in faults]
    return centre
