"""A reorganisation is a day on which over half of a site changes its team; old teams go on in new ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from attrition.data.events import Reorganisation
from tests.data.sites import open_site

Team = Callable[[int], str | None]


def reorganisations(folder: Path, moved_to: Team, *, events: str = "", sites: int = 1) -> tuple[Reorganisation, ...]:
    """Return the reorganisations of a site of 24 agents in T0, T1 and T2, of whom some move on 2025-06-01."""
    agents = range(24)
    moves = [f"A{n:02},2025-06-01,{moved_to(n)}\n" for n in agents if moved_to(n) is not None]
    tables = {
        "agents": "agent_id,hire_date,site\n" + "".join(f"A{n:02},2024-01-08,S{n * sites // 24}\n" for n in agents),
        "assignments": "agent_id,effective_date,team_id\n"
        + "".join([*(f"A{n:02},2024-01-08,T{n % 3}\n" for n in agents), *moves]),
        "exits": "agent_id,exit_date,exit_type\nA00,2025-09-30,voluntary\n",
    }
    return open_site(folder, tables, site=events).reorganisations


def test_renamed_teams_go_on_with_the_history_of_the_old_ones(tmp_path: Path) -> None:
    [found] = reorganisations(tmp_path, lambda n: f"New {n % 3}")
    assert found.teams == {"New 0": "T0", "New 1": "T1", "New 2": "T2"}
    assert (found.day, found.sites, found.moved, found.staff) == (date(2025, 6, 1), (), 24, 24)
    assert not found.is_declared


def test_teams_of_mixed_origin_go_on_with_none(tmp_path: Path) -> None:
    [found] = reorganisations(tmp_path, lambda n: f"New {n // 8}")
    assert found.teams == {"New 0": None, "New 1": None, "New 2": None}


def test_seven_of_ten_from_one_team_make_it_the_old_one(tmp_path: Path) -> None:
    # Of the eight in T0, six are in New 0 with two of T1 (3/4 of it); New 1 has two of T0 and six of T1 and T2 each.
    [found] = reorganisations(tmp_path, lambda n: "New 0" if (n % 3 == 0 and n < 18) or n in (1, 4) else "New 1")
    assert found.teams == {"New 0": "T0", "New 1": None}


@pytest.mark.parametrize("moved", [9, 12])
def test_half_of_a_site_or_nine_agents_are_no_reorganisation(tmp_path: Path, moved: int) -> None:
    assert reorganisations(tmp_path, lambda n: "New" if n < moved else None) == ()


def test_a_site_is_judged_by_itself(tmp_path: Path) -> None:
    [found] = reorganisations(tmp_path, lambda n: f"New {n % 3}" if n < 11 else None, sites=2)
    assert (found.sites, found.moved, found.staff) == (("S0",), 11, 12)


def test_the_declared_old_teams_count_before_those_found(tmp_path: Path) -> None:
    events = '[[events]]\ndate = 2025-06-02\nkind = "reorganisation"\nteams = { "New 0" = "T2" }\n'
    [found] = reorganisations(tmp_path, lambda n: f"New {n % 3}", events=events)
    assert found.teams == {"New 0": "T2", "New 1": "T1", "New 2": "T2"}
    assert (found.day, found.is_declared) == (date(2025, 6, 1), True)


def test_a_small_reorganisation_counts_once_it_is_declared(tmp_path: Path) -> None:
    events = '[[events]]\ndate = 2025-06-01\nkind = "reorganisation"\n'
    [found] = reorganisations(tmp_path, lambda n: "New" if n % 3 == 0 else None, events=events)
    assert (found.teams, found.moved) == ({"New": "T0"}, 8)
