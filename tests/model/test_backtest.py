import pandas as pd
import pytest

from attrition.errors import DataError
from attrition.labels.outcomes import exit_within, month_end
from attrition.model.backtest import _declared_origins, backtest, months_to_test
from attrition.model.panel import Panel
from attrition.model.spec import BacktestJob

LONGER = {"step_months": 4, "first_after_months": 36}
JOB = BacktestJob(first_after_months=14, origins=2, step_months=3, members=3, draws=30)


def panel_of(centre):
    return Panel(centre.panel, centre.outcomes, centre.features, {})


@pytest.fixture(scope="module")
def progress_lines():
    return []


@pytest.fixture(scope="module")
def result(centre, spec, progress_lines):
    return backtest(panel_of(centre), spec=spec, job=JOB, progress=progress_lines.append)


def test_each_month_is_scored_once_by_a_model_that_knew_no_label_of_it(result, centre):
    headline = result.scores.query("horizon_months == 3")
    assert not headline.duplicated(["agent_id", "as_of"]).any()
    assert headline["as_of"].nunique() == 6
    assert (headline["fitted_at"] < headline["as_of"]).all()
    for fitted in result.fitted_models:
        known = pd.Series(pd.to_datetime(list(fitted.resignations.calibrators[3].months))).pipe(month_end, plus=3)
        assert known.max() <= fitted.fitted_at


def test_labels_are_those_known_by_now_and_immature_ones_are_null(result, centre):
    late = result.scores.query("horizon_months == 6")
    assert late.loc[month_end(late["as_of"], plus=6) > centre.last_month_end, "resigned"].isna().all()
    known = centre.outcomes.assign(truth=exit_within(centre.outcomes, 3, known_at=centre.last_month_end))
    both = result.scores.query("horizon_months == 3").merge(known, on=["agent_id", "as_of"])
    assert (both["resigned"] == both["truth"]).all()


def test_the_model_stands_beside_its_baselines_with_intervals(result):
    headline = result.metrics.query("horizon_months == 3 and metric == 'auc'").set_index("model")
    assert set(headline.index) == {"resignation", "base_rate", "tenure_only", "logistic"}
    assert headline.loc["base_rate", "value"] == pytest.approx(0.5, abs=0.05)
    assert headline.loc["resignation", "value"] > headline.loc["tenure_only", "value"] > 0.5
    assert (headline["low"] <= headline["value"]).all()


def test_every_month_says_how_many_were_seen_and_expected(result):
    months = result.months.query("horizon_months == 3 and model == 'resignation'")
    assert len(months) == 6
    assert (months["events"] / months["rows"]).tolist() == pytest.approx(months["observed"].tolist())
    assert months["observed"].mean() == pytest.approx(months["expected"].mean(), rel=0.4)


def test_progress_is_reported_from_first_to_last(result, progress_lines):
    assert [line.rpartition(" (")[2] for line in progress_lines] == ["1 of 2)", "2 of 2)", "2 of 2)"]


def test_models_learn_from_a_sample_of_agents_and_score_everybody(result, centre, spec):
    third = sorted(set(centre.outcomes["agent_id"]))[::3]
    is_drawn = centre.outcomes["agent_id"].isin(third)
    is_tested = centre.outcomes["as_of"].isin(months_to_test(centre.outcomes, spec, JOB))
    rows, outcomes = (table[is_drawn].reset_index(drop=True) for table in (centre.panel, centre.outcomes))
    sample = Panel(rows, outcomes, centre.features, {})
    everybody = Panel(centre.panel[is_tested], centre.outcomes, centre.features, {})
    trial = backtest(sample, spec=spec, job=JOB, tested=everybody)
    labels = ["agent_id", "as_of", "horizon_months", "resigned"]
    pd.testing.assert_frame_equal(trial.scores[labels], result.scores[labels])
    assert (trial.scores["risk"] != result.scores["risk"]).mean() > 0.9
    assert set(trial.baselines["agent_id"]) == set(result.baselines["agent_id"])


def test_too_short_a_history_is_refused_in_words(centre, spec):
    is_early = centre.outcomes["as_of"] <= pd.Timestamp("2023-01-31")
    rows, outcomes = (table[is_early].reset_index(drop=True) for table in (centre.panel, centre.outcomes))
    panel = Panel(rows, outcomes, centre.features, {})
    with pytest.raises(DataError, match=r"13 months are too few for a backtest: 7 at least come .* 2022-01 to 2023-01"):
        backtest(panel, spec=spec, job=JOB.model_copy(update=LONGER))


def test_a_history_shorter_than_declared_has_one_model_as_late_as_possible(centre, spec):
    origins = _declared_origins(centre.outcomes, spec, JOB.model_copy(update={"first_after_months": 36}))
    assert [origin.scored_months[-1] for origin in origins] == [pd.Timestamp("2024-03-31")]
