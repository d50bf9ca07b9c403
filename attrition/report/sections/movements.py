"""The section "movements": the drivers that matter most, and those that changed most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.figures.tables import rows_of
from attrition.report.sentences import by_name, capital, phrase

if TYPE_CHECKING:
    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``reorganised``, a text, and ``movements``: None where they were not computed; else also what they show.

    The latter are their chart, sentences, and topic names.
    """
    movements, reorganised = figures.movements, _reorganised(figures, formatter)
    if movements is None:
        return {"movements": None, "reorganised": reorganised}
    declared = by_name(figures.inputs.features)

    def name(topic: str) -> str:
        return capital(topic_phrase(topic))

    def topic_phrase(topic: str) -> str:
        return phrase(movements.subjects.get(topic, topic), declared, formatter.text.lang)

    top_drivers = formatter.comma_list(
        formatter.text("movements.item", what=topic_phrase(row.topic), points=formatter.points(row.points))
        for row in rows_of(movements.top_drivers)
    )
    none = "movements.lead.none" if figures.inputs.caveat.lists_people else "drivers.no_order"
    too_few = formatter.text(none, minimum=figures.inputs.min_group)
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
        "reorganised": reorganised,
        "lead": formatter.text("movements.lead", first=top_drivers) if top_drivers else too_few,
        "changed": changed,
        "name": name,
        "chart": chart,
    }


def _reorganised(figures: CentreFigures, formatter: Formatter) -> str:
    """Return sentences on the reorganisations of the last year; sites too small to be shown are left out."""
    sentences = []
    for item in figures.inputs.reorganisations:
        if item["moved"] and item["staff"] >= figures.inputs.min_group:
            values = {"day": formatter.day(date.fromisoformat(item["day"])), "share": item["moved"] / item["staff"]}
            sentences += [_reorganisation(item, formatter, **values), *_history(item, formatter)]
    return formatter.sentences(*sentences) if sentences else ""


def _reorganisation(item: Mapping[str, Any], formatter: Formatter, *, day: str, share: float) -> str:
    key = "movements.reorganised.sites" if item["sites"] else "movements.reorganised"
    sites = formatter.comma_list(item["sites"])
    return formatter.text(key, day=day, share=formatter.share(share, 0), sites=sites)


def _history(item: Mapping[str, Any], formatter: Formatter) -> list[str]:
    """Return a sentence on how many new teams go on with the history of an old one; none where no name changed."""
    followed = sum(old is not None for old in item["teams"].values())
    values = {"followed": formatter.number(followed), "teams": formatter.number(len(item["teams"]))}
    return [formatter.text("movements.reorganised.history", **values)] if item["teams"] else []
