"""Charts that set sites, teams and tenure bands beside each other: the funnel, pay against the market, strain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.funnel import INNER, LEAST_EXPECTED, OUTER, Funnel, limit
from attrition.report.sentences import by_name, capital, mean_text, phrase
from attrition.report.svg import Canvas, Scale, text_width
from attrition.report.tables import each

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from markupsafe import Markup

    from attrition.features.declare import Feature
    from attrition.report.form import Form

WIDTH = 860.0
ROW = 26.0
MARKS = (3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
HIGHEST = 3.5
"""A ratio above this is drawn at the upper edge."""

SITES_DRAWN = 8

NARROWEST = 0.2
"""A measure's scale spans at least this share of its size: a difference of a tenth of a point does not fill it."""


def funnel_chart(table: Funnel, form: Form, alternative: str) -> Markup:
    """Draw observed over expected against the expected number, with the limits of chance."""
    shown = table.parts[table.parts["ratio"].notna()]
    canvas = Canvas(WIDTH, 400)
    most = float(max(shown["expected"].max(), 20.0)) * 1.15
    along = Scale(np.log(LEAST_EXPECTED * 0.92), np.log(most), 52, WIDTH - 128)
    up = Scale(0, HIGHEST, 346, 30)
    for tick in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5):
        canvas.line(52, up(tick), WIDTH - 128, up(tick), "reference" if tick == 1.0 else "grid")
        canvas.text(46, up(tick) + 4, form.number(tick, 1), "axis", "end")
    for mark in (mark for mark in MARKS if mark <= most):
        canvas.text(along(np.log(mark)), 366, form.number(mark), "axis", "middle")
    canvas.text((52 + WIDTH - 128) / 2, 391, form.words("axis.funnel.expected"), "say axis", "middle")
    canvas.text(52, 14, form.words("axis.funnel.ratio"), "say axis")
    _limits(canvas, along, up, table.level_error, most, form)
    _units(canvas, shown, along, up)
    return canvas.svg("funnel", form.words("chart.funnel"), alternative)


def _limits(canvas: Canvas, along: Scale, up: Scale, error: float, most: float, form: Form) -> None:
    numbers = np.geomspace(LEAST_EXPECTED, most, 60)
    for share, style in ((INNER, "trace inner"), (OUTER, "trace outer")):
        for side in (-1, 1):
            ratios = [limit(number, error, 0.5 + side * share / 2) for number in numbers]
            canvas.path([(along(np.log(n)), up(min(r, HIGHEST))) for n, r in zip(numbers, ratios, strict=True)], style)
        canvas.text(along(np.log(most)) + 8, up(ratios[-1]) + 4, form.share(share, 1).replace(".0", ""), "axis")


def _units(canvas: Canvas, shown: pd.DataFrame, along: Scale, up: Scale) -> None:
    """Draw one dot per place; it grows with the units that share it; sites, and what lies outside, bear names."""
    named = []
    for _, there in shown.groupby(["level", "expected", "ratio"], sort=True):
        level, expected, ratio, result = there[["level", "expected", "ratio", "result"]].iloc[0]
        x, y = along(float(np.log(expected))), up(min(float(ratio), HIGHEST))
        style = "within" if result == "within" else "beyond" if result.startswith("far") else "outside"
        canvas.dot(x, y, f"{level} {style}", 4.0 + 1.4 * np.sqrt(len(there) - 1) + (1.5 if level == "site" else 0.0))
        if level == "site" or result != "within":
            named.append((x, y, ", ".join(there["unit"].head(3)) + ("…" if len(there) > 3 else "")))
    _names(canvas, named)


def _names(canvas: Canvas, named: list[tuple[float, float, str]]) -> None:
    """Write names above their dots, or below where another name or dot stands there."""
    written: list[tuple[float, float, float]] = [(x, y, 4.0) for x, y, _ in named]
    for x, y, names in named:
        half = text_width(names, 13.5) / 2
        above = y - 15
        is_taken = any(abs(x - other) < half + width and abs(above - line) < 13 for other, line, width in written)
        middle = y + 16 if is_taken else above
        written.append((x, middle, half))
        canvas.text(x, middle + 4, names, "value strong", "middle")


def market_chart(table: pd.DataFrame, form: Form, alternative: str) -> Markup:
    """Draw per group the median of base pay over the market, and between which values eight in ten lie."""
    rows = table[~table["is_hidden"].astype(bool)].reset_index(drop=True)
    labels = [_group(row, form) for row in each(rows)]
    ends = [
        form.words("market.value", median=form.ratio(row.median), below=form.share(row.below, 0)) for row in each(rows)
    ]
    left = min(max(text_width(label) for label in labels) + 34, 260)
    right = max(text_width(end, 12.5) for end in ends) + 20
    canvas = Canvas(WIDTH, ROW * len(rows) + 44)
    known = pd.concat([rows["low"], rows["high"], rows["median"]]).dropna()
    along = Scale(min(float(known.min()), 0.95) - 0.01, max(float(known.max()), 1.05) + 0.01, left, WIDTH - right)
    bottom = ROW * len(rows) + 10
    for tick in np.arange(0.5, 1.6, 0.05).round(2):
        if along.low <= tick <= along.high:
            canvas.line(along(tick), 4, along(tick), bottom, "reference" if tick == 1.0 else "grid")
            canvas.text(along(tick), bottom + 18, _away(tick, form), "axis", "middle")
    for place, row in enumerate(each(rows)):
        y = 18 + ROW * place
        canvas.text(
            0 if row.by == "centre" else 12, y + 4, labels[place], "label strong" if row.by == "centre" else "label"
        )
        if not pd.isna(row.low):
            canvas.bar(along(row.low), y - 5, along(row.high) - along(row.low), 10, f"range {row.by}")
        canvas.dot(along(row.median), y, "point", 5)
        canvas.text(WIDTH, y + 4, ends[place], "value", "end")
    return canvas.svg("market", form.words("chart.market"), alternative)


def _away(ratio: float, form: Form) -> str:
    if ratio == 1.0:
        return form.words("market.level")
    sign = "+" if ratio > 1 else "−"
    return f"{sign}{abs(100 * (ratio - 1)):.0f}%"


def _group(row: Any, form: Form) -> str:
    return form.words("level.centre") if row.by == "centre" else form.words.name("value", str(row.group))


def strain_chart(table: pd.DataFrame, features: Sequence[Feature], form: Form, alternative: str) -> Markup:
    """Draw one panel per measure: each site's mean now, the month before and a year ago."""
    declared = by_name(features)
    panels = [(str(name), part) for name, part in table.groupby("feature", sort=False)]
    sites = table["site"].nunique()
    lines = sites if sites <= SITES_DRAWN + 1 else 1
    high = 22.0 * lines + 46
    half = (WIDTH - 36) / 2
    canvas = Canvas(WIDTH, high * -(-len(panels) // 2))
    names = [form.words("level.centre"), *(str(site) for site in table["site"].unique() if site)]
    left = min(max(text_width(name) for name in names[:lines]) + 14, 130)
    for place, (name, part) in enumerate(panels):
        x, y = (half + 36) * (place % 2), high * (place // 2)
        canvas.text(x, y + 16, capital(phrase(name, declared, form.words.lang)), "label strong")
        values = part.head(lines)
        ends = values[["now", "month", "year"]].to_numpy().ravel()
        low, top = np.nanmin(ends), np.nanmax(ends)
        pad = max((top - low) * 0.08, (abs(low) + abs(top)) * NARROWEST / 4 - (top - low) / 2) or 1.0
        along = Scale(low - pad, top + pad, x + left, x + half - 84)
        for line, row in enumerate(each(values)):
            _strain_row(canvas, row, (x, y + 36 + 22.0 * line, half), along, declared, form)
    return canvas.svg("strain", form.words("chart.strain"), alternative)


def _strain_row(
    canvas: Canvas, row: Any, at: tuple[float, float, float], along: Scale, declared: Any, form: Form
) -> None:
    x, y, half = at
    canvas.text(x, y + 4, row.site or form.words("level.centre"), "label" if row.site else "label strong")
    canvas.line(along.start, y, along.end, y, "grid")
    known = [along(value) for value in (row.now, row.month, row.year) if not pd.isna(value)]
    if len(known) > 1:
        canvas.line(min(known), y, max(known), y, "span")
    if not pd.isna(row.year):
        canvas.line(along(row.year), y - 7, along(row.year), y + 7, "ago")
    if not pd.isna(row.month):
        canvas.dot(along(row.month), y, "before", 4.5)
    if not pd.isna(row.now):
        canvas.dot(along(row.now), y, "point", 5)
    canvas.text(x + half, y + 4, mean_text(declared.get(row.feature), row.now, form), "value strong", "end")
