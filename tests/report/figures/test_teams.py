"""Teams beside teams like them: what stands out, with whom it is compared, and nothing of any one person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attrition.report.figures.tables import expected_units
from attrition.report.figures.teams import NotableCondition, TeamConditions, team_conditions
from attrition.report.inputs import ReportInputs
from attrition.report.rounding import round_group_means

OCCUPANCY, WEEKENDS, TALKS = "workload_occupancy_3m", "schedule_weekend_share_3m", "career_talk_count_12m"
TEAMS = ("A", "B", "C", "D", "E", "F")


def compared_teams(
    inputs: ReportInputs, means: dict[str, dict[str, float]], size: int = 12, roles: str = "aaaaaa"
) -> list[TeamConditions]:
    """Make a centre of equal teams with these means, each agent half a step off the team's."""
    rows = pd.DataFrame({"team_id": np.repeat(TEAMS, size), "site": "here", "job_role": np.repeat(list(roles), size)})
    rows["agent_id"] = [f"{number:04d}" for number in range(len(rows))]
    off = np.tile([-0.5, 0.5], len(rows) // 2)
    frame = rows[["agent_id"]].assign(as_of=pd.Timestamp(inputs.as_of))
    for name, by_team in means.items():
        frame[name] = rows["team_id"].map(by_team).to_numpy() + off * 0.02
    units = pd.DataFrame({"level": ["centre", "site", *["team"] * 6], "unit": ["centre", "here", *TEAMS]})
    units = units.assign(headcount=[6 * size, 6 * size, *[size] * 6], expected=4.0, low=2.0, high=6.0, horizon_months=3)
    inputs = replace(
        inputs, groups=rows, panel_rows=frame, driver_views=None, expected_leavers=units, previous_hidden=()
    )
    return team_conditions(inputs, expected_units(inputs))


def conditions_of(teams: list[TeamConditions], name: str) -> dict[str, NotableCondition]:
    (team,) = (team for team in teams if team.name == name)
    return {condition.feature: condition for condition in team.conditions}


def test_what_is_higher_than_in_similar_teams_and_worse_is_shown_as_worse(inputs: ReportInputs) -> None:
    teams = compared_teams(inputs, {OCCUPANCY: dict(zip(TEAMS, [0.92, 0.80, 0.81, 0.80, 0.79, 0.80], strict=True))})
    condition = conditions_of(teams, "A")[OCCUPANCY]
    assert condition.is_worse
    assert (condition.mean, condition.peer_median) == pytest.approx((0.92, 0.80), abs=0.006)
    assert condition.interventions == ("off_phone_blocks",)
    assert conditions_of(teams, "B") == {}


def test_more_of_what_helps_is_shown_as_better(inputs: ReportInputs) -> None:
    teams = compared_teams(inputs, {TALKS: dict(zip(TEAMS, [3.0, 1.0, 1.0, 1.1, 1.0, 0.9], strict=True))})
    assert not conditions_of(teams, "A")[TALKS].is_worse


def test_a_condition_the_playbook_cannot_change_is_not_shown(inputs: ReportInputs) -> None:
    teams = compared_teams(
        inputs, {"tenure_length_days": dict(zip(TEAMS, [900.0, 100, 110, 105, 100, 95], strict=True))}
    )
    assert all(team.conditions == () for team in teams)


def test_with_too_few_teams_of_its_role_a_team_is_compared_with_all(inputs: ReportInputs) -> None:
    level = {OCCUPANCY: dict.fromkeys(TEAMS, 0.8)}
    assert {team.name: team.shared for team in compared_teams(inputs, level, roles="aaaaab")} == {
        **dict.fromkeys(TEAMS[:5], ("site", "role")),
        "F": (),
    }


def test_teams_under_the_smallest_group_are_not_shown(inputs: ReportInputs) -> None:
    assert compared_teams(inputs, {OCCUPANCY: dict.fromkeys(TEAMS, 0.8)}, size=8) == []


def test_a_topic_that_weighs_more_comes_first_and_is_shown_in_words(inputs: ReportInputs) -> None:
    teams = team_conditions(inputs, expected_units(inputs))
    weights = {condition.weight for team in teams for condition in team.conditions}
    assert weights <= {"strong", "some", "little"}
    for team in teams:
        worse = [condition.weight for condition in team.conditions if condition.is_worse]
        assert worse == sorted(worse, key=["strong", "some", "little"].index)


@pytest.mark.parametrize("people", [10, 13, 40])
def test_a_mean_leaves_the_sum_behind_it_open_by_two_standard_deviations(people: int) -> None:
    """All sums that round to one shown mean span at least what one agent's value may be."""
    sums = np.linspace(0, people, 20_001)
    counts = pd.DataFrame({"x": np.full(len(sums), people)})
    shown = round_group_means(pd.DataFrame({"x": sums / people}), counts, spread=pd.Series({"x": 0.3}))["x"].to_numpy()
    inner = [sums[shown == value] for value in np.unique(shown)[1:-1]]
    assert min(part.max() - part.min() for part in inner) > 0.6 - 0.001


def test_without_the_panel_s_rows_there_are_no_teams(inputs: ReportInputs) -> None:
    assert team_conditions(replace(inputs, panel_rows=None), expected_units(inputs)) == []
