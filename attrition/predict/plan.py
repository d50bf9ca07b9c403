"""The plan: the offers that save most within a budget, with their uncertainty, and compared with other selections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.message import Message
from attrition.predict.baselines import at_random, best_ratio_first, riskiest_first
from attrition.predict.fairness import FairnessQuotas, fairness_quotas, meets_quotas, membership, offer_shares
from attrition.predict.offer_selection import Selection, select_offers
from attrition.predict.saving_uncertainty import simulate_savings

if TYPE_CHECKING:
    from attrition.predict.fairness_rule import FairnessRule
    from attrition.predict.playbook import Playbook

QUANTILES = (0.05, 0.50, 0.95)
"""Of the simulated saving: the ends of its 90 % interval and the median."""
RANDOM_PLANS = 200
"""Number of random selections with which the plan is compared."""
PLAN, UNCONSTRAINED, RISKIEST, RATIO, RANDOM = (
    Message("plan"),
    Message("plan without the rule of fairness"),
    Message("riskiest first"),
    Message("best ratio first"),
    Message("at random"),
)


@dataclass(frozen=True)
class PlanRequest:
    """The settings of a plan.

    Parameters
    ----------
    budget : float
        Largest total cost of the offers.
    next_budget : float
        Additional money; the plan reports how much more it would save.
    curve : tuple of float
        Other budgets whose saving is reported, as multiples of `budget`.
    rule : FairnessRule
        The rule of fairness.
    seconds : float
        Time limit of the solver for one budget.
    draws, seed : int
        Number of simulated savings, and the seed of the simulation and of the random selections.
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
        """The other budgets as amounts."""
        return [self.budget * multiple for multiple in self.curve]


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan and its comparisons.

    Parameters
    ----------
    offers : DataFrame
        The selected offers.
    figures : dict
        The figures of ``plan.json``: sums over the offers, interval of the saving, probability of a loss, upper bound
        and gap, and the saving of the additional budget.
    comparison : DataFrame
        One row per way to select offers: way, offers (number), cost, expected_saving, is_fair, low and high (5 % and
        95 % quantiles over the random selections; null for the other ways).
    curve : DataFrame
        One row per budget: budget, cost, expected_saving, gap.
    shares : DataFrame
        From `attrition.predict.fairness.offer_shares`.
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
    offers: pd.DataFrame, agents: pd.DataFrame, request: PlanRequest, *, playbook: Playbook, shared_error: float
) -> Plan:
    """Return the best offers within the budget, with simulated savings and a comparison with simpler selections.

    Parameters
    ----------
    offers : DataFrame
        From `attrition.predict.offers.offers`.
    agents : DataFrame
        All ranked agents: ``agent_id``, ``risk`` and the columns by which the rule of fairness groups them.
    request : PlanRequest
        Budget, rule, and how much to compute.
    playbook : Playbook
        The effects and their intervals.
    shared_error : float
        Relative standard deviation of the error that the risks of all agents share.
    """
    fairness = fairness_quotas(agents, offers, request.rule)
    budgets = {request.budget, request.budget + request.next_budget, *request.curve_budgets}
    selections = {
        budget: best_selection(offers, budget, fairness=fairness, seconds=request.seconds) for budget in sorted(budgets)
    }
    best, with_next_budget = selections[request.budget], selections[request.budget + request.next_budget]
    selected = offers.iloc[best.positions].reset_index(drop=True)
    rng = np.random.default_rng(request.seed)
    savings = simulate_savings(selected, playbook, shared_error=shared_error, draws=request.draws, rng=rng)
    low, middle, high = np.quantile(savings, QUANTILES)
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
        "next_saving": with_next_budget.saving - best.saving,
        "next_cost": with_next_budget.cost - best.cost,
        "interventions": selected["intervention"].value_counts().sort_index().to_dict(),
        "floor": request.rule.minimum_share,
        "is_fair": bool(shares["is_kept"].all()),
    }
    comparison = _comparison(offers, best, fairness, request)
    return Plan(selected, figures, comparison, _curve(selections, request), shares, fairness.notes)


def best_selection(offers: pd.DataFrame, budget: float, *, fairness: FairnessQuotas, seconds: float) -> Selection:
    """Return the solution of the integer program.

    Where it is not proven optimal and a baseline that meets the quotas saves more, the baseline is returned.
    """
    best = select_offers(offers, budget=budget, fairness=fairness, seconds=seconds)
    if best.gap == 0.0:
        return best
    for baseline in (riskiest_first, best_ratio_first):
        positions = baseline(offers, budget=budget)
        saving, cost = _sums(offers, positions)
        counts = membership(fairness, offers["agent_id"].iloc[positions]).sum(axis=1)
        if saving > best.saving and meets_quotas(fairness, counts):
            upper_bound = max(best.upper_bound, saving)
            best = replace(best, positions=np.sort(positions), saving=saving, cost=cost, upper_bound=upper_bound)
    return best


def _comparison(offers: pd.DataFrame, best: Selection, fairness: FairnessQuotas, request: PlanRequest) -> pd.DataFrame:
    """Return one row for the plan, one without the rule of fairness, and one for each baseline."""
    no_quotas = FairnessQuotas(fairness.high_risk, ())
    unconstrained = best_selection(offers, request.budget, fairness=no_quotas, seconds=request.seconds)
    ways = {PLAN: best.positions, UNCONSTRAINED: unconstrained.positions}
    ways |= {
        RISKIEST: riskiest_first(offers, budget=request.budget),
        RATIO: best_ratio_first(offers, budget=request.budget),
    }
    members = membership(fairness, offers["agent_id"])
    rows = [_way_row(name, offers, selected, fairness=fairness, members=members) for name, selected in ways.items()]
    rng = np.random.default_rng(request.seed)
    selections = at_random(offers, budget=request.budget, rng=rng, repetitions=RANDOM_PLANS)
    random_rows = pd.DataFrame(
        [_way_row(RANDOM, offers, selected, fairness=fairness, members=members) for selected in selections]
    )
    low, _, high = random_rows["expected_saving"].quantile(QUANTILES)
    means = {name: float(random_rows[name].mean()) for name in ("offers", "cost", "expected_saving")}
    rows.append({"way": RANDOM} | means | {"is_fair": random_rows["is_fair"].mean() == 1.0, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["way", "offers", "cost", "expected_saving", "is_fair", "low", "high"])


def _curve(selections: Mapping[float, Selection], request: PlanRequest) -> pd.DataFrame:
    """Return cost, saving and gap of the plan's budget and of the other budgets."""
    budgets = sorted({request.budget, *request.curve_budgets})
    rows = [(budget, selections[budget].cost, selections[budget].saving, selections[budget].gap) for budget in budgets]
    return pd.DataFrame(rows, columns=["budget", "cost", "expected_saving", "gap"])


def _way_row(
    name: str, offers: pd.DataFrame, positions: np.ndarray, *, fairness: FairnessQuotas, members: np.ndarray
) -> dict[str, Any]:
    """Return the row of `_comparison` for one way to select; `members` are the masks of `membership` for all offers."""
    saving, cost = _sums(offers, positions)
    is_fair = meets_quotas(fairness, members[:, positions].sum(axis=1))
    return {"way": name, "offers": len(positions), "cost": cost, "expected_saving": saving, "is_fair": is_fair}


def _sums(offers: pd.DataFrame, positions: np.ndarray) -> tuple[float, float]:
    """Return the saving and the cost of the offers at these positions."""
    selected = offers.iloc[positions]
    return float(selected["expected_saving"].sum()), float(selected["cost"].sum())
