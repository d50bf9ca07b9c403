"""Small groups cannot be read off the tables, nor worked out from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.errors import DeclarationError
from attrition.report.disclosure import suppress_small_counts, suppress_small_track_record, suppress_small_units
from attrition.report.rounding import round_points
from tests.text_tables import frame


def units(text: str) -> pd.DataFrame:
    table = frame(text)
    numbers = table[["headcount", "expected"]].astype(float)
    return table.assign(**numbers, low=numbers["expected"] - 1, high=numbers["expected"] + 1)


def hidden(table: pd.DataFrame) -> list[str]:
    return table.loc[table["is_hidden"], "unit"].tolist()


TEAMS = """
    level  | unit   | headcount | expected
    centre | centre | 62        | 9
    site   | North  | 46        | 6
    site   | South  | 16        | 3
    team   | A      | 4         | 1
    team   | B      | 12        | 2
    team   | C      | 30        | 3
    team   | D      | 16        | 3
"""
HOMES = {"A": "North", "B": "North", "C": "North", "D": "South"}


def test_the_smallest_neighbour_hides_with_a_small_team() -> None:
    assert hidden(suppress_small_units(units(TEAMS), HOMES, min_group=10)) == ["A", "B"]


def test_hidden_rows_keep_no_figure() -> None:
    table = suppress_small_units(units(TEAMS), HOMES, min_group=10)
    assert table.loc[table["is_hidden"], ["headcount", "expected", "low", "high"]].isna().all(axis=None)


def test_two_small_teams_need_no_third_when_they_are_enough_people() -> None:
    table = units(
        TEAMS.replace("A      | 4 ", "A      | 6 ")
        .replace("B      | 12", "B      | 6 ")
        .replace("46", "42")
        .replace("62", "58")
    )
    assert hidden(suppress_small_units(table, HOMES, min_group=10)) == ["A", "B"]


def test_one_person_is_no_company_for_a_small_team() -> None:
    table = units(
        TEAMS.replace("A      | 4 ", "A      | 9 ")
        .replace("B      | 12", "B      | 1 ")
        .replace("46", "40")
        .replace("62", "56")
    )
    assert hidden(suppress_small_units(table, HOMES, min_group=10)) == ["A", "B", "C"]


def test_a_small_site_hides_another_site_and_the_teams_of_both() -> None:
    table = units(TEAMS.replace("South  | 16", "South  | 8 ").replace("D      | 16", "D      | 8 ").replace("62", "54"))
    assert hidden(suppress_small_units(table, HOMES, min_group=10)) == ["North", "South", "A", "B", "C", "D"]


def test_a_centre_without_small_groups_hides_nothing() -> None:
    assert hidden(suppress_small_units(units(TEAMS), HOMES, min_group=5)) == ["A", "B"]
    large = TEAMS.replace("A      | 4 ", "A      | 14").replace("46", "56").replace("62", "72")
    assert hidden(suppress_small_units(units(large), HOMES, min_group=10)) == []


def test_two_agents_without_a_team_are_not_what_a_site_has_beyond_its_teams() -> None:
    table = units(TEAMS.replace("A      | 4 ", "A      | 14").replace("46", "58").replace("62", "74"))
    assert hidden(suppress_small_units(table, HOMES, min_group=10)) == ["B"]


def test_a_team_across_sites_is_not_shown_and_its_parts_have_company() -> None:
    table = units(TEAMS.replace("A      | 4 ", "A      | 14"))  # A: two of them in the North, twelve elsewhere
    table.loc[table["unit"] == "North", "headcount"] = 44
    table.loc[table["unit"] == "South", "headcount"] = 28
    table.loc[table["unit"] == "centre", "headcount"] = 72
    homes = {team: site for team, site in HOMES.items() if team != "A"}
    assert hidden(suppress_small_units(table, homes, min_group=10)) == ["A", "B"]


def test_a_site_that_cannot_keep_a_small_team_is_hidden_too() -> None:
    table = units("""
        level  | unit   | headcount | expected
        centre | centre | 40        | 9
        site   | North  | 10        | 1
        site   | South  | 30        | 3
        team   | A      | 9         | 1
        team   | B      | 1         | 0
        team   | C      | 30        | 3
    """)
    homes = {"A": "North", "B": "North", "C": "South"}
    assert hidden(suppress_small_units(table, homes, min_group=10)) == ["North", "South", "A", "B", "C"]


def test_a_small_group_keeps_its_company_from_month_to_month() -> None:
    table = units(TEAMS.replace("B      | 12", "B      | 30").replace("C      | 30", "C      | 12"))
    assert hidden(suppress_small_units(table, HOMES, min_group=10)) == ["A", "C"]
    assert hidden(suppress_small_units(table, HOMES, min_group=10, previously_hidden=[("team", "B")])) == ["A", "B"]


def test_shown_figures_are_whole_and_their_ranges_do_not_shrink() -> None:
    table = units(TEAMS).assign(expected=2.4, low=0.6, high=4.2)
    shown = suppress_small_units(table, HOMES, min_group=5)
    assert shown.loc[0, ["expected", "low", "high"]].tolist() == [2.0, 0.0, 5.0]


def test_no_declaration_shows_groups_under_five() -> None:
    with pytest.raises(DeclarationError, match="cannot be under 5"):
        suppress_small_units(units(TEAMS), HOMES, min_group=4)


@pytest.mark.parametrize("people", [10, 30, 120, 2000])
def test_a_mean_hides_ten_points_of_one_agent(people: int) -> None:
    one = pd.Series(np.arange(-50, 50) / 7.0)
    steps = np.diff(np.unique(round_points(one, people)))
    assert steps.min() * people >= 10 - 1e-6


def test_counts_under_the_smallest_group_are_not_shown() -> None:
    assert suppress_small_counts(pd.Series([0, 9, 10]), 10).fillna(-1).tolist() == [-1, -1, 10]


def test_a_short_list_hides_both_halves_of_the_account() -> None:
    numbers = {"expected": 3.2, "low": 1.0, "high": 6.0, "resigned": 4, "flagged": 9, "rest": 81}
    record = pd.DataFrame([numbers | {"flagged_resigned": 2, "rest_resigned": 2}])
    shown = suppress_small_track_record(record, 10).loc[0]
    assert shown[["expected", "resigned"]].tolist() == [3, 4]
    assert shown[["flagged", "flagged_resigned", "rest", "rest_resigned"]].isna().all()
