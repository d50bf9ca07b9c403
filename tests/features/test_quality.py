"""Quality features say how an agent is judged, by whom, how disputes end, and what customers say."""

from __future__ import annotations

import pandas as pd

from attrition.features.quality import QUALITY
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
B        | 2025-01-01
C        | 2025-01-01
"""
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"
EVALUATIONS = """
evaluation_id | agent_id | evaluated_on | score | critical_errors | noncritical_errors
1             | A        | 2025-10-10   | 96    | 0               | 1
2             | A        | 2026-01-10   | 90    | 0               | 2
3             | A        | 2026-03-10   | 80    | 1               | 4
4             | A        | 2026-03-20   | 70    | 2               | 6
"""


def quality(agent: str = "A", **table_texts: str) -> pd.DataFrame:
    """Return the features of an agent by month."""
    table_texts = {"agents": AGENTS, "exits": NO_EXITS} | table_texts
    return feature_rows(QUALITY, first="2026-01-31", last="2026-09-30", **table_texts).loc[agent]


def test_scores_are_means_over_the_evaluations_of_a_window_and_changes_are_between_windows() -> None:
    features = quality(qa_evaluations=EVALUATIONS).loc["2026-03"]
    assert features[["quality_score_1m", "quality_score_3m", "quality_score_6m"]].tolist() == [75, 80, 84]
    assert features["quality_score_change_6m"] == -9
    assert features["quality_score_change_12m"] == -4


def test_errors_are_per_evaluation_and_fatal_ones_are_told_apart() -> None:
    features = quality(qa_evaluations=EVALUATIONS).loc["2026-03"]
    assert (features["quality_critical_errors_3m"], features["quality_critical_errors_6m"]) == (1, 0.75)
    assert features["quality_noncritical_errors_3m"] == 4


def test_nobody_evaluated_means_no_evaluations_and_an_unknown_score() -> None:
    features = quality("B", qa_evaluations=EVALUATIONS).loc["2026-03"]
    assert features["quality_evaluations_3m"] == 0
    assert pd.isna(features["quality_score_3m"])


def test_an_appeal_counts_from_the_day_it_was_decided() -> None:
    evaluations = """
    evaluation_id | agent_id | evaluated_on | score | appealed | appeal_upheld | appeal_resolved_on
    1             | A        | 2026-01-10   | 60    | true     | false         | 2026-02-05
    2             | A        | 2026-01-20   | 60    | true     | true          | 2026-03-05
    3             | A        | 2026-01-25   | 90    | false    |               |
    """
    features = quality(qa_evaluations=evaluations)
    months = ["2026-01", "2026-02", "2026-03", "2026-08", "2026-09"]
    assert features.loc[months, "quality_appeals_6m"].tolist() == [0, 1, 2, 1, 0]
    assert features.loc[months, "quality_appeals_lost_6m"].tolist() == [0, 1, 1, 0, 0]
    assert features.loc["2026-03", "quality_appeals_upheld_share_12m"] == 0.5


def test_feedback_not_yet_given_is_not_waited_for_in_hindsight() -> None:
    evaluations = """
    evaluation_id | agent_id | evaluated_on | score | feedback_on
    1             | A        | 2026-01-10   | 60    | 2026-01-14
    2             | A        | 2026-01-20   | 60    | 2026-02-19
    """
    features = quality(qa_evaluations=evaluations)["quality_feedback_days_3m"]
    assert features.loc[["2026-01", "2026-02"]].tolist() == [4, 17]


def test_an_evaluator_is_severe_who_gives_others_less_than_the_centre_gets() -> None:
    evaluations = """
    evaluation_id | agent_id | evaluated_on | evaluator_id | score
    1             | A        | 2026-01-10   | strict       | 20
    2             | B        | 2026-01-10   | strict       | 70
    3             | B        | 2026-01-11   | mild         | 80
    4             | C        | 2026-01-11   | mild         | 90
    """
    features = {agent: quality(agent, qa_evaluations=evaluations).loc["2026-01"] for agent in "ABC"}
    severity = {agent: row["quality_evaluator_severity_3m"] for agent, row in features.items()}
    # The centre's mean is 65; A's own 20 is left out of what the strict evaluator gives others.
    assert severity == {"A": 65 - 70, "B": ((65 - 20) + (65 - 90)) / 2, "C": 65 - 80}


def test_nothing_is_said_of_an_evaluator_who_saw_nobody_else() -> None:
    evaluations = """
    evaluation_id | agent_id | evaluated_on | evaluator_id | score
    1             | A        | 2026-01-10   | alone        | 20
    2             | B        | 2026-01-10   | other        | 70
    """
    assert pd.isna(quality(qa_evaluations=evaluations).loc["2026-01", "quality_evaluator_severity_3m"])


def test_satisfaction_is_the_mean_of_answers() -> None:
    contacts = """
    agent_id | contact_date | handled | csat_sum | csat_count
    A        | 2026-01-10   | 40      | 12       | 4
    A        | 2026-05-10   | 40      | 10       | 2
    """
    features = quality(contacts=contacts).loc["2026-05"]
    assert features["quality_csat_3m"] == 5
    assert features["quality_csat_change_6m"] == 5 - 22 / 6


def test_a_corrected_score_counts_in_its_old_form_until_the_correction_is_known() -> None:
    evaluations = """
    evaluation_id | agent_id | evaluated_on | score | known_on   | superseded_on
    1             | A        | 2026-01-10   | 60    | 2026-01-10 | 2026-02-05
    1             | A        | 2026-01-10   | 90    | 2026-02-05 |
    """
    features = quality(qa_evaluations=evaluations)["quality_score_3m"]
    assert features.loc[["2026-01", "2026-02"]].tolist() == [60, 90]


ITEMS = """
evaluation_id | agent_id | evaluated_on | item     | score | critical_errors | known_on   | superseded_on
1             | A        | 2026-03-02   | greeting | 100   | 0               | 2026-03-02 |
1             | A        | 2026-03-02   | solution | 50    | 1               | 2026-03-02 | 2026-04-10
1             | A        | 2026-03-02   | solution | 70    | 0               | 2026-04-10 |
2             | A        | 2026-03-09   | greeting | 90    | 1               | 2026-03-09 | 2026-05-04
2             | A        | 2026-03-09   | solution | 90    | 1               | 2026-03-09 | 2026-05-04
2             | A        | 2026-03-09   | tone     | 90    | 0               | 2026-03-09 | 2026-05-04
"""


def test_an_evaluation_scores_the_mean_of_its_items_and_has_all_their_errors_as_they_were_known() -> None:
    features = quality(qa_evaluations=ITEMS).loc[["2026-03", "2026-04", "2026-05"]]
    assert features["quality_score_3m"].tolist() == [82.5, 87.5, 85]
    assert features["quality_critical_errors_3m"].tolist() == [1.5, 1, 0]


def test_the_items_of_a_withdrawn_evaluation_leave_nothing_behind() -> None:
    counts = quality(qa_evaluations=ITEMS)["quality_evaluations_3m"]
    assert counts.loc[["2026-03", "2026-04", "2026-05"]].tolist() == [2, 2, 1]
