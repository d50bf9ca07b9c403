"""Charts of the centre over time: exits by month, rates of two years, new hires who are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attrition.report.cohorts import TOLD
from attrition.report.svg import Canvas, Scale, text_width, ticks
from attrition.report.tables import each

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.form import Form
    from attrition.report.turnover import Turnover

WIDTH = 860.0
PANEL = 262.0
GAP = 32.0
HIGH = 150.0
YEAR = 365


def turnover_chart(table: Turnover, form: Form, alternative: str) -> Markup:
    """Draw the exits of each month: resignations from the bottom, other exits on top of them."""
    months = table.months.dropna(subset="headcount").reset_index(drop=True)
    canvas = Canvas(WIDTH, 270)
    grid = ticks(float((months["voluntary"] + months["otherwise"]).max()))
    across = Scale(0, max(len(months) - 1, 1), 56, WIDTH - 150)
    up = Scale(0, grid[-1], 218, 22)
    width = min(22.0, 0.72 * (WIDTH - 206) / max(len(months), 1))
    for tick in grid:
        canvas.line(38, up(tick), WIDTH - 132, up(tick), "grid")
        canvas.text(32, up(tick) + 4, form.number(tick), "axis", "end")
    year = None
    for place, month in enumerate(each(months)):
        x, top = across(place), month.voluntary + month.otherwise
        canvas.bar(x - width / 2, up(month.voluntary), width, up(0) - up(month.voluntary), "voluntary")
        canvas.bar(x - width / 2, up(top), width, up(month.voluntary) - up(top), "otherwise")
        canvas.text(x, up(top) - 5, form.number(month.voluntary), "value voluntary", "middle")
        canvas.text(x, 236, str(month.as_of.month), "axis", "middle")
        if month.as_of.year != year:
            year = month.as_of.year
            canvas.text(x - width / 2, 254, str(year), "axis")
    last = months.iloc[-1]
    x = across(len(months) - 1) + width / 2 + 10
    canvas.text(x, up(last["voluntary"] / 2) + 4, form.words("label.voluntary"), "say voluntary")
    canvas.text(x, up(last["voluntary"] + last["otherwise"] / 2) + 1, form.words("label.otherwise"), "say otherwise")
    return canvas.svg("turnover", form.words("chart.turnover"), alternative)


def rates_chart(rates: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw the yearly rate of each kind of exit with its interval, this year above the year before."""
    canvas = Canvas(WIDTH, 26.0 * len(rates) + 44)
    names = {kind: form.words(f"kind.{kind}") for kind in rates["kind"].unique()}
    left = max(text_width(name, 14) for name in names.values()) + 130
    grid = ticks(float(rates["high"].max()))
    along = Scale(0, grid[-1], left, WIDTH - 150)
    bottom = 26.0 * len(rates) + 10
    for tick in grid:
        canvas.line(along(tick), 4, along(tick), bottom, "grid")
        canvas.text(along(tick), bottom + 18, form.share(tick, 0), "axis", "middle")
    order = [row for kind in names for row in each(rates[rates["kind"] == kind])]
    for place, row in enumerate(order):
        y, is_this = 18 + 26.0 * place, row.year == "this"
        if is_this:
            canvas.text(0, y + 4, names[row.kind], "label strong")
        canvas.text(left - 14, y + 4, form.words(f"year.{row.year}"), "label" if is_this else "axis", "end")
        canvas.bar(along(row.low), y - 5, along(row.high) - along(row.low), 10, "range" if is_this else "range past")
        canvas.dot(along(row.rate), y, "point" if is_this else "rest", 5)
        said = f"{form.share(row.rate, 1)} ({form.between(row.low, row.high)})"
        canvas.text(WIDTH, y + 4, said, "value strong" if is_this else "value", "end")
    return canvas.svg("rates", form.words("chart.rates"), alternative)


def cohorts_chart(table: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw one panel per hiring cohort: its curve with its band, the others' curves behind it in grey."""
    curves = [curve for _, curve in table.groupby("cohort")]
    across = 3
    rows = -(-len(curves) // across)
    canvas = Canvas(WIDTH, rows * (HIGH + 62) + 4)
    for place, curve in enumerate(curves):
        cohort, half, hires = curve["cohort"].iloc[0], curve["half"].iloc[0], curve["hires"].iloc[0]
        x, y = 8 + (PANEL + GAP) * (place % across), (HIGH + 62) * (place // across)
        along, up = Scale(0, YEAR, x + 30, x + PANEL - 26), Scale(0, 1, y + 24 + HIGH, y + 30)
        canvas.text(x, y + 14, form.words("cohort", year=cohort.year, half=form.words(f"half.{half}")), "label strong")
        canvas.text(x + PANEL, y + 14, form.words("cohort.hires", count=form.number(hires)), "axis", "end")
        _frame(canvas, along, up, form, is_first=place % across == 0)
        for other in curves:
            canvas.path(_points(other, "survival", along, up), "trace faint")
        band = [*_points(curve, "high", along, up), *reversed(_points(curve, "low", along, up))]
        canvas.path([*band, band[0]], "band")
        canvas.path(_points(curve, "survival", along, up), "trace own")
        _told(canvas, curve, along, up, form)
    return canvas.svg("cohorts", form.words("chart.cohorts"), alternative)


def _frame(canvas: Canvas, along: Scale, up: Scale, form: Form, *, is_first: bool) -> None:
    for share in (0.0, 0.5, 1.0):
        canvas.line(along(0), up(share), along(YEAR), up(share), "grid")
        canvas.text(along(0) - 5, up(share) + 4, form.share(share, 0) if is_first else "", "axis", "end")
    for day in (0, *TOLD):
        if day != TOLD[0]:
            canvas.text(along(day), up(0) + 16, form.words("day", n=day), "axis", "middle")


def _points(curve: pd.DataFrame, column: str, along: Scale, up: Scale) -> list[tuple[float, float]]:
    return [(along(day), up(value)) for day, value in zip(curve["day"], curve[column], strict=True)]


def _told(canvas: Canvas, curve: pd.DataFrame, along: Scale, up: Scale, form: Form) -> None:
    """Write the survival at the days that are told, where the curve reaches them; the first stands too close."""
    at = curve.set_index("day")["survival"]
    for day in TOLD[1:]:
        value = at.get(day, np.nan)
        if not np.isnan(value):
            canvas.dot(along(day), up(value), "point", 3.5)
            canvas.text(along(day), up(value) - 9, form.share(value, 0), "value strong", "middle")
