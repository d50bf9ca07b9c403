"""A plan in words, from plans checkable by head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.fairness_rule import FairnessRule
from attrition.predict.plan import PlanRequest, optimise_plan
from attrition.predict.plan_page import plan_lines
from attrition.predict.playbook import read_playbook
from tests.predict.example_offers import all_agents, offers_from_text
from tests.predict.example_playbook import write_playbook
from tests.predict.linear_risk import FEATURES

OFFERS = """
agent_id  site    intervention  risk_before  cost  expected_saving
1         Foshan  talk_first    0.6          60    700
2         Foshan  talk_first    0.5          50    500
3         Foshan  talk_first    0.4          50    500
4         Wuhan   talk_first    0.4          50    100
5         Wuhan   talk_first    0.4          50    100
"""
ESTIMATES = {"replacement": 1e4, "risk_error": 0.2, "model_ratio": np.nan, "works_share": 1.0, "dose": 1.0}
GROUP = {"attribute": "gender", "is_hidden": False, "in_need": 40.0, "offered": 10.0, "share": 0.25}


def plan(tmp_path, **more):
    offers = offers_from_text(OFFERS).assign(**ESTIMATES)
    offers["risk_at_saving_horizon"] = offers["risk_before"]
    rule = FairnessRule(levels=("site",), minimum_share=0.5, minimum_group_size=2)
    request = PlanRequest(100, 60, (0.5, 2.0), rule, seconds=30, draws=100, seed=1)
    agents = all_agents(offers, low_risk=8)
    result = optimise_plan(
        offers, agents, request, playbook=read_playbook(write_playbook(tmp_path), features=FEATURES), shared_error=0.0
    )
    tables = {"comparison": result.comparison, "curve": result.curve, "fairness": result.shares}
    rows = {name: table.astype(object).where(table.notna(), None).to_dict("records") for name, table in tables.items()}
    actual = {"currency": "CNY", "notes": result.notes, "indistinct_families": [], "audit": [], "smallest_group": 10}
    return result.figures | rows | actual | more


def text(content) -> str:
    return "\n".join(plan_lines(content))


def test_it_says_what_is_offered_and_what_more_money_would_save(tmp_path):
    message = text(plan(tmp_path))
    assert "2 offers for 100 of 100 CNY: 2 talk_first" in message
    assert "expected to save 1,000 CNY after that cost" in message
    assert "another 60 CNY would save 700 more" in message
    assert "proven optimal: no other selection" in message


def test_baselines_are_compared_at_the_same_budget(tmp_path):
    lines = {line.strip()[:14]: line.split() for line in plan_lines(plan(tmp_path))}
    assert lines["riskiest first"][2:5] == ["1", "60", "700"]
    assert lines["best ratio fir"][3:6] == ["1", "60", "700"]


def test_every_budget_asked_about_has_a_line(tmp_path):
    result = plan(tmp_path)
    assert [(row["budget"], row["expected_saving"]) for row in result["curve"]] == [(50, 500), (100, 1000), (200, 1700)]


def test_a_plan_that_is_not_proven_optimal_says_how_much_could_be_missed(tmp_path):
    result = plan(tmp_path)
    message = text(result | {"gap": 0.002, "at_most": result["expected_saving"] + 2})
    assert "optimal to within 2 CNY (0.2000%)" in message
    assert "proven optimal" not in message


@pytest.mark.parametrize(("low", "high", "is_marked"), [(-0.2, 0.1, False), (-0.2, -0.01, True), (0.01, 0.2, True)])
def test_a_gap_whose_interval_excludes_zero_is_marked(tmp_path, low, high, is_marked):
    row = GROUP | {"group": "female", "gap": -0.05, "gap_low": low, "gap_high": high}
    message = text(plan(tmp_path, audit=[row]))
    assert "gender female" in message
    assert ("look into why" in message) == is_marked


def test_hidden_groups_are_counted_and_not_named(tmp_path):
    gone = pd.Series(GROUP).where(pd.Index(GROUP).isin(["attribute"]), None).to_dict()
    message = text(plan(tmp_path, audit=[gone | {"group": "other", "is_hidden": True, "gap": None}]))
    assert "1 groups are not shown: fewer than 10 at high risk, or the rest would give them away" in message
    assert "other" not in message.split("audited")[1].replace("against all others", "")


def test_a_site_without_such_attributes_is_told_so(tmp_path):
    assert "the site supplies none" in text(plan(tmp_path))


def test_families_that_cannot_be_told_apart_are_named(tmp_path):
    lines = plan_lines(plan(tmp_path, indistinct_families=["pay", "career"]))
    assert any("the part of pay, career cannot be told apart" in line for line in lines)
    assert not any("told apart" in line for line in plan_lines(plan(tmp_path)))
