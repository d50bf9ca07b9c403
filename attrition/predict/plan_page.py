"""A plan in words, for the terminal: costs and savings, uncertainty, comparisons and fairness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    lines = [
        f"{plan['offers']} offers for {_amount(plan['cost'])} of {_amount(plan['budget'])} {money}: "
        f"{', '.join(f'{count} {name}' for name, count in plan['interventions'].items()) or 'nothing'}",
        f"expected to save {_amount(plan['expected_saving'])} {money} after that cost, by the more careful estimate; "
        f"simulated from the intervals of effects and risks {_amount(plan['saving_middle'])} "
        f"(90 %: {_amount(plan['saving_low'])} to {_amount(plan['saving_high'])})",
        f"probability that it saves less than it costs: {plan['chance_of_loss']:.0%}",
        _optimality(plan),
        f"another {_amount(plan['next_budget'])} {money} would save {_amount(plan['next_saving'])} more",
        "",
        f"{'the same budget spent':<36}{'offers':>8}{'cost':>12}{'saves':>12}  fair",
        *(_comparison_line(row) for row in plan["comparison"]),
        "",
        f"{'budget':>12}{'saves':>12}",
        *(f"{_amount(row['budget']):>12}{_amount(row['expected_saving']):>12}" for row in plan["curve"]),
        "",
        *_fairness(plan),
        *_audit(plan),
    ]
    return [line.rstrip() for line in lines]


def _optimality(plan: Mapping[str, Any]) -> str:
    """Return the sentence on how much more another selection could save."""
    if plan["gap"] <= ROUNDING:
        return "proven optimal: no other selection within budget, capacities and the rule of fairness saves more"
    return (
        f"optimal to within {_amount(plan['at_most'] - plan['expected_saving'])} {plan['currency']} "
        f"({plan['gap']:.4%}): no other selection within budget, capacities and the rule of fairness saves more than "
        "that in addition; the search ended at its limit"
    )


def _comparison_line(row: Mapping[str, Any]) -> str:
    """Return the line of one way to spend the budget."""
    line = f"  {row['way']:<34}{row['offers']:>8.0f}{_amount(row['cost']):>12}{_amount(row['expected_saving']):>12}"
    line += f"  {'yes' if row['is_fair'] else 'no'}"
    return line if row["low"] is None else line + f"  (90 %: {_amount(row['low'])} to {_amount(row['high'])})"


def _fairness(plan: Mapping[str, Any]) -> list[str]:
    """Return the lines on the rule of fairness, and on the groups for which it was relaxed."""
    rows = plan["fairness"]
    if not rows:
        return ["no group has enough agents at high risk for the rule of fairness to apply"]
    lowest = min(rows, key=lambda row: row["share"])
    return [
        f"of the agents at high risk (above the median) {lowest['share_of_all']:.0%} are offered something; in every "
        f"group at least {plan['floor']:.0%} of that share, rounded down to a whole agent",
        f"  lowest share: {lowest['level']} {lowest['unit']}, {lowest['offered']} of {lowest['in_need']}",
        *(f"  relaxed for {note}" for note in plan["notes"]),
    ]


def _audit(plan: Mapping[str, Any]) -> list[str]:
    """Return the lines on protected groups, which the model never uses: their offers against those of all others."""
    rows = plan["audit"]
    if not rows:
        return ["", "no audit by age, gender or other attributes: the site supplies none"]
    shown = [row for row in rows if not row["is_hidden"] and row["gap"] is not None]
    hidden = sum(row["is_hidden"] for row in rows)
    lines = [
        *("", "audited and never used to predict: offered something, of those at high risk, against all others (95 %)"),
        *(_audit_line(row) for row in shown),
    ]
    if hidden:
        lines.append(
            f"  {hidden} groups are not shown: fewer than {plan['smallest_group']} at high risk, or the rest would "
            "give them away"
        )
    return lines


def _audit_line(row: Mapping[str, Any]) -> str:
    """Return the line of one protected group; it is marked where the interval of the difference excludes 0."""
    name = f"{row['attribute']} {row['group']}"
    counts = f"{row['offered']:>8.0f} of {row['in_need']:<6.0f}{row['share']:>5.0%}"
    excludes_zero = row["gap_low"] > 0 or row["gap_high"] < 0
    return (
        f"  {name:<34}{counts}  {100 * row['gap']:+.0f} points "
        f"({100 * row['gap_low']:+.0f} to {100 * row['gap_high']:+.0f}){'  look into why' if excludes_zero else ''}"
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}"
