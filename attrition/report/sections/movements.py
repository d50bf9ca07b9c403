"""The section "movements": the drivers that matter most, and those that changed most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.columns import feature, lever, people, points, text
from attrition.report.figures.movements import movements
from attrition.report.figures.tables import rows_of
from attrition.report.section import Chart, Section, Table
from attrition.report.sentences import phrase

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.movements import Movements
    from attrition.report.view import View


def _figures(month: MonthFigures) -> Movements | None:
    return movements(month.inputs, month.flagged, hidden=month.hidden)


def _sentence(view: View[Movements]) -> str:
    formatter = view.formatter
    top_drivers = formatter.comma_list(
        view.text("movements.item", what=_topic(row.topic, view), points=formatter.points(row.points))
        for row in rows_of(view.figures.top_drivers)
    )
    if top_drivers:
        return view.text("movements.lead", first=top_drivers)
    return view.text("movements.lead.none" if view.inputs.caveat.lists_people else "drivers.no_order")


def _more(view: View[Movements]) -> list[str]:
    values = _largest_change(view)
    changed = view.text("movements.changed", **values) if values else view.text("movements.still")
    return [changed, reorganised(view)]


def _largest_change(view: View[Movements]) -> dict[str, str]:
    """Return the driver that changed most and its points, as they are written; empty where none changed."""
    if view.figures.largest_changes.empty:
        return {}
    first = rows_of(view.figures.largest_changes)[0]
    change = first.month if math.isnan(first.year) else first.year
    return {"what": _topic(first.topic, view), "points": view.formatter.points(change)}


def _topic(topic: str, view: View[Movements]) -> str:
    """Return the phrase of a topic: that of the feature that names it."""
    name = view.figures.subjects.get(topic, topic)
    return phrase(name, view.declared, view.formatter.text.lang)


def _chart(view: View[Movements]) -> Markup | str:
    values = _largest_change(view)
    if not values:
        return ""
    names = {topic: view.feature(subject) for topic, subject in view.figures.subjects.items()}
    alternative = view.text("chart.movements.alt", **values)
    return charts.movements_chart(view.figures, lambda topic: names[topic], view.formatter, alternative)


def reorganised(view: View[Any]) -> str:
    """Return sentences on the reorganisations of the last year; sites too small to be shown are left out."""
    sentences = []
    for item in view.inputs.reorganisations:
        if item["moved"] and item["staff"] >= view.inputs.min_group:
            sentences += [_reorganisation(item, view), *_history(item, view)]
    return view.formatter.sentences(*sentences)


def _reorganisation(item: Mapping[str, Any], view: View[Any]) -> str:
    key = "movements.reorganised.sites" if item["sites"] else "movements.reorganised"
    day = view.formatter.day(date.fromisoformat(item["day"]))
    share = view.formatter.share(item["moved"] / item["staff"], 0)
    return view.text(key, day=day, share=share, sites=view.formatter.comma_list(item["sites"]))


def _history(item: Mapping[str, Any], view: View[Any]) -> list[str]:
    """Return a sentence on how many new teams go on with the history of an old one; none where no name changed."""
    followed = sum(old is not None for old in item["teams"].values())
    values = {"followed": view.formatter.number(followed), "teams": view.formatter.number(len(item["teams"]))}
    return [view.text("movements.reorganised.history", **values)] if item["teams"] else []


def _nothing(view: View[None]) -> str:
    return view.formatter.sentences(*filter(None, [reorganised(view), view.text("drivers.nothing")]))


def _by_subject(movements: Movements, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the features whose phrases name its topics, those of ``changed`` too."""
    names = {"topic": "subject", "changed": "changed_subject"}
    columns = {
        names[name]: table[name].map(lambda topic: movements.subjects.get(topic, topic))
        for name in names
        if name in table
    }
    return table.assign(**columns)


SECTION = Section(
    "movements",
    figures=_figures,
    nothing=_nothing,
    sentence=_sentence,
    more=_more,
    note="movements.note",
    tables=(
        Table(
            "top_drivers",
            heading="movements.most",
            rows=lambda movements: _by_subject(movements, movements.top_drivers),
            columns=(
                feature("subject"),
                lever(),
                points("points", "over_peers"),
                people("raised"),
                points("month", "since_month"),
                points("year", "since_year"),
            ),
        ),
        Table(
            "largest_changes",
            title="section.movements.changes.sheet",
            rows=lambda movements: _by_subject(movements, movements.largest_changes),
            columns=(feature("subject"), lever(), points("month", "since_month"), points("year", "since_year")),
            chart=Chart("movements", _chart),
        ),
        Table(
            "by_site",
            title="section.movements.sites.sheet",
            heading="movements.sites",
            rows=lambda movements: _by_subject(movements, movements.by_site),
            columns=(
                text("site"),
                feature("subject", "raises"),
                points("points", "over_centre"),
                feature("changed_subject", "moved"),
                points("changed_points", "moved_points"),
            ),
        ),
    ),
)
