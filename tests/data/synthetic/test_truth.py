"""The true hazards of a synthetic centre add up, and the simulated exits follow them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from attrition.data.synthetic import departures, hazard, parameters
from attrition.data.synthetic.frames import concat_rows
from attrition.data.synthetic.records import exits
from attrition.data.synthetic.simulate import SimulatedMonth
from attrition.data.synthetic.truth import month_end_truth, oracle


@pytest.fixture(scope="module")
def agent_months(centre: Path) -> pd.DataFrame:
    return pd.read_parquet(centre / "truth" / "agent_months.parquet")


@pytest.fixture(scope="module")
def at_risk(months: list[SimulatedMonth]) -> pd.DataFrame:
    """Every agent at risk at every month-end, with the oracle and the resignation that followed."""
    rows = concat_rows([month_end_truth(simulated_month) for simulated_month in months])
    leavers = pd.DataFrame(concat_rows([exits(simulated_month) for simulated_month in months]))
    merged = pd.DataFrame(rows).merge(leavers[["spell", "exit_kind", "notice_day"]], on="spell", how="left")
    return merged.assign(oracle=oracle(rows)[3], resigned=merged["exit_kind"] == departures.VOLUNTARY)


def test_contributions_sum_to_the_log_of_the_hazard(agent_months: pd.DataFrame) -> None:
    families = [*parameters.FAMILIES, "tenure", "hidden"]
    assert np.allclose(
        agent_months["base"] + agent_months[families].sum(axis=1), np.log(agent_months["hazard"]), atol=1e-4
    )


def test_the_oracle_rises_with_the_horizon(agent_months: pd.DataFrame) -> None:
    risks = agent_months[["oracle_1m", "oracle_3m", "oracle_6m", "oracle_12m"]].to_numpy()
    assert ((risks > 0) & (risks < 1)).all()
    assert (np.diff(risks, axis=1) > 0).all()


def test_no_agent_on_notice_is_at_risk(agent_months: pd.DataFrame) -> None:
    assert (
        agent_months["left_on"].isna()
        | (pd.to_datetime(agent_months["left_on"]) > pd.to_datetime(agent_months["as_of"]))
    ).all()


def test_as_many_agents_resign_in_a_month_as_the_hazards_predict(at_risk: pd.DataFrame) -> None:
    month = at_risk[at_risk["month"] < at_risk["month"].max()]
    happened = (month["resigned"] & (month["notice_day"] <= month["day"] + 31)).sum()
    expected = -np.expm1(-month["hazard"]).sum()
    assert abs(happened - expected) < 4 * np.sqrt(expected)


def test_the_oracle_is_good_and_not_too_good(at_risk: pd.DataFrame) -> None:
    mature_rows = at_risk[at_risk["month"] <= at_risk["month"].max() - 3]
    resigned = mature_rows["resigned"] & (mature_rows["notice_day"] <= mature_rows["day"] + 92)
    assert 0.72 < roc_auc_score(resigned, mature_rows["oracle"]) < 0.82
    assert 0.85 < resigned.mean() / mature_rows["oracle"].mean() < 1.2


def test_tenure_alone_predicts_less_than_the_oracle(at_risk: pd.DataFrame) -> None:
    mature_rows = at_risk[at_risk["month"] <= at_risk["month"].max() - 3]
    resigned = mature_rows["resigned"] & (mature_rows["notice_day"] <= mature_rows["day"] + 92)
    assert 0.58 < roc_auc_score(resigned, -mature_rows["tenure_days"]) < 0.72


def test_every_family_differs_between_agents_and_in_time(at_risk: pd.DataFrame) -> None:
    for family in parameters.FAMILIES:
        assert at_risk[family].std() > 0.2
        assert at_risk.groupby("spell")[family].std().mean() > 0.05


def test_a_tenth_to_a_quarter_of_resignations_have_no_reason_in_the_tables(at_risk: pd.DataFrame) -> None:
    assert 0.10 < parameters.SHOCK_RATE / at_risk["hazard"].mean() < 0.25


def test_levers_only_help(at_risk: pd.DataFrame) -> None:
    for lever in hazard.LEVER_CHANGES:
        effect = at_risk[f"lever_{lever}"]
        assert (effect <= 1e-6).all()
        assert (effect < -0.05).mean() > 0.1


def test_headcount_stays_stable(months: list[SimulatedMonth]) -> None:
    headcounts = [int(simulated_month.seats["active"].sum()) for simulated_month in months]
    assert min(headcounts) > 0.9 * 500
    assert max(headcounts) <= 500
