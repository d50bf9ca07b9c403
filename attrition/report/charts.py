"""Charts of the track record, expected resignations, drivers, model metrics, and of one agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.report.chart_axes import draw_grid, draw_legend, legend_height, with_room
from attrition.report.chart_rows import place_rows
from attrition.report.figures.tables import rows_of, units_to_draw
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale, text_width, ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from attrition.report.figures.movements import Movements
    from attrition.report.formatter import Formatter

COMPACT_WIDTH = 420.0

MIN_POINTS_OF_AXIS = 1.0
"""An axis of points reaches at least so far, so that it does not stretch one step of rounding over the page."""


@for_every_screen
def history_chart(screen: Screen, record: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw per month the interval, the expected number of resignations and the actual number."""
    canvas = Canvas(screen, 300)
    values = [*record["high"], *record["resigned"]]
    x_scale, y_scale = _draw_month_axes(canvas, record, formatter, values, formatter.number)
    half = min(13.0, 0.4 * (x_scale(1) - x_scale(0))) if screen.is_narrow else 13.0
    months = rows_of(record)
    for number, month in enumerate(months):
        x = x_scale(number)
        canvas.bar(x - half, y_scale(month.high), 2 * half, y_scale(month.low) - y_scale(month.high), "range")
        canvas.line(x - half, y_scale(month.expected), x + half, y_scale(month.expected), "expected")
        canvas.dot(x, y_scale(month.resigned), "happened" if month.is_inside else "happened outside", 5.5)
    labels = [formatter.number(month.resigned) for month in months]
    for number in with_room(screen, [*map(x_scale, range(len(months)))], labels, anchor=-1):
        y = y_scale(months[number].resigned) + (-10 if months[number].resigned >= months[number].expected else 19)
        canvas.text(x_scale(number), y, labels[number], "value strong", "middle")
    _name_history(canvas, record.iloc[-1], formatter, x_scale(len(record) - 1), y_scale)
    return canvas.svg("history", formatter.text("chart.history"), alternative)


def _name_history(canvas: Canvas, last: pd.Series, formatter: Formatter, x: float, y_scale: Scale) -> None:
    """Write beside the last month, or in a legend, what line and dot stand for."""
    names = [
        (formatter.text(f"label.{name}"), style) for name, style in (("expected", "expected"), ("resigned", "happened"))
    ]
    if canvas.screen.is_narrow:
        draw_legend(canvas, names)
        return
    y_expected, y_resigned = y_scale(last["expected"]), y_scale(last["resigned"])
    gap = 15.0 if abs(y_expected - y_resigned) < 15 else 0.0
    gap = gap if last["expected"] >= last["resigned"] else -gap
    for (name, style), y in zip(names, (y_expected - gap / 2, y_resigned + gap / 2), strict=True):
        canvas.text(x + 22, y + 4, name, f"say {style}")


@for_every_screen
def flagged_chart(screen: Screen, record: pd.DataFrame, formatter: Formatter, title: str, alternative: str) -> Markup:
    """Draw per month the share who resigned among the flagged and among the rest."""
    canvas = Canvas(screen, 230)
    values = [*record["flagged_share"].dropna(), *record["rest_share"].dropna()]
    x_scale, y_scale = _draw_month_axes(canvas, record, formatter, values, lambda value: formatter.share(value, 0))
    names = []
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
            names.append((formatter.text(f"label.{column.removesuffix('_share')}", share=share), style))
            if not screen.is_narrow:
                canvas.text(x + 14, y + 4, names[-1][0], f"say {style}")
    if screen.is_narrow:
        draw_legend(canvas, names)
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
    left, right, inset = (42, canvas.width - 2, 12) if canvas.screen.is_narrow else (36, canvas.width - 112, 28)
    x_scale = Scale(0, max(len(record) - 1, 1), left + inset, right - inset)
    y_scale = Scale(0, grid[-1], canvas.height - 46, 16 + legend_height(canvas.screen))
    for tick in grid:
        canvas.line(left, y_scale(tick), right, y_scale(tick), "grid")
        canvas.text(left - 6, y_scale(tick) + 4, tick_text(tick), "axis", "end")
    _label_months(canvas, record, formatter, x_scale)
    return x_scale, y_scale


def _label_months(canvas: Canvas, record: pd.DataFrame, formatter: Formatter, x_scale: Scale) -> None:
    """Write the months along the bottom, a star behind those of a backtest, and the year under its first."""
    is_backtest = record.get("is_backtest", pd.Series(False, index=record.index)).astype(bool)
    stars = np.where(is_backtest, "*", "")
    months = [formatter.short_month(month) + star for month, star in zip(record["as_of"], stars, strict=True)]
    years = [str(month.year) for month in record["as_of"]]
    places = [x_scale(number) for number in range(len(record))]
    last_year = ""
    for number in with_room(canvas.screen, places, [*map(_wider, months, years)], anchor=-1):
        canvas.text(places[number], canvas.height - 26, months[number], "axis", "middle")
        if years[number] != last_year:
            last_year = years[number]
            canvas.text(places[number], canvas.height - 9, last_year, "axis", "middle")


def _wider(*texts: str) -> str:
    return max(texts, key=text_width)


@for_every_screen
def units_chart(screen: Screen, units: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the expected share of headcount of centre, sites and teams with its interval; hidden units are left out."""
    table = units_to_draw(units)
    labels = [_unit_label(row, formatter) for row in rows_of(table)]
    values = [_unit_value(row, formatter) for row in rows_of(table)]
    left = min(max((text_width(label) for label in labels), default=60) + 30, 300)
    right = max((text_width(value, 12.5) for value in values), default=100) + 20
    rows = place_rows(screen, labels, values, left=left, right=right)
    canvas = Canvas(screen, rows.bottom + 34)
    grid = ticks(float(table["share_high"].max()) if len(table) else 1.0)
    x_scale = Scale(0, grid[-1], rows.start, rows.end)
    draw_grid(canvas, x_scale, grid, bottom=rows.bottom, tick_text=lambda tick: formatter.share(tick, 0))
    centre = table.loc[table["level"] == "centre", "share"]
    if len(centre):
        canvas.line(x_scale(centre.iloc[0]), 4, x_scale(centre.iloc[0]), rows.bottom, "reference")
    for number, row in enumerate(rows_of(table)):
        y = rows.middles[number]
        indent = 0 if row.level == "centre" else 8 if row.level == "site" else 22
        rows.write_label(canvas, number, "label" if row.level == "team" else "label strong", indent)
        low, high = x_scale(row.share_low), x_scale(row.share_high)
        canvas.bar(low, y - 5, high - low, 10, f"range {row.level}")
        canvas.dot(x_scale(row.share), y, "point", 5)
        rows.write_value(canvas, number, "value")
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


@for_every_screen
def levers_chart(screen: Screen, levers: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw mean points per lever over peers; a hollow mark shows the month before."""
    names = [formatter.text.name("lever", lever) for lever in levers["lever"]]
    left = max((text_width(name) for name in names), default=60) + 14
    rows = place_rows(
        screen, names, [formatter.points(points) for points in levers["points"]], left=left, right=110, below=8
    )
    canvas = Canvas(screen, rows.bottom + 28)
    values = pd.concat([levers["points"], levers["points_before"]]).dropna()
    grid = ticks(max(float(values.max()), MIN_POINTS_OF_AXIS))
    x_scale = Scale(min(0.0, float(values.min())), grid[-1], rows.start, rows.end)
    draw_grid(canvas, x_scale, grid, bottom=rows.bottom, tick_text=lambda tick: formatter.number(tick, 1))
    zero = x_scale(0)
    for number, row in enumerate(rows_of(levers)):
        y = rows.middles[number]
        rows.write_label(canvas, number, "label")
        x = x_scale(row.points)
        ends = [x, zero]
        canvas.bar(min(zero, x), y - 7, abs(x - zero), 14, f"lever {row.lever}")
        if not pd.isna(row.points_before):
            canvas.dot(x_scale(row.points_before), y, "before", 4.5)
            ends.append(x_scale(row.points_before))
        rows.write_value(canvas, number, "value strong", beside=max(ends) + 10)
    canvas.line(zero, 4, zero, rows.bottom, "zero")
    return canvas.svg("levers", formatter.text("chart.levers"), alternative)


@for_every_screen
def movements_chart(
    screen: Screen, movements: Movements, name: Callable[[str], str], formatter: Formatter, alternative: str
) -> Markup:
    """Draw by how many points drivers changed: bars since a year ago, hollow marks since the month before."""
    changes = rows_of(movements.largest_changes)
    names = [name(row.topic) for row in changes]
    values = [
        formatter.text("movements.value", year=formatter.number(row.year, 1), month=formatter.number(row.month, 1))
        for row in changes
    ]
    left = min(max((text_width(text) for text in names), default=60) + 20, 470)
    rows = place_rows(screen, names, values, left=left, right=150, below=8)
    canvas = Canvas(screen, rows.bottom + 28)
    points = pd.concat([movements.largest_changes["month"], movements.largest_changes["year"]]).dropna()
    half = ticks(max(float(points.abs().max()), MIN_POINTS_OF_AXIS), about=2)
    grid = [*(-tick for tick in half[:0:-1]), *half]
    x_scale = Scale(grid[0], grid[-1], rows.start, rows.end)
    draw_grid(canvas, x_scale, grid, bottom=rows.bottom, tick_text=lambda tick: formatter.number(tick, 1))
    zero = x_scale(0)
    for number, row in enumerate(changes):
        y = rows.middles[number]
        rows.write_label(canvas, number, "label")
        if not pd.isna(row.year):
            x = x_scale(row.year)
            canvas.bar(min(zero, x), y - 7, abs(x - zero), 14, f"lever {row.lever}")
        if not pd.isna(row.month):
            canvas.dot(x_scale(row.month), y, "before", 4.5)
        rows.write_value(canvas, number, "value")
    canvas.line(zero, 4, zero, rows.bottom, "zero")
    return canvas.svg("movements", formatter.text("chart.movements"), alternative)


@for_every_screen
def auc_chart(screen: Screen, metrics: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the AUC of each model with its interval, on a scale from 0.5 (chance) to 1 (perfect)."""
    row_height = 34.0
    names = [formatter.text.name("model", model) for model in metrics["model"]]
    left = max((text_width(name) for name in names), default=60) + 34
    canvas = Canvas(screen.at_most(COMPACT_WIDTH), row_height * len(metrics) + 36)
    x_scale = Scale(0.5, 1.0, left, canvas.width - 24)
    bottom, grid = row_height * len(metrics) + 8, (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    draw_grid(canvas, x_scale, grid, bottom=bottom, tick_text=lambda tick: formatter.share(tick, 0))
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


@for_every_screen
def calibration_chart(screen: Screen, groups: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the share who resigned against the mean estimate, in groups of similar estimates."""
    canvas = Canvas(screen.at_most(COMPACT_WIDTH), 300)
    grid = ticks(float(max(groups["high"].max(), groups["expected"].max())))
    x_scale = Scale(0, grid[-1], 52, canvas.width - 20)
    y_scale = Scale(0, grid[-1], 250, 14 + legend_height(screen))
    labels = [formatter.share(tick, 0) for tick in grid]
    labelled = with_room(screen, [x_scale(tick) for tick in grid], labels)
    for number, tick in enumerate(grid):
        canvas.line(52, y_scale(tick), canvas.width - 20, y_scale(tick), "grid")
        canvas.text(46, y_scale(tick) + 4, labels[number], "axis", "end")
        if number in labelled:
            canvas.text(x_scale(tick), 268, labels[number], "axis", "middle")
    canvas.line(x_scale(0), y_scale(0), x_scale(grid[-1]), y_scale(grid[-1]), "reference")
    for row in rows_of(groups):
        x = x_scale(row.expected)
        canvas.line(x, y_scale(max(row.low, 0)), x, y_scale(row.high), "whisker")
        canvas.dot(x, y_scale(row.observed), "happened", 4.5)
    canvas.text((52 + canvas.width - 20) / 2, 291, formatter.text("axis.expected"), "say expected", "middle")
    canvas.text(*((52, 14) if screen.is_narrow else (60, 26)), formatter.text("axis.observed"), "say happened")
    return canvas.svg("calibration", formatter.text("chart.calibration"), alternative)


@for_every_screen
def staying_chart(screen: Screen, curve: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the survival curve of one agent, month by month."""
    canvas = Canvas(screen, 200)
    months, end = int(curve["month_ahead"].max()), canvas.width - (46 if screen.is_narrow else 90)
    x_scale, y_scale = Scale(0, months, 50, end), Scale(0, 1, 165, 14)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line(50, y_scale(share), end, y_scale(share), "grid")
        canvas.text(44, y_scale(share) + 4, formatter.share(share, 0), "axis", "end")
    for month in with_room(screen, [*map(x_scale, range(months + 1))], [*map(str, range(months + 1))]):
        canvas.text(x_scale(month), 186, str(month), "axis", "middle")
    month_points = [(x_scale(row.month_ahead), y_scale(row.staying)) for row in rows_of(curve)]
    points = [(x_scale(0), y_scale(1.0)), *month_points]
    x, y = points[-1]
    canvas.path(points, "trace spark")
    canvas.dot(x, y, "point")
    canvas.text(x + 10, y + 4, formatter.share(curve["staying"].iloc[-1], 0), "value strong")
    return canvas.svg("staying", formatter.text("explain.staying"), alternative)
