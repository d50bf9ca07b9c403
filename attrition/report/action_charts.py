"""Charts of what resignations cost, and of the interventions recommended and received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from attrition.report.figures.tables import rows_of
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale, text_width, ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@for_every_screen
def costs_chart(screen: Screen, costs: Costs, formatter: Formatter, alternative: str) -> Markup:
    """Draw the parts of the cost of resignations: of the last twelve months, and of the expected ones."""

    def bar(row: Any, column: str, style: str, label_style: str) -> _Bar:
        amount = getattr(row, column)
        label = formatter.text(f"cost.label.{column}", amount=formatter.money(three_digits(amount)))
        return _Bar(amount, label, style, label_style)

    pairs = [
        (
            formatter.text(f"cost.{row.part}"),
            (bar(row, "past", "past", "value"), bar(row, "expected", "lever", "value strong")),
        )
        for row in rows_of(costs.parts)
    ]
    most = max(float(costs.parts[["past", "expected"]].max().max()), 1.0)
    canvas = _draw_pairs(screen, pairs, most, look=ON_PHONE if screen.is_narrow else OF_COSTS)
    return canvas.svg("costs", formatter.text("chart.costs"), alternative)


@for_every_screen
def actions_chart(screen: Screen, actions: Actions, formatter: Formatter, alternative: str) -> Markup:
    """Draw per lever how many agents were recommended an intervention this month, and received one within a year."""

    def bar(row: Any, column: str, style: str, label_style: str) -> _Bar:
        count = getattr(row, column)
        return _Bar(count, formatter.text(f"actions.label.{column}", count=formatter.number(count)), style, label_style)

    pairs = [
        (
            formatter.text.name("lever", row.lever),
            (bar(row, "recommended", "lever", "value strong"), bar(row, "received", "past", "value")),
        )
        for row in rows_of(actions.levers)
    ]
    most = ticks(float(actions.levers[["recommended", "received"]].max().max()))[-1]
    canvas = _draw_pairs(screen, pairs, most, look=ON_PHONE if screen.is_narrow else OF_ACTIONS)
    return canvas.svg("actions", formatter.text("chart.actions"), alternative)


class _Bar(NamedTuple):
    """A bar of a pair, and the text that says how long it is."""

    amount: float | None
    label: str
    style: str
    label_style: str


@dataclass(frozen=True)
class _Look:
    """Where in a row of so many pixels its name and the upper bar stand, and how far below the other one is."""

    height: float
    name: float
    top: float
    apart: float
    thickness: float
    below: float


OF_COSTS = _Look(height=50, name=28, top=8, apart=19, thickness=15, below=16)
OF_ACTIONS = _Look(height=44, name=24, top=5, apart=18, thickness=14, below=10)
ON_PHONE = _Look(height=92, name=16, top=39, apart=34, thickness=11, below=0)


def _draw_pairs(screen: Screen, pairs: Sequence[tuple[str, Sequence[_Bar]]], most: float, *, look: _Look) -> Canvas:
    """Draw two bars per row, the text of each behind it, or on a narrow screen above it."""
    left = max(text_width(name) for name, _ in pairs) + 16
    x_scale = Scale(0, most, 0, screen.width) if screen.is_narrow else Scale(0, most, left, screen.width - 210)
    canvas = Canvas(screen, look.height * len(pairs) + look.below)
    for number, (name, bars) in enumerate(pairs):
        y = look.height * number
        canvas.text(0, y + look.name, name, "label strong")
        for line, bar in enumerate(bars):
            if bar.amount is None or pd.isna(bar.amount):
                continue
            top, end = y + look.top + look.apart * line, x_scale(bar.amount)
            canvas.bar(x_scale(0), top, end - x_scale(0), look.thickness, bar.style)
            place = (0.0, top - 5) if screen.is_narrow else (end + 8, top + look.thickness - 3)
            canvas.text(*place, bar.label, bar.label_style)
    return canvas
