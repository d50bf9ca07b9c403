import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from attrition.errors import DataError, LeakageFound
from attrition.features.declare import Feature
from attrition.labels.outcomes import exit_within
from attrition.model.persistence import save_fitted
from attrition.model.risk import fit

FITTED_AT = pd.Timestamp("2024-03-31")


@pytest.fixture(scope="module")
def fitted(centre, spec):  # earlier than the end of the data, so that there is a later
    return fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=FITTED_AT)


@pytest.fixture(scope="module")
def month_rows(centre):
    return centre.panel[centre.panel["as_of"] == FITTED_AT]


def test_one_row_per_agent_month_and_horizon_in_the_order_given(fitted, month_rows):
    scores = fitted.score(month_rows)
    assert scores["horizon_months"].tolist() == [1, 3, 6] * len(month_rows)
    assert scores["agent_id"].tolist() == np.repeat(month_rows["agent_id"], 3).tolist()
    assert list(scores.columns)[3:] == ["risk", "risk_low", "risk_high", "involuntary_risk", "log_odds"]


def test_risk_never_falls_as_the_horizon_grows(fitted, centre):
    scores = fitted.score(centre.panel)
    for column in ("risk", "risk_low", "risk_high", "involuntary_risk"):
        assert (np.diff(scores[column].to_numpy().reshape(-1, 3), axis=1) >= 0).all()


def test_the_interval_holds_the_risk_and_is_not_a_point(fitted, month_rows):
    scores = fitted.score(month_rows)
    assert (scores["risk_low"] < scores["risk"]).all()
    assert (scores["risk"] < scores["risk_high"]).all()
    assert scores[["risk_low", "risk_high"]].stack().between(0, 1).all()


def test_the_headline_decomposes_exactly(fitted, month_rows):
    parts, base = fitted.contributions(month_rows, horizon=3)
    headline = fitted.score(month_rows).query("horizon_months == 3")
    np.testing.assert_allclose(parts.sum(axis=1) + base, headline["log_odds"], atol=1e-9)
    np.testing.assert_array_equal(expit(headline["log_odds"]), headline["risk"])
    assert parts.index.equals(month_rows.index)


def test_contributions_of_all_members_are_those_of_one_after_the_other(fitted, centre):
    rows = centre.panel[centre.panel["as_of"] <= FITTED_AT]
    together, encoding = fitted.all_contributions(rows), fitted.encoding
    members = [member.to_numpy() for member in fitted.contributions_by_member(rows)]
    by_topic = [
        np.add.reduceat(member[:, np.argsort(encoding.topics)], _starts(encoding), axis=1) for member in members
    ]
    assert len(rows) > 1000
    np.testing.assert_allclose(together.by_topic, by_topic, atol=1e-12)
    np.testing.assert_allclose(together.mean_of_members, np.mean(members, axis=0), atol=1e-12)
    np.testing.assert_array_equal(together.mean, fitted.contributions(rows)[0])


def _starts(encoding):
    """Return where each topic begins among the columns in the order of topics."""
    return np.searchsorted(np.sort(encoding.topics), np.unique(encoding.topics))


def test_risk_follows_the_declared_direction(fitted, month_rows):
    better_paid = month_rows.assign(pay_market_ratio=month_rows["pay_market_ratio"] + 0.1)
    before, after = (fitted.score(rows).query("horizon_months == 3")["risk"] for rows in (month_rows, better_paid))
    assert (after <= before).all()
    assert (after < before).mean() > 0.3


def test_later_months_are_ordered_well_and_their_number_is_right(fitted, centre):
    later = centre.panel["as_of"] > FITTED_AT
    score = fitted.score(centre.panel[later]).query("horizon_months == 1")
    label = exit_within(centre.outcomes[later], 1, known_at=centre.last_month_end).to_numpy()
    hazard = centre.hazard[later]
    assert np.corrcoef(np.log(hazard), score["log_odds"])[0, 1] > 0.7
    assert np.nansum(label) / score["risk"].to_numpy()[~np.isnan(label)].sum() == pytest.approx(1, abs=0.35)


def test_l11_neither_the_order_of_rows_nor_of_columns_changes_a_score(fitted, centre, spec, month_rows):
    mixed = np.random.default_rng(0).permutation(len(centre.panel))
    panel, outcomes = centre.panel.iloc[mixed], centre.outcomes.iloc[mixed]
    again = fit(panel[panel.columns[::-1]], outcomes, features=centre.features[::-1], spec=spec, fitted_at=FITTED_AT)
    pd.testing.assert_frame_equal(again.score(month_rows), fitted.score(month_rows), check_exact=True)


def test_l16_renaming_agents_and_words_changes_no_score(fitted, centre, spec, month_rows):
    def renamed(rows):
        other = {"agent_id": rows["agent_id"].map(lambda name: f"Z{99999 - int(name[1:])}")}
        if "schedule_work_mode" in rows:
            other["schedule_work_mode"] = rows["schedule_work_mode"].map({"office": "1", "home": "0", "hybrid": "2"})
        return rows.assign(**other)

    again = fit(
        renamed(centre.panel), renamed(centre.outcomes), features=centre.features, spec=spec, fitted_at=FITTED_AT
    )
    np.testing.assert_array_equal(again.score(renamed(month_rows))["risk"], fitted.score(month_rows)["risk"])


def test_what_happened_or_became_known_later_changes_nothing(fitted, centre, spec, month_rows):
    rewritten = centre.panel.copy()
    rewritten.loc[rewritten["as_of"] > FITTED_AT, "pay_market_ratio"] = 1e300
    forgotten = centre.outcomes.copy()
    late = forgotten["known_on"] > FITTED_AT
    forgotten.loc[late, ["exit_kind", "left_on", "known_on"]] = None
    again = fit(rewritten, forgotten, features=centre.features, spec=spec, fitted_at=FITTED_AT)
    pd.testing.assert_frame_equal(again.score(month_rows), fitted.score(month_rows), check_exact=True)


def test_l9_only_months_that_are_mature_at_the_fit_calibrate(fitted):
    assert fitted.resignations.calibrators[3].months[-1] == "2023-12"
    assert fitted.resignations.calibrators[6].months[-1] == "2023-09"
    assert fitted.resignations.calibrators[1].months[-1] == "2024-02"


def test_the_probabilities_of_staying_resigning_and_leaving_otherwise_sum_to_one(fitted, centre):
    scores = fitted.score(centre.panel)
    staying = (1 - scores["risk"] - scores["involuntary_risk"]).to_numpy().reshape(-1, 3)
    assert (staying >= 0).all()
    assert (np.diff(staying, axis=1) <= 0).all()


def test_every_horizon_decomposes_exactly_where_it_was_not_bounded_by_another(fitted, month_rows):
    for horizon in (1, 6):
        parts, base = fitted.contributions(month_rows, horizon=horizon)
        expected = fitted.score(month_rows).query("horizon_months == @horizon")
        np.testing.assert_allclose(parts.sum(axis=1) + base, expected["log_odds"], atol=1e-9)


def test_a_word_never_seen_and_an_infinite_number_are_missing(fitted, month_rows):
    odd = fitted.score(month_rows.head(5).assign(schedule_work_mode="moon", tenure_days=np.inf))
    none = fitted.score(month_rows.head(5).assign(schedule_work_mode=None, tenure_days=np.nan))
    pd.testing.assert_frame_equal(odd, none)


def test_bands_begin_where_the_top_shares_did(fitted, month_rows):
    bounds = fitted.bands[3]
    assert list(bounds) == ["very_high", "high", "medium"]
    assert bounds["very_high"] > bounds["high"] > bounds["medium"]
    assert [fitted.band(risk) for risk in (1.0, bounds["high"], 0.0)] == ["very_high", "high", "low"]


def test_a_missing_column_is_named_and_no_value_is(fitted, month_rows):
    with pytest.raises(DataError, match="pay_market_ratio"):
        fitted.score(month_rows.drop(columns="pay_market_ratio"))
    with pytest.raises(DataError, match="not a number") as raised:
        fitted.score(month_rows.assign(pay_market_ratio="confidential"))
    assert "confidential" not in str(raised.value)


def test_a_history_too_short_for_the_headline_is_refused_in_words(centre, spec):
    with pytest.raises(
        DataError, match=r"headline, 3 months ahead: 1 mature months.*there are 4 months, 2022-01 to 2022-04"
    ):
        fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=pd.Timestamp("2022-04-30"))


def test_every_horizon_is_calibrated_on_its_last_mature_months(centre, spec):
    early = pd.Timestamp("2022-11-30")
    fitted_early = fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=early)
    newest = {horizon: fitted.months[-1] for horizon, fitted in fitted_early.resignations.calibrators.items()}
    assert newest == {1: "2022-10", 3: "2022-08", 6: "2022-05"}


def test_a_season_is_not_learnt_from_a_single_year_and_that_is_said(centre, spec):
    seasonal = tuple(
        replace(one, history_months=24) if one.name == "schedule_work_mode" else one for one in centre.features
    )
    young, old = (
        fit(centre.panel, centre.outcomes, features=seasonal, spec=spec, fitted_at=pd.Timestamp(at))
        for at in ("2022-12-31", "2024-03-31")
    )
    expected = "mode: not learnt from, since it takes 24 months of history, not 12"
    assert (expected in young.notes, any("not learnt" in note for note in old.notes)) == (True, False)
    assert young.gain_shares()["schedule_work_mode"] == 0 < old.gain_shares()["schedule_work_mode"]


def test_panel_and_outcomes_must_hold_the_same_agent_months(centre, spec):
    with pytest.raises(DataError, match="same agent-months"):
        fit(centre.panel, centre.outcomes.iloc[::-1], features=centre.features, spec=spec, fitted_at=FITTED_AT)


def test_a_denied_feature_stops_the_fit(centre, spec):
    leak = Feature(name="exit_date", family="context", lever="none", en="", zh="", unit="days")
    with pytest.raises(LeakageFound, match="exit_date"):
        fit(centre.panel, centre.outcomes, features=(*centre.features, leak), spec=spec, fitted_at=FITTED_AT)


def test_nobodys_values_are_in_the_saved_text(fitted, tmp_path):
    save_fitted(fitted, tmp_path / "model")
    for path in (tmp_path / "model").glob("*.txt"):
        assert re.search(r"^feature_infos=(none ?)+$", path.read_text(), flags=re.MULTILINE)


def test_agents_in_their_first_month_do_not_count_where_bands_begin(centre, spec):
    """They have no band. A fifth of the rows becomes such agents, of whom nearly all resign at once."""
    is_new = centre.panel.index % 5 == 0
    panel = centre.panel.assign(tenure_days=centre.panel["tenure_days"].clip(lower=60).mask(is_new, 10.0))
    leaving = {"exit_kind": "voluntary", "left_on": panel["as_of"] + pd.Timedelta(days=9)}
    outcomes = centre.outcomes.assign(
        **{name: centre.outcomes[name].mask(is_new, value) for name, value in leaving.items()}
    )
    outcomes["known_on"] = outcomes["known_on"].mask(is_new, leaving["left_on"])
    fitted = fit(panel, outcomes, features=centre.features, spec=spec, fitted_at=centre.last_month_end)
    newest = panel[(panel["as_of"] > pd.Timestamp("2024-03-31")) & ~is_new]
    risk = fitted.score(newest).query("horizon_months == 3")["risk"]
    assert (risk >= fitted.bands[3]["medium"]).mean() == pytest.approx(0.40, abs=0.08)
