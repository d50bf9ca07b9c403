import numpy as np
import pytest

from attrition.model.contribution_sizes import mean_contribution_sizes


def test_the_mean_size_is_over_the_months_that_calibrate(fitted, centre):
    months = sorted(centre.panel["as_of"].unique())[-fitted.spec.calibration.months :]
    contributions, _ = fitted.contributions(centre.panel[centre.panel["as_of"].isin(months)])
    sizes = mean_contribution_sizes(fitted, centre.panel).set_index("feature")["mean_size"]
    for name in contributions:
        assert sizes[name] == pytest.approx(np.abs(contributions[name]).mean())


def test_later_months_than_the_fit_do_not_count(fitted, centre):
    later = centre.panel.assign(as_of=centre.panel["as_of"] + np.timedelta64(4000, "D"))
    assert mean_contribution_sizes(fitted, later).empty


def test_of_few_agents_there_is_no_mean(fitted, centre):
    few = centre.panel[centre.panel["agent_id"].isin(centre.panel["agent_id"].unique()[-49:])]
    assert mean_contribution_sizes(fitted, few).empty
