from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.model.abstention import GONE, MISSING_INPUTS, NEW_SITE, STOPPED_SOURCE, TOO_NEW
from attrition.model.spec import Spec
from attrition.predict.scores import COLUMNS, at_new_site, gone_by_then, scores
from tests.predict.linear_risk import LinearRisk, centre

SPEC = Spec(name="linear_risk")
MODEL = LinearRisk({"workload_overtime_hours_3m": 0.1}, base=-2.0)


def headline(frame, model=MODEL):
    table = scores(model, frame, version="7")
    return table.query("horizon_months == 3").set_index("agent_id")


def test_agents_are_ranked_from_the_riskiest_and_ties_go_by_number():
    frame = centre(4, workload_overtime_hours_3m=[10.0, 30.0, 10.0, 20.0])
    assert headline(frame)["rank"].tolist() == [3, 1, 4, 2]


def test_every_horizon_of_an_agent_carries_the_same_rank_and_band():
    table = scores(MODEL, centre(2, workload_overtime_hours_3m=[10.0, 30.0]), version="7")
    assert list(table.columns) == COLUMNS
    assert table.groupby("agent_id")[["rank", "band"]].nunique().to_numpy().tolist() == [[1, 1], [1, 1]]
    assert set(table["model_version"]) == {"7"}


def test_less_than_a_month_in_post_is_too_early_to_rank():
    frame = centre(2, workload_overtime_hours_3m=[10.0, 30.0], tenure_days=[400.0, 29.0])
    result = headline(frame).loc["a0001"]
    assert (result["abstained"], result["abstain_reason"]) == (True, TOO_NEW)
    assert pd.isna(result["rank"])
    assert pd.isna(result["band"])
    assert result["risk"] > 0.5
    assert headline(frame).loc["a0000", "rank"] == 1


def test_of_a_site_that_opened_after_the_fit_nothing_is_claimed(monkeypatch):
    frame = centre(3, workload_overtime_hours_3m=[10.0, 30.0, 20.0])
    groups = frame[["agent_id", "as_of"]].assign(site=["Foshan", "Wuhan", None])
    before = pd.DataFrame({"as_of": pd.to_datetime(["2026-01-31", "2026-04-30"]), "site": ["Foshan", "Wuhan"]})
    monkeypatch.setattr(MODEL, "fitted_at", pd.Timestamp("2026-04-30"), raising=False)
    monkeypatch.setattr(MODEL, "spec", SPEC, raising=False)
    new = at_new_site(groups, before, MODEL)
    assert new.tolist() == [False, True, False]
    result = scores(MODEL, frame, version="7", is_new_site=new).query("horizon_months == 3")
    assert result["abstain_reason"].fillna("").tolist() == ["", NEW_SITE, ""]
    assert result["rank"].fillna(0).tolist() == [2, 0, 1]


def test_who_is_gone_without_an_exit_is_never_listed_from_the_month_in_which_it_shows():
    frame = centre(3, workload_overtime_hours_3m=[10.0, 30.0, 20.0])
    as_of = frame["as_of"].iloc[0]
    days = [pd.NaT, as_of, as_of + pd.Timedelta(days=1)]
    is_gone = gone_by_then(frame[["agent_id", "as_of"]].assign(gone_known_on=days))
    result = scores(MODEL, frame, version="7", is_gone=is_gone).query("horizon_months == 3")
    assert result["abstain_reason"].fillna("").tolist() == ["", GONE, ""]
    assert result["rank"].fillna(0).tolist() == [2, 0, 1]


def test_too_many_missing_inputs_are_too_little_to_go_by():
    frame = centre(2, workload_overtime_hours_3m=[10.0, None])
    assert headline(frame)["abstain_reason"].tolist()[1] == MISSING_INPUTS
    assert headline(frame)["abstained"].tolist() == [False, True]


def test_a_source_that_stopped_for_everybody_silences_the_month_but_not_the_others():
    weights = {"workload_overtime_hours_3m": 0.1, "pay_market_ratio": 1.0}
    fine = centre(20, workload_overtime_hours_3m=1.0, pay_market_ratio=1.0)
    stopped = fine.assign(as_of=pd.Timestamp("2026-11-30"), pay_market_ratio=np.nan)
    table = scores(LinearRisk(weights), pd.concat([fine, stopped]), version="7")
    assert not table.loc[table["as_of"] < "2026-11-30", "abstained"].any()
    assert set(table.loc[table["as_of"] == "2026-11-30", "abstain_reason"]) == {STOPPED_SOURCE}


def test_months_are_ranked_apart():
    one = centre(2, workload_overtime_hours_3m=[10.0, 30.0])
    both = pd.concat([one, one.assign(as_of=pd.Timestamp("2026-09-30"))])
    result = scores(MODEL, both, version="7").query("horizon_months == 3")
    assert sorted(result["rank"]) == [1, 1, 2, 2]


def test_the_risks_are_those_of_the_model_bit_for_bit(month):
    table = scores(month.fitted, month.frame, version="1")
    straight = month.fitted.score(month.frame)
    assert table["risk"].tolist() == straight["risk"].tolist()
    assert table["agent_id"].tolist() == straight["agent_id"].tolist()


def test_the_order_of_rows_changes_no_risk_and_no_rank(month):
    keys = ["agent_id", "horizon_months"]
    straight = scores(month.fitted, month.frame, version="1").sort_values(keys)
    shuffled = month.frame.sample(frac=1, random_state=2)
    other = scores(month.fitted, shuffled, version="1").sort_values(keys)
    pd.testing.assert_frame_equal(straight.reset_index(drop=True), other.reset_index(drop=True), rtol=0)


def test_one_agent_alone_gets_the_same_bits_as_among_all(month):
    together = month.fitted.score(month.frame).groupby("agent_id")["risk"].agg(list)
    for position in range(0, 60, 7):
        alone = month.fitted.score(month.frame.iloc[[position]])
        assert alone["risk"].tolist() == together[alone["agent_id"].iloc[0]]


@pytest.mark.parametrize("band", ["very_high", "low"])
def test_bands_follow_the_risk(month, band):
    result = scores(month.fitted, month.frame, version="1")
    result = result[(result["horizon_months"] == 3) & ~result["abstained"]]
    limit = month.fitted.bands[3]
    chosen = result.loc[result["band"] == band, "risk"]
    assert len(chosen)
    assert (chosen >= limit["very_high"]).all() if band == "very_high" else (chosen < limit["medium"]).all()
