"""Indicators of operations: what is shown, how it is rounded, and what counts as abnormal."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from attrition.report.figures.abnormal import comparisons
from attrition.report.figures.drill_down import drill_downs
from attrition.report.figures.experienced import experienced
from attrition.report.figures.indicators import indicator_values, ratios, shown_sums
from attrition.report.figures.turnover_cost import turnover_cost
from attrition.report.sections.drill_down import SECTION
from tests.report.sample_indicators import AS_OF, MONTHS, people_of, sums_of, values_of

TEAMS = {f"T{number:02d}": "S1" if number < 10 else "S2" for number in range(20)}


def of_teams(values: pd.DataFrame, indicator: str = "first_contact_resolution", people: int = 12) -> pd.DataFrame:
    return sums_of(values, indicator, "team", TEAMS, people)


@pytest.fixture(scope="module")
def quiet() -> pd.DataFrame:
    """Twenty teams whose first-contact resolution varies by one point around 89 %, and the centre."""
    teams, centre = (values_of(0.89, 0.01, [*TEAMS]), values_of(0.89, 0.003, ["centre"], 2))
    parts = [of_teams(teams), sums_of(centre, "first_contact_resolution", "centre", {}, 240)]
    return pd.concat([*parts, people_of(dict.fromkeys(TEAMS, 12), TEAMS)], ignore_index=True)


def with_drop(sums: pd.DataFrame, teams: list[str], by: float) -> pd.DataFrame:
    is_hit = sums["unit"].isin(teams) & (sums["as_of"] == AS_OF) & (sums["indicator"] == "first_contact_resolution")
    value = sums["y"] / sums["x"] - by
    changed = {"y": value * sums["x"], "xy": value * sums["xx"], "yy": value**2 * sums["xx"] + sums["clusters"]}
    return sums.assign(**{name: sums[name].mask(is_hit, column) for name, column in changed.items()})


def test_where_only_chance_is_at_work_nothing_is_abnormal(quiet: pd.DataFrame) -> None:
    compared = comparisons(quiet, AS_OF)
    assert len(compared) == 41
    assert not compared["is_abnormal"].any()


def test_a_team_far_from_its_past_and_from_the_others_is_abnormal(quiet: pd.DataFrame) -> None:
    compared = comparisons(with_drop(quiet, ["T03"], 0.08), AS_OF)
    listed = compared[compared["is_abnormal"]]
    assert listed[["unit", "against", "is_worse"]].values.tolist() == [["T03", "past", True], ["T03", "others", True]]


def test_a_drop_of_every_team_is_against_their_past_and_not_against_each_other(quiet: pd.DataFrame) -> None:
    compared = comparisons(with_drop(quiet, [*TEAMS], 0.08), AS_OF)
    assert set(compared.loc[compared["is_abnormal"], "against"]) == {"past"}
    assert compared.loc[compared["against"] == "past", "is_abnormal"].sum() >= 18


def test_distances_by_chance_are_as_frequent_as_they_say(quiet: pd.DataFrame) -> None:
    many = values_of(0.89, 0.01, [f"Q{number}" for number in range(2000)], 5)
    p = comparisons(of_teams(many), AS_OF)["p"]
    assert 0.035 < (p < 0.05).mean() < 0.065


def test_a_team_that_loses_far_more_in_a_year_than_the_others_is_abnormal_and_can_be_followed_down() -> None:
    share = pd.DataFrame(1 / 1200, index=MONTHS, columns=[*TEAMS])
    share["T07"] = 10 / 1200  # ten resignations a month, where the others have one
    lost = of_teams(share, "resignations").assign(x=12.0, xx=12.0)
    sums = shown_sums(pd.concat([lost, people_of(dict.fromkeys(TEAMS, 12), TEAMS)]), AS_OF, min_group=10)
    compared = comparisons(sums, AS_OF)
    assert compared.loc[compared["is_abnormal"], ["unit", "indicator"]].values.tolist() == [["T07", "turnover"]]
    (path,) = drill_downs(compared, pd.concat([sums, lost]), AS_OF)
    assert path.path["unit"].tolist() == ["T07"]
    (questions,) = (table for table in SECTION.tables if table.name == "questions")
    names = [fact.name for fact in questions.rows(SimpleNamespace(drill_downs=[path]))["fact"].dropna()]
    assert "losses" in [fact.name for fact in path.facts]
    assert "no_event" in names
    assert "losses" not in names  # they are what is to be explained


def test_the_drill_down_says_in_how_many_teams_of_the_site(quiet: pd.DataFrame) -> None:
    sums = with_drop(quiet, ["T03", "T04"], 0.08)
    (path,) = drill_downs(comparisons(sums, AS_OF), sums, AS_OF)
    assert path.path["unit"].iloc[-1] in ("T03", "T04")
    assert (path.scope, path.departing, path.groups) == ("team", 2, 10)


def test_a_declared_event_of_the_month_is_named_and_one_of_another_site_is_not(quiet: pd.DataFrame) -> None:
    sums = with_drop(quiet, ["T03"], 0.08)
    here = {"date": "2026-10-05", "kind": "tool_rollout", "site": "S1"}
    there = {"date": "2026-10-06", "kind": "pay_scheme", "site": "S2"}
    (path,) = drill_downs(comparisons(sums, AS_OF), sums, AS_OF, events=[here, there])
    assert [fact.kind for fact in path.facts if fact.name == "event"] == ["tool_rollout"]


def test_a_small_team_and_whatever_would_reveal_it_are_left_out() -> None:
    sizes = dict.fromkeys(TEAMS, 12) | {"T00": 4}
    sums = pd.concat([of_teams(values_of(0.89, 0.01, [*TEAMS])), people_of(sizes, TEAMS)])
    shown = indicator_values(sums, AS_OF, min_group=10)
    assert "T00" not in set(shown["unit"])
    assert len({*TEAMS} - set(shown["unit"])) == 2


def test_a_value_is_rounded_by_how_much_agents_differ(quiet: pd.DataFrame) -> None:
    values = indicator_values(quiet, AS_OF, min_group=10)
    team = values[(values["level"] == "team") & (values["indicator"] == "first_contact_resolution")]
    assert team["as_of"].nunique() == 13
    assert ((team["value"] / 0.002).round(6) % 1 == 0).all()


def test_an_interval_covers_how_much_agents_differ() -> None:
    agents = pd.DataFrame({"y": [80.0, 90.0, 100.0], "x": [100.0, 100.0, 100.0]})
    products = {"yy": agents["y"] @ agents["y"], "xy": agents["x"] @ agents["y"], "xx": agents["x"] @ agents["x"]}
    row = pd.DataFrame([{"level": "team", "indicator": "adherence", "clusters": 3, "y": 270.0, "x": 300.0, **products}])
    low, high = ratios(row)[["low", "high"]].iloc[0]
    assert low == pytest.approx(0.9 - 4.303 * 0.1 / 3**0.5, abs=1e-3)  # Student's with two degrees of freedom
    assert high == 1.0


def test_turnover_is_added_up_over_a_year() -> None:
    resigned = of_teams(values_of(0.01, 0.0, ["T01"]), "resignations", people=24)
    turnover = shown_sums(pd.concat([resigned, people_of({"T01": 24}, TEAMS)]), AS_OF, min_group=10)
    row = ratios(turnover[(turnover["indicator"] == "turnover") & (turnover["as_of"] == AS_OF)]).iloc[0]
    assert row["value"] == pytest.approx(0.12)
    assert row["clusters"] == 24


def test_months_after_losses_are_compared_within_each_team_without_what_all_months_share() -> None:
    resigned = pd.DataFrame(0.0, index=MONTHS, columns=[*TEAMS])
    seconds = values_of(300.0, 1.0, [*TEAMS]).add(np.arange(len(MONTHS)), axis=0)
    for number, team in enumerate(TEAMS):
        resigned.loc[MONTHS[number], team] = 2.0
        seconds.loc[MONTHS[number + 1 : number + 4], team] += 20.0
    lost = resigned.stack().rename("y").rename_axis(["as_of", "unit"]).reset_index()
    row = turnover_cost(of_teams(seconds, "handling_seconds"), lost).iloc[0]
    assert (row["indicator"], row["teams"]) == ("handling_seconds", 20)
    assert row["difference"] == pytest.approx(20.0, abs=1.0)
    assert row["low"] < row["difference"] < row["high"]


def spells_of(resigned_before: int, resigned_now: int) -> pd.DataFrame:
    """Return 100 agents hired ten years ago, of whom some resigned in the middle of each of the last two years."""
    left = [pd.Timestamp("2025-05-01")] * resigned_before + [pd.Timestamp("2026-05-01")] * resigned_now
    left += [pd.NaT] * (100 - len(left))
    table = pd.DataFrame({"agent_id": [f"{number:03d}" for number in range(100)], "left": pd.to_datetime(left)})
    table = table.assign(site="S", hired=pd.Timestamp("2016-01-01"), entered=pd.Timestamp("2020-01-01"))
    kind = np.where(table["left"].notna(), "voluntary", None)
    return table.assign(known_on=table["hired"], until=AS_OF, exit_kind=kind, left_known_on=table["left"])


def test_experienced_agents_leave_faster_only_beyond_chance() -> None:
    alike, faster = (experienced(spells_of(*counts), AS_OF.date(), min_group=10) for counts in ((8, 11), (3, 30)))
    assert alike is not None
    assert faster is not None
    assert (alike.verdict, faster.verdict) == ("alike", "faster")
    assert faster.rate_before == pytest.approx(3 / 98.5, rel=0.01)
