import numpy as np
import pytest

from attrition.model.stability import measure_agreement

RISK = np.arange(100) / 100


def test_a_model_agrees_with_itself():
    result = measure_agreement(RISK, RISK, capacity_share=0.1)
    assert (result.people, result.listed, result.overlap, result.rank_correlation) == (100, 10, 1.0, 1.0)


def test_the_reverse_shares_nobody():
    result = measure_agreement(RISK, RISK[::-1], capacity_share=0.1)
    assert (result.overlap, result.rank_correlation) == (0.0, -1.0)


def test_three_of_ten_who_changed_places_leave_seven():
    other = RISK.copy()
    other[[97, 98, 99]], other[[0, 1, 2]] = RISK[[0, 1, 2]], RISK[[97, 98, 99]]
    assert measure_agreement(RISK, other, capacity_share=0.1).overlap == 0.7


def test_only_the_order_counts_not_the_level():
    assert measure_agreement(RISK, RISK**3 / 5, capacity_share=0.1).overlap == 1.0


def test_a_model_that_says_the_same_of_everybody_has_no_order():
    assert np.isnan(measure_agreement(RISK, np.full(100, 0.1), capacity_share=0.1).rank_correlation)


@pytest.mark.parametrize("other", [RISK[:50], np.array([])])
def test_what_does_not_match_is_refused(other):
    with pytest.raises(ValueError, match="cannot be compared"):
        measure_agreement(RISK if len(other) else other, other, capacity_share=0.1)
