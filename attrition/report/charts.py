"""The report's charts, drawn from tables that are already computed: intervals and dots, labelled where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.svg import Canvas, Scale, text_width, ticks
from attrition.report.tables import drawn_units, each

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from attrition.report.form import Form

WIDTH = 860.0
ROW = 26.0
COMPACT = 420.0


def history_chart(judged: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw per month the stated range, the expected number and what happened."""
    canvas = Canvas(WIDTH, 300)
    across, up = _months_frame(canvas, judged, form, [*judged["high"], *judged["resigned"]], form.number)
    for place, month in enumerate(each(judged)):
        x = across(place)
        canvas.bar(x - 13, up(month.high), 26, up(month.low) - up(month.high), "range")
        canvas.line(x - 13, up(month.expected), x + 13, up(month.expected), "expected")
        canvas.dot(x, up(month.resigned), "happened" if month.is_inside else "happened outside", 5.5)
        above = month.resigned >= month.expected
        canvas.text(
            x, up(month.resigned) + (-10 if above else 19), form.number(month.resigned), "value strong", "middle"
        )
    last = judged.iloc[-1]
    gap = 15.0 if abs(up(last["expected"]) - up(last["resigned"])) < 15 else 0.0
    upper = last["expected"] >= last["resigned"]
    x = across(len(judged) - 1) + 22
    canvas.text(
        x, up(last["expected"]) + 4 - (gap / 2 if upper else -gap / 2), form.words("label.expected"), "say expected"
    )
    canvas.text(
        x, up(last["resigned"]) + 4 + (gap / 2 if upper else -gap / 2), form.words("label.resigned"), "say happened"
    )
    return canvas.svg("history", form.words("chart.history"), alternative)


def flagged_chart(judged: pd.DataFrame, form: Form, title: str, alternative: str) -> Markup:
    """Draw per month the share who resigned among the flagged and among the rest."""
    canvas = Canvas(WIDTH, 230)
    values = [*judged["flagged_share"].dropna(), *judged["rest_share"].dropna()]
    across, up = _months_frame(canvas, judged, form, values, lambda v: form.share(v, 0))
    for column, style in (("flagged_share", "happened"), ("rest_share", "rest")):
        known = judged[column].dropna()
        points = [(across(place), up(value)) for place, value in zip(known.index.tolist(), known.tolist(), strict=True)]
        canvas.path(points, f"trace {style}")
        for x, y in points:
            canvas.dot(x, y, style, 3.5)
        if points:
            words = form.words(f"label.{column.removesuffix('_share')}", share=form.share(known.iloc[-1], 0))
            canvas.text(points[-1][0] + 14, points[-1][1] + 4, words, f"say {style}")
    return canvas.svg("flagged", title, alternative)


def _months_frame(
    canvas: Canvas, judged: pd.DataFrame, form: Form, values: Sequence[float], write: Callable[[float], str]
) -> tuple[Scale, Scale]:
    """Draw the months along the bottom and light lines across; give both scales."""
    grid = ticks(max([float(value) for value in values], default=1.0) * 1.04)
    across = Scale(0, max(len(judged) - 1, 1), 64, canvas.width - 140)
    up = Scale(0, grid[-1], canvas.height - 46, 16)
    for tick in grid:
        canvas.line(36, up(tick), canvas.width - 112, up(tick), "grid")
        canvas.text(30, up(tick) + 4, write(tick), "axis", "end")
    year = None
    has_star = "is_backtest" in judged
    for place, month in enumerate(each(judged)):
        star = "*" if has_star and bool(month.is_backtest) else ""
        canvas.text(across(place), canvas.height - 26, form.short_month(month.as_of) + star, "axis", "middle")
        if month.as_of.year != year:
            year = month.as_of.year
            canvas.text(across(place), canvas.height - 9, str(year), "axis", "middle")
    return across, up


def units_chart(units: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw the expected share of headcount of centre, sites and teams with its interval; hidden units have no mark."""
    rows = drawn_units(units)
    labels = [_unit_label(row, form) for row in each(rows)]
    ends = [_unit_value(row, form) for row in each(rows)]
    left = min(max((text_width(label) for label in labels), default=60) + 30, 300)
    right = max((text_width(end, 12.5) for end in ends), default=100) + 20
    canvas = Canvas(WIDTH, ROW * len(rows) + 44)
    grid = ticks(float(rows["share_high"].max()) if len(rows) else 1.0)
    along = Scale(0, grid[-1], left, WIDTH - right)
    bottom = ROW * len(rows) + 10
    for tick in grid:
        canvas.line(along(tick), 4, along(tick), bottom, "grid")
        canvas.text(along(tick), bottom + 18, form.share(tick, 0), "axis", "middle")
    centre = rows.loc[rows["level"] == "centre", "share"]
    if len(centre):
        canvas.line(along(centre.iloc[0]), 4, along(centre.iloc[0]), bottom, "reference")
    for place, row in enumerate(each(rows)):
        y = 18 + ROW * place
        indent = 0 if row.level == "centre" else 8 if row.level == "site" else 22
        canvas.text(indent, y + 4, labels[place], "label" if row.level == "team" else "label strong")
        canvas.bar(along(row.share_low), y - 5, along(row.share_high) - along(row.share_low), 10, f"range {row.level}")
        canvas.dot(along(row.share), y, "point", 5)
        canvas.text(WIDTH, y + 4, ends[place], "value", "end")
    return canvas.svg("units", form.words("chart.units"), alternative)


def _unit_label(row: Any, form: Form) -> str:
    return form.words("level.centre") if row.level == "centre" else str(row.unit)


def _unit_value(row: Any, form: Form) -> str:
    low, high = row.low, row.high
    expected = form.number(row.expected)
    heads = form.number(row.headcount)
    return form.words("chart.units.value", expected=expected, interval=form.interval(low, high), headcount=heads)


def levers_chart(levers: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw mean points per lever over peers; a hollow mark shows the month before."""
    names = [form.words.name("lever", lever) for lever in levers["lever"]]
    left = max((text_width(name) for name in names), default=60) + 14
    canvas = Canvas(WIDTH, ROW * len(levers) + 14)
    both = pd.concat([levers["points"], levers["points_before"]]).dropna()
    along = Scale(min(0.0, both.min()), max(both.max(), 0.1), left, WIDTH - 110)
    zero = along(0)
    for place, row in enumerate(each(levers)):
        y = 18 + ROW * place
        canvas.text(0, y + 4, names[place], "label")
        style = f"lever {row.lever}"
        canvas.bar(min(zero, along(row.points)), y - 7, abs(along(row.points) - zero), 14, style)
        if not pd.isna(row.points_before):
            canvas.dot(along(row.points_before), y, "before", 4.5)
        edge = max([along(row.points), zero] + ([] if pd.isna(row.points_before) else [along(row.points_before)]))
        canvas.text(edge + 10, y + 4, form.points(row.points), "value strong")
    canvas.line(zero, 4, zero, ROW * len(levers) + 8, "zero")
    return canvas.svg("levers", form.words("chart.levers"), alternative)


def auc_chart(rows: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw each way to estimate with its AUC and interval, from a coin toss to perfect."""
    names = [form.words.name("model", model) for model in rows["model"]]
    left = max((text_width(name) for name in names), default=60) + 34
    canvas = Canvas(COMPACT, 34.0 * len(rows) + 36)
    along = Scale(0.5, 1.0, left, COMPACT - 24)
    bottom = 34.0 * len(rows) + 8
    for tick in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        canvas.line(along(tick), 4, along(tick), bottom, "grid")
        canvas.text(along(tick), bottom + 18, form.share(tick, 0), "axis", "middle")
    for place, row in enumerate(each(rows)):
        y = 24 + 34.0 * place
        canvas.text(0, y + 4, names[place], "label strong" if place == 0 else "label")
        if row.high > row.low:
            canvas.bar(along(max(row.low, 0.5)), y - 5, along(row.high) - along(max(row.low, 0.5)), 10, "range")
        canvas.dot(along(max(row.value, 0.5)), y, "point" if place == 0 else "rest", 5)
        canvas.text(along(max(row.value, 0.5)), y - 9, form.share(row.value, 1), "value strong", "middle")
    return canvas.svg("auc", form.words("chart.auc"), alternative)


def calibration_chart(groups: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw what happened against what was estimated, in groups of similar estimates."""
    canvas = Canvas(COMPACT, 300)
    grid = ticks(float(max(groups["high"].max(), groups["expected"].max())))
    along, up = Scale(0, grid[-1], 52, COMPACT - 20), Scale(0, grid[-1], 250, 14)
    for tick in grid:
        canvas.line(52, up(tick), COMPACT - 20, up(tick), "grid")
        canvas.text(46, up(tick) + 4, form.share(tick, 0), "axis", "end")
        canvas.text(along(tick), 268, form.share(tick, 0), "axis", "middle")
    canvas.line(along(0), up(0), along(grid[-1]), up(grid[-1]), "reference")
    for row in each(groups):
        x = along(row.expected)
        canvas.line(x, up(max(row.low, 0)), x, up(row.high), "whisker")
        canvas.dot(x, up(row.observed), "happened", 4.5)
    canvas.text((52 + COMPACT - 20) / 2, 291, form.words("axis.expected"), "say expected", "middle")
    canvas.text(60, 26, form.words("axis.observed"), "say happened")
    return canvas.svg("calibration", form.words("chart.calibration"), alternative)


def staying_chart(curve: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw the share still there month by month, from all of them."""
    canvas = Canvas(WIDTH, 200)
    months = int(curve["month_ahead"].max())
    across, up = Scale(0, months, 50, WIDTH - 90), Scale(0, 1, 165, 14)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line(50, up(share), WIDTH - 90, up(share), "grid")
        canvas.text(44, up(share) + 4, form.share(share, 0), "axis", "end")
    for month in range(months + 1):
        canvas.text(across(month), 186, str(month), "axis", "middle")
    points = [(across(0), up(1.0)), *((across(row.month_ahead), up(row.staying)) for row in each(curve))]
    canvas.path(points, "trace spark")
    canvas.dot(*points[-1], "point")
    canvas.text(points[-1][0] + 10, points[-1][1] + 4, form.share(curve["staying"].iloc[-1], 0), "value strong")
    return canvas.svg("staying", form.words("explain.staying"), alternative)
