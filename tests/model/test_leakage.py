import pandas as pd
import pytest

from attrition.declared import parse
from attrition.errors import DeclarationError, LeakageFound
from attrition.features.registry import declared_features
from attrition.model.leakage import denied_names, refuse_denied, refuse_too_good, tenure_notes
from attrition.model.single_features import SingleFeatures
from attrition.model.spec import LeakageRules, Spec

SHARED = pd.Series({"pay_market_ratio": 0.2, "tenure_days": 0.7})


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


def examined(*, pay=0.6, tenure=0.7, fall=0.04, error=0.01, people=400):
    """Return the figures of one feature and of tenure."""
    aucs = pd.DataFrame(
        {"feature": ["pay_market_ratio"], "view": ["all months"], "horizon_months": [1], "auc": [pay]}
    ).assign(people=people)
    falls = pd.DataFrame(
        {"feature": ["pay_market_ratio"], "near": [0.6 + fall], "later": [0.6], "fall": [fall], "error": [error]}
    )
    return SingleFeatures(aucs, aucs.assign(feature="tenure_days", auc=tenure), falls)


def refuse(single_features, *, gains=SHARED, later=0.7, tenure_auc=0.6, **waivers):
    spec = Spec(name="resignation", leakage=LeakageRules(waivers=waivers))
    refuse_too_good(
        single_features=single_features,
        gain_shares=gains,
        aucs_by_horizon={1: later, 3: 0.7},
        tenure_auc=tenure_auc,
        spec=spec,
    )


def test_what_is_usual_passes_also_where_tenure_has_most_of_the_gain():
    refuse(examined(), later=0.84)


@pytest.mark.parametrize(
    ("figures", "names"),
    [
        (
            {"single_features": examined(pay=0.9)},
            r"pay_market_ratio alone separates leavers with an AUC of 0\.900 \(within 1 month, all months\)",
        ),
        (
            {"single_features": examined(fall=0.24)},
            r"pay_market_ratio 0\.84 and 0\.60: .* the leaving month is likely seen",
        ),
        (
            {"single_features": examined(), "gains": pd.Series({"pay_market_ratio": 0.7})},
            "share of the model's gain of 0.700",
        ),
        ({"single_features": examined(), "later": 0.9}, "AUC 1 months ahead is 0.900"),
    ],
)
def test_l5_what_is_too_good_stops(figures, names):
    with pytest.raises(LeakageFound, match=names):
        refuse(**figures)


def test_what_few_people_show_by_chance_passes():
    refuse(examined(fall=0.24, error=0.1))
    refuse(examined(pay=0.9, people=25))
    with pytest.raises(LeakageFound, match="pay_market_ratio alone"):
        refuse(examined(pay=0.97, people=25))


def test_tenure_over_the_limit_passes_and_the_card_says_why():
    well_told = examined(tenure=0.9)
    refuse(well_told, later=0.93, tenure_auc=0.9)
    assert tenure_notes(examined(), SHARED - 0.2, LeakageRules()) == ()
    of_auc, of_gain = tenure_notes(well_told, SHARED, LeakageRules())
    assert "AUC of 0.900 (within 1 month, all months), over 0.85; it is counted from hire dates" in of_auc
    assert "tenure_days holds 70% of the model's gain; it is counted from hire dates" in of_gain


def test_a_waiver_in_writing_lets_one_feature_pass():
    reason = "paid by the hour, checked with payroll"
    gains = pd.Series({"pay_market_ratio": 0.7})
    refuse(examined(pay=0.9, fall=0.24), gains=gains, pay_market_ratio=reason)
    refuse(examined(fall=0.24), leaving_month="exits are dated by the notice")


def test_a_waiver_without_words_is_refused():
    with pytest.raises(DeclarationError, match="needs a reason of at least three words"):
        parse({"waivers": {"pay_market_ratio": "ok"}}, LeakageRules, where="resignation.toml")
