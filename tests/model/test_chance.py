"""Perfect models under chance: one resignation per agent, few refusals, and a wrong level that is stopped."""

from dataclasses import replace

import numpy as np
import pytest
from at_the_gate.centres import simulate_centre

from attrition.model.calibration_criteria import check_figure, evaluate_calibration
from attrition.model.card_power import power_lines
from attrition.model.chance import draw_resignations
from attrition.model.check import LEVEL, SLOPE
from attrition.model.metrics import LabelledScores
from attrition.model.spec import PromotionCriteria

RULES = PromotionCriteria()


def evaluate(scores):
    return evaluate_calibration(scores, RULES, horizon=3, draws=200)


def is_refused(result):
    return any(result.is_refused(name) for name in result.figures)


@pytest.fixture(scope="module")
def small_centres():
    return [simulate_centre(250, 0.02, seed).scores for seed in range(60)]


def test_at_most_a_tenth_of_perfect_models_is_refused_in_small_centres(small_centres):
    assert np.mean([is_refused(evaluate(scores)) for scores in small_centres]) <= 0.1


def test_half_the_level_and_twice_the_level_are_stopped():
    scores = [simulate_centre(1200, 0.02, seed).scores for seed in range(4)]
    wrong = [replace(one, risk=one.risk * factor) for one in scores for factor in (0.5, 2.0)]
    assert all(evaluate(one).is_refused(LEVEL) for one in wrong)


def test_the_labels_that_are_drawn_are_those_of_one_resignation_per_agent():
    scores = simulate_centre(250, 0.02, 1).scores
    drawn = draw_resignations(scores, horizon=3, draws=800)
    for draw in range(3):
        leaves = drawn.resigns_after[drawn.agent, draw]
        labelled = (leaves >= drawn.month) & (leaves < drawn.month + 3)
        assert np.bincount(drawn.agent[labelled]).max() <= 3
    sums = drawn.sums_by(np.zeros(len(drawn.risk), dtype=int), 1)
    assert sums.resigned.sum() / sums.expected.sum() == pytest.approx(1, abs=0.02)
    assert sums.rows.mean() == pytest.approx(len(scores.risk), rel=0.03)


def test_who_truly_left_may_stay_in_a_draw_and_who_was_dismissed_has_no_more_rows():
    month = np.array(["2026-01-31", "2026-02-28", "2026-01-31", "2026-01-31"], dtype="datetime64[D]")
    agent, label = np.array(["stays", "stays", "resigned", "dismissed"]), np.array([0.0, 0.0, 1.0, 0.0])
    drawn = draw_resignations(LabelledScores(label, np.full(4, 0.1), agent, month), horizon=3, draws=10)
    assert np.bincount(drawn.agent).tolist() == [1, 2, 2]  # dismissed, resigned, stays


def test_the_order_of_rows_changes_nothing():
    scores = simulate_centre(100, 0.02, 1).scores
    order = np.random.default_rng(0).permutation(len(scores.risk))
    shuffled = LabelledScores(scores.label[order], scores.risk[order], scores.agent[order], scores.month[order])
    for name, limits in evaluate(shuffled).limits.limits.items():
        assert limits == pytest.approx(evaluate(scores).limits.limits[name], rel=0.01)


def test_the_card_tells_what_a_site_can_see(small_centres):
    result = evaluate(small_centres[0])
    text = " ".join(power_lines(result))
    assert (
        f"With {result.agents} agents and {result.people} resignations in the test months, a level 20% too high" in text
    )


def test_one_risk_for_everybody_has_no_slope_and_is_not_refused_for_it():
    scores = simulate_centre(600, 0.02, 1).scores
    one_rate = replace(scores, risk=np.full(len(scores.risk), scores.label.mean()))
    result = evaluate(one_rate)
    assert check_figure(SLOPE, result, min_people=30)[0]
    assert not result.is_refused(LEVEL)
    assert "slope" not in power_lines(result)[-1]
