import numpy as np
import pandas as pd
import pytest

from attrition.declared import parse
from attrition.errors import DeclarationError, LeakageFound
from attrition.features.registry import declared_features
from attrition.model.leakage import denied_names, refuse_denied, refuse_too_good, single_feature_aucs
from attrition.model.spec import LeakageRules

QUIET = pd.Series({"pay_market_ratio": 0.6})
SHARED = pd.Series({"pay_market_ratio": 0.2})


@pytest.mark.parametrize(
    "name",
    [
        "exit_date",
        "schedule_last_working_day",
        "LastWorkingDate",
        "on_notice",
        "resigned_within_3m",
        "pay_final_pay",
        "Gender",
        "tenure_age",
        "context_marital_status",
        "left_on",
        "exit_kind",
    ],
)
def test_l5_a_leak_or_a_protected_attribute_is_denied_by_name(name):
    assert denied_names(["pay_market_ratio", name]) == [name]
    with pytest.raises(LeakageFound, match=name):
        refuse_denied([name])


def test_no_feature_of_our_own_is_denied():
    assert denied_names(list(declared_features())) == []


def test_l5_a_planted_leak_is_caught_by_its_auc_alone():
    draw = np.random.default_rng(0)
    label = (draw.random(2000) < 0.1).astype(float)
    planted = np.column_stack([draw.normal(size=2000), -label + draw.normal(0, 0.2, 2000)])
    alone = single_feature_aucs(planted, label, ["honest", "planted"])
    with pytest.raises(LeakageFound, match="planted alone separates"):
        refuse_too_good(feature_aucs=alone, gain_shares=SHARED, aucs_by_horizon={3: 0.7}, rules=LeakageRules())
    assert alone["honest"] < 0.6


def test_l5_a_leak_that_hides_in_missing_values_is_caught():
    label = np.array([1.0, 1.0, 0.0, 0.0])
    alone = single_feature_aucs(np.array([[np.nan], [np.nan], [3.0], [3.0]]), label, ["planted"])
    assert alone["planted"] == 1.0


@pytest.mark.parametrize(
    ("alone", "gain", "later", "says"),
    [
        (QUIET, pd.Series({"pay_market_ratio": 0.7}), 0.7, "share of the model's gain of 0.700"),
        (QUIET, SHARED, 0.9, "AUC 1 months ahead is 0.900"),
    ],
)
def test_l5_too_much_gain_or_too_good_a_model_stops(alone, gain, later, says):
    with pytest.raises(LeakageFound, match=says):
        refuse_too_good(feature_aucs=alone, gain_shares=gain, aucs_by_horizon={1: later, 3: 0.7}, rules=LeakageRules())


def test_what_is_usual_passes():
    refuse_too_good(feature_aucs=QUIET, gain_shares=SHARED, aucs_by_horizon={1: 0.84, 3: 0.76}, rules=LeakageRules())


def test_a_waiver_in_writing_lets_one_feature_pass():
    rules = LeakageRules(waivers={"pay_market_ratio": "paid by the hour, checked with payroll"})
    refuse_too_good(feature_aucs=QUIET + 0.3, gain_shares=SHARED + 0.5, aucs_by_horizon={3: 0.7}, rules=rules)


def test_a_waiver_without_words_is_refused():
    with pytest.raises(DeclarationError, match="needs a reason of at least three words"):
        parse({"waivers": {"pay_market_ratio": "ok"}}, LeakageRules, where="resignation.toml")
