"""Charts of a backtest: leavers captured by the top of the list, and order and level of each model over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.chart_axes import with_room
from attrition.report.chart_rows import LINE_HEIGHT
from attrition.report.charts import COMPACT_WIDTH
from attrition.report.figures.tables import rows_of
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale, ticks, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from attrition.report.formatter import Formatter

HEIGHT = 300.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 20.0, 14.0, 250.0
REFERENCES = {"auc": 0.5, "ratio": 1.0}
"""What is drawn dashed: the order of chance, and as many as expected."""

STYLES = {"logistic": "rest", "tenure_only": "outer"}


@for_every_screen
def capture_chart(
    screen: Screen, captured: pd.DataFrame, own: str, capacity_share: float, formatter: Formatter
) -> Markup:
    """Draw the share of leavers over the top share of agents, of the model and its baselines; a diagonal for chance."""
    screen = screen.at_most(COMPACT_WIDTH)
    lines = wrapped(formatter.text("bt.axis.listed"), screen.width - RIGHT, 14.0)
    canvas = Canvas(screen, HEIGHT + LINE_HEIGHT * (len(lines) - 1))
    x_scale, y_scale = Scale(0, 1, LEFT, canvas.width - RIGHT), Scale(0, 1, BOTTOM, TOP)
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line(LEFT, y_scale(tick), canvas.width - RIGHT, y_scale(tick), "grid")
        canvas.text(LEFT - 6, y_scale(tick) + 4, formatter.share(tick, 0), "axis", "end")
        canvas.text(x_scale(tick), BOTTOM + 18, formatter.share(tick, 0), "axis", "middle")
    canvas.line(x_scale(0), y_scale(0), x_scale(1), y_scale(1), "reference")
    canvas.line(x_scale(capacity_share), TOP, x_scale(capacity_share), BOTTOM, "zero")
    for model, style in {**STYLES, own: "spark"}.items():
        rows = captured[captured["model"] == model]
        points = [(x_scale(row.listed), y_scale(row.captured)) for row in rows_of(rows)]
        if points:
            canvas.path(points, f"trace {style}")
    for number, line in enumerate(lines):
        y = HEIGHT - 9 + LINE_HEIGHT * number
        canvas.text((LEFT + canvas.width - RIGHT) / 2, y, line, "say", "middle")
    alternative = formatter.text("bt.chart.capture.note", share=formatter.share(capacity_share, 0))
    return canvas.svg("capture", formatter.text("bt.chart.capture"), alternative)


@for_every_screen
def order_over_time(screen: Screen, origins: pd.DataFrame, formatter: Formatter) -> Markup:
    """Draw the AUC of each model of the backtest with its interval, over the months at which they were fitted."""
    lowest = min(0.5, float(origins["auc_low"].min()))
    marks = [tick for tick in ticks(1.0) if tick >= lowest - 0.2]
    return _over_time(screen, origins, "auc", marks, formatter.text("bt.chart.order"), formatter)


@for_every_screen
def level_over_time(screen: Screen, origins: pd.DataFrame, formatter: Formatter) -> Markup:
    """Draw how many resigned for each 100 that were expected, of each model with its interval."""
    marks = ticks(max(float(origins["ratio_high"].max()), 1.0))
    return _over_time(screen, origins, "ratio", marks, formatter.text("bt.chart.level"), formatter)


def _over_time(
    screen: Screen,
    origins: pd.DataFrame,
    name: str,
    marks: list[float],
    title: str,
    formatter: Formatter,
) -> Markup:
    as_text: Callable[[float], str] = lambda value: formatter.number(100 * value)  # noqa: E731
    canvas = Canvas(screen.at_most(COMPACT_WIDTH), HEIGHT)
    x_scale = Scale(-0.5, len(origins) - 0.5, LEFT, canvas.width - RIGHT)
    y_scale = Scale(marks[0], marks[-1], BOTTOM, TOP)
    for tick in marks:
        canvas.line(LEFT, y_scale(tick), canvas.width - RIGHT, y_scale(tick), "grid")
        canvas.text(LEFT - 6, y_scale(tick) + 4, as_text(tick), "axis", "end")
    reference = y_scale(REFERENCES[name])
    canvas.line(LEFT, reference, canvas.width - RIGHT, reference, "reference")
    years = [str(month.year) for month in origins["fitted_at"]]
    labelled = with_room(screen, [x_scale(number) for number in range(len(origins))], years, anchor=-1)
    spoken = []
    for number, row in enumerate(rows_of(origins)):
        if pd.isna(getattr(row, name)):  # nobody resigned in its months
            continue
        value, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
        x = x_scale(number)
        canvas.line(x, y_scale(max(low, marks[0])), x, y_scale(min(high, marks[-1])), "whisker")
        canvas.dot(x, y_scale(value), "happened", 5)
        if number in labelled:
            beside = (0.0, -10.0, "middle") if screen.is_narrow else (9.0, 4.0, "start")
            canvas.text(x + beside[0], y_scale(value) + beside[1], as_text(value), "value strong", beside[2])
            canvas.text(x, BOTTOM + 18, formatter.short_month(row.fitted_at), "axis", "middle")
            canvas.text(x, BOTTOM + 34, years[number], "axis", "middle")
        spoken.append(f"{formatter.month(row.fitted_at)} {as_text(value)}")
    return canvas.svg(f"origins-{name}", title, formatter.comma_list(spoken))
