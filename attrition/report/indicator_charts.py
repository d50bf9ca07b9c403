"""The indicators of the centre month by month: a small chart each, with the sites behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from attrition.report.indicator_text import indicator_text, plain_text
from attrition.report.panels import Panels
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.formatter import Formatter

DRAWN = (
    *("service_level", "connect_rate", "first_contact_resolution"),
    *("handling_seconds", "wrap_seconds", "adherence"),
    *("occupancy", "utilisation", "schedule_fit"),
    *("fatal_errors", "absence", "turnover"),
)
"""The indicators with a chart; the table behind has all."""
HEIGHT = 84.0
PANELS = Panels(per_row=3, width=262.0, height=HEIGHT + 62, gap=36.0, edge=8.0)
LEAST_SPAN = 0.06
"""The axis covers at least this part of the level, so that chance does not look like a change."""


@for_every_screen
def indicators_chart(screen: Screen, values: pd.DataFrame, formatter: Formatter, alternative: str) -> Markup:
    """Draw a panel per indicator: the centre with its range, the sites as thin lines.

    Parameters
    ----------
    screen : Screen
    values : DataFrame
        From `attrition.report.figures.indicators.indicator_values`: rows of the centre and of sites.
    formatter : Formatter
        Words and numbers in the reader's language.
    alternative : str
        The text alternative.
    """
    names = [name for name in DRAWN if (values["indicator"] == name).any()]
    panels = PANELS.on(screen)
    canvas = Canvas(screen, panels.height_of(len(names)) + 4)
    months = sorted(values["as_of"].unique())
    for number, name in enumerate(names):
        rows = values[values["indicator"] == name]
        _draw_panel(canvas, rows, months, _Place(*panels.corner(number), panels.width), formatter)
    return canvas.svg("indicators", formatter.text("chart.indicators"), alternative)


class _Place(NamedTuple):
    """Where a panel is: its upper left corner and its width."""

    x: float
    y: float
    width: float


def _draw_panel(
    canvas: Canvas, values: pd.DataFrame, months: list[pd.Timestamp], panel: _Place, formatter: Formatter
) -> None:
    (x, y, width), name = panel, str(values["indicator"].iloc[0])
    low, high = _axis(values)
    x_scale = Scale(0, max(len(months) - 1, 1), x + 46, x + width - 8)
    y_scale = Scale(low, high, y + 24 + HEIGHT, y + 30)
    canvas.text(x, y + 14, formatter.text(f"c.short.{name}"), "label strong")
    for tick in (low, (low + high) / 2, high):
        canvas.line(x_scale(0), y_scale(tick), x_scale(len(months) - 1), y_scale(tick), "grid")
        canvas.text(x_scale(0) - 5, y_scale(tick) + 4, plain_text(tick, name, formatter), "axis", "end")
    place = {month: number for number, month in enumerate(months)}
    for _, site in values[values["level"] == "site"].groupby("unit"):
        canvas.path(_points(site, "value", place, x_scale, y_scale), "trace faint")
    centre = values[values["level"] == "centre"].sort_values("as_of")
    if centre.empty:
        return
    band = [_points(centre, end, place, x_scale, y_scale) for end in ("high", "low")]
    canvas.path([*band[0], *reversed(band[1]), band[0][0]], "band")
    line = _points(centre, "value", place, x_scale, y_scale)
    canvas.path(line, "trace own")
    canvas.dot(*line[-1], "point", 3.5)
    last = indicator_text(float(centre["value"].iloc[-1]), name, formatter)
    canvas.text(x + width - 8, y + 14, last, "value strong", "end")
    for month in (months[0], months[-1]):
        anchor = "start" if month == months[0] else "end"
        canvas.text(x_scale(place[month]), y + HEIGHT + 42, f"{month:%Y-%m}", "axis", anchor)


def _axis(values: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: all values, and no less than `LEAST_SPAN` of their level around them."""
    level = float(values["value"].median())
    low, high = float(values["value"].min()), float(values["value"].max())
    spare = max(LEAST_SPAN * abs(level) - (high - low), 0.12 * (high - low)) / 2
    return max(low - spare, 0.0), high + spare


def _points(
    rows: pd.DataFrame, column: str, place: dict[pd.Timestamp, int], x_scale: Scale, y_scale: Scale
) -> list[tuple[float, float]]:
    ordered = rows.sort_values("as_of")
    clipped = ordered[column].clip(y_scale.low, y_scale.high)
    return [(x_scale(place[at]), y_scale(value)) for at, value in zip(ordered["as_of"], clipped, strict=True)]
