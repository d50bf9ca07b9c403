import numpy as np
import pandas as pd
import pytest

from attrition.labels.outcomes import exit_within
from attrition.model.clusters import bootstrap_weights
from attrition.model.encode import fit_encoding
from attrition.model.metrics import LabelledScores, auc
from attrition.model.single_features import (
    ALL_MONTHS,
    FIRST_MONTHS,
    NEWEST_MONTHS,
    LabelledRows,
    examine_single_features,
    leaving_month_falls,
    single_feature_aucs,
)


@pytest.fixture(scope="module")
def rows(centre):
    labels = {
        horizon: exit_within(centre.outcomes, horizon, known_at=centre.last_month_end).to_numpy()
        for horizon in (1, 3, 6, 12)
    }
    return LabelledRows(pd.DataFrame(labels), centre.panel["agent_id"].to_numpy(), centre.panel["as_of"].to_numpy())


@pytest.fixture(scope="module")
def days_to_exit(centre):
    return (centre.outcomes["left_on"] - centre.outcomes["as_of"]).dt.days


def largest(aucs):
    return aucs.set_index(["view", "horizon_months"])["auc"]


def test_an_auc_is_that_of_the_metrics_on_the_same_rows(centre, rows):
    values = centre.panel["pay_market_ratio"].to_numpy()
    alone = largest(single_feature_aucs(values[:, None], ["pay"], rows))
    label = rows.labels[6].to_numpy()
    is_known = ~np.isnan(label)
    scores = LabelledScores(label[is_known], -values[is_known], rows.agent[is_known], rows.as_of[is_known])
    assert alone[ALL_MONTHS, 6] == pytest.approx(auc(scores)[0], abs=1e-12)


def test_a_leak_that_hides_in_missing_values_is_seen_from_either_side(rows):
    leaves = rows.labels[1].to_numpy() == 1
    for value, other in ((np.nan, 3.0), (3.0, np.nan)):
        alone = largest(single_feature_aucs(np.where(leaves, value, other)[:, None], ["planted"], rows))
        assert alone[ALL_MONTHS, 1] == 1.0


def test_a_column_that_today_only_those_who_stayed_have_shows_in_the_newest_months(rows, days_to_exit):
    today = np.where(days_to_exit.notna(), np.nan, 1.0)
    alone = largest(single_feature_aucs(today[:, None], ["planted"], rows))
    assert alone[NEWEST_MONTHS, 1] > 0.85 > alone[ALL_MONTHS, 1]


def test_seniority_frozen_at_the_exit_shows_in_the_first_months(centre, rows, days_to_exit):
    until_today = (centre.last_month_end - centre.panel["as_of"]).dt.days
    frozen = centre.panel["tenure_days"] + days_to_exit.fillna(until_today)
    alone = largest(single_feature_aucs(frozen.to_numpy()[:, None], ["planted"], rows))
    assert alone[FIRST_MONTHS, 1] > 0.95
    assert alone[ALL_MONTHS].max() < 0.85


def test_too_few_leavers_have_no_auc(rows):
    few = rows.select(np.arange(len(rows.agent)) < 300)
    assert FIRST_MONTHS not in set(single_feature_aucs(np.zeros((300, 1)), ["zero"], few)["view"])


def test_hours_of_the_leaving_month_fall_and_honest_features_do_not(centre, rows, days_to_exit):
    worked = days_to_exit.clip(upper=30).fillna(30) * 5
    hours = worked + np.random.default_rng(0).normal(0, 60, len(worked))
    encoding = fit_encoding(centre.panel, centre.features)
    encoded = np.column_stack([encoding.matrix(centre.panel), hours])
    falls = leaving_month_falls(encoded, [*encoding.names, "hours"], rows, tenure=encoding.baseline[0]).set_index(
        "feature"
    )
    surely = falls["fall"] - 3.3 * falls["error"]
    assert surely["hours"] > 0.10
    assert (surely.drop("hours") < 0.05).all()
    assert falls.loc["tenure_days", "fall"] == 0


def test_the_error_of_a_fall_is_that_of_a_bootstrap_of_agents(centre, rows):
    values = -centre.panel["quality_score_3m"].to_numpy()
    fall = leaving_month_falls(values[:, None], ["score"], rows).iloc[0]
    is_known = rows.labels[3].notna().to_numpy()
    near, wide = (rows.labels[horizon].to_numpy()[is_known] for horizon in (1, 3))
    agent, score = rows.agent[is_known], values[is_known]
    weight = bootstrap_weights(agent, draws=200, seed=0)

    def aucs(is_excluded):
        kept = ~is_excluded
        rows_kept = LabelledScores(wide[kept], score[kept], agent[kept], agent[kept])
        return auc(rows_kept, weight[kept])

    draws = aucs((wide == 1) & (near == 0)) - aucs((wide == 1) & (near == 1))
    assert fall["error"] == pytest.approx(draws.std(), rel=0.15)


def test_tenure_is_set_apart_and_only_its_absence_is_checked(centre, rows, days_to_exit):
    panel = centre.panel.assign(tenure_days=days_to_exit.fillna(2000))
    encoding = fit_encoding(panel, centre.features)
    examined = examine_single_features(encoding.matrix(panel), encoding, rows)
    of_tenure = examined.aucs.loc[examined.aucs["feature"] == "tenure_days", "auc"]
    assert (of_tenure == 0.5).all()
    assert examined.tenure["auc"].max() > 0.95
    assert examined.largest.index[0] == "tenure_days"
