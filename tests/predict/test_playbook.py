from __future__ import annotations

import re
from pathlib import Path

import pytest

from attrition.errors import DeclarationError
from attrition.features.registry import declared_features
from attrition.predict.playbook import ALWAYS_OFFERED, read_playbook
from tests.predict.example_playbook import RAISE, REQUIRED, write_playbook
from tests.predict.linear_risk import FEATURES

STARTER = Path("models/playbook.toml")
HARM = RAISE.replace('better = "up", to = 1.0', 'better = "down", to = 0.8')
SIGN = RAISE.replace('id = "raise"', 'id = "nag"').replace("pay_market_ratio", "schedule_late_share_3m")
AGE = RAISE.replace('id = "raise"', 'id = "wait"').replace(
    '{ feature = "pay_market_ratio", b', '{ feature = "tenure_months", b'
)


@pytest.fixture(scope="module")
def starter():
    return read_playbook(STARTER, features=list(declared_features().values()))


def test_a_drawn_playbook_is_read(tmp_path):
    assert read_playbook(write_playbook(tmp_path), features=FEATURES)["raise"].lever == "pay"


def test_nothing_may_be_taken_away_from_an_agent(tmp_path):
    with pytest.raises(DeclarationError, match="raise changes pay_market_ratio down, which is worse for the agent"):
        read_playbook(write_playbook(tmp_path, REQUIRED, HARM), features=FEATURES)


@pytest.mark.parametrize(
    ("feature", "change"),
    [
        ("pay_base_amount", 'better = "down", to = 3000'),
        ("pay_bonus_share_3m", 'better = "down", to = 0'),
        ("workload_overtime_ordered_share_3m", 'better = "up", to = 1'),
        ("schedule_night_share_3m", 'better = "up", by = 0.2'),
        ("schedule_contract_ratio_3m", 'better = "up", to = 1.2'),
        ("schedule_work_mode", 'better = "other", to = "office"'),
        ("schedule_shift_pattern", 'better = "other", to = "night"'),
    ],
)
def test_an_intervention_that_leaves_somebody_worse_off_is_refused_by_name(tmp_path, feature, change):
    worse = RAISE.replace('"pay_market_ratio", better = "up", to = 1.0', f'"{feature}", {change}')
    worse = worse.replace(", maximum_change = 0.08, limit = 1.0", "")
    with pytest.raises(DeclarationError, match=f"raise changes {feature} .*, which is worse for the agent"):
        read_playbook(write_playbook(tmp_path, REQUIRED, worse), features=list(declared_features().values()))


def test_warning_signs_get_no_intervention_and_are_no_condition(tmp_path):
    with pytest.raises(DeclarationError, match=r"condition on schedule_late_share_3m.*changes schedule_late_share_3m"):
        read_playbook(write_playbook(tmp_path, REQUIRED, SIGN), features=FEATURES)


def test_a_feature_without_a_lever_is_refused(tmp_path):
    with pytest.raises(DeclarationError, match="wait changes tenure_months, which cannot be set"):
        read_playbook(write_playbook(tmp_path, REQUIRED, AGE), features=FEATURES)


def test_doing_nothing_and_talking_first_must_be_there_for_everybody(tmp_path):
    with pytest.raises(DeclarationError, match="do_nothing must be there"):
        read_playbook(write_playbook(tmp_path, RAISE), features=FEATURES)


def test_a_change_goes_to_one_place_only(tmp_path):
    twice = RAISE.replace("to = 1.0", "to = 1.0, by = 0.1")
    with pytest.raises(DeclarationError, match="exactly one of to, by, to_peers and follows"):
        read_playbook(write_playbook(tmp_path, REQUIRED, twice), features=FEATURES)


def test_evidence_that_would_raise_the_hazard_is_refused(tmp_path):
    worse = RAISE.replace("high = 0.9", "high = 1.2")
    with pytest.raises(DeclarationError, match="high"):
        read_playbook(write_playbook(tmp_path, REQUIRED, worse), features=FEATURES)


def test_the_starter_covers_every_lever_with_at_least_sixteen_interventions(starter):
    levers = {intervention.lever for intervention in starter.interventions}
    assert levers >= {"pay", "career_path", "workload", "schedule", "coaching", "team"}
    assert len(starter.interventions) - len(ALWAYS_OFFERED) >= 16


def test_every_feature_the_starter_names_is_declared_somewhere(starter):
    named = {part.feature for item in starter.interventions for part in (*item.eligible, *item.changes)}
    assert named <= set(declared_features())


def test_base_pay_is_read_where_the_panel_has_it(starter):
    assert starter.base_pay.feature in declared_features()


def test_a_dose_is_counted_in_a_feature_that_the_intervention_moves(starter):
    for item in starter.interventions:
        assert item.dose is None or item.dose.feature in {change.feature for change in item.changes}


def test_amounts_follow_the_currency_of_the_site(tmp_path):
    playbook = read_playbook(write_playbook(tmp_path), features=FEATURES).priced_in(
        {"currency": "INR", "rates": {"CNY": 12.0}}
    )
    assert (playbook.currency, playbook.replacement.training, playbook.base_pay.default) == ("INR", 60_000, 60_000)
    assert playbook["talk_first"].cost.one_off == 720
    assert playbook["raise"].cost.base_pay_share == 0.05


def test_amounts_in_a_currency_without_a_rate_stop_the_run(tmp_path):
    playbook = read_playbook(write_playbook(tmp_path), features=FEATURES)
    assert playbook.priced_in({"currency": "CNY"}) is playbook
    with pytest.raises(DeclarationError, match="what one CNY is worth"):
        playbook.priced_in({"currency": "INR", "rates": {}})


def test_every_source_of_the_starter_has_a_chinese_translation(starter):
    assert [item.id for item in starter.interventions if not re.search(r"[一-鿿]", item.evidence.source_in("zh"))] == []


def test_a_source_without_a_chinese_wording_stands_as_it_is(tmp_path):
    evidence = read_playbook(write_playbook(tmp_path), features=FEATURES)["raise"].evidence
    assert (evidence.source_in("en"), evidence.source_in("zh")) == ("a paper", "a paper")


@pytest.mark.parametrize(
    ("text", "old", "message"),
    [
        ("limit = 1.0 }]", "most = 0.08 }]", "most is now called maximum_change"),
        ("default = 5000", "otherwise = 5000", "otherwise is now called default"),
    ],
)
def test_a_key_of_an_earlier_version_is_refused_with_its_present_name(tmp_path, text, old, message):
    path = write_playbook(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(text, old), encoding="utf-8")
    with pytest.raises(DeclarationError, match=message):
        read_playbook(path, features=FEATURES)


def test_no_more_talks_are_offered_than_the_site_declares_for_its_list(starter):
    assert starter["talk_first"].capacity_per_month is None
    assert starter.with_talks(30)["talk_first"].capacity_per_month == 30
