"""A team's scores jump with its evaluator: measured over agents who were evaluated before and after."""

from __future__ import annotations

import pandas as pd

from attrition.report.figures.evaluators.takeovers import team_jumps
from tests.report.figures.evaluators.tables import typed


def team(month: str, evaluator: str, score: int, people: int = 5) -> pd.DataFrame:
    """Return one evaluation of each of a team's agents."""
    lines = [f"A{number} | T1 | {month} | {evaluator} | {score + number}" for number in range(people)]
    return typed("agent_id | team_id | month | evaluator_id | score\n" + "\n".join(lines))


def test_a_jump_is_that_of_the_agents_of_both_months_and_says_who_evaluated() -> None:
    newcomer = typed("agent_id | team_id | month | evaluator_id | score \n new | T1 | 2026-03 | strict | 10")
    months = [team("2026-01", "mild", 80), team("2026-02", "mild", 81), team("2026-03", "strict", 75), newcomer]
    jumps = team_jumps(pd.concat(months)).set_index("month")
    assert jumps["jump"].tolist() == [1, -6]
    assert jumps.loc["2026-03-31", ["before", "after", "people"]].tolist() == ["mild", "strict", 5]


def test_a_month_whose_evaluations_were_shared_out_has_no_evaluator_of_the_team() -> None:
    shared = pd.concat([team("2026-02", "mild", 81, people=5), team("2026-02", "strict", 75, people=5)])
    assert team_jumps(pd.concat([team("2026-01", "mild", 80), shared])).empty


def test_a_jump_of_four_agents_is_mostly_chance_and_left_out() -> None:
    assert team_jumps(pd.concat([team("2026-01", "mild", 80, 4), team("2026-02", "strict", 70, 4)])).empty
