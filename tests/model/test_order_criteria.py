import numpy as np
import pytest

from attrition.model.metrics import LabelledScores
from attrition.model.order_criteria import check_against_champion, check_against_tenure
from attrition.model.spec import Spec

SPEC = Spec(name="resignation")


def scores(people, risk_of_leavers, seed=0):
    """Half of the people resign; leavers' risks are higher by so much than stayers'."""
    draw = np.random.default_rng(seed)
    label = np.repeat([1.0, 0.0], people // 2)
    risk = draw.random(people) + risk_of_leavers * label
    return LabelledScores(label, risk, np.arange(people).astype(str), np.zeros(people))


@pytest.mark.parametrize(
    ("people", "gain", "status"),
    [(400, 0.5, "passed"), (400, 0.0, "failed"), (40, 0.0, "too few"), (40, -0.8, "failed")],
)
def test_a_better_order_must_be_shown_and_few_people_leave_it_open(people, gain, status):
    passed, finding, finding_zh, too_few = check_against_tenure(scores(people, gain), None, SPEC, people=people // 2)
    assert (passed, too_few) == (status == "passed", status == "too few")
    assert "95% confidence" in finding
    assert "95%的置信度" in finding_zh


def test_without_anybody_who_resigned_nothing_is_refuted():
    nobody = LabelledScores(np.zeros(9), np.arange(9) / 10, np.arange(9).astype(str), np.zeros(9))
    assert check_against_tenure(nobody, None, SPEC, people=0)[3]
    assert check_against_champion(nobody, nobody, SPEC)[0]


def test_a_model_is_refused_beside_the_champion_where_it_is_shown_to_be_worse_and_not_for_chance():
    assert not check_against_champion(scores(400, 0.0), scores(400, 0.5), SPEC)[0]
    assert check_against_champion(scores(40, 0.45, seed=1), scores(40, 0.5), SPEC)[0]
