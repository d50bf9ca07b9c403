import numpy as np
import pandas as pd
import pytest

from attrition.errors import UserError
from attrition.labels.interventions_received import read_interventions
from attrition.pilot.adjusted import potential_risks
from attrition.pilot.cox import HazardRatio
from attrition.pilot.curves import survival_by_arm
from attrition.pilot.reading import read_pilot, with_outcomes
from attrition.pilot.reading_page import reading_pages
from attrition.pilot.subgroups import shrunk, subgroups
from attrition.pilot.verdict import Conclusion, Reason, decide
from tests.pilot.example_pilot import (
    END,
    NO_INTERVENTIONS,
    START,
    candidates,
    draw_example_pilot,
    no_exits,
    participants,
    with_exits,
)


@pytest.fixture(scope="module")
def pilot():
    return draw_example_pilot(candidates(200))


@pytest.fixture(scope="module")
def arms(pilot):
    return {arm: part["agent_id"] for arm, part in pilot.assignment.groupby("arm")}


@pytest.fixture(scope="module")
def outcomes(pilot, arms):
    """Five of the treated resign and thirty controls; two controls are dismissed."""
    rows = with_exits(no_exits(pilot.assignment["agent_id"]), arms["treated"][:5], on="2026-06-10")
    rows = with_exits(rows, arms["control"][:30], on="2026-07-10")
    return with_exits(rows, arms["control"][30:32], on="2026-05-10", kind="involuntary")


def read_at(pilot, outcomes, interventions=NO_INTERVENTIONS, known_at=END):
    return read_pilot(pilot.design, participants(pilot), outcomes, interventions, known_at=known_at)


def records(agents: pd.Series, **changes: object) -> pd.DataFrame:
    day = pd.Timestamp("2026-05-04")
    columns = {"kind": "talk", "start_date": day, "known_on": day, "pilot_id": "talks", "arm": None, "declined": False}
    rows = pd.DataFrame({"agent_id": agents.to_numpy()} | columns | changes)
    return rows.astype({"declined": "boolean", "arm": "string"})[read_interventions(None).columns]


def test_everybody_counts_in_the_arm_they_were_assigned_to(pilot, outcomes, arms):
    """A control who got it stays a control, a treated who did not stays treated; both are reported."""
    table = pd.concat(
        [
            records(arms["treated"][:60]),
            records(arms["treated"][60:70], declined=True),
            records(arms["control"][:4]),
        ]
    )
    result = read_at(pilot, outcomes, table)
    assert result.ratio == read_at(pilot, outcomes).ratio
    assert (result.delivery.got, result.delivery.declined, result.delivery.no_record) == (60, 10, 30)
    assert result.delivery.controls_got == 4


def test_the_effect_is_seen_at_the_end(pilot, outcomes):
    result = read_at(pilot, outcomes)
    assert result.difference.value == pytest.approx(5 / 100 - 30 / 100)
    assert (result.ratio.treated, result.ratio.control) == (5, 30)
    assert result.verdict.conclusion is Conclusion.works
    assert result.adjusted.value == pytest.approx(-0.25, abs=0.03)


def test_before_the_end_nothing_is_decided_however_clear_it_looks(pilot, outcomes):
    result = read_at(pilot, outcomes, known_at=pd.Timestamp("2026-07-31"))
    assert result.ratio.high < 1.0
    assert (result.verdict.conclusion, result.verdict.reason) == (Conclusion.too_early, Reason.running)
    assert result.months == 3


def test_a_pilot_whose_first_month_runs_cannot_be_read(pilot, outcomes):
    with pytest.raises(UserError, match="first month is not over"):
        read_at(pilot, outcomes, known_at=pd.Timestamp(START))


def test_an_exit_that_is_recorded_later_is_not_known_yet(pilot, arms):
    rows = with_exits(
        no_exits(pilot.assignment["agent_id"]), arms["control"][:30], on="2026-10-30", known_on="2026-11-03"
    )
    assert read_at(pilot, rows).ratio.control == 0
    assert read_at(pilot, rows, known_at=pd.Timestamp("2026-11-30")).ratio.control == 30


def test_a_dismissal_is_no_resignation_and_ends_an_agents_time(pilot, outcomes, arms):
    rows = with_outcomes(participants(pilot), outcomes, start=pd.Timestamp(START), months=6, known_at=END).set_index(
        "agent_id"
    )
    result = rows.loc[arms["control"].iloc[30]]
    assert (result["resigned"], result["left_otherwise"], result["days"]) == (0.0, 1.0, 10.0)


def test_agents_who_had_left_before_the_assignment_as_became_known_later_are_left_out(pilot, arms):
    rows = with_exits(
        no_exits(pilot.assignment["agent_id"]), arms["treated"][:3], on="2026-04-28", known_on="2026-05-02"
    )
    result = read_at(pilot, rows)
    assert result.absent == 3
    assert result.arms.set_index("arm").loc["treated", "agents"] == 97


def test_an_agents_own_outcome_plays_no_part_in_their_prediction(pilot, outcomes):
    rows = with_outcomes(participants(pilot), outcomes, start=pd.Timestamp(START), months=6, known_at=END)
    rows = rows.assign(log_odds=range(len(rows)))
    turned = rows.assign(resigned=rows["resigned"].where(rows.index != 7, 1.0 - rows["resigned"]))
    one, other = potential_risks(rows, seed=3), potential_risks(turned, seed=3)
    assert one.treated[7] == other.treated[7]
    assert (one.treated != other.treated).sum() > 100


def test_curves_count_those_at_risk_and_censor_other_exits():
    """Of 21 on 6-mercaptopurine .8571 stay past week 6 and .7529 past 10, as in every textbook."""
    text = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    days = [int(word.rstrip("+")) for word in text.split()]
    rows = pd.DataFrame({"arm": "treated", "days": days, "resigned": ["+" not in word for word in text.split()]})
    result = survival_by_arm(rows, [6, 10, 35])
    assert result["staying"].tolist() == pytest.approx([0.85714, 0.75294, 0.44818], abs=1e-5)
    assert result[["low", "high"]].iloc[1].tolist() == pytest.approx([0.50320, 0.88936], abs=1e-5)
    assert result["at_risk"].tolist() == [21, 15, 1]


@pytest.fixture(scope="module")
def grouped(pilot, arms):
    """A fifth of the treated and a half of the controls resign, in every group alike."""
    gone = pd.concat([arms["treated"][::5], arms["control"][::2]])
    rows = with_exits(no_exits(pilot.assignment["agent_id"]), gone, on="2026-06-10")
    rows = with_outcomes(participants(pilot), rows, start=pd.Timestamp(START), months=6, known_at=END)
    by_arm = rows.groupby("arm").cumcount()
    return rows.assign(
        stratum="all", site=by_arm.map(lambda place: "tiny" if place < 3 else ("one", "other")[place % 2])
    )


def test_small_groups_are_not_estimated(grouped):
    result = subgroups(grouped, by=["site"]).set_index("group")
    assert result["agents"].to_dict() == {"one": 96, "other": 98, "tiny": 6}
    assert pd.isna(result.loc["tiny", "ratio"])


def test_groups_that_differ_by_chance_only_are_shrunk_to_the_same_ratio():
    """Log ratios of -1 and 0, each give or take 1: too little to tell apart; of -1 and 1, give or take .1: enough."""
    mean, error, p = shrunk(np.array([-1.0, 0.0]), np.array([1.0, 1.0]))
    assert mean.tolist() == [-0.5, -0.5]
    assert (error < 1.0).all()
    apart, _, chance = shrunk(np.array([-1.0, 1.0]), np.array([0.1, 0.1]))
    assert apart.tolist() == pytest.approx([-0.995, 0.995], abs=0.001)
    assert p > 0.4 > 0.001 > chance


@pytest.mark.parametrize(
    ("low", "high", "conclusion"),
    [
        (0.4, 0.99, Conclusion.works),
        (0.4, 1.01, Conclusion.too_early),
        (0.81, 1.4, Conclusion.does_not),
        (1.1, 2.0, Conclusion.does_not),
    ],
)
def test_the_rule_of_the_design_decides(low, high, conclusion):
    assert decide(HazardRatio(0.9, low, high, 0.2, 9, 9), hoped=0.8, is_over=True).conclusion is conclusion


def test_the_page_opens_with_the_verdict_in_both_languages(pilot, outcomes):
    pages = reading_pages(read_at(pilot, outcomes), None)
    assert "**It works. At the declared end" in pages["en"]
    assert "**有效。" in pages["zh"].replace(". ", "。")
    assert "| treated | 100 | 5 | 0 | 30.0% |" in pages["en"]
