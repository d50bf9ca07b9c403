"""Interventions recommended and received, the results of pilots, and the plan within a budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.labels.interventions_received import received_between, without_declined
from attrition.predict.plan import RISKIEST
from attrition.predict.playbook import ALWAYS_OFFERED
from attrition.report.disclosure import parts_to_hide
from attrition.report.rounding import round_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrition.pilot.lessons import Lesson
    from attrition.report.inputs import ReportInputs

MONTHS = 12
"""Interventions received are counted over this many months."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanSummary:
    """The result of the command ``attrition plan``: which agents are made offers within a budget.

    Parameters
    ----------
    budget, cost, saving : float
        Money in the site's currency; `saving` is the expected saving.
    low, high : float
        Ends of the 90 % interval of the saving.
    loss_probability : float
        Probability that the plan saves less than it costs.
    offers : int
        Number of offers.
    riskiest_first_saving : float
        Expected saving of the same budget spent on the agents of highest risk first; null where not computed.
    """

    budget: float
    cost: float
    saving: float
    low: float
    high: float
    loss_probability: float
    offers: int
    riskiest_first_saving: float

    @property
    def unspent(self) -> float:
        """What is left of the budget."""
        return self.budget - self.cost


@dataclass(frozen=True, kw_only=True, eq=False)
class Actions:
    """The interventions recommended, received and planned, the results of pilots, and the plan.

    Parameters
    ----------
    table : DataFrame
        Per intervention that has a count to show: ``intervention``, ``lever``, ``recommended`` (agents this month) and
        its ``cost``, ``received`` (agents in the last `MONTHS`), ``planned`` (offers). Null means none, or a count that
        is hidden.
    levers : DataFrame
        ``lever``, ``recommended``, ``received``: sums of what is shown.
    hidden_count : int
        How many counts are hidden: those under the smallest group, and those that would reveal them.
    lessons : list of Lesson
        Results of pilots read by the month's end.
    plan : PlanSummary or None
    unoffered : DataFrame
        From `unoffered`.
    """

    table: pd.DataFrame
    levers: pd.DataFrame
    hidden_count: int
    lessons: list[Lesson]
    plan: PlanSummary | None
    unoffered: pd.DataFrame


def actions(inputs: ReportInputs) -> Actions:
    """Return what was recommended, received and planned; small counts are hidden, with those that would reveal them.

    Parameters
    ----------
    inputs : ReportInputs
        With ``interventions_received``, ``lessons`` and ``plan`` as far as there are any.
    """
    min_group = inputs.min_group
    chosen = inputs.recommendations[inputs.recommendations["chosen"].astype(bool)]
    counts = {
        "recommended": _counts(chosen["intervention"]),
        "received": _received(inputs),
        "planned": dict((inputs.plan or {}).get("interventions", {})),
    }
    hidden = {name: parts_to_hide(numbers, min_group) for name, numbers in counts.items()}
    shown = {name: {k: n for k, n in numbers.items() if k not in hidden[name]} for name, numbers in counts.items()}
    table = pd.DataFrame({"intervention": sorted(set().union(*shown.values()))})
    table = table.assign(**{name: table["intervention"].map(numbers).astype(float) for name, numbers in shown.items()})
    costs = {name: _cost(rows["cost"]) for name, rows in chosen.groupby("intervention") if name in shown["recommended"]}
    levers = {intervention.id: intervention.lever for intervention in inputs.interventions}
    table = table.assign(cost=table["intervention"].map(costs).astype(float), lever=table["intervention"].map(levers))
    table = table.assign(lever=table["lever"].fillna("none"))
    by_lever = table.groupby("lever")[["recommended", "received"]].sum(min_count=1).reset_index()
    return Actions(
        table=_ordered(table),
        levers=by_lever.sort_values(["recommended", "lever"], ascending=[False, True], ignore_index=True),
        hidden_count=sum(map(len, hidden.values())),
        lessons=list(inputs.lessons),
        plan=_plan(inputs.plan),
        unoffered=unoffered(inputs.recommendations, min_group),
    )


def unoffered(recommendations: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return the levers of which a step is possible for the flagged and none is suggested, with the reason.

    Returns
    -------
    DataFrame
        ``lever``; ``agents`` to whom a step of it could be offered; and of the step that would pay best for each of
        them the means ``cost`` and ``avoided`` (cost of resignations), rounded. Levers whose steps would pay for
        somebody, and groups smaller than `min_group`, are left out.
    """
    rows = recommendations[
        recommendations["eligible"].astype(bool) & ~recommendations["intervention"].isin(ALWAYS_OFFERED)
    ]
    parts = []
    for lever, steps in rows.groupby("lever"):
        best = steps.sort_values("expected_saving", kind="stable").drop_duplicates("agent_id", keep="last")
        if not steps["chosen"].astype(bool).any() and len(best) >= min_group and (best["expected_saving"] <= 0).all():
            means = {"cost": best["cost"], "avoided": best["expected_saving"] + best["cost"]}
            rounded = {
                name: round_mean(float(amounts.mean()), len(best), range_of_one=float(amounts.max()))
                for name, amounts in means.items()
            }
            parts.append({"lever": lever, "agents": len(best), **rounded})
    return pd.DataFrame(parts, columns=["lever", "agents", "cost", "avoided"])


def _counts(names: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in names.value_counts().items()}


def _received(inputs: ReportInputs) -> dict[str, int]:
    """Return how many agents received each intervention in the last `MONTHS`.

    Declined offers and the control groups of pilots are left out.
    """
    if inputs.interventions_received is None or inputs.interventions_received.empty:
        return {}
    as_of = pd.Timestamp(inputs.as_of)
    start = as_of - pd.offsets.MonthEnd(MONTHS)
    received = without_declined(received_between(inputs.interventions_received, start, as_of))
    return {str(kind): int(n) for kind, n in received.groupby("kind")["agent_id"].nunique().items()}


def _cost(costs: pd.Series) -> float:
    """Return the sum of costs, rounded so coarsely that the cost of one agent is not visible."""
    return round_mean(float(costs.sum()), 1, range_of_one=float(costs.mean()))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["intervention", "lever", "recommended", "cost", "received", "planned"]
    order = table.sort_values(
        ["recommended", "received", "intervention"], ascending=[False, False, True], kind="stable"
    )
    return order[columns].reset_index(drop=True)


def _plan(plan: Mapping[str, Any] | None) -> PlanSummary | None:
    if plan is None:
        return None
    savings = [row["expected_saving"] for row in plan.get("comparison", []) if row["way"] == RISKIEST]
    return PlanSummary(
        budget=plan["budget"],
        cost=plan["cost"],
        saving=plan["expected_saving"],
        low=plan["saving_low"],
        high=plan["saving_high"],
        loss_probability=plan["chance_of_loss"],
        offers=plan["offers"],
        riskiest_first_saving=savings[-1] if savings else float("nan"),
    )
