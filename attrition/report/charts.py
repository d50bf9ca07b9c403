"""Charts of the track record, expected resignations, drivers, model metrics, and of one agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.figures.tables import rows_of, units_to_draw
from attrition.report.svg import CHART_WIDTH, ROW_HEIGHT, Canvas, Scale, text_width, ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from attrition.report.figures.movements import Movements
    from attrition.report.formatter import Formatter

COMPACT_WIDTH = 420.0

MIN_POINTS_OF_AXIS = 1.0
"""An axis of points reaches at least so far, so that it does not stretch one step of rounding over the page."""


def history_chart(record: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw per month the interval, the expected number of resignations and the actual number."""
    canvas = Canvas(CHART_WIDTH, 300)
    values = [*record["high"], *record["resigned"]]
    x_scale, y_scale = _draw_month_axes(canvas, record, formatter, values, formatter.number)
    for number, month in enumerate(rows_of(record)):
        x = x_scale(number)
        canvas.bar(x - 13, y_scale(month.high), 26, y_scale(month.low) - y_scale(month.high), "range")
        canvas.line(x - 13, y_scale(month.expected), x + 13, y_scale(month.expected), "expected")
        canvas.dot(x, y_scale(month.resigned), "happened" if month.is_inside else "happened outside", 5.5)
        offset = -10 if month.resigned >= month.expected else 19
        label = formatter.number(month.resigned)
        canvas.text(x, y_scale(month.resigned) + offset, label, "value strong", "middle")
    last = record.iloc[-1]
    y_expected, y_resigned = y_scale(last["expected"]), y_scale(last["resigned"])
    gap = 15.0 if abs(y_expected - y_resigned) < 15 else 0.0
    gap = gap if last["expected"] >= last["resigned"] else -gap
    x = x_scale(len(record) - 1) + 22
    canvas.text(x, y_expected + 4 - gap / 2, formatter.text("label.expected"), "say expected")
    canvas.text(x, y_resigned + 4 + gap / 2, formatter.text("label.resigned"), "say happened")
    return canvas.svg("history", formatter.text("chart.history"), alternative)


def flagged_chart(record: pd.DataFrame, formatter: Formatter, title: str, alternative: str) -> Markup:
    """Draw per month the share who resigned among the flagged and among the rest."""
    canvas = Canvas(CHART_WIDTH, 230)
    values = [*record["flagged_share"].dropna(), *record["rest_share"].dropna()]
    x_scale, y_scale = _draw_month_axes(canvas, record, formatter, values, lambda value: formatter.share(value, 0))
    for column, style in (("flagged_share", "happened"), ("rest_share", "rest")):
        known = record[column].dropna()
        points = [
            (x_scale(number), y_scale(value))
            for number, value in zip(known.index.tolist(), known.tolist(), strict=True)
        ]
        canvas.path(points, f"trace {style}")
        for x, y in points:
            canvas.dot(x, y, style, 3.5)
        if points:
            x, y = points[-1]
            share = formatter.share(known.iloc[-1], 0)
            label = formatter.text(f"label.{column.removesuffix('_share')}", share=share)
            canvas.text(x + 14, y + 4, label, f"say {style}")
    return canvas.svg("flagged", title, alternative)


def _draw_month_axes(
    canvas: Canvas,
    record: pd.DataFrame,
    formatter: Formatter,
    values: Sequence[float],
    tick_text: Callable[[float], str],
) -> tuple[Scale, Scale]:
    """Draw the months along the bottom and a light grid, and return the scales of x and y."""
    grid = ticks(max(float(value) for value in values) * 1.04 if values else 1.0)
    x_scale = Scale(0, max(len(record) - 1, 1), 64, canvas.width - 140)
    y_scale = Scale(0, grid[-1], canvas.height - 46, 16)
    for tick in grid:
        canvas.line(36, y_scale(tick), canvas.width - 112, y_scale(tick), "grid")
        canvas.text(30, y_scale(tick) + 4, tick_text(tick), "axis", "end")
    year = None
    can_be_backtest = "is_backtest" in record
    for number, month in enumerate(rows_of(record)):
        star = "*" if can_be_backtest and bool(month.is_backtest) else ""
        label = formatter.short_month(month.as_of) + star
        canvas.text(x_scale(number), canvas.height - 26, label, "axis", "middle")
        if month.as_of.year != year:
            year = month.as_of.year
            canvas.text(x_scale(number), canvas.height - 9, str(year), "axis", "middle")
    return x_scale, y_scale


def units_chart(units: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the expected share of headcount of centre, sites and teams with its interval; hidden units are left out."""
    table = units_to_draw(units)
    labels = [_unit_label(row, formatter) for row in rows_of(table)]
    values = [_unit_value(row, formatter) for row in rows_of(table)]
    left = min(max((text_width(label) for label in labels), default=60) + 30, 300)
    right = max((text_width(value, 12.5) for value in values), default=100) + 20
    canvas = Canvas(CHART_WIDTH, ROW_HEIGHT * len(table) + 44)
    grid = ticks(float(table["share_high"].max()) if len(table) else 1.0)
    x_scale = Scale(0, grid[-1], left, CHART_WIDTH - right)
    bottom = ROW_HEIGHT * len(table) + 10
    _draw_grid(canvas, x_scale, grid, bottom, lambda tick: formatter.share(tick, 0))
    centre = table.loc[table["level"] == "centre", "share"]
    if len(centre):
        canvas.line(x_scale(centre.iloc[0]), 4, x_scale(centre.iloc[0]), bottom, "reference")
    for number, row in enumerate(rows_of(table)):
        y = 18 + ROW_HEIGHT * number
        indent = 0 if row.level == "centre" else 8 if row.level == "site" else 22
        canvas.text(indent, y + 4, labels[number], "label" if row.level == "team" else "label strong")
        low, high = x_scale(row.share_low), x_scale(row.share_high)
        canvas.bar(low, y - 5, high - low, 10, f"range {row.level}")
        canvas.dot(x_scale(row.share), y, "point", 5)
        canvas.text(CHART_WIDTH, y + 4, values[number], "value", "end")
    return canvas.svg("units", formatter.text("chart.units"), alternative)


def _unit_label(row: Any, formatter: Formatter) -> str:
    return formatter.text("level.centre") if row.level == "centre" else str(row.unit)


def _unit_value(row: Any, formatter: Formatter) -> str:
    return formatter.text(
        "chart.units.value",
        expected=formatter.number(row.expected),
        interval=formatter.interval(row.low, row.high),
        headcount=formatter.number(row.headcount),
    )


def _draw_grid(
    canvas: Canvas, x_scale: Scale, grid: Sequence[float], bottom: float, tick_text: Callable[[float], str]
) -> None:
    """Draw the vertical lines of an axis with what they stand for below them."""
    for tick in grid:
        canvas.line(x_scale(tick), 4, x_scale(tick), bottom, "grid")
        canvas.text(x_scale(tick), bottom + 18, tick_text(tick), "axis", "middle")


def levers_chart(levers: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw mean points per lever over peers; a hollow mark shows the month before."""
    names = [formatter.text.name("lever", lever) for lever in levers["lever"]]
    left = max((text_width(name) for name in names), default=60) + 14
    canvas = Canvas(CHART_WIDTH, ROW_HEIGHT * len(levers) + 36)
    values = pd.concat([levers["points"], levers["points_before"]]).dropna()
    grid = ticks(max(float(values.max()), MIN_POINTS_OF_AXIS))
    x_scale = Scale(min(0.0, float(values.min())), grid[-1], left, CHART_WIDTH - 110)
    _draw_grid(canvas, x_scale, grid, ROW_HEIGHT * len(levers) + 8, lambda tick: formatter.number(tick, 1))
    zero = x_scale(0)
    for number, row in enumerate(rows_of(levers)):
        y = 18 + ROW_HEIGHT * number
        canvas.text(0, y + 4, names[number], "label")
        x = x_scale(row.points)
        ends = [x, zero]
        canvas.bar(min(zero, x), y - 7, abs(x - zero), 14, f"lever {row.lever}")
        if not pd.isna(row.points_before):
            canvas.dot(x_scale(row.points_before), y, "before", 4.5)
            ends.append(x_scale(row.points_before))
        canvas.text(max(ends) + 10, y + 4, formatter.points(row.points), "value strong")
    canvas.line(zero, 4, zero, ROW_HEIGHT * len(levers) + 8, "zero")
    return canvas.svg("levers", formatter.text("chart.levers"), alternative)


def movements_chart(movements: Movements, name: Callable[[str], str], formatter: Formatter, alternative: str) -> Markup:
    """Draw by how many points drivers changed: bars since a year ago, hollow marks since the month before."""
    rows = rows_of(movements.largest_changes)
    names = [name(row.topic) for row in rows]
    left = min(max((text_width(text) for text in names), default=60) + 20, 470)
    canvas = Canvas(CHART_WIDTH, ROW_HEIGHT * len(rows) + 36)
    values = pd.concat([movements.largest_changes["month"], movements.largest_changes["year"]]).dropna()
    half = ticks(max(float(values.abs().max()), MIN_POINTS_OF_AXIS), about=2)
    grid = [*(-tick for tick in half[:0:-1]), *half]
    x_scale = Scale(grid[0], grid[-1], left, CHART_WIDTH - 150)
    bottom = ROW_HEIGHT * len(rows) + 8
    _draw_grid(canvas, x_scale, grid, bottom, lambda tick: formatter.number(tick, 1))
    zero = x_scale(0)
    for number, row in enumerate(rows):
        y = 18 + ROW_HEIGHT * number
        canvas.text(0, y + 4, names[number], "label")
        if not pd.isna(row.year):
            x = x_scale(row.year)
            canvas.bar(min(zero, x), y - 7, abs(x - zero), 14, f"lever {row.lever}")
        if not pd.isna(row.month):
            canvas.dot(x_scale(row.month), y, "before", 4.5)
        changes = {"year": formatter.number(row.year, 1), "month": formatter.number(row.month, 1)}
        canvas.text(CHART_WIDTH, y + 4, formatter.text("movements.value", **changes), "value", "end")
    canvas.line(zero, 4, zero, ROW_HEIGHT * len(rows) + 8, "zero")
    return canvas.svg("movements", formatter.text("chart.movements"), alternative)


def auc_chart(metrics: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the AUC of each model with its interval, on a scale from 0.5 (chance) to 1 (perfect)."""
    row_height = 34.0
    names = [formatter.text.name("model", model) for model in metrics["model"]]
    left = max((text_width(name) for name in names), default=60) + 34
    canvas = Canvas(COMPACT_WIDTH, row_height * len(metrics) + 36)
    x_scale = Scale(0.5, 1.0, left, COMPACT_WIDTH - 24)
    bottom = row_height * len(metrics) + 8
    for tick in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        canvas.line(x_scale(tick), 4, x_scale(tick), bottom, "grid")
        canvas.text(x_scale(tick), bottom + 18, formatter.share(tick, 0), "axis", "middle")
    for number, row in enumerate(rows_of(metrics)):
        y = 24 + row_height * number
        canvas.text(0, y + 4, names[number], "label strong" if number == 0 else "label")
        if row.high > row.low:
            low = x_scale(max(row.low, 0.5))
            canvas.bar(low, y - 5, x_scale(row.high) - low, 10, "range")
        x = x_scale(max(row.value, 0.5))
        canvas.dot(x, y, "point" if number == 0 else "rest", 5)
        canvas.text(x, y - 9, formatter.share(row.value, 1), "value strong", "middle")
    return canvas.svg("auc", formatter.text("chart.auc"), alternative)


def calibration_chart(groups: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the share who resigned against the mean estimate, in groups of similar estimates."""
    canvas = Canvas(COMPACT_WIDTH, 300)
    grid = ticks(float(max(groups["high"].max(), groups["expected"].max())))
    x_scale, y_scale = Scale(0, grid[-1], 52, COMPACT_WIDTH - 20), Scale(0, grid[-1], 250, 14)
    for tick in grid:
        canvas.line(52, y_scale(tick), COMPACT_WIDTH - 20, y_scale(tick), "grid")
        canvas.text(46, y_scale(tick) + 4, formatter.share(tick, 0), "axis", "end")
        canvas.text(x_scale(tick), 268, formatter.share(tick, 0), "axis", "middle")
    canvas.line(x_scale(0), y_scale(0), x_scale(grid[-1]), y_scale(grid[-1]), "reference")
    for row in rows_of(groups):
        x = x_scale(row.expected)
        canvas.line(x, y_scale(max(row.low, 0)), x, y_scale(row.high), "whisker")
        canvas.dot(x, y_scale(row.observed), "happened", 4.5)
    canvas.text((52 + COMPACT_WIDTH - 20) / 2, 291, formatter.text("axis.expected"), "say expected", "middle")
    canvas.text(60, 26, formatter.text("axis.observed"), "say happened")
    return canvas.svg("calibration", formatter.text("chart.calibration"), alternative)


def staying_chart(curve: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the survival curve of one agent, month by month."""
    canvas = Canvas(CHART_WIDTH, 200)
    months = int(curve["month_ahead"].max())
    x_scale, y_scale = Scale(0, months, 50, CHART_WIDTH - 90), Scale(0, 1, 165, 14)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line(50, y_scale(share), CHART_WIDTH - 90, y_scale(share), "grid")
        canvas.text(44, y_scale(share) + 4, formatter.share(share, 0), "axis", "end")
    for month in range(months + 1):
        canvas.text(x_scale(month), 186, str(month), "axis", "middle")
    month_points = [(x_scale(row.month_ahead), y_scale(row.staying)) for row in rows_of(curve)]
    points = [(x_scale(0), y_scale(1.0)), *month_points]
    x, y = points[-1]
    canvas.path(points, "trace spark")
    canvas.dot(x, y, "point")
    canvas.text(x + 10, y + 4, formatter.share(curve["staying"].iloc[-1], 0), "value strong")
    return canvas.svg("staying", formatter.text("explain.staying"), alternative)
