"""The section "movements": the drivers that matter most, and those that changed most."""

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
    """Return ``movements``, None where they were not computed; else also their chart, sentences, and topic names."""
    movements = figures.movements
    if movements is None:
        return {"movements": None}
    declared = by_name(figures.inputs.features)

    def name(topic: str) -> str:
        return capital(topic_phrase(topic))

    def topic_phrase(topic: str) -> str:
        return phrase(movements.subjects.get(topic, topic), declared, formatter.text.lang)

    top_drivers = formatter.comma_list(
        formatter.text("movements.item", what=topic_phrase(row.topic), points=formatter.points(row.points))
        for row in rows_of(movements.top_drivers)
    )
    too_few = formatter.text("movements.lead.none", minimum=figures.inputs.min_group)
    changed, chart = formatter.text("movements.still"), ""
    if len(movements.largest_changes):
        first = rows_of(movements.largest_changes)[0]
        points = first.month if math.isnan(first.year) else first.year
        values = {"what": topic_phrase(first.topic), "points": formatter.points(points)}
        changed, alternative = (
            formatter.text("movements.changed", **values),
            formatter.text("chart.movements.alt", **values),
        )
        chart = charts.movements_chart(movements, name, formatter, alternative)
    return {
        "movements": movements,
        "lead": formatter.text("movements.lead", first=top_drivers) if top_drivers else too_few,
        "changed": changed,
        "name": name,
        "chart": chart,
    }
