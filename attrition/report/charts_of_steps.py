"""Charts of money, movements and steps: what resignations cost, which drivers moved, what was recommended and given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.svg import Canvas, Scale, text_width, ticks
from attrition.report.tables import each

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from attrition.report.costs import Costs
    from attrition.report.form import Form
    from attrition.report.movements import Movements
    from attrition.report.steps import Steps

WIDTH = 860.0
ROW = 26.0


def about(amount: float) -> float:
    """Round an amount to three digits: the parts it is reckoned from are known no better.

    Examples
    --------
    >>> about(5748640.0), about(912.4)
    (5750000.0, 912.0)
    """
    return amount if pd.isna(amount) or amount == 0 else float(f"{amount:.3g}")


def costs_chart(table: Costs, form: Form, alternative: str) -> Markup:
    """Draw what each part of the cost comes to: in the last twelve months, and for the expected resignations."""
    rows = list(each(table.parts))
    names = [form.words(f"cost.{row.part}") for row in rows]
    left = max(text_width(name) for name in names) + 16
    canvas = Canvas(WIDTH, 50.0 * len(rows) + 16)
    amounts = table.parts[["past", "expected"]].to_numpy().ravel()
    along = Scale(0, max(float(pd.Series(amounts).max()), 1.0), left, WIDTH - 210)
    for place, row in enumerate(rows):
        y = 24 + 50.0 * place
        canvas.text(0, y + 4, names[place], "label strong")
        for line, (column, style) in enumerate((("past", "past"), ("expected", "lever"))):
            amount = getattr(row, column)
            if not pd.isna(amount):
                top = y - 16 + 19 * line
                canvas.bar(along(0), top, along(amount) - along(0), 15, style)
                said = form.words(f"cost.label.{column}", amount=form.money(about(amount)))
                canvas.text(along(amount) + 8, top + 12, said, "value strong" if line else "value")
    return canvas.svg("costs", form.words("chart.costs"), alternative)


def movements_chart(table: Movements, name: Callable[[str], str], form: Form, alternative: str) -> Markup:
    """Draw by how many points drivers changed: bars since a year ago, hollow marks since the month before."""
    rows = list(each(table.changed))
    names = [name(row.topic) for row in rows]
    left = min(max((text_width(said) for said in names), default=60) + 20, 470)
    canvas = Canvas(WIDTH, ROW * len(rows) + 14)
    both = pd.concat([table.changed["month"], table.changed["year"]]).dropna()
    along = Scale(min(0.0, float(both.min())), max(float(both.max()), 0.1), left, WIDTH - 150)
    for place, row in enumerate(rows):
        y = 18 + ROW * place
        canvas.text(0, y + 4, names[place], "label")
        if not pd.isna(row.year):
            canvas.bar(min(along(0), along(row.year)), y - 7, abs(along(row.year) - along(0)), 14, f"lever {row.lever}")
        if not pd.isna(row.month):
            canvas.dot(along(row.month), y, "before", 4.5)
        told = form.words("movements.value", year=form.number(row.year, 1), month=form.number(row.month, 1))
        canvas.text(WIDTH, y + 4, told, "value", "end")
    canvas.line(along(0), 4, along(0), ROW * len(rows) + 8, "zero")
    return canvas.svg("movements", form.words("chart.movements"), alternative)


def steps_chart(table: Steps, form: Form, alternative: str) -> Markup:
    """Draw per lever how many agents were recommended something this month and were given something in a year."""
    rows = list(each(table.levers))
    names = [form.words.name("lever", row.lever) for row in rows]
    left = max(text_width(name) for name in names) + 16
    canvas = Canvas(WIDTH, 44.0 * len(rows) + 10)
    most = float(table.levers[["recommended", "given"]].max().max())
    along = Scale(0, ticks(most)[-1], left, WIDTH - 210)
    for place, row in enumerate(rows):
        y = 20 + 44.0 * place
        canvas.text(0, y + 4, names[place], "label strong")
        for line, (column, style) in enumerate((("recommended", "lever"), ("given", "past"))):
            count = getattr(row, column)
            if not pd.isna(count):
                top = y - 15 + 18 * line
                canvas.bar(along(0), top, along(count) - along(0), 14, style)
                said = form.words(f"steps.label.{column}", count=form.number(count))
                canvas.text(along(count) + 8, top + 11, said, "value" if line else "value strong")
    return canvas.svg("steps", form.words("chart.steps"), alternative)
