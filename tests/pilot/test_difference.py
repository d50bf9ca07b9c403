import numpy as np
import pandas as pd
import pytest

from attrition.pilot.difference import risk_difference


def arms(stratum: str, treated: tuple[int, int], control: tuple[int, int]) -> pd.DataFrame:
    """Give agents of a stratum: (resigned, of) in each arm."""
    parts = []
    for is_treated, (resigned, of) in ((True, treated), (False, control)):
        text = {"stratum": stratum, "is_treated": is_treated, "resigned": [1.0] * resigned + [0.0] * (of - resigned)}
        parts.append(pd.DataFrame(text))
    return pd.concat(parts, ignore_index=True)


def test_it_is_the_weighted_mean_of_the_strata():
    """Weights 5 x 5 / 10 and 10 x 10 / 20: 0.4 of 2.5 and 0.1 of 5."""
    rows = pd.concat([arms("a", (3, 5), (1, 5)), arms("b", (2, 10), (1, 10))])
    assert risk_difference(rows).value == pytest.approx((2.5 * 0.4 + 5 * 0.1) / 7.5)


def test_more_treated_at_the_site_where_all_leave_does_not_look_like_harm():
    rows = pd.concat([arms("a", (24, 30), (8, 10)), arms("b", (1, 10), (3, 30))])
    assert risk_difference(rows).value == pytest.approx(0.0)
    assert risk_difference(rows.assign(stratum="all")).value > 0.2


def test_one_stratum_has_the_usual_interval():
    """20 of 200 against 40 of 200: 1.96 sqrt(.1 x .9 / 200 + .2 x .8 / 200) = 0.069."""
    result = risk_difference(arms("a", (20, 200), (40, 200)))
    assert (result.low, result.high) == pytest.approx((-0.169, -0.031), abs=0.002)


def test_an_arm_without_any_resignation_has_a_width():
    result = risk_difference(arms("a", (0, 10), (0, 10)))
    assert result.low <= 0.0 <= result.high
    result = risk_difference(arms("a", (0, 10), (3, 10)))
    assert result.high > -0.3 > result.low


def test_strata_of_two_are_enough():
    """Fifty pairs of one treated and one control: 5 against 15 resign."""
    pairs = [arms(str(number), (int(number < 5), 1), (int(number % 10 < 3), 1)) for number in range(50)]
    result = risk_difference(pd.concat(pairs))
    assert result.value == pytest.approx(-0.2)
    assert result.high < 0.0


def test_without_both_arms_there_is_no_estimate():
    rows = arms("a", (1, 5), (1, 5))
    assert np.isnan(risk_difference(rows[rows["is_treated"]]).value)
