"""A plan in words, for the terminal: what it costs and saves, how sure, against what, and who is owed what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROVEN = 1e-6
"""A gap below this is the solver's rounding."""


def plan_lines(plan: Mapping[str, Any]) -> list[str]:
    """Write a plan as one page; ``plan.json`` as it was left."""
    money = plan["currency"]
    lines = [
        f"{plan['offers']} offers for {_amount(plan['cost'])} of {_amount(plan['budget'])} {money}: "
        f"{', '.join(f'{count} {name}' for name, count in plan['interventions'].items()) or 'nothing'}",
        f"expected to save {_amount(plan['expected_saving'])} {money} after that cost, counted carefully; drawn from "
        f"the intervals of effects and risks {_amount(plan['saving_middle'])} "
        f"(90 %: {_amount(plan['saving_low'])} to {_amount(plan['saving_high'])})",
        f"chance that it saves less than it costs: {plan['chance_of_loss']:.0%}",
        _proven(plan),
        f"another {_amount(plan['next_budget'])} {money} would save {_amount(plan['next_saving'])} more",
        "",
        f"{'the same budget spent':<36}{'offers':>8}{'cost':>12}{'saves':>12}  fair",
        *(_way(row) for row in plan["comparison"]),
        "",
        f"{'budget':>12}{'saves':>12}",
        *(f"{_amount(row['budget']):>12}{_amount(row['expected_saving']):>12}" for row in plan["curve"]),
        "",
        *_fair(plan),
        *_audited(plan),
    ]
    return [line.rstrip() for line in lines]


def _proven(plan: Mapping[str, Any]) -> str:
    if plan["gap"] <= PROVEN:
        return "proven: no other choice within the budget, the capacities and the rule of fairness saves more"
    return (
        f"the best to within {_amount(plan['at_most'] - plan['expected_saving'])} {plan['currency']} "
        f"({plan['gap']:.4%}): no other choice within the budget, the capacities and the rule of fairness saves more "
        "than that above it; there the search ended"
    )


def _way(row: Mapping[str, Any]) -> str:
    told = f"  {row['way']:<34}{row['offers']:>8.0f}{_amount(row['cost']):>12}{_amount(row['expected_saving']):>12}"
    told += f"  {'yes' if row['is_fair'] else 'no'}"
    return told if row["low"] is None else told + f"  (90 %: {_amount(row['low'])} to {_amount(row['high'])})"


def _fair(plan: Mapping[str, Any]) -> list[str]:
    """Say what the rule is, and of which groups it was relaxed."""
    rows = plan["fairness"]
    if not rows:
        return ["no group has enough agents in need for the rule of fairness to hold anybody to it"]
    least = min(rows, key=lambda row: row["share"])
    return [
        f"of the agents in need (risk above the median) {least['share_of_all']:.0%} are offered something; of every "
        f"group at least {plan['floor']:.0%} of that share, rounded down to a whole agent",
        f"  the least: {least['level']} {least['unit']}, {least['offered']} of {least['in_need']}",
        *(f"  relaxed for {note}" for note in plan["notes"]),
    ]


def _audited(plan: Mapping[str, Any]) -> list[str]:
    """Set the offers of groups that are only audited beside those of all others in need."""
    rows = plan["audit"]
    if not rows:
        return ["", "not audited by age, gender or other attributes: the site supplies none"]
    shown = [row for row in rows if not row["is_hidden"] and row["gap"] is not None]
    hidden = sum(row["is_hidden"] for row in rows)
    lines = [
        *("", "audited and never used to predict: offered something, of those in need, against all others (95 %)"),
        *(_group(row) for row in shown),
    ]
    if hidden:
        lines.append(
            f"  {hidden} groups with fewer than {plan['smallest_group']} in need, or beside one, are not shown"
        )
    return lines


def _group(row: Mapping[str, Any]) -> str:
    told = f"{row['attribute']} {row['group']}"
    counts = f"{row['offered']:>8.0f} of {row['in_need']:<6.0f}{row['share']:>5.0%}"
    is_off = row["gap_low"] > 0 or row["gap_high"] < 0
    return (
        f"  {told:<34}{counts}  {100 * row['gap']:+.0f} points "
        f"({100 * row['gap_low']:+.0f} to {100 * row['gap_high']:+.0f}){'  look at why' if is_off else ''}"
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}"
