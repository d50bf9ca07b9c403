import numpy as np
import pandas as pd
import pytest

from attrition.errors import UserError
from attrition.labels.interventions_received import COLUMNS, read_interventions, recently_received
from attrition.pilot.balance import balance, within_overlap
from attrition.pilot.observational import compare_groups, compare_observed
from attrition.pilot.observational_page import observational_pages, summary_line

MONTHS = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]).astype("datetime64[us]")
KNOWN_AT = pd.Timestamp("2026-10-31")


def site(*, helped_if_at_risk: bool, ratio: float = 1.0, seed: int = 1):
    """Simulate 1,500 agents, some of whom receive help in February or March; those at risk more often, optionally."""
    rng = np.random.default_rng(seed)
    count = 1500
    risk = np.exp(rng.normal(-2.2, 0.7, count)).clip(0.01, 0.6)
    chance = 0.2 * (1.5 * risk / risk.mean() if helped_if_at_risk else np.ones(count))
    helped = rng.random(count) < chance.clip(0, 0.8)
    month = rng.integers(1, 3, count)
    ids = np.array([f"{number:05d}" for number in range(count)])
    day = MONTHS[month] - pd.Timedelta(days=20)
    hazard, before = -np.log1p(-risk) / 91, (day - MONTHS[0]).days.to_numpy()
    spent = rng.exponential(size=count)
    later = before + (spent - hazard * before) / (hazard * np.where(helped, ratio, 1.0))
    days = np.where(spent < hazard * before, spent / hazard, later)
    left = MONTHS[0] + pd.to_timedelta(np.ceil(days), unit="D")
    helped &= left > day
    agents = pd.DataFrame({"agent_id": ids, "site": "A", "tenure_band": "1-2 years", "left_on": left})
    rows = agents.merge(pd.DataFrame({"as_of": MONTHS}), how="cross")
    rows = rows[rows["left_on"] > rows["as_of"]].reset_index(drop=True)
    rows = rows.assign(exit_kind="voluntary", known_on=rows["left_on"])
    scores = rows[["agent_id", "as_of"]].assign(
        horizon_months=3, risk=rows["agent_id"].map(dict(zip(ids, risk, strict=True)))
    )
    table = pd.DataFrame({"agent_id": ids, "start_date": day, "known_on": day})[helped]
    table = table.assign(kind="talk", pilot_id=None, arm=None, declined=False).astype(
        {"declined": "boolean", "arm": "string"}
    )
    return table[COLUMNS], rows, scores


def test_help_that_goes_to_those_at_risk_does_not_look_harmful_after_adjustment():
    interventions, outcomes, scores = site(helped_if_at_risk=True)
    comparison = compare_observed(interventions, outcomes, scores, kind="talk", known_at=KNOWN_AT)
    risk = comparison.balance.set_index("what").loc["log_odds"]
    assert risk["before"] > 0.3
    assert abs(risk["after"]) < 0.1
    assert comparison.difference.low < 0.0 < comparison.difference.high
    assert comparison.grade == "correlational"


def test_an_effect_is_seen_where_nothing_else_differs():
    interventions, outcomes, scores = site(helped_if_at_risk=False, ratio=0.3)
    comparison = compare_observed(interventions, outcomes, scores, kind="talk", known_at=KNOWN_AT)
    assert comparison.ratio.low < 0.3 < comparison.ratio.high < 0.9


def test_groups_that_differ_in_nothing_are_comparable_whatever_their_pseudonyms():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"is_treated": np.arange(240) % 2 == 0, "baseline: calls": np.arange(240) // 2 % 7.0})
    rows = rows.assign(month="", resigned=(rng.random(240) < 0.3).astype(float))
    for seed in range(20):
        names = np.random.default_rng(seed).permutation(len(rows)).astype(str)
        comparison = compare_groups(rows.assign(agent_id=names).sort_values("agent_id"), kind="talk", months=3)
        assert comparison.trimmed == 0
        assert comparison.grade == "correlational"
        assert comparison.balance["after"].abs().max() < 1e-3


def test_the_page_says_first_that_it_was_not_randomised():
    interventions, outcomes, scores = site(helped_if_at_risk=True)
    comparison = compare_observed(interventions, outcomes, scores, kind="talk", known_at=KNOWN_AT)
    pages = observational_pages(comparison, en="a talk", zh="谈话")
    assert "This was not randomised" in pages["en"]
    assert "没有随机分配" in pages["zh"]
    assert summary_line(comparison).startswith("Not randomised (grade: correlational)")


def test_too_few_treated_agents_are_refused_with_what_to_do():
    interventions, outcomes, scores = site(helped_if_at_risk=True)
    with pytest.raises(UserError, match="20 are needed"):
        compare_observed(interventions.head(9), outcomes, scores, kind="talk", known_at=KNOWN_AT)


def test_balance_counts_in_standard_deviations_without_weights():
    rows = pd.DataFrame({"is_treated": [True, True, False, False], "log_odds": [1.0, 3.0, 0.0, 2.0]})
    assert balance(rows, np.ones(4))[["before", "after"]].values.tolist() == [[1.0, 1.0]]


def test_propensities_that_only_one_group_has_are_trimmed():
    assert within_overlap(np.array([0.9, 0.5, 0.4, 0.1, 0.6]), np.array([1, 1, 0, 0, 0], bool)).tolist() == [
        False,
        True,
        False,
        False,
        True,
    ]


def test_agents_who_received_something_are_marked_and_controls_of_a_pilot_are_not():
    day = pd.to_datetime(["2026-03-02", "2025-01-02", "2026-03-02", "2026-05-01"]).astype("datetime64[us]")
    table = pd.DataFrame({"agent_id": list("abcd"), "kind": "talk", "start_date": day, "known_on": day})
    table = table.assign(pilot_id=None, arm=[None, None, "control", None], declined=False)
    agents = pd.DataFrame({"agent_id": list("abcd"), "as_of": pd.Timestamp("2026-04-30")})
    assert recently_received(table[read_interventions(None).columns], agents)["agent_id"].tolist() == ["a"]
