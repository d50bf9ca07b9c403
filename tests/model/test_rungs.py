"""Every rung gives an ordinary fitted model: it is scored, explained, saved and loaded in the same way."""

import numpy as np
import pandas as pd
import pytest

from attrition.errors import DataError
from attrition.model.golden import check_golden_rows
from attrition.model.loading import load_fitted
from attrition.model.persistence import save_fitted
from attrition.model.risk import fit
from attrition.model.rungs import spec_of_rung, used_columns
from attrition.model.spec import RUNGS
from tests.model.conftest import simulate

SMALL = simulate(agents=120, months=20, seed=4)


@pytest.fixture(scope="module", params=RUNGS)
def model(request, spec):
    """The model of a rung at the end of a small centre."""
    return fitted_at_the_end(SMALL, spec_of_rung(spec, request.param))


def fitted_at_the_end(centre, spec):
    return fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=centre.last_month_end)


def at_headline(model, rows):
    scores = model.score(rows)
    return scores.loc[scores["horizon_months"] == model.spec.headline].reset_index(drop=True)


def test_contributions_and_constant_sum_to_the_log_odds(model):
    rows = SMALL.panel.tail(300)
    contributions, constant = model.contributions(rows)
    np.testing.assert_allclose(contributions.sum(axis=1) + constant, at_headline(model, rows)["log_odds"], atol=1e-9)


def test_a_saved_model_is_loaded_with_its_rung_and_scores_bit_for_bit_as_before(model, tmp_path):
    save_fitted(model, tmp_path / "model")
    again = load_fitted(tmp_path / "model")
    rows = SMALL.panel.tail(300)
    pd.testing.assert_frame_equal(again.score(rows), model.score(rows), check_exact=True)
    assert again.contributions(rows)[0].equals(model.contributions(rows)[0])
    assert (again.rung, again.orders_people) == (model.rung, model.orders_people)
    assert check_golden_rows(again, tmp_path / "model")[0]


def test_a_row_alone_is_scored_as_it_is_among_others(model):
    rows = SMALL.panel.tail(20)
    alone = pd.concat([model.score(rows.iloc[[position]]) for position in range(20)], ignore_index=True)
    pd.testing.assert_frame_equal(alone, model.score(rows), check_exact=True)


def test_the_mean_risk_is_near_the_rate_of_the_mature_months(model):
    calibrator = model.resignations.calibrators[3]
    assert calibrator.observed_over_expected == pytest.approx(1.0, abs=0.15)


def test_people_of_one_tenure_differ_only_on_the_richer_rungs(spec):
    rows = SMALL.panel.tail(200).assign(tenure_days=100.0)
    kinds = {rung: fitted_at_the_end(SMALL, spec_of_rung(spec, rung)) for rung in RUNGS}
    differ = {rung: at_headline(model, rows)["risk"].nunique() > 1 for rung, model in kinds.items()}
    assert differ == {"boosted": True, "few_columns": True, "logistic": True, "tenure": False, "base_rate": False}
    assert [model.orders_people for model in kinds.values()] == list(differ.values())


def test_few_columns_are_those_of_which_something_is_published_or_the_first_of_each_topic():
    few = used_columns("few_columns", SMALL.features)
    assert {"pay_market_ratio", "tenure_days", "quality_score_3m"} <= set(few)
    assert "context_random_index" not in few
    assert used_columns("tenure", SMALL.features) == ["tenure_days"]


def test_the_lowest_rungs_work_with_a_handful_of_resignations_and_one_mature_month(spec):
    end = pd.Timestamp("2022-04-30")
    for rung in ("tenure", "base_rate"):
        model = fit(SMALL.panel, SMALL.outcomes, features=SMALL.features, spec=spec_of_rung(spec, rung), fitted_at=end)
        assert model.horizons == [1, 3]
        risk = at_headline(model, SMALL.panel[SMALL.panel["as_of"] == end])["risk"]
        assert 0.01 < risk.mean() < 0.5


def test_without_a_mature_month_it_is_said_when_there_will_be_one(spec):
    end = pd.Timestamp("2022-03-31")
    with pytest.raises(
        DataError, match=r"nothing can be learnt yet: .* 2022-01, the first month, .* 2022-04-30 are on"
    ):
        fit(SMALL.panel, SMALL.outcomes, features=SMALL.features, spec=spec_of_rung(spec, "tenure"), fitted_at=end)


def test_nobody_having_resigned_the_level_is_the_prior_s_drawn_down(spec):
    nobody = SMALL.outcomes.assign(exit_kind=None, left_on=pd.NaT, known_on=pd.NaT)
    model = fit(
        SMALL.panel,
        nobody,
        features=SMALL.features,
        spec=spec_of_rung(spec, "base_rate"),
        fitted_at=SMALL.last_month_end,
    )
    assert 0 < at_headline(model, SMALL.panel.tail(5))["risk"].max() < 0.02
