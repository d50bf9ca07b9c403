"""The drivers that matter most, and those that changed most."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.sentences import by_name, capital, phrase
from attrition.report.tables import rows_of

if TYPE_CHECKING:
    from attrition.report.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the most important and the most changed drivers, with their chart and sentences."""
    movements = figures.movements
    if movements is None:
        return {"movements": None}
    declared = by_name(figures.inputs.features)

    def name(topic: str) -> str:
        return capital(topic_phrase(topic))

    def topic_phrase(topic: str) -> str:
        return phrase(movements.subjects.get(topic, topic), declared, formatter.text.lang)

    most = formatter.comma_list(
        formatter.text("movements.item", what=topic_phrase(row.topic), points=formatter.points(row.points))
        for row in rows_of(movements.most)
    )
    few = formatter.text("movements.lead.none", minimum=figures.inputs.min_group)
    changed, chart = formatter.text("movements.still"), ""
    if len(movements.changed):
        first = rows_of(movements.changed)[0]
        points = first.month if math.isnan(first.year) else first.year
        values = {"what": topic_phrase(first.topic), "points": formatter.points(points)}
        changed, alternative = (
            formatter.text("movements.changed", **values),
            formatter.text("chart.movements.alt", **values),
        )
        chart = charts.movements_chart(movements, name, formatter, alternative)
    return {
        "movements": movements,
        "lead": formatter.text("movements.lead", first=most) if most else few,
        "changed": changed,
        "name": name,
        "chart": chart,
    }
