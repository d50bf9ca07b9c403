"""The variance of true risks around estimates."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.model.true_risk import RiskErrors

MARGIN = np.array([-9.0, -1.0, 0.0, 1.0, 9.0])
NOTHING = np.zeros(len(MARGIN))
ERRORS = RiskErrors()


def test_the_interval_of_a_higher_estimate_is_wider_within_limits() -> None:
    deviation = np.sqrt(ERRORS.variance(MARGIN, epistemic=NOTHING, calibration=NOTHING) - ERRORS.level**2)
    assert (np.diff(deviation) >= 0).all()
    assert deviation[[0, 2, 4]] == pytest.approx([ERRORS.least, ERRORS.unseen, ERRORS.most])


def test_the_errors_add_up() -> None:
    alone = ERRORS.variance(MARGIN, epistemic=NOTHING, calibration=NOTHING)
    both = ERRORS.variance(MARGIN, epistemic=NOTHING + 0.2, calibration=NOTHING + 0.1)
    assert both - alone == pytest.approx(0.3 - ERRORS.level**2)


def test_the_level_is_no_surer_than_levels_are_however_many_exits_calibrated_it() -> None:
    alone = ERRORS.variance(MARGIN, epistemic=NOTHING, calibration=NOTHING)
    assert ERRORS.variance(MARGIN, epistemic=NOTHING, calibration=NOTHING + 0.01) == pytest.approx(alone)


def test_where_a_model_cannot_tell_agents_apart_all_that_differs_is_unseen() -> None:
    variance = ERRORS.variance(NOTHING, epistemic=NOTHING, calibration=NOTHING, tells_apart=False)
    assert variance == pytest.approx(ERRORS.level**2 + ERRORS.untold**2)
