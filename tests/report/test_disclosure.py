"""Small groups cannot be read off the tables, nor worked out from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.errors import DeclarationError
from attrition.report.disclosure import hidden_units, suppress
from tests.drawn import frame


def drawn(text: str) -> pd.DataFrame:
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
HOMES = pd.Series({"A": "North", "B": "North", "C": "North", "D": "South"})


def test_the_smallest_neighbour_hides_with_a_small_team() -> None:
    assert hidden(hidden_units(drawn(TEAMS), HOMES, minimum=10)) == ["A", "B"]


def test_hidden_rows_keep_no_figure() -> None:
    table = hidden_units(drawn(TEAMS), HOMES, minimum=10)
    assert table.loc[table["is_hidden"], ["expected", "low", "high"]].isna().all(axis=None)


def test_two_small_teams_need_no_third_when_they_are_enough_people() -> None:
    table = drawn(TEAMS.replace("A      | 4 ", "A      | 6 ").replace("B      | 12", "B      | 6 "))
    assert hidden(hidden_units(table, HOMES, minimum=10)) == ["A", "B"]


def test_a_small_site_hides_another_site_and_the_teams_of_both() -> None:
    table = drawn(TEAMS.replace("South  | 16", "South  | 8 ").replace("D      | 16", "D      | 8 "))
    assert hidden(hidden_units(table, HOMES, minimum=10)) == ["North", "South", "A", "B", "C", "D"]


def test_a_centre_without_small_groups_hides_nothing() -> None:
    assert hidden(hidden_units(drawn(TEAMS), HOMES, minimum=5)) == ["A", "B"]
    assert hidden(hidden_units(drawn(TEAMS.replace("A      | 4 ", "A      | 14")), HOMES, minimum=10)) == []


def test_no_declaration_shows_groups_under_five() -> None:
    with pytest.raises(DeclarationError, match="cannot be under 5"):
        suppress(drawn(TEAMS), minimum=4, values=["expected"])


@pytest.mark.parametrize("seed", range(40))
def test_an_attacker_who_solves_the_published_table_finds_no_small_group(seed: int) -> None:
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 40, draw.integers(3, 12))
    sites = draw.integers(0, 3, len(sizes))
    shown = hidden_units(*_centre(sizes, sites), minimum=10)
    published = [_cells(row, sites) for row in shown[~shown["is_hidden"]].to_dict("records")]
    known = np.array(published, dtype=float).reshape(-1, len(sizes))
    small = [_cells(row, sites) for row in shown[shown["headcount"] < 10].to_dict("records")]
    rank = np.linalg.matrix_rank(known) if len(known) else 0
    for wanted in small:
        assert np.linalg.matrix_rank(np.vstack([known, wanted])) > rank


def _centre(sizes: np.ndarray, sites: np.ndarray) -> tuple[pd.DataFrame, pd.Series]:
    rows = [("centre", "centre", sizes.sum())]
    rows += [("site", f"s{site}", sizes[sites == site].sum()) for site in np.unique(sites)]
    rows += [("team", f"t{team}", size) for team, size in enumerate(sizes)]
    table = pd.DataFrame(rows, columns=["level", "unit", "headcount"]).assign(expected=1.0, low=0.0, high=2.0)
    return table, pd.Series({f"t{team}": f"s{site}" for team, site in enumerate(sites)})


def _cells(row: dict[str, object], sites: np.ndarray) -> np.ndarray:
    """Which teams add up to a published figure."""
    if row["level"] == "centre":
        return np.ones(len(sites))
    number = int(str(row["unit"])[1:])
    return (sites == number).astype(float) if row["level"] == "site" else np.eye(len(sites))[number]
