import numpy as np
import pandas as pd
import pytest

from attrition.errors import DataError, LeakageFound
from attrition.features.declare import Feature
from attrition.labels.outcomes import exit_within, month_end
from attrition.model.holdout import evaluate_holdout, evaluate_on_same_months

LEAK = Feature(name="context_leak_index", family="context", lever="none", en="", zh="", unit="index")


def test_the_evaluated_model_used_no_label_that_ends_in_the_months_it_is_tested_on(evaluation, centre, spec):
    assert evaluation.fitted.fitted_at < evaluation.origin.scored_months[0]
    assert len(evaluation.origin.scored_months) == spec.holdout.months
    assert month_end(centre.panel["as_of"], plus=3).max() > centre.last_month_end >= evaluation.origin.scored_months[-1]


def test_both_null_checks_pass(evaluation):
    assert [check.name for check in evaluation.null_checks] == ["noise features", "shuffled labels"]
    assert all(check.passes for check in evaluation.null_checks)


def test_figures_are_looked_up_by_name_and_unknown_ones_are_null(evaluation):
    assert 0.6 < evaluation.metric("auc") < 0.9
    assert evaluation.metric("auc", model="base_rate") == 0.5
    assert np.isnan(evaluation.metric("auc", horizon=12))
    assert 0.4 < evaluation.metric("calibration_slope") < 2


def test_a_feature_that_leaks_the_resignation_stops_the_retrain(centre, spec):
    leak = exit_within(centre.outcomes, 3, known_at=centre.last_month_end).fillna(0.0)
    panel = centre.panel.assign(context_leak_index=leak + np.random.default_rng(0).normal(0, 0.2, len(leak)))
    with pytest.raises(LeakageFound, match=r"context_leak_index alone separates.*resignation\.toml"):
        evaluate_holdout(
            panel, centre.outcomes, features=(*centre.features, LEAK), spec=spec, known_at=centre.last_month_end
        )


def test_a_history_without_months_to_hold_out_is_refused(centre, spec):
    with pytest.raises(
        DataError,
        match=r"7 months are too few to hold 4 out for the evaluation.*labels 3 months ahead are mature to 2022-04",
    ):
        evaluate_holdout(
            centre.panel,
            centre.outcomes,
            features=centre.features,
            spec=spec,
            known_at=centre.panel["as_of"].unique()[6],
        )


def test_the_same_specification_examined_on_the_same_months_gives_the_same_figures(evaluation, centre, spec):
    again = evaluate_on_same_months(
        evaluation, spec, panel=centre.panel, outcomes=centre.outcomes, features=centre.features
    )
    keys = ["horizon_months", "model", "metric"]
    first, second = (one.backtest.metrics.sort_values(keys, ignore_index=True) for one in (evaluation, again))
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(again.backtest.scores, evaluation.backtest.scores)
    assert again.null_checks is evaluation.null_checks
