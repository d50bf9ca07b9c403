"""What was recommended this month, what was given in the last twelve, what pilots taught, and the plan of a budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.labels.interventions_received import received_between, without_declined
from attrition.predict.plan import PLAN, RISKIEST
from attrition.report.disclosure import hidden_parts, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attrition.pilot.lessons import Lesson
    from attrition.report.products import Products

MONTHS = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A plan within a budget, as `attrition plan` left it.

    Parameters
    ----------
    budget, cost, saving : float
        Money in the site's currency; `saving` is the expected saving.
    low, high : float
        90 % interval of the saving.
    loss : float
        Chance that it saves less than it costs.
    offers : int
        How many offers.
    riskiest : float
        Expected saving of the same budget spent on those of highest estimate first; null where it was not reckoned.
    """

    budget: float
    cost: float
    saving: float
    low: float
    high: float
    loss: float
    offers: int
    riskiest: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """What was done and learned.

    Parameters
    ----------
    table : DataFrame
        Per intervention that was recommended, given, or is in the plan: ``intervention``, ``lever``, ``recommended``
        and its ``cost``, ``given`` (agents, twelve months), ``planned``; null is nothing or too few to be shown.
    levers : DataFrame
        ``lever``, ``recommended``, ``given``: sums of what is shown.
    hidden : int
        How many counts are not shown.
    lessons : list of Lesson
        What pilots taught by the month's end.
    plan : Plan or None
    """

    table: pd.DataFrame
    levers: pd.DataFrame
    hidden: int
    lessons: list[Lesson]
    plan: Plan | None


def steps(products: Products) -> Steps:
    """Count what was recommended, given and planned; counts under the smallest group are hidden, and what tells them.

    Parameters
    ----------
    products : Products
        With ``given``, ``lessons`` and ``plan`` as far as there are any.
    """
    minimum = products.min_group
    chosen = products.recommendations[products.recommendations["chosen"].astype(bool)]
    counts = {
        "recommended": _counts(chosen["intervention"]),
        "given": _given(products),
        "planned": dict((products.plan or {}).get("interventions", {})),
    }
    shown, hidden = {}, 0
    for name, numbers in counts.items():
        gone = hidden_parts(numbers, minimum)
        hidden += len(gone)
        shown[name] = {what: number for what, number in numbers.items() if what not in gone}
    names = sorted(set().union(*shown.values()))
    table = pd.DataFrame({"intervention": names})
    table = table.assign(**{name: table["intervention"].map(numbers).astype(float) for name, numbers in shown.items()})
    costs = {what: _cost(part["cost"]) for what, part in chosen.groupby("intervention") if what in shown["recommended"]}
    levers = {offered.id: offered.lever for offered in products.interventions}
    table = table.assign(cost=table["intervention"].map(costs).astype(float), lever=table["intervention"].map(levers))
    table = table.assign(lever=table["lever"].fillna("none"))
    by_lever = table.groupby("lever")[["recommended", "given"]].sum(min_count=1).reset_index()
    return Steps(
        table=_ordered(table),
        levers=by_lever.sort_values(["recommended", "lever"], ascending=[False, True], ignore_index=True),
        hidden=hidden,
        lessons=list(products.lessons),
        plan=_plan(products.plan),
    )


def _counts(names: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in names.value_counts().items()}


def _given(products: Products) -> dict[str, int]:
    """Count the agents who were given each intervention within a year and took it; controls of pilots left out."""
    if products.given is None or products.given.empty:
        return {}
    as_of = pd.Timestamp(products.as_of)
    given = without_declined(received_between(products.given, as_of - pd.offsets.MonthEnd(MONTHS), as_of))
    return {str(kind): int(n) for kind, n in given.groupby("kind")["agent_id"].nunique().items()}


def _cost(costs: pd.Series) -> float:
    """Sum costs, rounded by what one agent costs."""
    return rounded(float(costs.sum()), 1, one=float(costs.mean()))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["intervention", "lever", "recommended", "cost", "given", "planned"]
    order = table.sort_values(["recommended", "given", "intervention"], ascending=[False, False, True], kind="stable")
    return order[columns].reset_index(drop=True)


def _plan(told: Mapping[str, Any] | None) -> Plan | None:
    if told is None:
        return None
    ways: Sequence[Mapping[str, Any]] = told.get("comparison", [])
    savings = {way["way"]: way["expected_saving"] for way in ways if way["way"] in (PLAN, RISKIEST)}
    return Plan(
        budget=told["budget"],
        cost=told["cost"],
        saving=told["expected_saving"],
        low=told["saving_low"],
        high=told["saving_high"],
        loss=told["chance_of_loss"],
        offers=told["offers"],
        riskiest=savings.get(RISKIEST, float("nan")),
    )
