from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.intervention import Change, Dose, Evidence, Intervention
from attrition.predict.intervention_effects import (
    EVIDENCE_ONLY,
    NOT_TOLD_APART,
    intervention_effects,
    risk_by_horizon,
)
from tests.predict.linear_risk import LinearRisk, centre

HALF = Evidence(grade="randomised", source="a trial", hazard_ratio=0.5, low=0.3, high=0.8)
UP = Change(feature="pay_market_ratio", better="up", to=1.0)
NO_MEDIANS = pd.DataFrame()


def item(**options):
    result = {"id": "x", "en": "", "zh": "", "lever": "pay", "limits": "", "evidence": HALF, "changes": [UP]} | options
    return Intervention(**result)


def after(model, intervention, ratio=0.9):
    frame = centre(1, pay_market_ratio=[ratio])
    before = risk_by_horizon(model, frame)
    [effects] = intervention_effects(model, frame, [intervention], before=before, peer_medians=NO_MEDIANS)
    result = effects.iloc[0]
    return before.iloc[0], result


def test_evidence_multiplies_the_hazard():
    before, result = after(LinearRisk({"pay_market_ratio": -50.0}, base=45.0), item())
    assert result["evidence_3"] == pytest.approx(1 - (1 - before[3]) ** 0.5)


def test_the_more_careful_of_model_and_evidence_counts():
    _, bold = after(LinearRisk({"pay_market_ratio": -50.0}, base=45.0), item())
    _, shy = after(LinearRisk({"pay_market_ratio": -1.0}, base=0.0), item())
    assert bold["model_3"] < bold["evidence_3"] == bold["after_3"]
    assert shy["evidence_3"] < shy["model_3"] == shy["after_3"]


def test_risk_after_never_exceeds_risk_before_even_where_raises_look_harmful():
    before, result = after(LinearRisk({"pay_market_ratio": 9.0}, base=-9.0), item())
    assert result["model_3"] > before[3] == result["after_3"]


def test_where_the_panel_has_none_of_the_features_the_careful_end_of_the_evidence_counts():
    missing = item(changes=[Change(feature="team_span", better="down", to=8.0)])
    before, result = after(LinearRisk({"pay_market_ratio": -1.0}), missing)
    assert result["basis"] == EVIDENCE_ONLY
    assert np.isnan(result["model_3"])
    assert result["after_3"] == pytest.approx(1 - (1 - before[3]) ** 0.8)


def test_a_feature_the_model_does_not_read_gives_it_no_say():
    model = LinearRisk({"workload_overtime_hours_3m": 0.1})
    frame = centre(1, pay_market_ratio=[0.9], workload_overtime_hours_3m=[8.0])
    before = risk_by_horizon(model, frame)
    [effects] = intervention_effects(model, frame, [item()], before=before, peer_medians=NO_MEDIANS)
    assert effects["basis"].tolist() == [EVIDENCE_ONLY]


def test_of_a_family_that_cannot_be_told_apart_the_careful_end_of_the_evidence_counts_and_the_model_cannot_better_it():
    bold, shy = LinearRisk({"pay_market_ratio": -50.0}, base=45.0), LinearRisk({"pay_market_ratio": -1.0}, base=0.0)
    bold.indistinct_families = shy.indistinct_families = ("pay",)
    before, by_evidence = after(bold, item())
    assert by_evidence["basis"] == NOT_TOLD_APART
    assert by_evidence["after_3"] == pytest.approx(1 - (1 - before[3]) ** 0.8)
    _, by_model = after(shy, item())
    assert by_model["after_3"] == by_model["model_3"] > by_model["evidence_3"]


def test_an_effect_that_takes_two_months_holds_for_one_of_three():
    before, result = after(LinearRisk({"pay_market_ratio": -50.0}, base=45.0), item(months_to_effect=2))
    assert result["evidence_3"] == pytest.approx(1 - (1 - before[3]) ** (2 / 3 + 0.5 / 3))
    assert result["after_1"] == pytest.approx(before[1])


def test_a_double_dose_squares_the_hazard_ratio():
    dosed = item(dose=Dose(feature="pay_market_ratio", size=0.125))
    before, result = after(LinearRisk({"pay_market_ratio": -50.0}, base=45.0), dosed, ratio=0.8)
    assert result["dose"] == pytest.approx(2.0)
    assert result["evidence_3"] == pytest.approx(1 - (1 - before[3]) ** 0.25)


def test_an_agent_who_is_there_already_is_not_moved():
    _, result = after(LinearRisk({"pay_market_ratio": -1.0}), item(), ratio=1.2)
    assert not result["is_moved"]
