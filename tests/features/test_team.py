"""Team features measure the team and its leader, resignations from it, and interactions within it."""

from __future__ import annotations

import pandas as pd

from attrition.features.team import TEAM
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date  | referrer_id
A        | 2025-01-01 | B
B        | 2025-01-01 |
C        | 2025-01-01 |
D        | 2026-01-01 |
"""
ASSIGNMENTS = """
agent_id | effective_date | team_id | supervisor_id
A        | 2025-01-01     | T1      | L1
B        | 2025-01-01     | T1      | L1
C        | 2025-01-01     | T2      | L2
D        | 2026-01-01     | T1      | L1
"""
EXITS = """
agent_id | exit_date  | exit_type | notice_date | known_on
B        | 2026-03-10 | voluntary | 2026-02-10  | 2026-02-12
"""
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"


def team(agent_id: str = "A", **table_texts: str) -> pd.DataFrame:
    """Return the features of an agent by month."""
    table_texts = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": EXITS} | table_texts
    return feature_rows(TEAM, first="2025-11-30", last="2026-06-30", **table_texts).loc[agent_id]


def test_the_others_of_a_team_are_counted_without_the_agent() -> None:
    features = team()
    assert features["team_size_count"].tolist() == [2, 2, 3, 2, 2, 2, 2, 2]
    assert features.loc["2026-01", "team_newcomers_share"] == 0.5  # of B and D, D is new
    assert features.loc["2026-01", "team_tenure_days"] == (395 + 30) / 2
    assert features.loc["2026-01", "team_span_count"] == 3


def test_an_agent_alone_in_the_team_has_no_others_to_speak_of() -> None:
    features = team("C").loc["2026-01"]
    assert features["team_size_count"] == 1
    assert pd.isna(features["team_newcomers_share"])


def test_a_resignation_counts_in_the_team_from_the_month_notice_was_known() -> None:
    features = team()["team_resignation_share_3m"]
    # agent-months at risk in the three months before: 2 + 2 + 3 for February, 2 + 3 + 2 for March
    assert features["2026-01"] == 0
    assert features["2026-02"] == 1 / 7
    assert features["2026-03"] == 1 / 7
    assert features["2026-05"] == 0


def test_a_resignation_recorded_late_is_seen_late() -> None:
    late = EXITS.replace("2026-02-12", "2026-04-02")
    features = team(exits=late)["team_resignation_share_3m"]
    assert features["2026-03"] == 0
    assert features["2026-04"] > 0


def test_a_dismissal_is_no_resignation() -> None:
    dismissed = EXITS.replace("voluntary", "involuntary")
    assert team(exits=dismissed)["team_resignation_share_6m"].dropna().eq(0).all()


def test_a_colleague_who_came_back_is_not_lost() -> None:
    features = team(agents=AGENTS + "B | 2026-04-01 |\n")["team_resignation_share_3m"]
    assert features["2026-03"] > 0
    assert features["2026-04"] == 0


def test_a_leaders_rate_is_mixed_with_the_centres_as_if_a_hundred_agent_months_came_before() -> None:
    features = team()["team_leader_resignation_share_12m"]
    centre = 1 / (7 + 3)  # L1 had 2 + 2 + 3 agent-months before February, L2 had 3
    assert features["2026-02"] == (1 + centre * 100) / (7 + 100)


def test_without_a_notice_date_a_resignation_counts_from_the_exit() -> None:
    exits = "agent_id | exit_date | exit_type\nB | 2026-03-10 | voluntary"
    features = team(exits=exits)["team_resignation_share_3m"]
    assert features["2026-02"] == 0
    assert features["2026-03"] == 1 / 8


def test_changes_of_leader_and_team_are_counted_and_dated() -> None:
    posts = ASSIGNMENTS + "A | 2026-02-09 | T1 | L9\n"
    features = team(assignments=posts, exits=NO_EXITS)
    assert features.loc[["2026-01", "2026-02"], "team_leader_changes_3m"].tolist() == [0, 1]
    assert features.loc[["2026-01", "2026-02"], "team_with_leader_days"].tolist() == [395, 19]
    assert features.loc["2026-02", "team_changes_6m"] == 0


def test_the_one_who_brought_the_agent_here_resigned() -> None:
    features = team()["team_referrers_resigned_6m"]
    assert features.loc[["2026-01", "2026-02", "2026-06"]].tolist() == [0, 1, 1]


INTERACTIONS = """
interaction_date | agent_id | other_id | kind        | minutes | count
2026-01-05       | A        | L1       | one_to_one  | 30      | 1
2026-02-05       | A        | L1       | one_to_one  | 30      | 1
2026-02-06       | A        | L1       | coaching    | 45      | 1
2026-02-07       | A        | B        | message     |         | 12
2026-01-07       | A        | D        | message     |         | 24
2026-01-08       | A        | B        | peer_help   | 9       |
2026-01-09       | A        | B        | peer_help   | 9       |
2026-02-09       | D        | B        | peer_help   | 9       |
2026-02-09       | D        | L1       | recognition |         | 1
"""


def test_interactions_are_told_per_month_of_the_window_in_which_the_agent_was_here() -> None:
    features = team(interactions=INTERACTIONS).loc["2026-02"]
    assert (features["team_one_to_ones_1m"], features["team_one_to_ones_3m"]) == (1, 2 / 3)
    assert (features["team_coaching_minutes_3m"], features["team_since_coaching_days"]) == (15, 22)
    assert features["team_messages_3m"] == 12
    newcomer = team("D", interactions=INTERACTIONS).loc["2026-02"]
    assert (newcomer["team_peer_help_3m"], newcomer["team_recognition_3m"]) == (0.5, 0.5)


def test_fewer_messages_than_usual_are_a_ratio_below_one() -> None:
    features = team(interactions=INTERACTIONS).loc["2026-02"]
    assert features["team_messages_change_ratio"] == 12 / (36 / 6)


def test_ties_to_those_who_resigned_are_counted_once_per_colleague() -> None:
    features = team(interactions=INTERACTIONS)["team_ties_to_resigned_3m"]
    assert features.loc[["2026-01", "2026-02", "2026-04", "2026-05"]].tolist() == [0, 1, 1, 0]


def test_a_survey_score_is_that_of_the_others_and_needs_eight_answers() -> None:
    answers = "agent_id | survey_date | item | score | scale_max\n"
    answers += "\n".join(
        f"{who} | 2026-01-10 | q{item} | {score} | 10" for who, score in (("A", 1), ("B", 8)) for item in range(8)
    )
    assert team(surveys=answers).loc["2026-01", "team_survey_share_6m"] == 0.8
    assert pd.isna(
        team(surveys=answers.replace("B | 2026-01-10 | q7 | 8 | 10", "")).loc["2026-01", "team_survey_share_6m"]
    )
