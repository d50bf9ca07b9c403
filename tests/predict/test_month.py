from __future__ import annotations

import pytest

from attrition.predict.eligibility import InterventionOptions
from attrition.predict.month import driver_tables, month_tables
from attrition.predict.playbook import read_playbook
from tests.predict.example_playbook import NO_EXCLUSIONS, write_playbook

CONTRACT = {
    "scores": "agent_id as_of horizon_months risk risk_low risk_high involuntary_risk band rank abstained "
    "abstain_reason model_name model_version",
    "drivers": "agent_id as_of horizon_months feature family lever value peer_value contribution points direction "
    "is_symptom",
    "recommendations": "agent_id as_of intervention lever eligible ineligible_reason risk_before risk_after cost "
    "expected_saving evidence chosen",
    "expected_leavers": "as_of horizon_months level unit headcount expected low high",
}


@pytest.fixture(scope="module")
def tables(month, tmp_path_factory):
    playbook = read_playbook(write_playbook(tmp_path_factory.mktemp("models")), features=month.features)
    settings = {"version": "7", "groups": month.groups, "options": InterventionOptions(playbook, NO_EXCLUSIONS)}
    drivers = driver_tables(month.fitted, month.frame, month.groups, panel=month.frame, outcomes=month.groups)
    return month_tables(month.fitted, month.frame, **settings) | dict(drivers)


@pytest.mark.parametrize("name", CONTRACT)
def test_every_table_has_the_columns_of_the_contract(tables, name):
    assert set(CONTRACT[name].split()) <= set(tables[name].columns)


def test_the_risk_before_an_intervention_is_the_risk_of_the_scores_bit_for_bit(tables):
    scores = tables["scores"].query("horizon_months == 3").set_index("agent_id")["risk"]
    result = tables["recommendations"]
    assert result["risk_before"].tolist() == scores[result["agent_id"]].tolist()


def test_the_centre_expects_the_sum_of_all_risks(tables):
    centre = tables["expected_leavers"].query("level == 'centre' and horizon_months == 3")
    assert centre["expected"].item() == pytest.approx(tables["scores"].query("horizon_months == 3")["risk"].sum())
