from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict import offer_selection
from attrition.predict.baselines import at_random, best_ratio_first, riskiest_first
from attrition.predict.fairness import FairnessQuotas, FairnessRule, fairness_quotas, offer_shares
from attrition.predict.offer_selection import select_offers
from attrition.predict.plan import best_choice
from tests.predict.drawn_offers import agents_of, drawn, random_offers

RULE = FairnessRule(levels=("site",), floor=0.5, fewest=2)

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


def test_two_smaller_offers_beat_the_riskiest_and_the_best_bargain():
    offers = drawn(KNAPSACK)
    assert agents_taken(offers, riskiest_first(offers, budget=10)) == ["1"]
    assert agents_taken(offers, best_ratio_first(offers, budget=10)) == ["1"]
    assert agents_taken(offers, select_offers(offers, budget=10).rows) == ["2", "3"]


def test_an_agent_gets_one_offer_and_the_money_goes_where_it_saves_most():
    offers = drawn(TWO_EACH)
    found = select_offers(offers, budget=10)
    assert offers.iloc[found.rows][["agent_id", "intervention"]].to_numpy().tolist() == [["1", "raise"], ["2", "talk"]]
    assert (found.cost, found.saving, found.gap) == (10.0, 14.0, 0.0)


def test_a_capacity_holds_everywhere_and_at_a_site():
    offers = drawn(TWO_SITES)
    assert len(select_offers(offers.assign(capacity=3.0), budget=100).rows) == 3
    narrow = offers.assign(site_capacity=np.where(offers["site"] == "Foshan", 1.0, np.inf))
    taken = narrow.iloc[select_offers(narrow, budget=100).rows]
    assert taken["site"].value_counts().to_dict() == {"Wuhan": 4, "Foshan": 1}


def test_what_saves_nothing_is_not_bought():
    offers = drawn(KNAPSACK).assign(expected_saving=[-1.0, 0.0, 3.0])
    assert agents_taken(offers, select_offers(offers, budget=100).rows) == ["3"]
    assert agents_taken(offers, riskiest_first(offers, budget=100)) == ["3"]


def test_a_group_gets_half_of_the_share_of_all():
    """Four offers can be paid: all to Foshan without the rule. Wuhan is owed half of its half: one of four."""
    offers = drawn(TWO_SITES)
    told = fairness_quotas(agents_of(offers, calm=8), offers, RULE)
    fair = offers.iloc[select_offers(offers, budget=20, fairness=told).rows]
    assert offers.iloc[select_offers(offers, budget=20).rows]["site"].tolist() == ["Foshan"] * 4
    assert fair["site"].value_counts().to_dict() == {"Foshan": 3, "Wuhan": 1}
    assert offer_shares(told, fair["agent_id"]).query("unit == 'Wuhan'")[["owed", "is_kept"]].values.tolist() == [
        [1, True]
    ]


def test_a_group_out_of_reach_does_not_hold_the_others_back_and_is_said():
    offers = drawn(TWO_SITES)
    agents = agents_of(offers, calm=8)
    reached = offers[~offers["agent_id"].isin(["5", "6", "7", "8"])]
    told = fairness_quotas(agents, reached, RULE)
    assert [note.split(";")[0] for note in told.notes] == [
        "site Wuhan: 0 of 4 in need are in reach of an offer that saves more than it costs"
    ]
    assert len(select_offers(reached, budget=20, fairness=told).rows) == 4


def test_a_site_without_places_counts_as_out_of_reach():
    offers = drawn(TWO_SITES)
    shut = offers.assign(site_capacity=np.where(offers["site"] == "Wuhan", 0.0, np.inf))
    assert [floor.in_reach for floor in fairness_quotas(agents_of(offers, calm=8), shut, RULE).floors] == [4, 0]


def test_no_message_names_an_agent():
    offers = drawn(TWO_SITES).replace({"agent_id": {"5": "S0005"}})
    told = fairness_quotas(agents_of(offers, calm=8), offers[offers["site"] == "Foshan"], RULE)
    assert told.notes
    assert "S0005" not in " ".join(told.notes)


@pytest.mark.parametrize("seed", range(100))
def test_it_is_never_worse_than_simpler_ways_and_keeps_every_line(seed):
    offers, agents, budget = random_offers(seed)
    nobody = FairnessQuotas(np.array([]), ())
    free = best_choice(offers, budget, fairness=nobody, seconds=30)
    ways = [riskiest_first(offers, budget=budget), best_ratio_first(offers, budget=budget)]
    ways += at_random(offers, budget=budget, lots=np.random.default_rng(seed), times=3)
    assert free.saving >= max(offers["expected_saving"].iloc[rows].sum() for rows in ways) - 1e-6
    told = fairness_quotas(agents, offers, RULE)
    fair = best_choice(offers, budget, fairness=told, seconds=30)
    kept = [rows for rows in ways if offer_shares(told, offers["agent_id"].iloc[rows])["is_kept"].all()]
    assert fair.saving >= max([0.0, *(offers["expected_saving"].iloc[rows].sum() for rows in kept)]) - 1e-6
    assert fair.saving <= free.saving + 1e-6
    for found in (free, fair):
        taken = offers.iloc[found.rows]
        assert taken["cost"].sum() <= budget + 1e-6
        assert taken["agent_id"].is_unique
        assert (taken.groupby("intervention")["agent_id"].transform("size") <= taken["capacity"]).all()
    assert offer_shares(told, offers["agent_id"].iloc[fair.rows])["is_kept"].all()


@pytest.mark.parametrize("seed", range(30))
def test_what_is_settled_beforehand_costs_nothing(seed, monkeypatch):
    """With a handful of alternatives in the first search nearly all is settled by their prices; the answer stays."""
    offers, agents, budget = random_offers(seed)
    told = fairness_quotas(agents, offers, RULE)
    whole = select_offers(offers, budget=budget, fairness=told)
    monkeypatch.setattr(offer_selection, "FIRST_SEARCH", 4)
    narrow = select_offers(offers, budget=budget, fairness=told)
    assert (whole.gap, narrow.gap) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))
    assert narrow.saving == pytest.approx(whole.saving)


def test_a_choice_that_is_not_proven_says_how_much_could_be_missed(monkeypatch):
    offers, _, budget = random_offers(3)
    best = select_offers(offers, budget=budget).saving
    monkeypatch.setattr(offer_selection, "NODE_LIMITS", (0, 0))
    found = select_offers(offers, budget=budget)
    assert found.saving <= best <= found.at_most + 1e-9


def test_the_same_offers_give_the_same_choice():
    offers, _, budget = random_offers(7)
    assert select_offers(offers, budget=budget).rows.tolist() == select_offers(offers, budget=budget).rows.tolist()


def test_nothing_affordable_is_an_empty_choice():
    assert select_offers(drawn(KNAPSACK), budget=1).rows.tolist() == []


def test_without_time_the_better_of_the_simpler_ways_is_given_with_the_gap():
    offers, _, budget = random_offers(3)
    found = best_choice(offers, budget, fairness=FairnessQuotas(np.array([]), ()), seconds=1e-9)
    assert found.saving >= offers["expected_saving"].iloc[riskiest_first(offers, budget=budget)].sum() - 1e-6
    assert found.at_most >= found.saving


def test_pandas_is_not_changed_under_the_caller():
    offers = drawn(KNAPSACK)
    before = offers.copy()
    select_offers(offers, budget=10)
    pd.testing.assert_frame_equal(offers, before)
