"""The chart of evaluators' severity: a dot and a range each, in the order of the table, beside the mean evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attrition.report.chart_axes import draw_grid
from attrition.report.chart_rows import place_rows
from attrition.report.figures.tables import rows_of
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale, text_width

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.formatter import Formatter

MOST = 40
"""Evaluators that are drawn; the table has all."""
STYLES = {"stricter": "happened", "milder": "point", "level": "rest"}


@for_every_screen
def evaluator_chart(screen: Screen, table: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw evaluators with their ranges: stricter ones first, then milder ones, then those within chance."""
    evaluators = rows_of(table.head(MOST))
    values = [f"{formatter.text.name('severity', row.verdict)} · {row.site}" for row in evaluators]
    left = max(text_width(row.evaluator) for row in evaluators) + 24
    right = max(text_width(value, 12.5) for value in values) + 20
    rows = place_rows(screen, [row.evaluator for row in evaluators], values, left=left, right=right)
    lowest, highest = float(np.floor(table["low"].min())), float(np.ceil(table["high"].max()))
    x_scale = Scale(lowest, highest, rows.start, rows.end)
    canvas = Canvas(screen, rows.bottom + 34)
    step = max(1, round((highest - lowest) / 8))
    grid = [float(tick) for tick in np.arange(np.ceil(lowest / step) * step, highest + 0.1, step)]
    draw_grid(canvas, x_scale, grid, bottom=rows.bottom, tick_text=formatter.number, reference=0.0)
    for number, row in enumerate(evaluators):
        y = rows.middles[number]
        rows.write_label(canvas, number, "label")
        canvas.bar(x_scale(row.low), y - 5, x_scale(row.high) - x_scale(row.low), 10, "range site")
        canvas.dot(x_scale(row.severity), y, STYLES[row.verdict], 5)
        rows.write_value(canvas, number, "value")
    return canvas.svg("severity", formatter.text("chart.severity"), alternative)
