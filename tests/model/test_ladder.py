"""The ladder: the first rung that is shown to be right, or the best that nothing refutes."""

from dataclasses import replace

import pandas as pd
import pytest

from attrition.model.check import Check
from attrition.model.ladder import ExaminedRung, OrderGain, _choose, choose_rung, fit_chosen, order_gain
from attrition.model.promotion_criteria import headline_scores, holdout_checks
from attrition.model.spec import RUNGS, Spec
from tests.model.conftest import simulate

SPEC = Spec(name="resignation")
RIGHT = (Check("observed over expected", True, "1.02"),)
FEW = (*RIGHT, Check("enough resignations to judge by", False, "12; at least 50", "", True))
OFF = (Check("observed over expected", False, "1.70; 0.8 to 1.25"),)
ORDERS, DOUBTFUL = OrderGain(0.08, 0.02, 0.14), OrderGain(0.03, -0.04, 0.10)


def examined(evaluation, *rungs):
    """Return the choice among rungs, each as (checks, gain), the richest first."""
    table = [
        ExaminedRung(name, evaluation, checks, gain, False, "", "")
        for name, (checks, gain) in zip(RUNGS, rungs, strict=False)
    ]
    return _choose(table, SPEC)


@pytest.mark.parametrize(
    ("rungs", "chosen", "is_shown", "orders_people"),
    [
        ([(RIGHT, ORDERS)], "boosted", True, True),
        ([(OFF, ORDERS), (RIGHT, ORDERS)], "few_columns", True, True),
        ([(FEW, ORDERS), (FEW, ORDERS), (FEW, ORDERS), (FEW, ORDERS), (FEW, DOUBTFUL)], "boosted", False, True),
        ([(OFF, ORDERS), (FEW, DOUBTFUL), (FEW, ORDERS), (FEW, ORDERS), (FEW, DOUBTFUL)], "logistic", False, True),
        ([(OFF, ORDERS), (FEW, DOUBTFUL), (OFF, ORDERS), (FEW, ORDERS), (FEW, DOUBTFUL)], "tenure", False, False),
        ([(OFF, ORDERS), (OFF, ORDERS), (OFF, ORDERS), (OFF, ORDERS), (OFF, DOUBTFUL)], "base_rate", False, False),
    ],
)
def test_the_richest_rung_is_chosen_that_is_shown_or_that_orders_and_is_not_refuted(
    evaluation, rungs, chosen, is_shown, orders_people
):
    choice = examined(evaluation, *rungs)
    assert (choice.spec.rung, choice.is_shown, choice.orders_people) == (chosen, is_shown, orders_people)
    assert [rung.rung for rung in choice.rungs if rung.is_chosen] == [chosen]


def test_a_model_gains_no_order_over_itself_and_much_over_one_rate(evaluation):
    rows = headline_scores(evaluation.backtest)
    itself = order_gain(evaluation, rows)
    assert (itself.value, itself.low, itself.high) == (0.0, 0.0, 0.0)
    assert not itself.is_shown
    constant = order_gain(evaluation, rows.assign(risk=0.1))
    assert constant.is_shown
    assert constant.value == pytest.approx(order_gain(evaluation, None).value)


def test_in_a_centre_whose_richest_model_is_shown_to_be_right_no_other_is_examined(centre, spec, groups):
    wide = {"observed_over_expected": (0.2, 5.0), "group_observed_over_expected": (0.2, 5.0)}
    lenient = spec.promotion.model_copy(update=wide | {"calibration_slope": (0.2, 5.0), "calibration_error": 0.1})
    choice = choose_rung(
        centre.panel,
        centre.outcomes.merge(groups, on=["agent_id", "as_of"]),
        features=centre.features,
        spec=spec.model_copy(update={"promotion": lenient}),
        known_at=centre.last_month_end,
    )
    assert [rung.rung for rung in choice.rungs] == ["boosted"]
    assert (choice.is_shown, choice.orders_people) == (True, True)
    assert choice.rungs[0].reason_en == "passed every criterion of the test months"


@pytest.fixture(scope="module")
def small():
    """A centre of 60 agents, twenty months."""
    centre = simulate(agents=60, months=20, seed=7)
    return replace(centre, outcomes=centre.outcomes.assign(site="Foshan", job_role="voice", tenure_band="all"))


def test_in_a_small_centre_every_rung_says_why_it_was_left_in_both_languages(small, spec):
    choice = choose_rung(small.panel, small.outcomes, features=small.features, spec=spec, known_at=small.last_month_end)
    assert not choice.is_shown
    assert len(choice.rungs) == len(RUNGS)
    assert all(rung.reason_en and rung.reason_zh for rung in choice.rungs)
    model = fit_chosen(choice, small.panel, small.outcomes, features=small.features, fitted_at=small.last_month_end)
    assert (model.rung, model.orders_people) == (choice.spec.rung, choice.orders_people)
    assert choice.evaluation is not None


def test_where_history_is_short_fewer_months_are_held_out(small, spec):
    choice = choose_rung(
        small.panel, small.outcomes, features=small.features, spec=spec, known_at=pd.Timestamp("2022-09-30")
    )
    months = choice.rungs[-1].evaluation.origin.scored_months
    assert [f"{month:%Y-%m}" for month in months] == ["2022-05", "2022-06"]


def test_with_too_few_months_to_examine_anything_everybody_has_one_rate(small, spec):
    end = pd.Timestamp("2022-07-31")
    choice = choose_rung(small.panel, small.outcomes, features=small.features, spec=spec, known_at=end)
    assert (choice.spec.rung, choice.evaluation, choice.is_shown) == ("base_rate", None, False)
    assert "could not be examined" in choice.rungs[0].reason_en
    model = fit_chosen(choice, small.panel, small.outcomes, features=small.features, fitted_at=end)
    assert not model.orders_people


def test_the_checks_of_the_test_months_are_those_of_the_promotion_without_champion_and_files(evaluation, groups):
    names = [check.name for check in holdout_checks(evaluation, groups)]
    assert "level in every group" in names
    assert not any("champion" in name or "golden" in name for name in names)
