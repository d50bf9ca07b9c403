"""What a reorganisation changes is nobody's own move, and teams are followed through it as far as is known."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd

from attrition.data.events import Reorganisation
from attrition.exposure.open_past import open_past
from attrition.features.registry import build_features
from attrition.features.team import TEAM
from tests.text_tables import tables

AGENTS = """
agent_id | hire_date  | site
A        | 2025-01-01 | S1
B        | 2025-01-01 | S1
C        | 2025-01-01 | S1
D        | 2025-01-01 | S2
"""
ASSIGNMENTS = """
agent_id | effective_date | team_id | supervisor_id
A        | 2025-01-01     | T1      | L1
B        | 2025-01-01     | T1      | L1
C        | 2025-01-01     | T1      | L1
D        | 2025-01-01     | T2      | L2
A        | 2026-02-01     | N1      | L9
C        | 2026-02-01     | N2      | L1
D        | 2026-02-01     | N2      | L2
C        | 2026-02-15     | N1      | L1
"""
EXITS = """
agent_id | exit_date  | exit_type
B        | 2026-01-10 | voluntary
"""
FIRST_DAY = date(2026, 2, 1)
SHARE = "team_resignation_share_3m"


def team(*reorganisations: Reorganisation, assignments: str = ASSIGNMENTS) -> pd.DataFrame:
    """Return the features by agent and month."""
    texts = tables(ibis.duckdb.connect(threads=2), agents=AGENTS, assignments=assignments, exits=EXITS)
    first, last = pd.Timestamp("2025-10-31"), pd.Timestamp("2026-06-30")
    past = open_past(texts, first, last, reorganisations=reorganisations)
    rows = build_features(past, (TEAM,)).to_pandas()
    rows["month"] = rows["as_of"].astype(str).str[:7]
    return rows.set_index(["agent_id", "month"]).sort_index()


def test_a_change_of_team_on_the_day_is_nobodys_own_move() -> None:
    moves, without = team(Reorganisation(day=FIRST_DAY))["team_changes_6m"], team()["team_changes_6m"]
    assert (moves["A", "2026-02"], without["A", "2026-02"]) == (0, 1)
    assert (moves["C", "2026-02"], without["C", "2026-02"]) == (1, 2)  # C moved again on the 15th


def test_a_new_leader_on_the_day_is_no_change_but_has_been_there_since() -> None:
    features = team(Reorganisation(day=FIRST_DAY)).loc[("A", "2026-02")]
    assert features["team_leader_changes_3m"] == 0
    assert features["team_with_leader_days"] == 27


def test_a_move_at_another_site_counts() -> None:
    moves = team(Reorganisation(day=FIRST_DAY, sites=("S1",)))["team_changes_6m"]
    assert (moves["A", "2026-02"], moves["D", "2026-02"]) == (0, 1)


def test_a_new_team_goes_on_with_the_history_of_the_old_one() -> None:
    share = team(Reorganisation(day=FIRST_DAY, teams={"N1": "T1", "N2": "T2"}))[SHARE]
    # At risk in T1 at the ends of November to January were 3 + 3 + 2, of whom one resigned.
    assert share["A", "2026-02"] == 1 / 8
    assert share["A", "2026-03"] == 1 / 7  # 3 + 2, and 2 in N1 at the end of February
    assert share["D", "2026-02"] == 0


def test_two_teams_may_go_on_with_the_history_of_one() -> None:
    share = team(Reorganisation(day=FIRST_DAY, teams={"N1": "T1", "N2": "T1"}))[SHARE]
    assert share["A", "2026-02"] == share["D", "2026-02"] == 1 / 8


def test_without_an_old_team_the_history_is_missing_until_the_window_is_past_it() -> None:
    share = team(Reorganisation(day=FIRST_DAY, teams={"N1": None, "N2": None}))[SHARE]
    assert np.isnan(share["A"]["2026-02":"2026-04"]).all()  # type: ignore[misc]
    assert share["A", "2026-05"] == 0
    assert share["A", "2026-01"] == 1 / 9


def test_history_is_followed_through_two_reorganisations() -> None:
    second = "A        | 2026-03-01     | M1      | L9\nC        | 2026-03-01     | M1      | L1\n"
    share = team(
        Reorganisation(day=FIRST_DAY, teams={"N1": "T1"}),
        Reorganisation(day=date(2026, 3, 1), teams={"M1": "N1"}),
        assignments=ASSIGNMENTS + second,
    )[SHARE]
    assert share["A", "2026-03"] == 1 / 7


def test_a_team_that_keeps_its_name_and_takes_over_another_has_the_history_of_that_one() -> None:
    share = team(Reorganisation(day=FIRST_DAY, teams={"N1": "T2", "N2": "T1"}))[SHARE]
    assert (share["A", "2026-02"], share["D", "2026-02"]) == (0, 1 / 8)
