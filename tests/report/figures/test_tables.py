"""The centre's figures add up, and symptoms stay apart."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from attrition.report.figures.tables import (
    expected_units,
    flagged_agents,
    lever_points,
    merged_by_topic,
    quality_rules,
    rows_read_and_used,
    standings,
    topic_points,
    units_to_draw,
)
from attrition.report.inputs import ReportInputs
from tests.text_tables import frame

DRIVERS = """
    agent_id | feature       | topic  | lever | points | is_symptom | value | peer_value
    a        | busy          | busy   | work  | 4      |            | 9     | 5
    a        | busy_vs_peers | busy   | work  | 1      |            | 4     | 0
    a        | absent        | absent | none  | 2      | yes        | 3     | 1
    b        | busy          | busy   | work  | -2     |            | 4     | 5
"""


def drivers() -> pd.DataFrame:
    table = frame(DRIVERS)
    numbers = table[["points", "value", "peer_value"]].astype(float)
    return table.assign(**numbers, contribution=numbers["points"], is_symptom=table["is_symptom"].notna())


def test_a_feature_and_its_comparison_with_peers_are_one_statement() -> None:
    merged = merged_by_topic(drivers()).set_index(["agent_id", "subject"])
    assert merged.loc[("a", "busy"), ["points", "value"]].tolist() == [5, 9]


def test_the_same_measure_over_another_window_is_named_by_the_feature_that_contributes_most() -> None:
    table = drivers().assign(feature=["busy_1m", "busy_3m_vs_peers", "absent", "busy_3m"], agent_id="a")
    merged = merged_by_topic(table).set_index("topic")
    assert merged.loc["busy", ["subject", "points"]].tolist() == ["busy_1m", 4 + 1 - 2]


def test_lever_points_add_up_to_the_distance_from_peers() -> None:
    table = lever_points(drivers(), ["a", "b"])
    assert table["points"].sum() == pytest.approx((4 + 1 + 2 - 2) / 2)
    assert table["lever"].tolist() == ["work", "signs"]
    assert table["raised"].tolist() == [1, 1]


def test_symptoms_have_a_table_of_their_own() -> None:
    shown = topic_points(drivers(), ["a"], everyone=drivers(), symptoms=False, min_group=5)
    signs = topic_points(drivers(), ["a"], everyone=drivers(), symptoms=True, min_group=5)
    assert (shown["subject"].tolist(), signs["subject"].tolist()) == (["busy"], ["absent"])


def test_typical_values_of_few_agents_are_not_shown() -> None:
    few = topic_points(drivers(), ["a"], everyone=drivers(), symptoms=False, min_group=5)
    enough = topic_points(drivers(), ["a"], everyone=drivers(), symptoms=False, min_group=1)
    assert few["value"].isna().all()
    assert enough["value"].tolist() == [9]


def test_the_flagged_are_the_declared_share_of_those_scored(inputs: ReportInputs) -> None:
    scores = inputs.scores[(inputs.scores["horizon_months"] == 3) & ~inputs.scores["abstained"]]
    assert sorted(flagged_agents(inputs)) == sorted(scores.nlargest(30, "risk")["agent_id"])


def test_teams_stand_under_their_site(inputs: ReportInputs) -> None:
    units = expected_units(inputs)
    assert units["level"].head(3).tolist() == ["centre", "site", "team"]
    assert units.loc[units["level"] == "team", "site"].tolist() == ["Chengdu"] * 5 + ["佛山"] * 5


def test_a_team_across_sites_is_not_shown(inputs: ReportInputs) -> None:
    moved = inputs.groups.assign(team_id=inputs.groups["team_id"].replace({"CD-05": "FS-05"}))
    units = expected_units(replace(inputs, groups=moved))
    team = units[units["unit"] == "FS-05"].iloc[0]
    assert (team["site"], bool(team["is_hidden"])) == ("", True)


def test_rules_that_took_rows_away_come_first(inputs: ReportInputs) -> None:
    rules = quality_rules(inputs)["rule"].tolist()
    assert [rule.split(":")[0] for rule in rules] == ["set aside", "repaired", "noticed"]
    assert rows_read_and_used(inputs) == (12400, 12359)


def test_a_site_without_warning_signs_shows_none() -> None:
    steady = drivers().assign(is_symptom=False)
    assert topic_points(steady, ["a"], everyone=steady, symptoms=True, min_group=1).empty


def test_only_units_of_which_a_share_is_shown_are_drawn() -> None:
    rows = [("centre", 0.1, False), ("site", 0.2, False), ("team", None, False), ("site", None, True)]
    units = pd.DataFrame(rows, columns=["level", "share", "is_hidden"])
    assert units_to_draw(units)["level"].tolist() == ["centre", "site"]


@pytest.mark.parametrize(
    ("low", "high", "standing"), [(2, 6, "above"), (1, 6, "about"), (0, 3, "about"), (0, 0, "below")]
)
def test_a_team_stands_where_its_whole_range_lies_beside_the_rate_of_its_site(
    low: int, high: int, standing: str
) -> None:
    rows = [("site", "a", "", 100, 10, 5, 15), ("team", "t", "a", 12, 3, low, high)]
    units = pd.DataFrame(rows, columns=["level", "unit", "site", "headcount", "expected", "low", "high"])
    assert standings(units) == ["", standing]
