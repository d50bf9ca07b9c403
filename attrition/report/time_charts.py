"""Charts over time: exits by month, turnover rates of two years, survival of new hires."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attrition.report.figures.cohorts import TABLE_DAYS
from attrition.report.figures.tables import rows_of
from attrition.report.svg import CHART_WIDTH, ROW_HEIGHT, Canvas, Scale, text_width, ticks

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.figures.turnover import Turnover
    from attrition.report.formatter import Formatter

PANELS_PER_ROW = 3
PANEL_WIDTH = 262.0
PANEL_HEIGHT = 150.0
PANEL_GAP = 32.0
DAYS_PER_YEAR = 365


def turnover_chart(turnover: Turnover, formatter: Formatter, alternative: str) -> Markup:
    """Draw the exits of each month: resignations from the bottom, other exits on top of them."""
    months = turnover.months.dropna(subset="headcount").reset_index(drop=True)
    canvas = Canvas(CHART_WIDTH, 270)
    grid = ticks(float((months["voluntary"] + months["otherwise"]).max()))
    x_scale = Scale(0, max(len(months) - 1, 1), 56, CHART_WIDTH - 150)
    y_scale = Scale(0, grid[-1], 218, 22)
    width = min(22.0, 0.72 * (CHART_WIDTH - 206) / max(len(months), 1))
    for tick in grid:
        canvas.line(38, y_scale(tick), CHART_WIDTH - 132, y_scale(tick), "grid")
        canvas.text(32, y_scale(tick) + 4, formatter.number(tick), "axis", "end")
    year = None
    for number, month in enumerate(rows_of(months)):
        x, y_voluntary = x_scale(number), y_scale(month.voluntary)
        y_top = y_scale(month.voluntary + month.otherwise)
        canvas.bar(x - width / 2, y_voluntary, width, y_scale(0) - y_voluntary, "voluntary")
        canvas.bar(x - width / 2, y_top, width, y_voluntary - y_top, "otherwise")
        canvas.text(x, y_top - 5, formatter.number(month.voluntary), "value voluntary", "middle")
        canvas.text(x, 236, str(month.as_of.month), "axis", "middle")
        if month.as_of.year != year:
            year = month.as_of.year
            canvas.text(x - width / 2, 254, str(year), "axis")
    last = months.iloc[-1]
    x = x_scale(len(months) - 1) + width / 2 + 10
    y_otherwise = y_scale(last["voluntary"] + last["otherwise"] / 2)
    canvas.text(x, y_scale(last["voluntary"] / 2) + 4, formatter.text("label.voluntary"), "say voluntary")
    canvas.text(x, y_otherwise + 1, formatter.text("label.otherwise"), "say otherwise")
    return canvas.svg("turnover", formatter.text("chart.turnover"), alternative)


def rates_chart(rates: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the yearly rate of each kind of exit with its interval, this year above the year before."""
    canvas = Canvas(CHART_WIDTH, ROW_HEIGHT * len(rates) + 44)
    names = {kind: formatter.text(f"kind.{kind}") for kind in rates["kind"].unique()}
    left = max(text_width(name, 14) for name in names.values()) + 130
    grid = ticks(float(rates["high"].max()))
    x_scale = Scale(0, grid[-1], left, CHART_WIDTH - 150)
    bottom = ROW_HEIGHT * len(rates) + 10
    for tick in grid:
        canvas.line(x_scale(tick), 4, x_scale(tick), bottom, "grid")
        canvas.text(x_scale(tick), bottom + 18, formatter.share(tick, 0), "axis", "middle")
    rows = [row for kind in names for row in rows_of(rates[rates["kind"] == kind])]
    for number, row in enumerate(rows):
        y, is_this = 18 + ROW_HEIGHT * number, row.year == "this"
        if is_this:
            canvas.text(0, y + 4, names[row.kind], "label strong")
        canvas.text(left - 14, y + 4, formatter.text(f"year.{row.year}"), "label" if is_this else "axis", "end")
        low, high = x_scale(row.low), x_scale(row.high)
        canvas.bar(low, y - 5, high - low, 10, "range" if is_this else "range past")
        canvas.dot(x_scale(row.rate), y, "point" if is_this else "rest", 5)
        value = f"{formatter.share(row.rate, 1)} ({formatter.share_interval(row.low, row.high)})"
        canvas.text(CHART_WIDTH, y + 4, value, "value strong" if is_this else "value", "end")
    return canvas.svg("rates", formatter.text("chart.rates"), alternative)


def cohorts_chart(table: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw one panel per hiring cohort: its survival curve with its band, the other cohorts behind it in grey."""
    curves = [curve for _, curve in table.groupby("cohort")]
    panel_rows = -(-len(curves) // PANELS_PER_ROW)
    canvas = Canvas(CHART_WIDTH, panel_rows * (PANEL_HEIGHT + 62) + 4)
    for number, curve in enumerate(curves):
        cohort, half, hires = curve["cohort"].iloc[0], curve["half"].iloc[0], curve["hires"].iloc[0]
        panel_row, panel_column = divmod(number, PANELS_PER_ROW)
        x, y = 8 + (PANEL_WIDTH + PANEL_GAP) * panel_column, (PANEL_HEIGHT + 62) * panel_row
        x_scale, y_scale = (
            Scale(0, DAYS_PER_YEAR, x + 30, x + PANEL_WIDTH - 26),
            Scale(0, 1, y + 24 + PANEL_HEIGHT, y + 30),
        )
        name = formatter.text("cohort", year=cohort.year, half=formatter.text(f"half.{half}"))
        canvas.text(x, y + 14, name, "label strong")
        hires_label = formatter.text("cohort.hires", count=formatter.number(hires))
        canvas.text(x + PANEL_WIDTH, y + 14, hires_label, "axis", "end")
        _draw_axes(canvas, x_scale, y_scale, formatter, is_first=panel_column == 0)
        for other in curves:
            canvas.path(_points(other, "survival", x_scale, y_scale), "trace faint")
        band = [*_points(curve, "high", x_scale, y_scale), *reversed(_points(curve, "low", x_scale, y_scale))]
        canvas.path([*band, band[0]], "band")
        canvas.path(_points(curve, "survival", x_scale, y_scale), "trace own")
        _draw_values(canvas, curve, x_scale, y_scale, formatter)
    return canvas.svg("cohorts", formatter.text("chart.cohorts"), alternative)


def _draw_axes(canvas: Canvas, x_scale: Scale, y_scale: Scale, formatter: Formatter, *, is_first: bool) -> None:
    for share in (0.0, 0.5, 1.0):
        canvas.line(x_scale(0), y_scale(share), x_scale(DAYS_PER_YEAR), y_scale(share), "grid")
        label = formatter.share(share, 0) if is_first else ""
        canvas.text(x_scale(0) - 5, y_scale(share) + 4, label, "axis", "end")
    for day in (0, *TABLE_DAYS[1:]):
        canvas.text(x_scale(day), y_scale(0) + 16, formatter.text("day", n=day), "axis", "middle")


def _points(curve: pd.DataFrame, column: str, x_scale: Scale, y_scale: Scale) -> list[tuple[float, float]]:
    return [(x_scale(day), y_scale(value)) for day, value in zip(curve["day"], curve[column], strict=True)]


def _draw_values(canvas: Canvas, curve: pd.DataFrame, x_scale: Scale, y_scale: Scale, formatter: Formatter) -> None:
    """Write the survival at the days of the table, as far as the curve goes.

    The first of the days is left out: its number would overlap the labels of the axis.
    """
    survival = curve.set_index("day")["survival"]
    for day in TABLE_DAYS[1:]:
        value = survival.get(day, np.nan)
        if not np.isnan(value):
            canvas.dot(x_scale(day), y_scale(value), "point", 3.5)
            canvas.text(x_scale(day), y_scale(value) - 9, formatter.share(value, 0), "value strong", "middle")
