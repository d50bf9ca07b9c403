"""A plan in words, for the terminal: costs and savings, uncertainty, comparisons and fairness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrition.data.terms import family_name
from attrition.message import Message, joined, padded, recognised
from attrition.predict.fairness import QUOTA_NOTE

ROUNDING = 1e-6
"""A relative gap up to this is rounding error of the solver, and the plan counts as proven optimal."""


def plan_lines(plan: Mapping[str, Any]) -> list[str]:
    """Return the lines that describe a plan in the terminal.

    Parameters
    ----------
    plan : mapping
        The content of ``plan.json``.
    """
    money = plan["currency"]
    offers = joined(", ", (f"{count} {name}" for name, count in plan["interventions"].items()))
    columns = padded(Message("offers"), 8, ">") + padded(Message("cost"), 12, ">") + padded(Message("saves"), 12, ">")
    return [
        Message(
            "{offers} offers for {cost:,.0f} of {budget:,.0f} {money}: {list}",
            offers=plan["offers"],
            cost=plan["cost"],
            budget=plan["budget"],
            money=money,
            list=offers or Message("nothing"),
        ),
        Message(
            "expected to save {saving:,.0f} {money} after that cost, by the more careful estimate; simulated from the "
            "intervals of effects and risks {middle:,.0f} (90 %: {low:,.0f} to {high:,.0f})",
            saving=plan["expected_saving"],
            money=money,
            middle=plan["saving_middle"],
            low=plan["saving_low"],
            high=plan["saving_high"],
        ),
        Message("probability that it saves less than it costs: {chance:.0%}", chance=plan["chance_of_loss"]),
        _optimality(plan),
        Message(
            "another {budget:,.0f} {money} would save {saving:,.0f} more",
            budget=plan["next_budget"],
            money=money,
            saving=plan["next_saving"],
        ),
        "",
        padded(Message("the same budget spent"), 36) + columns + "  " + Message("fair"),
        *(_comparison_line(row) for row in plan["comparison"]),
        "",
        padded(Message("budget"), 12, ">") + padded(Message("saves"), 12, ">"),
        *(f"{_amount(row['budget']):>12}{_amount(row['expected_saving']):>12}" for row in plan["curve"]),
        "",
        *_fairness(plan),
        *_indistinct(plan),
        *_audit(plan),
    ]


def _optimality(plan: Mapping[str, Any]) -> str:
    """Return the sentence on how much more another selection could save."""
    if plan["gap"] <= ROUNDING:
        return Message(
            "proven optimal: no other selection within budget, capacities and the rule of fairness saves more"
        )
    return Message(
        "optimal to within {amount:,.0f} {money} ({gap:.4%}): no other selection within budget, capacities and the "
        "rule of fairness saves more than that in addition; the search ended at its limit",
        amount=plan["at_most"] - plan["expected_saving"],
        money=plan["currency"],
        gap=plan["gap"],
    )


def _comparison_line(row: Mapping[str, Any]) -> str:
    """Return the line of one way to spend the budget."""
    figures = f"{row['offers']:>8.0f}{_amount(row['cost']):>12}{_amount(row['expected_saving']):>12}  "
    line = "  " + padded(Message(row["way"]), 34) + figures + (Message("yes") if row["is_fair"] else Message("no"))
    if row["low"] is None:
        return line
    return line + Message("  (90 %: {low:,.0f} to {high:,.0f})", low=row["low"], high=row["high"])


def _fairness(plan: Mapping[str, Any]) -> list[str]:
    """Return the lines on the rule of fairness, and on the groups for which it was relaxed."""
    rows = plan["fairness"]
    if not rows:
        return [Message("no group has enough agents at high risk for the rule of fairness to apply")]
    lowest = min(rows, key=lambda row: row["share"])
    return [
        Message(
            "of the agents at high risk (above the median) {share:.0%} are offered something; in every group at least "
            "{least:.0%} of that share, rounded down to a whole agent",
            share=lowest["share_of_all"],
            least=plan["floor"],
        ),
        Message(
            "  lowest share: {level} {unit}, {offered} of {all}",
            level=lowest["level"],
            unit=lowest["unit"],
            offered=lowest["offered"],
            all=lowest["in_need"],
        ),
        *(Message("  relaxed for {note}", note=recognised(note, (QUOTA_NOTE,))) for note in plan["notes"]),
    ]


def _indistinct(plan: Mapping[str, Any]) -> list[str]:
    """Return the line on families that cannot be told apart, for the sake of which nothing is preferred."""
    families = plan["indistinct_families"]
    if not families:
        return []
    return [
        "",
        Message(
            "at this centre, the part of {families} cannot be told apart from the rest of a risk: offers that change "
            "it count with the most careful estimate, and are not preferred on its account",
            families=joined(", ", map(family_name, families)),
        ),
    ]


def _audit(plan: Mapping[str, Any]) -> list[str]:
    """Return the lines on protected groups, which the model never uses: their offers against those of all others."""
    rows = plan["audit"]
    if not rows:
        return ["", Message("no audit by age, gender or other attributes: the site supplies none")]
    shown = [row for row in rows if not row["is_hidden"] and row["gap"] is not None]
    hidden = sum(row["is_hidden"] for row in rows)
    lines: list[str] = [
        "",
        Message(
            "audited and never used to predict: offered something, of those at high risk, against all others (95 %)"
        ),
        *(_audit_line(row) for row in shown),
    ]
    if hidden:
        lines.append(
            Message(
                "  {groups} groups are not shown: fewer than {least} at high risk, or the rest would give them away",
                groups=hidden,
                least=plan["smallest_group"],
            )
        )
    return lines


def _audit_line(row: Mapping[str, Any]) -> str:
    """Return the line of one protected group; it is marked where the interval of the difference excludes 0."""
    name = f"{row['attribute']} {row['group']}"
    figures = Message(
        "{offered:>8.0f} of {all:<6.0f}{share:>5.0%}  {gap:+.0f} points ({low:+.0f} to {high:+.0f})",
        offered=row["offered"],
        all=row["in_need"],
        share=row["share"],
        gap=100 * row["gap"],
        low=100 * row["gap_low"],
        high=100 * row["gap_high"],
    )
    excludes_zero = row["gap_low"] > 0 or row["gap_high"] < 0
    return "  " + padded(name, 34) + figures + (Message("  look into why") if excludes_zero else "")


def _amount(value: float) -> str:
    return f"{value:,.0f}"
