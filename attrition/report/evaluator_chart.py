"""The chart of evaluators' severity: a dot and a range each, in the order of the table, beside the mean evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attrition.report.figures.tables import rows_of
from attrition.report.svg import CHART_WIDTH, ROW_HEIGHT, Canvas, Scale, text_width

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.formatter import Formatter

MOST = 40
"""Evaluators that are drawn; the table has all."""
STYLES = {"stricter": "happened", "milder": "point", "level": "rest"}


def evaluator_chart(table: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw evaluators with their ranges: stricter ones first, then milder ones, then those within chance."""
    rows = rows_of(table.head(MOST))
    values = [f"{formatter.text.name('severity', row.verdict)} · {row.site}" for row in rows]
    left = max(text_width(row.evaluator) for row in rows) + 24
    right = max(text_width(value, 12.5) for value in values) + 20
    lowest, highest = float(np.floor(table["low"].min())), float(np.ceil(table["high"].max()))
    x_scale, bottom = Scale(lowest, highest, left, CHART_WIDTH - right), ROW_HEIGHT * len(rows) + 10
    canvas = Canvas(CHART_WIDTH, bottom + 34)
    step = max(1, round((highest - lowest) / 8))
    for tick in np.arange(np.ceil(lowest / step) * step, highest + 0.1, step):
        canvas.line(x_scale(tick), 4, x_scale(tick), bottom, "reference" if tick == 0 else "grid")
        canvas.text(x_scale(tick), bottom + 18, formatter.number(tick), "axis", "middle")
    for number, row in enumerate(rows):
        y = 18 + ROW_HEIGHT * number
        canvas.text(0, y + 4, row.evaluator, "label")
        canvas.bar(x_scale(row.low), y - 5, x_scale(row.high) - x_scale(row.low), 10, "range site")
        canvas.dot(x_scale(row.severity), y, STYLES[row.verdict], 5)
        canvas.text(CHART_WIDTH, y + 4, values[number], "value", "end")
    return canvas.svg("severity", formatter.text("chart.severity"), alternative)
