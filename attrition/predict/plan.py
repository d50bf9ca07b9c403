"""The plan for a budget and what to hold it against: simpler ways to choose, other budgets, doubt, and fairness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.predict.baselines import at_random, best_ratio_first, riskiest_first
from attrition.predict.fairness import (
    FairnessQuotas,
    FairnessRule,
    fairness_quotas,
    meets_quotas,
    membership,
    offer_shares,
)
from attrition.predict.offer_selection import Selection, select_offers
from attrition.predict.saving_uncertainty import simulate_savings

if TYPE_CHECKING:
    from attrition.predict.playbook import Playbook

INTERVAL = (0.05, 0.50, 0.95)
RANDOM_PLANS = 200
"""Plans drawn by lot, to see what eligibility alone brings."""
PLAN, UNCONSTRAINED, RISKIEST, RATIO, RANDOM = (
    "plan",
    "plan without the rule of fairness",
    "riskiest first",
    "best ratio first",
    "by lot",
)


@dataclass(frozen=True)
class PlanRequest:
    """What is asked for: a budget, the step after it, other budgets as multiples of it, the rule, and how to reckon."""

    budget: float
    next_budget: float
    curve: tuple[float, ...]
    rule: FairnessRule
    seconds: float
    draws: int
    seed: int

    @property
    def curve_budgets(self) -> list[float]:
        """Give the other budgets."""
        return [self.budget * times for times in self.curve]


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan, and what stands beside it.

    Parameters
    ----------
    offers : DataFrame
        The offers that are made.
    figures : dict
        Sums, interval, chance of loss, what is proven, what the next money would bring.
    comparison, curve, shares : DataFrame
        Ways to choose, budgets, groups.
    notes : list of str
        Where the rule of fairness was relaxed, and why.
    """

    offers: pd.DataFrame
    figures: dict[str, Any]
    comparison: pd.DataFrame
    curve: pd.DataFrame
    shares: pd.DataFrame
    notes: list[str]


def optimise_plan(
    offers: pd.DataFrame, agents: pd.DataFrame, asked: PlanRequest, *, playbook: Playbook, level_error: float
) -> Plan:
    """Choose among offers, and hold the choice against simpler ones.

    Parameters
    ----------
    offers : DataFrame
        From `attrition.predict.offers.offers`.
    agents : DataFrame
        Everybody who was ranked: ``agent_id``, ``risk`` and the levels of the rule.
    asked : PlanRequest
        Budget, rule, how much to reckon.
    playbook : Playbook
        The effects and their intervals.
    level_error : float
        By how much the level of risk is off for everybody, as a share.
    """
    told = fairness_quotas(agents, offers, asked.rule)
    budgets = {asked.budget, asked.budget + asked.next_budget, *asked.curve_budgets}
    choices = {budget: best_choice(offers, budget, fairness=told, seconds=asked.seconds) for budget in sorted(budgets)}
    best, more = choices[asked.budget], choices[asked.budget + asked.next_budget]
    chosen = offers.iloc[best.rows].reset_index(drop=True)
    lots = np.random.default_rng(asked.seed)
    savings = simulate_savings(chosen, playbook, level_error=level_error, draws=asked.draws, lots=lots)
    low, middle, high = np.quantile(savings, INTERVAL)
    kept = offer_shares(told, chosen["agent_id"])
    figures = {
        "budget": asked.budget,
        "offers": len(chosen),
        "cost": best.cost,
        "expected_saving": best.saving,
        "saving_low": low,
        "saving_middle": middle,
        "saving_high": high,
        "chance_of_loss": float((savings < 0).mean()),
        "at_most": best.at_most,
        "gap": best.gap,
        "next_budget": asked.next_budget,
        "next_saving": more.saving - best.saving,
        "next_cost": more.cost - best.cost,
        "interventions": chosen["intervention"].value_counts().sort_index().to_dict(),
        "floor": asked.rule.floor,
        "is_fair": bool(kept["is_kept"].all()),
    }
    return Plan(chosen, figures, _compared(offers, best, told, asked), _curve(choices, asked), kept, told.notes)


def best_choice(offers: pd.DataFrame, budget: float, *, fairness: FairnessQuotas, seconds: float) -> Selection:
    """Solve the programme; where time ran out and a simpler way that keeps the rule found more, take that."""
    found = select_offers(offers, budget=budget, fairness=fairness, seconds=seconds)
    if found.gap == 0.0:
        return found
    for way in (riskiest_first, best_ratio_first):
        rows = way(offers, budget=budget)
        saving, cost = _sums(offers, rows)
        if saving > found.saving and meets_quotas(
            fairness, membership(fairness, offers["agent_id"].iloc[rows]).sum(axis=1)
        ):
            found = replace(found, rows=np.sort(rows), saving=saving, cost=cost, at_most=max(found.at_most, saving))
    return found


def _compared(offers: pd.DataFrame, best: Selection, told: FairnessQuotas, asked: PlanRequest) -> pd.DataFrame:
    """Set the plan beside the same without the rule, and simpler ways to spend the budget."""
    unfair = best_choice(offers, asked.budget, fairness=FairnessQuotas(told.need, ()), seconds=asked.seconds)
    ways = {PLAN: best.rows, UNCONSTRAINED: unfair.rows}
    ways |= {
        RISKIEST: riskiest_first(offers, budget=asked.budget),
        RATIO: best_ratio_first(offers, budget=asked.budget),
    }
    members = membership(told, offers["agent_id"])
    rows = [_way(name, offers, taken, told=told, members=members) for name, taken in ways.items()]
    plans = at_random(offers, budget=asked.budget, lots=np.random.default_rng(asked.seed), times=RANDOM_PLANS)
    by_chance = pd.DataFrame([_way(RANDOM, offers, taken, told=told, members=members) for taken in plans])
    low, _, high = by_chance["expected_saving"].quantile(INTERVAL)
    middle = {name: float(by_chance[name].mean()) for name in ("offers", "cost", "expected_saving")}
    rows.append({"way": RANDOM} | middle | {"is_fair": by_chance["is_fair"].mean() == 1.0, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["way", "offers", "cost", "expected_saving", "is_fair", "low", "high"])


def _curve(choices: Mapping[float, Selection], asked: PlanRequest) -> pd.DataFrame:
    """Give what other budgets would save."""
    shown = sorted({asked.budget, *asked.curve_budgets})
    rows = [(budget, choices[budget].cost, choices[budget].saving, choices[budget].gap) for budget in shown]
    return pd.DataFrame(rows, columns=["budget", "cost", "expected_saving", "gap"])


def _way(
    name: str, offers: pd.DataFrame, rows: np.ndarray, *, told: FairnessQuotas, members: np.ndarray
) -> dict[str, Any]:
    saving, cost = _sums(offers, rows)
    is_fair = meets_quotas(told, members[:, rows].sum(axis=1))
    return {"way": name, "offers": len(rows), "cost": cost, "expected_saving": saving, "is_fair": is_fair}


def _sums(offers: pd.DataFrame, rows: np.ndarray) -> tuple[float, float]:
    taken = offers.iloc[rows]
    return float(taken["expected_saving"].sum()), float(taken["cost"].sum())
