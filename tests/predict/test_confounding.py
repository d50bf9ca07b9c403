"""Where raises went to those about to leave, a naive what-if advises against raises; the recommendation does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from attrition.features.declare import Feature
from attrition.model.risk import fit
from attrition.model.spec import Spec
from attrition.predict.intervention import Change, Evidence, Intervention
from attrition.predict.intervention_effects import intervention_effects, risk_by_horizon

PAY = Feature(name="pay_market_ratio", family="pay", lever="pay", en="pay", zh="薪酬", unit="ratio", direction=-1)
NOISE = Feature(name="context_noise_index", family="context", lever="none", en="noise", zh="噪声", unit="index")
RAISE, PAID = 0.05, -4.0
"""A raise of 5 % truly lowers the log-odds of leaving by 0.2."""
SPEC = {
    "name": "resignation",
    "horizons": [1, 3],
    "trees": {"members": 2, "rounds": 40, "learning_rate": 0.08},
    "calibration": {"months": 4, "minimum_training_months": 4},
}
OFFER = Intervention(
    id="raise", en="", zh="", lever="pay", limits="",
    evidence=Evidence(grade="quasi-experimental", source="a paper", hazard_ratio=0.9, low=0.8, high=0.97),
    changes=(Change(feature="pay_market_ratio", better="up", by=RAISE),),
)  # fmt: skip


def simulate_centre(agents: int = 400, months: int = 24) -> pd.DataFrame:
    """Simulate a centre in which leaders raise the pay of agents who are fed up; no table says who is."""
    draw = np.random.default_rng(3)
    agent_numbers, hired = np.arange(agents), agents
    fed_up, pay, parts = draw.normal(size=agents), draw.normal(1, 0.03, agents), []
    for as_of in pd.date_range("2024-01-31", periods=months, freq="ME"):
        pay = pay + RAISE * (draw.random(agents) < 1 / (1 + np.exp(3.5 - 2 * fed_up)))
        left = draw.random(agents) < 1 / (1 + np.exp(3.4 - 1.2 * fed_up - PAID * (pay - 1)))
        rows = {"agent_id": [f"A{one:05d}" for one in agent_numbers], "as_of": as_of, "pay_market_ratio": pay}
        parts.append(pd.DataFrame(rows | {"context_noise_index": draw.normal(size=agents), "left": left}))
        agent_numbers, hired = np.where(left, hired + np.cumsum(left) - 1, agent_numbers), hired + left.sum()
        fed_up = np.where(left, draw.normal(size=agents), fed_up)
        pay = np.where(left, draw.normal(1, 0.03, agents), pay)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def centre() -> pd.DataFrame:
    return simulate_centre()


def test_a_naive_what_if_says_that_a_raise_drives_people_out(centre):
    columns = ["pay_market_ratio", "context_noise_index"]
    naive = LogisticRegression(C=1e6).fit(centre[columns], centre["left"])
    now = centre[columns]
    raised = now.assign(pay_market_ratio=now["pay_market_ratio"] + RAISE)
    assert (naive.predict_proba(raised)[:, 1] > naive.predict_proba(now)[:, 1]).all()


def test_the_recommendation_holds_that_a_raise_never_does_and_helps_no_more_than_the_evidence(centre):
    panel = centre.drop(columns="left")
    gone = centre[centre["left"]].set_index("agent_id")["as_of"] + pd.Timedelta(days=9)
    on = panel["agent_id"].map(gone)
    kind = on.notna().map({True: "voluntary", False: None})
    outcomes = panel[["agent_id", "as_of"]].assign(exit_kind=kind, left_on=on, known_on=on)
    spec = Spec.model_validate(SPEC)
    fitted = fit(panel, outcomes, features=[PAY, NOISE], spec=spec, fitted_at=panel["as_of"].max())
    now = panel[panel["as_of"] == panel["as_of"].max()].reset_index(drop=True)
    before = risk_by_horizon(fitted, now)
    no_medians = pd.DataFrame(index=now.index)
    [result] = intervention_effects(fitted, now, [OFFER], before=before, peer_medians=no_medians)
    assert (result["model_3"] <= before[3] + 1e-12).all()
    assert (result["after_3"] <= before[3]).all()
    assert (result["after_3"] >= result["evidence_3"] - 1e-12).all()
