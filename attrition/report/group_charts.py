"""Charts that compare sites, teams and tenure bands: the funnel plot, pay over the market, workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.chart_axes import draw_grid, with_room
from attrition.report.chart_rows import LINE_HEIGHT, place_rows
from attrition.report.figures.funnel import INNER, MIN_EXPECTED, OUTER, Funnel, control_limit
from attrition.report.figures.tables import rows_of
from attrition.report.panels import Panels
from attrition.report.screens import Screen, for_every_screen
from attrition.report.sentences import by_name, capital, mean_text, phrase
from attrition.report.svg import Canvas, Scale, text_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from markupsafe import Markup

    from attrition.features.declare import Feature
    from attrition.report.formatter import Formatter

EXPECTED_TICKS = (3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
MAX_RATIO = 3.5
"""Upper end of the scale of the funnel plot; a larger ratio is drawn there."""

MAX_SITES = 8
"""Largest number of sites in the chart of workload; with more it shows the whole centre only."""

MIN_SPAN = 0.2
"""The scale of a measure spans at least this share of the measure's value, so that a tiny difference looks small."""


@for_every_screen
def funnel_chart(screen: Screen, funnel: Funnel, formatter: Formatter, alternative: str) -> Markup:
    """Draw observed over expected against the expected number, with the control limits."""
    shown = funnel.parts[funnel.parts["ratio"].notna()]
    canvas, edge = Canvas(screen, 400), screen.width - (46 if screen.is_narrow else 128)
    max_expected = float(max(shown["expected"].max(), 20.0)) * 1.15
    x_scale = Scale(np.log(MIN_EXPECTED * 0.92), np.log(max_expected), 52, edge)
    y_scale = Scale(0, MAX_RATIO, 346, 30)
    for tick in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5):
        style = "reference" if tick == 1.0 else "grid"
        canvas.line(52, y_scale(tick), edge, y_scale(tick), style)
        canvas.text(46, y_scale(tick) + 4, formatter.number(tick, 1), "axis", "end")
    marks = [tick for tick in EXPECTED_TICKS if tick <= max_expected]
    places, labels = [x_scale(np.log(tick)) for tick in marks], [formatter.number(tick) for tick in marks]
    for number in with_room(screen, places, labels):
        canvas.text(places[number], 366, labels[number], "axis", "middle")
    x_title = formatter.text("axis.funnel.expected")
    canvas.text((52 + edge) / 2, 391, x_title, "say axis", "middle")
    canvas.text(52, 14, formatter.text("axis.funnel.ratio"), "say axis")
    _draw_limits(canvas, x_scale, y_scale, funnel.level_error, max_expected, formatter)
    _draw_units(canvas, shown, x_scale, y_scale)
    return canvas.svg("funnel", formatter.text("chart.funnel"), alternative)


def _draw_limits(
    canvas: Canvas, x_scale: Scale, y_scale: Scale, level_error: float, max_expected: float, formatter: Formatter
) -> None:
    expected = np.geomspace(MIN_EXPECTED, max_expected, 60)
    for share, style in ((INNER, "trace inner"), (OUTER, "trace outer")):
        for side in (-1, 1):
            limits = [control_limit(number, level_error, 0.5 + side * share / 2) for number in expected]
            points = [
                (x_scale(np.log(number)), y_scale(min(limit, MAX_RATIO)))
                for number, limit in zip(expected, limits, strict=True)
            ]
            canvas.path(points, style)
        label = formatter.share(share, 1).replace(".0", "")
        canvas.text(x_scale(np.log(max_expected)) + 8, y_scale(limits[-1]) + 4, label, "axis")


def _draw_units(canvas: Canvas, shown: pd.DataFrame, x_scale: Scale, y_scale: Scale) -> None:
    """Draw one dot per position, larger where several units share it; name sites, and units beyond a limit."""
    labels = []
    for _, units in shown.groupby(["level", "expected", "ratio"], sort=True):
        level, expected, ratio, result = units[["level", "expected", "ratio", "result"]].iloc[0]
        x, y = x_scale(float(np.log(expected))), y_scale(min(float(ratio), MAX_RATIO))
        style = "within" if result == "within" else "beyond" if result.startswith("far") else "outside"
        radius = 4.0 + 1.4 * np.sqrt(len(units) - 1) + (1.5 if level == "site" else 0.0)
        canvas.dot(x, y, f"{level} {style}", radius)
        if level == "site" or result != "within":
            labels.append((x, y, ", ".join(units["unit"].head(3)) + ("…" if len(units) > 3 else "")))
    _draw_labels(canvas, labels)


def _draw_labels(canvas: Canvas, labels: list[tuple[float, float, str]]) -> None:
    """Write labels above their dots, or below where another label or dot is in the way."""
    taken: list[tuple[float, float, float]] = [(x, y, 4.0) for x, y, _ in labels]
    for x, y, label in labels:
        half = text_width(label, 13.5) / 2
        inside = min(max(x, half), canvas.width - half)
        above = y - 15
        is_taken = any(abs(inside - other) < half + width and abs(above - line) < 13 for other, line, width in taken)
        middle = y + 16 if is_taken else above
        taken.append((inside, middle, half))
        canvas.text(inside, middle + 4, label, "value strong", "middle")


@for_every_screen
def market_chart(screen: Screen, table: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw per group the median of base pay over the market, and the range of eight in ten agents."""
    groups = rows_of(table[~table["is_hidden"].astype(bool)])
    labels = [_group_label(row, formatter) for row in groups]
    values = [
        formatter.text("market.value", median=formatter.ratio(row.median), below=formatter.share(row.below, 0))
        for row in groups
    ]
    left = min(max(text_width(label) for label in labels) + 34, 260)
    right = max(text_width(value, 12.5) for value in values) + 20
    rows = place_rows(screen, labels, values, left=left, right=right)
    canvas = Canvas(screen, rows.bottom + 34)
    ratios = pd.Series([ratio for row in groups for ratio in (row.low, row.high, row.median)]).dropna()
    lowest, highest = min(float(ratios.min()), 0.95) - 0.01, max(float(ratios.max()), 1.05) + 0.01
    x_scale = Scale(lowest, highest, rows.start, rows.end)
    grid = [float(tick) for tick in np.arange(0.5, 1.6, 0.05).round(2) if lowest <= tick <= highest]
    draw_grid(
        canvas, x_scale, grid, bottom=rows.bottom, tick_text=lambda tick: _market_tick(tick, formatter), reference=1.0
    )
    for number, row in enumerate(groups):
        y, is_centre = rows.middles[number], row.by == "centre"
        rows.write_label(canvas, number, "label strong" if is_centre else "label", 0 if is_centre else 12)
        if not pd.isna(row.low):
            canvas.bar(x_scale(row.low), y - 5, x_scale(row.high) - x_scale(row.low), 10, f"range {row.by}")
        canvas.dot(x_scale(row.median), y, "point", 5)
        rows.write_value(canvas, number, "value")
    return canvas.svg("market", formatter.text("chart.market"), alternative)


def _market_tick(ratio: float, formatter: Formatter) -> str:
    if ratio == 1.0:
        return formatter.text("market.level")
    sign = "+" if ratio > 1 else "−"
    return f"{sign}{abs(100 * (ratio - 1)):.0f}%"


def _group_label(row: Any, formatter: Formatter) -> str:
    return formatter.text("level.centre") if row.by == "centre" else formatter.text.name("value", str(row.group))


@dataclass(frozen=True)
class _Panel:
    """Where one measure is drawn: its left edge, its width, and the scale of its values."""

    x: float
    width: float
    x_scale: Scale


@for_every_screen
def workload_chart(
    screen: Screen, table: pd.DataFrame, features: Sequence[Feature], formatter: Formatter, alternative: str
) -> Markup:
    """Draw one panel per measure: each site's mean now, the month before and a year ago."""
    declared = by_name(features)
    measures = [(str(name), rows) for name, rows in table.groupby("feature", sort=False)]
    sites = table["site"].nunique()
    row_count = sites if sites <= MAX_SITES + 1 else 1
    titles = [capital(phrase(name, declared, formatter.text.lang)) for name, _ in measures]
    lines = [wrapped(title, 0.95 * screen.width) if screen.is_narrow else [title] for title in titles]
    title_height = LINE_HEIGHT * (max(map(len, lines), default=1) - 1)
    panels = Panels(per_row=2, width=412.0, height=22.0 * row_count + 46 + title_height, gap=36.0).on(screen)
    canvas = Canvas(screen, panels.height_of(len(measures)))
    names = [formatter.text("level.centre"), *(str(site) for site in table["site"].unique() if site)]
    left = min(max(text_width(name) for name in names[:row_count]) + 14, 130)
    for number, (_, rows) in enumerate(measures):
        x, top = panels.corner(number)
        y = top + title_height
        for above, line in enumerate(reversed(lines[number])):
            canvas.text(x, y + 16 - LINE_HEIGHT * above, line, "label strong")
        shown = rows.head(row_count)
        low, high = _padded_range(shown[["now", "month", "year"]].to_numpy())
        panel = _Panel(x, panels.width, Scale(low, high, x + left, x + panels.width - 84))
        for place, row in enumerate(rows_of(shown)):
            _draw_workload_row(canvas, row, y + 36 + 22.0 * place, panel, declared, formatter)
    return canvas.svg("workload", formatter.text("chart.workload"), alternative)


def _padded_range(values: np.ndarray) -> tuple[float, float]:
    """Return the range of values with a margin at both ends."""
    low, high = np.nanmin(values), np.nanmax(values)
    margin = max((high - low) * 0.08, (abs(low) + abs(high)) * MIN_SPAN / 4 - (high - low) / 2) or 1.0
    return low - margin, high + margin


def _draw_workload_row(
    canvas: Canvas, row: Any, y: float, panel: _Panel, declared: Mapping[str, Feature], formatter: Formatter
) -> None:
    x_scale = panel.x_scale
    name = row.site or formatter.text("level.centre")
    canvas.text(panel.x, y + 4, name, "label" if row.site else "label strong")
    canvas.line(x_scale.start, y, x_scale.end, y, "grid")
    known = [x_scale(value) for value in (row.now, row.month, row.year) if not pd.isna(value)]
    if len(known) > 1:
        canvas.line(min(known), y, max(known), y, "span")
    if not pd.isna(row.year):
        canvas.line(x_scale(row.year), y - 7, x_scale(row.year), y + 7, "ago")
    if not pd.isna(row.month):
        canvas.dot(x_scale(row.month), y, "before", 4.5)
    if not pd.isna(row.now):
        canvas.dot(x_scale(row.now), y, "point", 5)
    value = mean_text(declared.get(row.feature), row.now, formatter)
    canvas.text(panel.x + panel.width, y + 4, value, "value strong", "end")
