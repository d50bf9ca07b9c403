"""Risk before and after a change, by a real model on a simulated centre."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from attrition.labels.outcomes import KEYS
from attrition.model.abstention import NEW_SITE, STOPPED_SOURCE, TOO_NEW
from attrition.predict.before_after import before_after


@pytest.fixture(scope="module")
def raised(month):
    """Return the agents with the market ratio of the first half raised, and a mask of these."""
    half = np.arange(len(month.frame)) < len(month.frame) // 2
    return month.frame.assign(pay_market_ratio=month.frame["pay_market_ratio"] + 0.2 * half), half


@pytest.fixture(scope="module")
def result(month, raised):
    return before_after(month.fitted, month.frame, raised[0])


def test_there_is_a_row_for_every_agent_and_horizon(month, result):
    assert len(result) == len(month.frame) * len(month.fitted.horizons)
    assert result["risk_before"].to_numpy() == pytest.approx(month.fitted.score(month.frame)["risk"].to_numpy())


def test_who_did_not_move_has_the_same_risk_and_no_doubt_about_it(month, raised, result):
    still = ~np.repeat(raised[1], len(month.fitted.horizons))
    rows = result[still]
    assert rows[["difference", "difference_low", "difference_high"]].abs().max(axis=None) < 1e-12


def test_better_pay_never_raises_the_risk(result):
    assert result["difference"].max() <= 1e-12
    assert result["difference"].min() < -0.001


def test_the_difference_lies_in_its_interval_which_is_narrower_than_that_of_the_risk(result):
    rows = result[result["difference"] < -0.001]
    assert ((rows["difference_low"] <= rows["difference"]) & (rows["difference"] <= rows["difference_high"])).all()
    own = logit(rows["risk_before"] + rows["difference_high"]) - logit(rows["risk_before"] + rows["difference_low"])
    whole = logit(rows["risk_high_after"]) - logit(rows["risk_low_after"])
    assert own.median() < whole.median()


def test_a_site_that_is_new_to_the_model_is_abstained_from_as_in_the_scores(month):
    rows = month.frame.head(3)
    is_new = pd.Series(True, index=pd.MultiIndex.from_frame(rows[KEYS]))
    table = before_after(month.fitted, rows, rows, is_new_site=is_new)
    assert set(table["abstain_reason_before"]) == {NEW_SITE}
    assert table["abstain_reason_before"].tolist() == table["abstain_reason_after"].tolist()


def test_a_source_that_stopped_for_the_whole_month_is_abstained_from_for_one_agent(month):
    stopped = month.frame.assign(pay_market_ratio=np.nan, tenure_days=np.nan)
    table = before_after(month.fitted, stopped.head(1), stopped.head(1), all_agents=stopped)
    assert table["abstain_reason_before"].iloc[0] == STOPPED_SOURCE
    alone = before_after(month.fitted, month.frame.head(1), month.frame.head(1), all_agents=month.frame)
    assert alone["abstain_reason_before"].isna().all() or alone["abstain_reason_before"].iloc[0] == TOO_NEW
