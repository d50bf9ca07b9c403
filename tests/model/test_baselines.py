import numpy as np
import pytest

from attrition.features.declare import Feature
from attrition.labels.outcomes import exit_within
from attrition.model.baselines import baseline_classifiers
from attrition.model.encode import Encoding, fit_encoding, tenure_feature


@pytest.fixture(scope="module")
def table(centre):
    encoding = fit_encoding(centre.panel, centre.features)
    label = exit_within(centre.outcomes, 1, known_at=centre.last_month_end)
    known = label.notna().to_numpy()
    return encoding, encoding.matrix(centre.panel[known]), label[known].to_numpy()


def test_every_baseline_gives_risks_whose_mean_is_the_rate(table):
    encoding, X, y = table
    for model in baseline_classifiers(encoding).values():
        assert model.fit(X, y).predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), rel=0.02)


def test_tenure_alone_looks_at_nothing_else(table):
    encoding, X, y = table
    model = baseline_classifiers(encoding)["tenure_only"].fit(X, y)
    other = np.where(np.arange(X.shape[1]) == encoding.names.index("tenure_days"), X, 0.0)
    np.testing.assert_array_equal(model.predict_proba(other), model.predict_proba(X))


def test_a_column_without_any_value_and_a_word_never_seen_do_no_harm(table):
    encoding, X, y = table
    empty, odd = X.copy(), X[:10].copy()
    empty[:, 0] = np.nan
    odd[:, encoding.names.index("schedule_work_mode")] = 99
    assert np.isfinite(baseline_classifiers(encoding)["logistic"].fit(empty, y).predict_proba(odd)).all()


def test_without_a_feature_of_tenure_its_baseline_is_left_out():
    pay = Feature(name="pay_market_ratio", family="pay", lever="pay", en="", zh="", unit="ratio")
    assert tenure_feature((pay,)) is None
    assert set(baseline_classifiers(Encoding((pay,), {}))) == {"base_rate", "logistic"}
