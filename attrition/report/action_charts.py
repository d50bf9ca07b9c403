"""Charts of what resignations cost, and of the interventions recommended and received."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.tables import rows_of
from attrition.report.svg import CHART_WIDTH, Canvas, Scale, text_width, ticks

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.actions import Actions
    from attrition.report.figures.costs import Costs
    from attrition.report.formatter import Formatter


def three_digits(amount: float) -> float:
    """Return an amount of money rounded to three digits; the costs declared in the playbook are no more exact.

    Examples
    --------
    >>> three_digits(5748640.0), three_digits(912.4)
    (5750000.0, 912.0)
    """
    return amount if pd.isna(amount) or amount == 0 else float(f"{amount:.3g}")


def costs_chart(costs: Costs, formatter: Formatter, alternative: str) -> Markup:
    """Draw the parts of the cost of resignations: of the last twelve months, and of the expected ones."""
    rows = rows_of(costs.parts)
    names = [formatter.text(f"cost.{row.part}") for row in rows]
    left = max(text_width(name) for name in names) + 16
    canvas = Canvas(CHART_WIDTH, 50.0 * len(rows) + 16)
    amounts = costs.parts[["past", "expected"]].to_numpy().ravel()
    x_scale = Scale(0, max(float(pd.Series(amounts).max()), 1.0), left, CHART_WIDTH - 210)
    for number, row in enumerate(rows):
        y = 24 + 50.0 * number
        canvas.text(0, y + 4, names[number], "label strong")
        for line, (column, style) in enumerate((("past", "past"), ("expected", "lever"))):
            amount = getattr(row, column)
            if not pd.isna(amount):
                top = y - 16 + 19 * line
                canvas.bar(x_scale(0), top, x_scale(amount) - x_scale(0), 15, style)
                label = formatter.text(f"cost.label.{column}", amount=formatter.money(three_digits(amount)))
                canvas.text(x_scale(amount) + 8, top + 12, label, "value strong" if line else "value")
    return canvas.svg("costs", formatter.text("chart.costs"), alternative)


def actions_chart(actions: Actions, formatter: Formatter, alternative: str) -> Markup:
    """Draw per lever how many agents were recommended an intervention this month, and received one within a year."""
    rows = rows_of(actions.levers)
    names = [formatter.text.name("lever", row.lever) for row in rows]
    left = max(text_width(name) for name in names) + 16
    canvas = Canvas(CHART_WIDTH, 44.0 * len(rows) + 10)
    max_agents = float(actions.levers[["recommended", "received"]].max().max())
    x_scale = Scale(0, ticks(max_agents)[-1], left, CHART_WIDTH - 210)
    for number, row in enumerate(rows):
        y = 20 + 44.0 * number
        canvas.text(0, y + 4, names[number], "label strong")
        for line, (column, style) in enumerate((("recommended", "lever"), ("received", "past"))):
            count = getattr(row, column)
            if not pd.isna(count):
                top = y - 15 + 18 * line
                canvas.bar(x_scale(0), top, x_scale(count) - x_scale(0), 14, style)
                label = formatter.text(f"actions.label.{column}", count=formatter.number(count))
                canvas.text(x_scale(count) + 8, top + 11, label, "value" if line else "value strong")
    return canvas.svg("actions", formatter.text("chart.actions"), alternative)
