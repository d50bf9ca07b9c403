"""Career features measure time in role and grade, applications and their results, and training."""

from __future__ import annotations

import pandas as pd

from attrition.features.career import CAREER
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
"""
ASSIGNMENTS = """
agent_id | effective_date | team_id | job_role | grade | skill_count | account
A        | 2025-01-01     | T1      | agent    | G1    | 1           | shop
A        | 2025-09-01     | T1      | agent    | G2    | 1           | bank
A        | 2026-01-11     | T2      | senior   | G2    | 3           | bank
"""
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"


def career(**table_texts: str) -> pd.DataFrame:
    """Return the features of agent A by month."""
    table_texts = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": NO_EXITS} | table_texts
    return feature_rows(CAREER, first="2025-01-31", last="2026-06-30", **table_texts).loc["A"]


def test_time_in_a_role_starts_with_the_row_that_brought_it_and_in_a_grade_likewise() -> None:
    features = career()
    assert features.loc["2025-08", "career_in_role_days"] == 242  # since the day of hire
    assert features.loc["2026-01", "career_in_role_days"] == 20
    assert features.loc["2026-01", "career_in_grade_days"] == 30 + 31 + 30 + 31 + 30
    assert features.loc["2026-01", ["career_job_role", "career_grade"]].tolist() == ["senior", "G2"]


def test_skills_added_are_those_beyond_what_was_known_six_months_ago() -> None:
    features = career().loc["2026-01"]
    assert (features["career_skill_count"], features["career_skills_added_6m"]) == (3, 2)
    assert features["career_account_changes_12m"] == 1


def test_what_a_rehire_starts_with_is_a_start_and_no_change() -> None:
    agents = AGENTS + "A | 2026-03-01\n"
    exits = "agent_id | exit_date | exit_type\nA | 2026-02-20 | voluntary"
    assignments = ASSIGNMENTS + "A | 2026-03-01 | T2 | agent | G1 | 1 | shop\n"
    features = career(agents=agents, exits=exits, assignments=assignments).loc["2026-04"]
    assert features["career_in_role_days"] == 60
    assert features["career_account_changes_12m"] == 0


def test_a_move_recorded_late_is_not_known_before() -> None:
    late = """
    agent_id | effective_date | team_id | job_role | known_on
    A        | 2025-01-01     | T1      | agent    | 2025-01-01
    A        | 2026-01-11     | T1      | senior   | 2026-02-05
    """
    features = career(assignments=late)["career_in_role_days"]
    assert features.loc[["2026-01", "2026-02"]].tolist() == [395, 48]


def test_without_a_promotion_the_days_count_from_hire() -> None:
    events = """
    agent_id | event_date | kind      | hours
    A        | 2025-12-01 | promotion |
    """
    features = career(career_events=events)
    assert features.loc[["2025-11", "2026-01"], "career_since_promotion_days"].tolist() == [333, 61]
    assert features.loc[["2025-11", "2026-01"], "career_promotions_24m"].tolist() == [0, 1]


def test_events_are_counted_in_their_windows_and_none_is_zero() -> None:
    events = """
    agent_id | event_date | kind                 | hours
    A        | 2025-05-10 | application          |
    A        | 2025-06-10 | application_rejected |
    A        | 2025-12-22 | application_rejected |
    A        | 2025-11-02 | training             | 4
    A        | 2025-12-02 | training             | 8
    A        | 2025-12-03 | training_cancelled   |
    """
    features = career(career_events=events).loc["2026-01"]
    assert (features["career_rejections_6m"], features["career_rejections_12m"]) == (1, 2)
    assert (features["career_training_hours_6m"], features["career_training_cancelled_6m"]) == (12, 1)
    assert features["career_since_rejection_days"] == 40
    assert (features["career_applications_12m"], features["career_lateral_moves_12m"]) == (1, 0)


def test_days_since_a_talk_are_unknown_when_there_was_none_within_a_year() -> None:
    events = """
    agent_id | event_date | kind        | hours
    A        | 2025-01-20 | career_talk |
    """
    features = career(career_events=events)
    assert features.loc["2025-12", "career_since_talk_days"] == 345
    assert pd.isna(features.loc["2026-01", "career_since_talk_days"])
    assert features.loc[["2025-12", "2026-01"], "career_talks_12m"].tolist() == [1, 0]


def test_a_column_a_site_does_not_have_takes_only_its_features_away() -> None:
    bare = "agent_id | effective_date | team_id\nA | 2025-01-01 | T1"
    with_role = "agent_id | effective_date | team_id | job_role\nA | 2025-01-01 | T1 | agent"
    assert not _known_features(career(assignments=bare))
    assert _known_features(career(assignments=with_role)) == {"career_job_role", "career_in_role_days"}


def test_skills_beyond_the_grade_are_measured_against_the_others_of_the_grade() -> None:
    names = "ABCDEF"
    agents = "agent_id | hire_date\n" + "\n".join(f"{name} | 2025-01-01" for name in names)
    posts = "agent_id | effective_date | team_id | grade | skill_count\n"
    posts += "\n".join(f"{name} | 2025-01-01 | T1 | G1 | {4 if name == 'A' else 2}" for name in names)
    features = career(agents=agents, assignments=posts)
    assert features.loc["2026-01", "career_skills_over_grade_count"] == 2


def _known_features(rows: pd.DataFrame) -> set[str]:
    return {name for name in rows.columns if name.startswith("career_")}
