import numpy as np
import pandas as pd
import pytest

from attrition.pilot.cox import hazard_ratio

TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
CONTROL = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def rows_of_arm(text: str, *, is_treated: bool, stratum: str = "all") -> pd.DataFrame:
    words = text.split()
    days = [int(word.rstrip("+")) for word in words]
    resigned = [not word.endswith("+") for word in words]
    return pd.DataFrame({"stratum": stratum, "is_treated": is_treated, "days": days, "resigned": resigned})


def rows_of_both_arms(treated: str, control: str, **changes: str) -> pd.DataFrame:
    parts = [rows_of_arm(treated, is_treated=True, **changes), rows_of_arm(control, is_treated=False, **changes)]
    return pd.concat(parts, ignore_index=True)


def test_the_leukaemia_trial_of_1963_gives_its_published_value():
    """Freireich et al. 1963, as in every textbook; scikit-survival with Efron's ties says -1.57212515."""
    assert np.log(hazard_ratio(rows_of_both_arms(TREATED, CONTROL)).value) == pytest.approx(-1.57212515, abs=1e-6)


def test_the_wald_error_is_the_published_one():
    assert hazard_ratio(rows_of_both_arms(TREATED, CONTROL)).error == pytest.approx(0.4124, abs=5e-4)


def test_an_agent_who_is_compared_with_nobody_counts_for_nothing():
    alone = rows_of_arm("3 4 5", is_treated=True, stratum="another site")
    result = hazard_ratio(pd.concat([rows_of_both_arms(TREATED, CONTROL), alone], ignore_index=True))
    assert result == hazard_ratio(rows_of_both_arms(TREATED, CONTROL))


def test_strata_are_compared_within_and_never_across():
    """All who are treated sit where everybody leaves; within each site nothing differs."""
    leaves = rows_of_both_arms("1 2 3 4 5 6", "1 2", stratum="a")
    stays = rows_of_both_arms("90+ 90+", "90+ 90+ 90+ 90+ 90+ 90+", stratum="b")
    rows = pd.concat([leaves, stays], ignore_index=True)
    assert hazard_ratio(rows.assign(stratum="all")).value > 2.0
    assert hazard_ratio(rows).value < 1.0


def test_where_no_treated_agent_resigned_the_interval_still_has_an_upper_end():
    result = hazard_ratio(rows_of_both_arms("90+ 90+ 90+ 90+", "3 9 30 90+"))
    assert (result.value, result.low) == (0.0, 0.0)
    assert 0.0 < result.high < 2.0
    assert not result.is_estimable


def test_where_nobody_resigned_there_is_no_estimate():
    assert np.isnan(hazard_ratio(rows_of_both_arms("90+ 90+", "90+ 90+")).value)


def test_swapping_the_arms_turns_the_ratio_over():
    one, other = hazard_ratio(rows_of_both_arms(TREATED, CONTROL)), hazard_ratio(rows_of_both_arms(CONTROL, TREATED))
    assert one.value * other.value == pytest.approx(1.0)
    assert one.low * other.high == pytest.approx(1.0)
