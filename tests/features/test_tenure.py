"""Tenure features measure the stage of employment and the attrition of the hire class."""

from __future__ import annotations

import pandas as pd

from attrition.features.tenure import TENURE
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date  | site | hiring_source | training_end_date | probation_end_date | contract_end_date
A        | 2025-12-10 | S    | referral      | 2026-01-15        | 2026-03-10         | 2026-05-31
B        | 2025-12-20 | S    | campus        |                   |                    |
C        | 2025-12-20 | S    | campus        |                   |                    |
D        | 2025-12-20 | Z    | campus        |                   |                    |
"""
EXITS = """
agent_id | exit_date  | exit_type   | known_on
B        | 2026-02-10 | involuntary | 2026-02-10
"""


def tenure(agent_id: str = "A", agents: str = AGENTS) -> pd.DataFrame:
    """Return the features of an agent by month."""
    return feature_rows(TENURE, first="2025-12-31", last="2026-06-30", agents=agents, exits=EXITS).loc[agent_id]


def test_tenure_counts_the_days_since_hire() -> None:
    assert tenure()["tenure_days"].tolist()[:2] == [21, 52]


def test_an_agent_trains_then_works_under_guidance_then_works() -> None:
    assert tenure()["tenure_stage"].tolist()[:4] == ["training", "nesting", "production", "production"]
    assert tenure("B")["tenure_stage"].isna().all()


def test_probation_counts_down_to_zero() -> None:
    assert tenure()["tenure_probation_left_days"].tolist()[1:5] == [38, 10, 0, 0]


def test_a_contract_that_has_ended_with_the_agent_still_here_says_nothing() -> None:
    left = tenure()["tenure_contract_left_days"]
    assert left[["2026-04", "2026-05"]].tolist() == [31, 0]
    assert pd.isna(left["2026-06"])


def test_the_way_to_work_is_told_in_steps_that_do_not_tell_an_address() -> None:
    rows = tenure(agents="agent_id | hire_date | commute_minutes\nA | 2025-12-10 | 44")
    assert rows.loc["2026-01", "tenure_commute_minutes"] == 30


def test_of_those_hired_in_the_month_at_the_site_one_of_two_others_is_gone() -> None:
    assert tenure()["tenure_hire_class_lost_share"].tolist()[:4] == [0, 0, 0.5, 0.5]
    assert tenure("D")["tenure_hire_class_lost_share"].isna().all()


def test_an_earlier_employment_is_counted_and_tenure_starts_again() -> None:
    back = AGENTS + "B | 2026-04-05 | S | walk-in | | |\n"
    told_of_b = tenure("B", agents=back)
    assert told_of_b["tenure_prior_spells"].to_dict() == {
        "2025-12": 0,
        "2026-01": 0,
        "2026-04": 1,
        "2026-05": 1,
        "2026-06": 1,
    }
    assert told_of_b.loc["2026-04", ["tenure_days", "tenure_hiring_source"]].tolist() == [25, "walk-in"]


def test_what_agents_do_not_tell_is_left_away() -> None:
    rows = tenure(agents="agent_id | hire_date\nA | 2025-12-10")
    assert {name for name in rows if name.startswith("tenure_")} == {
        "tenure_band",
        "tenure_days",
        "tenure_prior_spells",
    }
