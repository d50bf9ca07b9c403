"""From when to when data are taken to be complete, on centres of a hundred agents drawn by rule."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre
from attrition.data.consistency.exit_months import silences
from tests.data.sites import open_site

AGENTS = [f"A{number:03d}" for number in range(100)]
MONTHS = pd.period_range("2024-01", "2025-12", freq="M")
LEAVERS = dict(zip(AGENTS, [*MONTHS, *MONTHS, *MONTHS], strict=False))
"""Three agents leave in every month, on the 27th."""


def csv(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows, ""])


def tables(**more: list[str]) -> dict[str, str]:
    """Write a centre whose shifts are worked on every day up to the end of 2025, or to the exit."""
    return {
        "agents": csv("agent_id,hire_date,site", [f"{agent},2023-06-01,North" for agent in AGENTS]),
        "assignments": csv("agent_id,effective_date,team_id", [f"{agent},2023-06-01,T1" for agent in AGENTS]),
        "exits": csv("agent_id,exit_date,exit_type", [*_exits(), *more.get("exits", [])]),
    }


def _exits() -> list[str]:
    return [f"{agent},{month}-27,voluntary" for agent, month in LEAVERS.items()]


def shifts(*more: str, to: str = "2025-12-31") -> str:
    rows = [
        f"{agent},{day:%Y-%m-%d},480,480"
        for agent in AGENTS
        for day in pd.date_range("2024-01-01", to, freq="W-WED")
        if agent not in LEAVERS or day < pd.Timestamp(f"{LEAVERS[agent]}-27")
    ]
    return csv("agent_id,shift_date,scheduled_minutes,worked_minutes", [*rows, *more])


def test_a_roster_published_ahead_is_no_work_and_does_not_move_the_end(tmp_path: Path) -> None:
    planned = [f"{agent},2026-02-{day:02d},480," for agent in AGENTS[80:] for day in range(1, 29)]
    assert open_site(tmp_path, tables() | {"shifts": shifts(*planned)}).data_ends == date(2025, 12, 31)


def test_a_single_shift_dated_ahead_does_not_move_the_end(tmp_path: Path) -> None:
    centre = open_site(tmp_path, tables() | {"shifts": shifts("A099,2027-05-03,480,480")})
    assert centre.data_ends == date(2025, 12, 31)


def test_a_single_shift_dated_years_before_does_not_move_the_beginning(tmp_path: Path) -> None:
    centre = open_site(tmp_path, tables() | {"shifts": shifts("A099,2011-05-03,480,480")})
    assert centre.extent.begins == date(2024, 1, 3)


def test_an_exit_thirteen_years_early_does_not_open_the_panel_there(tmp_path: Path) -> None:
    early = tables(exits=["A099,2011-05-03,other"])
    early["agents"] = early["agents"].replace("A099,2023-06-01", "A099,2010-06-01")
    assert open_site(tmp_path, early).extent.begins == date(2024, 1, 1)


def test_exits_after_the_last_events_of_the_other_tables_are_planned(tmp_path: Path) -> None:
    """Without daily tables: pay changes every month to December, and five people will leave at the end of January."""
    pay = [f"{agent},{month}-28,3000" for month in MONTHS for agent in AGENTS[90:95]]
    centre = open_site(
        tmp_path,
        tables(exits=[f"{agent},2026-01-30,voluntary" for agent in AGENTS[90:95]])
        | {"pay": csv("agent_id,effective_date,base_pay", [*pay, "A095,2025-12-31,3000"])},
    )
    assert centre.data_ends == date(2025, 12, 31)


def without_exits_after(month: str) -> dict[str, str]:
    kept = [row for row in _exits() if row.split(",")[1] <= f"{month}-31"]
    return tables() | {"exits": csv("agent_id,exit_date,exit_type", kept), "shifts": shifts()}


@pytest.mark.parametrize("month", ["2025-06", "2025-09"])
def test_a_list_of_leavers_cut_at_a_month_is_complete_to_that_month(tmp_path: Path, month: str) -> None:
    centre = open_site(tmp_path, without_exits_after(month))
    assert centre.extent.exits_complete_to == pd.Period(month, "M").end_time.date()
    assert [fault.severity for fault in centre.faults if fault.column == "exit_date"] == ["labels"]


def gone(centre: Centre) -> set[str]:
    return set(centre.gone["agent_id"])


def test_who_left_after_the_list_was_cut_is_named_and_nobody_else(tmp_path: Path) -> None:
    centre = open_site(tmp_path, without_exits_after("2025-06"))
    # Who left in December was last at work in that month, and may be there.
    assert gone(centre) == {agent for agent, month in LEAVERS.items() if "2025-06" < str(month) < "2025-12"}


def test_a_complete_list_needs_no_remark(tmp_path: Path) -> None:
    centre = open_site(tmp_path, tables() | {"shifts": shifts()})
    assert (centre.extent.exits_complete_to, centre.faults, gone(centre)) == (date(2025, 12, 31), (), set())


def test_a_site_whose_leavers_are_missing_is_named_apart(tmp_path: Path) -> None:
    centre_tables = tables() | {"shifts": shifts()}
    south = set(AGENTS[::2])
    kept = [row for row in _exits() if row.split(",")[0] not in south or row.split(",")[1] < "2025-02"]
    centre_tables["exits"] = csv("agent_id,exit_date,exit_type", kept)
    sites = [f"{agent},2023-06-01,{'South' if agent in south else 'North'}" for agent in AGENTS]
    centre_tables["agents"] = csv("agent_id,hire_date,site", sites)
    extent = open_site(tmp_path, centre_tables).extent
    assert extent.complete_to("South") < extent.complete_to("North") == date(2025, 12, 31)


def test_the_usual_delay_is_that_of_four_in_five_exits(tmp_path: Path) -> None:
    rows = [f"{row},{pd.Timestamp(row.split(',')[1]) + pd.Timedelta(days=20)}" for row in _exits()]
    late = tables() | {"exits": csv("agent_id,exit_date,exit_type,recorded_at", rows), "shifts": shifts()}
    assert open_site(tmp_path, late).extent.delay_days == 20


def test_no_more_exits_are_expected_than_people_where_each_left_in_the_month_they_came() -> None:
    days = pd.to_datetime([f"{month}-27" for month in MONTHS[:12]])
    exits = pd.DataFrame({"site": "North", "left_on": days, "known_on": days})
    stayers = pd.DataFrame({"site": "North", "hired": pd.to_datetime(["2024-12-01"] * 50), "exit_date": pd.NaT})
    leavers = pd.DataFrame({"site": "North", "hired": days - pd.Timedelta(days=5), "exit_date": days})
    spells = pd.concat([leavers, stayers])
    stretches = silences(exits, spells, begins=date(2024, 1, 1), ends=date(2025, 12, 31))
    assert [round(stretch.expected) for stretch in stretches] == [13 * 50]
