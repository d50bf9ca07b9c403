"""The truth of a synthetic centre adds up, and what then happens follows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from attrition.data.synthetic import hazard, leaving, world
from attrition.data.synthetic.records import exits, stacked
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.truth import month_end, oracle


@pytest.fixture(scope="module")
def told(centre: Path) -> pd.DataFrame:
    return pd.read_parquet(centre / "truth" / "agent_months.parquet")


@pytest.fixture(scope="module")
def seen(story: list[Lived]) -> pd.DataFrame:
    """Everybody at risk at every month's end, with the oracle and the resignation that followed."""
    rows = stacked([month_end(month) for month in story])
    left = pd.DataFrame(stacked([exits(month) for month in story]))
    found = pd.DataFrame(rows).merge(left[["spell", "exit_kind", "notice_day"]], on="spell", how="left")
    return found.assign(oracle=oracle(rows)[3], resigned=found["exit_kind"] == leaving.VOLUNTARY)


def test_contributions_sum_to_the_log_of_the_hazard(told: pd.DataFrame) -> None:
    families = [*world.FAMILIES, "tenure", "hidden"]
    assert np.allclose(told["base"] + told[families].sum(axis=1), np.log(told["hazard"]), atol=1e-4)


def test_the_oracle_rises_with_the_horizon(told: pd.DataFrame) -> None:
    risks = told[["oracle_1m", "oracle_3m", "oracle_6m", "oracle_12m"]].to_numpy()
    assert ((risks > 0) & (risks < 1)).all()
    assert (np.diff(risks, axis=1) > 0).all()


def test_nobody_on_notice_is_at_risk(told: pd.DataFrame) -> None:
    assert (told["left_on"].isna() | (pd.to_datetime(told["left_on"]) > pd.to_datetime(told["as_of"]))).all()


def test_as_many_resign_in_a_month_as_the_hazards_say(seen: pd.DataFrame) -> None:
    month = seen[seen["month"] < seen["month"].max()]
    happened = (month["resigned"] & (month["notice_day"] <= month["day"] + 31)).sum()
    expected = -np.expm1(-month["hazard"]).sum()
    assert abs(happened - expected) < 4 * np.sqrt(expected)


def test_the_oracle_is_good_and_not_too_good(seen: pd.DataFrame) -> None:
    mature = seen[seen["month"] <= seen["month"].max() - 3]
    resigned = mature["resigned"] & (mature["notice_day"] <= mature["day"] + 92)
    assert 0.72 < roc_auc_score(resigned, mature["oracle"]) < 0.82
    assert 0.85 < resigned.mean() / mature["oracle"].mean() < 1.2


def test_tenure_alone_says_less_than_the_oracle(seen: pd.DataFrame) -> None:
    mature = seen[seen["month"] <= seen["month"].max() - 3]
    resigned = mature["resigned"] & (mature["notice_day"] <= mature["day"] + 92)
    assert 0.58 < roc_auc_score(resigned, -mature["tenure_days"]) < 0.72


def test_every_family_differs_between_agents_and_in_time(seen: pd.DataFrame) -> None:
    for family in world.FAMILIES:
        assert seen[family].std() > 0.2
        assert seen.groupby("spell")[family].std().mean() > 0.05


def test_a_tenth_to_a_quarter_of_resignations_have_no_reason_in_the_tables(seen: pd.DataFrame) -> None:
    assert 0.10 < world.SHOCK_RATE / seen["hazard"].mean() < 0.25


def test_levers_only_help(seen: pd.DataFrame) -> None:
    for lever in hazard.LEVERS:
        effect = seen[f"lever_{lever}"]
        assert (effect <= 1e-6).all()
        assert (effect < -0.05).mean() > 0.1


def test_headcount_stays_what_it_was(story: list[Lived]) -> None:
    heads = [int(month.seats["active"].sum()) for month in story]
    assert min(heads) > 0.9 * 500
    assert max(heads) <= 500
