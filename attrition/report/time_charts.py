"""Charts over time: exits by month, turnover rates of two years, survival of new hires."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attrition.report.chart_axes import draw_grid, draw_legend, legend_height, with_room
from attrition.report.chart_rows import place_rows
from attrition.report.figures.cohorts import TABLE_DAYS
from attrition.report.figures.tables import rows_of
from attrition.report.panels import Panels
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale, text_width, ticks

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.figures.turnover import Turnover
    from attrition.report.formatter import Formatter

PANEL_HEIGHT = 150.0
PANELS = Panels(per_row=3, width=262.0, height=PANEL_HEIGHT + 62, gap=32.0, edge=8.0)
DAYS_PER_YEAR = 365


@for_every_screen
def turnover_chart(screen: Screen, turnover: Turnover, formatter: Formatter, alternative: str) -> Markup:
    """Draw the exits of each month: resignations from the bottom, other exits on top of them."""
    months = turnover.months.dropna(subset="headcount").reset_index(drop=True)
    canvas = Canvas(screen, 270 + legend_height(screen))
    grid = ticks(float((months["voluntary"] + months["otherwise"]).max()))
    edge = screen.width - (2 if screen.is_narrow else 132)
    x_scale = Scale(0, max(len(months) - 1, 1), 56, edge - (12 if screen.is_narrow else 18))
    y_scale = Scale(0, grid[-1], canvas.height - 52, 22 + legend_height(screen))
    width = min(22.0, 0.72 * (x_scale.end - x_scale.start) / max(len(months), 1))
    for tick in grid:
        canvas.line(38, y_scale(tick), edge, y_scale(tick), "grid")
        canvas.text(32, y_scale(tick) + 4, formatter.number(tick), "axis", "end")
    counts = [formatter.number(count) for count in months["voluntary"]]
    labelled = with_room(screen, [x_scale(number) for number in range(len(months))], counts, anchor=-1)
    years = _years(months, x_scale, screen)
    for number, month in enumerate(rows_of(months)):
        x, y_voluntary = x_scale(number), y_scale(month.voluntary)
        y_top = y_scale(month.voluntary + month.otherwise)
        canvas.bar(x - width / 2, y_voluntary, width, y_scale(0) - y_voluntary, "voluntary")
        canvas.bar(x - width / 2, y_top, width, y_voluntary - y_top, "otherwise")
        if number in labelled:
            canvas.text(x, y_top - 5, counts[number], "value voluntary", "middle")
            canvas.text(x, y_scale(0) + 18, str(month.as_of.month), "axis", "middle")
        if number in years:
            canvas.text(x - width / 2, y_scale(0) + 36, years[number], "axis")
    _name_exits(canvas, months.iloc[-1], formatter, x_scale(len(months) - 1) + width / 2 + 10, y_scale)
    return canvas.svg("turnover", formatter.text("chart.turnover"), alternative)


def _years(months: pd.DataFrame, x_scale: Scale, screen: Screen) -> dict[int, str]:
    """Return the years that are written under their first month, by its number."""
    starts = [int(number) for number in np.flatnonzero(months["as_of"].dt.year.diff() != 0)]
    years = [str(months["as_of"].iloc[number].year) for number in starts]
    places = [x_scale(number) for number in starts]
    return {starts[place]: years[place] for place in with_room(screen, places, years, anchor=-1)}


def _name_exits(canvas: Canvas, last: pd.Series, formatter: Formatter, x: float, y_scale: Scale) -> None:
    """Write beside the last month, or in a legend, what the parts of a bar stand for."""
    names = [(formatter.text(f"label.{kind}"), kind) for kind in ("voluntary", "otherwise")]
    if canvas.screen.is_narrow:
        draw_legend(canvas, names)
        return
    y_otherwise = y_scale(last["voluntary"] + last["otherwise"] / 2)
    for (name, kind), y in zip(names, (y_scale(last["voluntary"] / 2) + 4, y_otherwise + 1), strict=True):
        canvas.text(x, y, name, f"say {kind}")


@for_every_screen
def rates_chart(screen: Screen, rates: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw the yearly rate of each kind of exit with its interval, this year above the year before."""
    names = {kind: formatter.text(f"kind.{kind}") for kind in rates["kind"].unique()}
    years = [row for kind in names for row in rows_of(rates[rates["kind"] == kind])]
    values = [f"{formatter.share(row.rate, 1)} ({formatter.share_interval(row.low, row.high)})" for row in years]
    labels = [formatter.text(f"year.{row.year}") for row in years]
    if screen.is_narrow:
        heads = [f"{names[row.kind]}\n" if row.year == "this" else "" for row in years]
        labels = [head + label for head, label in zip(heads, labels, strict=True)]
    left = max(text_width(name, 14) for name in names.values()) + 130
    rows = place_rows(screen, labels, values, left=left, right=150)
    canvas = Canvas(screen, rows.bottom + 34)
    grid = ticks(float(rates["high"].max()))
    x_scale = Scale(0, grid[-1], rows.start, rows.end)
    draw_grid(canvas, x_scale, grid, bottom=rows.bottom, tick_text=lambda tick: formatter.share(tick, 0))
    for number, row in enumerate(years):
        y, is_this = rows.middles[number], row.year == "this"
        if screen.is_narrow:
            rows.write_label(canvas, number, "label strong" if is_this else "label")
        else:
            if is_this:
                canvas.text(0, y + 4, names[row.kind], "label strong")
            canvas.text(left - 14, y + 4, labels[number], "label" if is_this else "axis", "end")
        low, high = x_scale(row.low), x_scale(row.high)
        canvas.bar(low, y - 5, high - low, 10, "range" if is_this else "range past")
        canvas.dot(x_scale(row.rate), y, "point" if is_this else "rest", 5)
        rows.write_value(canvas, number, "value strong" if is_this else "value")
    return canvas.svg("rates", formatter.text("chart.rates"), alternative)


@for_every_screen
def cohorts_chart(screen: Screen, table: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw one panel per hiring cohort: its survival curve with its band, the other cohorts behind it in grey."""
    curves = [curve for _, curve in table.groupby("cohort")]
    panels = PANELS.on(screen)
    canvas = Canvas(screen, panels.height_of(len(curves)) + 4)
    for number, curve in enumerate(curves):
        cohort, half, hires = curve["cohort"].iloc[0], curve["half"].iloc[0], curve["hires"].iloc[0]
        x, y = panels.corner(number)
        x_scale = Scale(0, DAYS_PER_YEAR, x + 30, x + panels.width - 26)
        y_scale = Scale(0, 1, y + 24 + PANEL_HEIGHT, y + 30)
        name = formatter.text("cohort", year=cohort.year, half=formatter.text(f"half.{half}"))
        canvas.text(x, y + 14, name, "label strong")
        hires_label = formatter.text("cohort.hires", count=formatter.number(hires))
        canvas.text(x + panels.width, y + 14, hires_label, "axis", "end")
        _draw_axes(canvas, x_scale, y_scale, formatter, is_first=number % panels.per_row == 0)
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
        canvas.text(
            x_scale(day),
            y_scale(0) + (18 if canvas.screen.is_narrow else 16),
            formatter.text("day", n=day),
            "axis",
            "middle",
        )


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
