"""The figures of a backtest: gains are paired, people are counted once, and a change of level is told from chance."""

import numpy as np
import pandas as pd
import pytest

from attrition.predict.backtest_figures import (
    captured_shares,
    change_between_halves,
    count_people,
    gains_over_baselines,
    level_by_horizon,
)
from attrition.predict.range_coverage import range_coverage
from tests.report.sample_backtest import DRAWS, SPEC, baselines, scores


def test_a_gain_over_the_same_scores_is_nothing_with_an_interval_of_nothing():
    rows = scores()
    table = gains_over_baselines(rows, baselines(rows, logistic=rows["risk"]), spec=SPEC, draws=DRAWS)
    assert table["model"].tolist() == ["resignation", "logistic"]
    assert table[["gain", "gain_low", "gain_high"]].iloc[1].tolist() == [0, 0, 0]
    assert table.loc[0, ["gain", "gain_low"]].isna().all()


def test_a_gain_over_chance_is_beyond_it():
    rows = scores()
    noise = np.random.default_rng(0).random(len(rows))
    gain = gains_over_baselines(rows, baselines(rows, tenure_only=noise), spec=SPEC, draws=DRAWS).iloc[1]
    assert gain["gain_low"] > 0.1
    assert gain["gain"] == pytest.approx(0.3, abs=0.06)


def test_the_level_is_that_of_the_rows_and_people_count_once():
    rows = scores(level=2.0)
    level = level_by_horizon(rows, spec=SPEC, draws=DRAWS).iloc[0]
    assert level["ratio"] == pytest.approx(rows["resigned"].sum() / rows["risk"].sum())
    assert level["low"] < 2 < level["high"]
    assert level["people"] == rows.loc[rows["resigned"] == 1, "agent_id"].nunique() < rows["resigned"].sum()


def test_immature_labels_are_left_out():
    rows = scores().assign(resigned=np.nan)
    assert level_by_horizon(rows, spec=SPEC, draws=DRAWS).empty
    assert count_people(rows) == 0


def test_a_change_of_level_shows_and_the_order_stays():
    change = change_between_halves(scores(later=2.0), spec=SPEC, draws=DRAWS).set_index("metric")
    assert change.loc["observed_over_expected", "high"] < -0.3
    assert change.loc["auc", "low"] < 0 < change.loc["auc", "high"]
    assert change_between_halves(scores(months=1), spec=SPEC, draws=DRAWS).empty


def test_the_same_risk_for_all_captures_as_chance_does():
    rows = scores()
    captured = captured_shares(rows, baselines(rows, base_rate=np.full(len(rows), 0.1)), spec=SPEC)
    of_rate = captured[captured["model"] == "base_rate"]
    assert of_rate["captured"].tolist() == pytest.approx(of_rate["listed"].tolist())
    own = captured[captured["model"] == "resignation"]["captured"]
    assert (own.iloc[0], own.iloc[-1]) == (0, 1)


def test_ranges_of_units_without_known_numbers_are_left_out():
    month = pd.Timestamp("2026-01-31")
    units = {"unit": ["Foshan", "Wuhan"], "expected": 1.0, "low": 0.0, "high": 0.0}
    expected = pd.DataFrame({"as_of": month, "horizon_months": 3, "level": "site", **units})
    rows = pd.DataFrame({"agent_id": ["a", "b"], "as_of": month, "horizon_months": 3, "resigned": [1.0, np.nan]})
    groups = rows[["agent_id", "as_of"]].assign(site=["Foshan", "Wuhan"])
    assert range_coverage(expected, rows, groups).values.tolist() == [["site", 3, 1, 0, 1.0]]
