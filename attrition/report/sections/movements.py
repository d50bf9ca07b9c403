"""Which drivers matter most, and which moved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.report import charts_of_steps
from attrition.report.sentences import by_name, capital, phrase
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell which drivers matter most and which moved."""
    table = centre.movements
    if table is None:
        return {"t": None}
    declared = by_name(centre.products.features)

    def name(topic: str) -> str:
        return capital(said_of(topic))

    def said_of(topic: str) -> str:
        return phrase(table.subjects.get(topic, topic), declared, form.words.lang)

    raised = [(said_of(row.topic), form.points(row.points)) for row in each(table.most)]
    parts = [form.words("movements.item", what=what, points=points) for what, points in raised]
    firsts = form.listed(parts)
    said = form.words("movements.lead", first=firsts) if firsts else ""
    few = form.words("movements.lead.none", minimum=centre.products.min_group)
    moved, alternative, chart = form.words("movements.still"), "", ""
    if len(table.changed):
        first = next(iter(each(table.changed.head(1))))
        points = first.month if math.isnan(first.year) else first.year
        values = {"what": said_of(first.topic), "points": form.points(points)}
        moved, alternative = form.words("movements.changed", **values), form.words("chart.movements.alt", **values)
        chart = charts_of_steps.movements_chart(table, name, form, alternative)
    return {"t": table, "said": said or few, "moved": moved, "name": name, "alternative": alternative, "chart": chart}
