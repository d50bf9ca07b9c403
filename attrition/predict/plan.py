"""The plan for a budget, with what it is compared with: simpler selections, other budgets, uncertainty and fairness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.predict.baselines import at_random, best_ratio_first, riskiest_first
from attrition.predict.fairness import FairnessQuotas, fairness_quotas, meets_quotas, membership, offer_shares
from attrition.predict.offer_selection import Selection, select_offers
from attrition.predict.saving_uncertainty import simulate_savings

if TYPE_CHECKING:
    from attrition.predict.fairness_rule import FairnessRule
    from attrition.predict.playbook import Playbook

INTERVAL = (0.05, 0.50, 0.95)
RANDOM_PLANS = 200
"""Random selections, to see what eligibility alone achieves."""
PLAN, UNCONSTRAINED, RISKIEST, RATIO, RANDOM = (
    "plan",
    "plan without the rule of fairness",
    "riskiest first",
    "best ratio first",
    "at random",
)


@dataclass(frozen=True)
class PlanRequest:
    """What `attrition plan` is asked to compute.

    Parameters
    ----------
    budget : float
        Most that the offers may cost together.
    next_budget : float
        Additional money whose use is reported beside the plan.
    curve : tuple of float
        Other budgets, as multiples of `budget`.
    rule : FairnessRule
        The rule of fairness.
    seconds : float
        Time limit of the solver for one budget.
    draws, seed : int
        For the interval of the saving, and the seed of everything that is random.
    """

    budget: float
    next_budget: float
    curve: tuple[float, ...]
    rule: FairnessRule
    seconds: float
    draws: int
    seed: int

    @property
    def curve_budgets(self) -> list[float]:
        """Give the other budgets as amounts."""
        return [self.budget * multiple for multiple in self.curve]


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan and its comparisons.

    Parameters
    ----------
    offers : DataFrame
        The offers that are made.
    figures : dict
        Sums, interval, probability of a loss, upper bound and gap, what the next money would add.
    comparison, curve, shares : DataFrame
        Ways to select, budgets, groups.
    notes : list of str
        Which quotas of the rule of fairness were relaxed, and why.
    """

    offers: pd.DataFrame
    figures: dict[str, Any]
    comparison: pd.DataFrame
    curve: pd.DataFrame
    shares: pd.DataFrame
    notes: list[str]


def optimise_plan(
    offers: pd.DataFrame, agents: pd.DataFrame, request: PlanRequest, *, playbook: Playbook, level_error: float
) -> Plan:
    """Select the best offers, and compare the selection with simpler ones.

    Parameters
    ----------
    offers : DataFrame
        From `attrition.predict.offers.offers`.
    agents : DataFrame
        All ranked agents: ``agent_id``, ``risk`` and the levels of the rule.
    request : PlanRequest
        Budget, rule, and how much to compute.
    playbook : Playbook
        The effects and their intervals.
    level_error : float
        Relative standard deviation of the level of risk, shared by all agents.
    """
    fairness = fairness_quotas(agents, offers, request.rule)
    budgets = {request.budget, request.budget + request.next_budget, *request.curve_budgets}
    selections = {
        budget: best_selection(offers, budget, fairness=fairness, seconds=request.seconds) for budget in sorted(budgets)
    }
    best, more = selections[request.budget], selections[request.budget + request.next_budget]
    selected = offers.iloc[best.rows].reset_index(drop=True)
    rng = np.random.default_rng(request.seed)
    savings = simulate_savings(selected, playbook, level_error=level_error, draws=request.draws, rng=rng)
    low, middle, high = np.quantile(savings, INTERVAL)
    shares = offer_shares(fairness, selected["agent_id"])
    figures = {
        "budget": request.budget,
        "offers": len(selected),
        "cost": best.cost,
        "expected_saving": best.saving,
        "saving_low": low,
        "saving_middle": middle,
        "saving_high": high,
        "chance_of_loss": float((savings < 0).mean()),
        "at_most": best.upper_bound,
        "gap": best.gap,
        "next_budget": request.next_budget,
        "next_saving": more.saving - best.saving,
        "next_cost": more.cost - best.cost,
        "interventions": selected["intervention"].value_counts().sort_index().to_dict(),
        "floor": request.rule.minimum_share,
        "is_fair": bool(shares["is_kept"].all()),
    }
    comparison = _comparison(offers, best, fairness, request)
    return Plan(selected, figures, comparison, _curve(selections, request), shares, fairness.notes)


def best_selection(offers: pd.DataFrame, budget: float, *, fairness: FairnessQuotas, seconds: float) -> Selection:
    """Solve the integer program; where time ran out and a baseline that meets the quotas saves more, return that."""
    best = select_offers(offers, budget=budget, fairness=fairness, seconds=seconds)
    if best.gap == 0.0:
        return best
    for baseline in (riskiest_first, best_ratio_first):
        rows = baseline(offers, budget=budget)
        saving, cost = _sums(offers, rows)
        counts = membership(fairness, offers["agent_id"].iloc[rows]).sum(axis=1)
        if saving > best.saving and meets_quotas(fairness, counts):
            upper_bound = max(best.upper_bound, saving)
            best = replace(best, rows=np.sort(rows), saving=saving, cost=cost, upper_bound=upper_bound)
    return best


def _comparison(offers: pd.DataFrame, best: Selection, fairness: FairnessQuotas, request: PlanRequest) -> pd.DataFrame:
    """Compare the plan with the same without the rule of fairness, and with the baselines."""
    no_quotas = FairnessQuotas(fairness.high_risk, ())
    unconstrained = best_selection(offers, request.budget, fairness=no_quotas, seconds=request.seconds)
    ways = {PLAN: best.rows, UNCONSTRAINED: unconstrained.rows}
    ways |= {
        RISKIEST: riskiest_first(offers, budget=request.budget),
        RATIO: best_ratio_first(offers, budget=request.budget),
    }
    members = membership(fairness, offers["agent_id"])
    rows = [_way(name, offers, taken, fairness=fairness, members=members) for name, taken in ways.items()]
    rng = np.random.default_rng(request.seed)
    plans = at_random(offers, budget=request.budget, rng=rng, times=RANDOM_PLANS)
    random = pd.DataFrame([_way(RANDOM, offers, taken, fairness=fairness, members=members) for taken in plans])
    low, _, high = random["expected_saving"].quantile(INTERVAL)
    means = {name: float(random[name].mean()) for name in ("offers", "cost", "expected_saving")}
    rows.append({"way": RANDOM} | means | {"is_fair": random["is_fair"].mean() == 1.0, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["way", "offers", "cost", "expected_saving", "is_fair", "low", "high"])


def _curve(selections: Mapping[float, Selection], request: PlanRequest) -> pd.DataFrame:
    """Give what other budgets would save."""
    budgets = sorted({request.budget, *request.curve_budgets})
    rows = [(budget, selections[budget].cost, selections[budget].saving, selections[budget].gap) for budget in budgets]
    return pd.DataFrame(rows, columns=["budget", "cost", "expected_saving", "gap"])


def _way(
    name: str, offers: pd.DataFrame, rows: np.ndarray, *, fairness: FairnessQuotas, members: np.ndarray
) -> dict[str, Any]:
    saving, cost = _sums(offers, rows)
    is_fair = meets_quotas(fairness, members[:, rows].sum(axis=1))
    return {"way": name, "offers": len(rows), "cost": cost, "expected_saving": saving, "is_fair": is_fair}


def _sums(offers: pd.DataFrame, rows: np.ndarray) -> tuple[float, float]:
    taken = offers.iloc[rows]
    return float(taken["expected_saving"].sum()), float(taken["cost"].sum())
