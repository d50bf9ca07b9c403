"""A backtest as tables: what it says of groups, of lead time and of how steady the list is."""

from __future__ import annotations

import pytest

from attrition.model.backtest import backtest
from attrition.model.panel import Panel
from attrition.model.spec import BacktestJob
from attrition.predict.backtest_tables import backtest_tables
from tests.model.conftest import simulate

JOB = BacktestJob(first_after_months=12, origins=2, step_months=3, members=1, draws=20)


@pytest.fixture(scope="module")
def tables(spec):
    centre = simulate()
    sites = centre.outcomes.assign(site="Foshan", job_role="agent", tenure_band="any")
    panel = Panel(centre.panel, sites, centre.features, {})
    return backtest_tables(backtest(panel, spec=spec, job=JOB), panel, spec=spec)


@pytest.fixture(scope="module")
def spec():
    from attrition.model.spec import Spec

    return Spec.model_validate(
        {
            "name": "resignation",
            "horizons": [1, 3],
            "trees": {"members": 1, "rounds": 40, "learning_rate": 0.1, "feature_share": 0.8},
            "calibration": {"months": 4, "minimum_training_months": 4},
        }
    )


def test_groups_are_set_beside_what_was_expected_of_them(tables):
    groups = tables["groups"].set_index(["level", "unit"])
    judged = tables["scores"].query("horizon_months == 3")
    assert groups.loc[("site", "Foshan"), "expected"] == pytest.approx(judged["risk"].sum())
    assert groups.loc[("site", "Foshan"), "observed"] == judged["resigned"].sum()


def test_consecutive_models_are_compared_on_the_month_of_the_later_one(tables):
    result = tables["stability"]
    assert len(result) == 1
    assert result.loc[0, "fitted_before"] < result.loc[0, "fitted_at"]
    assert 0.5 < result.loc[0, "overlap"] <= 1
    assert result.loc[0, "listed"] == 40


def test_lead_times_count_everybody_who_resigned_after_a_month_that_was_scored(tables):
    lead = tables["lead_time"].set_index("metric")["value"]
    assert lead["leavers"] > 20
    assert 0 < lead["listed_before_share"] < 1
    assert 0 <= lead["weeks_median"] <= 40
