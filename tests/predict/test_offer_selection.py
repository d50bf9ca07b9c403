from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict import offer_selection
from attrition.predict.baselines import at_random, best_ratio_first, riskiest_first
from attrition.predict.fairness import FairnessQuotas, fairness_quotas, offer_shares
from attrition.predict.fairness_rule import FairnessRule
from attrition.predict.offer_selection import select_offers
from attrition.predict.plan import best_selection
from tests.everyday import some_every_day
from tests.predict.example_offers import all_agents, offers_from_text, random_offers

RULE = FairnessRule(levels=("site",), minimum_share=0.5, minimum_group_size=2)

KNAPSACK = """
agent_id  site    intervention  risk_before  cost  expected_saving
1         Foshan  talk          0.6          6     7
2         Foshan  talk          0.5          5     5
3         Foshan  talk          0.4          5     5
"""

TWO_EACH = """
agent_id  site    intervention  risk_before  cost  expected_saving
1         Foshan  talk          0.6          1     3
1         Foshan  raise         0.6          9     10
2         Foshan  talk          0.5          1     4
2         Foshan  raise         0.5          9     10
"""

TWO_SITES = """
agent_id  site    intervention  risk_before  cost  expected_saving
1         Foshan  talk          0.6          5     9
2         Foshan  talk          0.6          5     9
3         Foshan  talk          0.6          5     9
4         Foshan  talk          0.6          5     9
5         Wuhan   talk          0.6          5     2
6         Wuhan   talk          0.6          5     2
7         Wuhan   talk          0.6          5     2
8         Wuhan   talk          0.6          5     2
"""


def agents_taken(offers, rows):
    return offers["agent_id"].iloc[rows].tolist()


def test_two_smaller_offers_beat_the_riskiest_and_the_best_ratio():
    offers = offers_from_text(KNAPSACK)
    assert agents_taken(offers, riskiest_first(offers, budget=10)) == ["1"]
    assert agents_taken(offers, best_ratio_first(offers, budget=10)) == ["1"]
    assert agents_taken(offers, select_offers(offers, budget=10).positions) == ["2", "3"]


def test_an_agent_gets_one_offer_and_the_money_goes_where_it_saves_most():
    offers = offers_from_text(TWO_EACH)
    selection = select_offers(offers, budget=10)
    assert offers.iloc[selection.positions][["agent_id", "intervention"]].to_numpy().tolist() == [
        ["1", "raise"],
        ["2", "talk"],
    ]
    assert (selection.cost, selection.saving, selection.gap) == (10.0, 14.0, 0.0)


def test_a_capacity_holds_everywhere_and_at_a_site():
    offers = offers_from_text(TWO_SITES)
    assert len(select_offers(offers.assign(capacity=3.0), budget=100).positions) == 3
    narrow = offers.assign(site_capacity=np.where(offers["site"] == "Foshan", 1.0, np.inf))
    taken = narrow.iloc[select_offers(narrow, budget=100).positions]
    assert taken["site"].value_counts().to_dict() == {"Wuhan": 4, "Foshan": 1}


def test_what_saves_nothing_is_not_offered():
    offers = offers_from_text(KNAPSACK).assign(expected_saving=[-1.0, 0.0, 3.0])
    assert agents_taken(offers, select_offers(offers, budget=100).positions) == ["3"]
    assert agents_taken(offers, riskiest_first(offers, budget=100)) == ["3"]


def test_a_group_gets_half_of_the_share_of_all():
    """Four offers can be paid: all to Foshan without the rule. The quota of Wuhan is half of its half: one of four."""
    offers = offers_from_text(TWO_SITES)
    quotas = fairness_quotas(all_agents(offers, low_risk=8), offers, RULE)
    fair = offers.iloc[select_offers(offers, budget=20, fairness=quotas).positions]
    assert offers.iloc[select_offers(offers, budget=20).positions]["site"].tolist() == ["Foshan"] * 4
    assert fair["site"].value_counts().to_dict() == {"Foshan": 3, "Wuhan": 1}
    assert offer_shares(quotas, fair["agent_id"]).query("unit == 'Wuhan'")[["owed", "is_kept"]].values.tolist() == [
        [1, True]
    ]


def test_a_group_out_of_reach_does_not_hold_the_others_back_and_is_noted():
    offers = offers_from_text(TWO_SITES)
    agents = all_agents(offers, low_risk=8)
    reached = offers[~offers["agent_id"].isin(["5", "6", "7", "8"])]
    quotas = fairness_quotas(agents, reached, RULE)
    assert [note.split(";")[0] for note in quotas.notes] == [
        "site Wuhan: 0 of 4 at high risk are in reach of an offer that saves more than it costs"
    ]
    assert len(select_offers(reached, budget=20, fairness=quotas).positions) == 4


def test_a_site_without_places_counts_as_out_of_reach():
    offers = offers_from_text(TWO_SITES)
    shut = offers.assign(site_capacity=np.where(offers["site"] == "Wuhan", 0.0, np.inf))
    assert [quota.in_reach for quota in fairness_quotas(all_agents(offers, low_risk=8), shut, RULE).quotas] == [4, 0]


def test_no_message_names_an_agent():
    offers = offers_from_text(TWO_SITES).replace({"agent_id": {"5": "S0005"}})
    quotas = fairness_quotas(all_agents(offers, low_risk=8), offers[offers["site"] == "Foshan"], RULE)
    assert quotas.notes
    assert "S0005" not in " ".join(quotas.notes)


@pytest.mark.parametrize("seed", some_every_day(range(100), everyday=range(30)))
def test_it_is_never_worse_than_the_baselines_and_satisfies_every_constraint(seed):
    offers, agents, budget = random_offers(seed)
    no_quotas = FairnessQuotas(np.array([]), ())
    unconstrained = best_selection(offers, budget, fairness=no_quotas, seconds=30)
    baselines = [riskiest_first(offers, budget=budget), best_ratio_first(offers, budget=budget)]
    baselines += at_random(offers, budget=budget, rng=np.random.default_rng(seed), repetitions=3)
    assert unconstrained.saving >= max(offers["expected_saving"].iloc[rows].sum() for rows in baselines) - 1e-6
    quotas = fairness_quotas(agents, offers, RULE)
    fair = best_selection(offers, budget, fairness=quotas, seconds=30)
    feasible = [rows for rows in baselines if offer_shares(quotas, offers["agent_id"].iloc[rows])["is_kept"].all()]
    assert fair.saving >= max([0.0, *(offers["expected_saving"].iloc[rows].sum() for rows in feasible)]) - 1e-6
    assert fair.saving <= unconstrained.saving + 1e-6
    for selection in (unconstrained, fair):
        taken = offers.iloc[selection.positions]
        assert taken["cost"].sum() <= budget + 1e-6
        assert taken["agent_id"].is_unique
        assert (taken.groupby("intervention")["agent_id"].transform("size") <= taken["capacity"]).all()
    assert offer_shares(quotas, offers["agent_id"].iloc[fair.positions])["is_kept"].all()


@pytest.mark.parametrize("seed", some_every_day(range(30), everyday=range(10)))
def test_fixing_offers_by_their_reduced_costs_loses_nothing(seed, monkeypatch):
    """With four alternatives in the first search nearly all offers are fixed by prices; the result is the same."""
    offers, agents, budget = random_offers(seed)
    quotas = fairness_quotas(agents, offers, RULE)
    whole = select_offers(offers, budget=budget, fairness=quotas)
    monkeypatch.setattr(offer_selection, "FIRST_SEARCH", 4)
    narrow = select_offers(offers, budget=budget, fairness=quotas)
    assert (whole.gap, narrow.gap) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))
    assert narrow.saving == pytest.approx(whole.saving)


def test_a_selection_that_is_not_proven_optimal_says_how_much_could_be_missed(monkeypatch):
    offers, _, budget = random_offers(3)
    best = select_offers(offers, budget=budget).saving
    monkeypatch.setattr(offer_selection, "NODE_LIMITS", (0, 0))
    selection = select_offers(offers, budget=budget)
    assert selection.saving <= best <= selection.upper_bound + 1e-9


def test_the_same_offers_give_the_same_selection():
    offers, _, budget = random_offers(7)
    assert (
        select_offers(offers, budget=budget).positions.tolist()
        == select_offers(offers, budget=budget).positions.tolist()
    )


def test_nothing_affordable_is_an_empty_selection():
    assert select_offers(offers_from_text(KNAPSACK), budget=1).positions.tolist() == []


def test_without_time_the_better_of_the_baselines_is_returned_with_the_gap():
    offers, _, budget = random_offers(3)
    selection = best_selection(offers, budget, fairness=FairnessQuotas(np.array([]), ()), seconds=1e-9)
    assert selection.saving >= offers["expected_saving"].iloc[riskiest_first(offers, budget=budget)].sum() - 1e-6
    assert selection.upper_bound >= selection.saving


def test_pandas_is_not_changed_under_the_caller():
    offers = offers_from_text(KNAPSACK)
    before = offers.copy()
    select_offers(offers, budget=10)
    pd.testing.assert_frame_equal(offers, before)
