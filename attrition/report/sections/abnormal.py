"""The section "abnormal": where indicators are off beyond chance, and how the centre stands."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attrition.report.columns import measure, named, text, words
from attrition.report.figures.operations import Operations, operations_of
from attrition.report.figures.tables import rows_of
from attrition.report.indicator_text import indicator_text
from attrition.report.section import Section, Table
from attrition.report.sections.account import gap_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrition.report.columns import Column
    from attrition.report.view import View

MAX_NAMES = 3
"""Largest number of points named in the sentence; the table has all."""
STATE = ("service_level", "connect_rate", "first_contact_resolution", "handling_seconds", "absence", "turnover")
"""The indicators of the sentence on how the centre stands."""
TABLES = ("contacts", "shifts", "qa_evaluations")
"""Tables of the indicators that get rows every month."""


def _sentence(view: View[Operations]) -> str:
    points, figures = view.figures.abnormal, view.figures
    compared = view.formatter.number(figures.compared)
    if points.empty:
        return view.text("abnormal.none", compared=compared)
    first = view.formatter.comma_list(_point(row, view) for row in rows_of(points.head(MAX_NAMES)))
    return view.text(
        "abnormal.lead",
        compared=compared,
        count=view.formatter.number(len(points)),
        worse=view.formatter.number(int(points["is_worse"].sum())),
        first=first,
    )


def _point(row: Any, view: View[Operations]) -> str:
    """Return a point as part of a sentence, with what is usual where that differs as rounded."""
    usual = row.past if row.is_past else row.others
    compared = "past" if row.is_past else "others"
    key = f"abnormal.point.{compared}" if usual != row.value else f"abnormal.point.{_way(row)}"
    return view.text(
        key,
        unit=unit_name(row, view),
        indicator=view.text(f"indicator.{row.indicator}"),
        value=indicator_text(row.value, row.indicator, view.formatter),
        usual=indicator_text(usual, row.indicator, view.formatter),
    )


def _way(row: Any) -> str:
    return "higher" if row.is_higher else "lower"


def _state(view: View[Operations]) -> list[str]:
    """Return the sentence on this month's indicators of the centre, each beside the same month a year ago."""
    values = view.figures.latest
    centre = {row.indicator: row for row in rows_of(values[values["level"] == "centre"])}
    parts = []
    for name in (each for each in STATE if each in centre):
        row = centre[name]
        key = "abnormal.state.alone" if math.isnan(row.year_ago) else "abnormal.state.item"
        shown = {end: indicator_text(getattr(row, end), name, view.formatter) for end in ("value", "year_ago")}
        parts.append(view.text(key, indicator=view.text(f"indicator.{name}"), **shown))
    state = [view.text("abnormal.state", items=view.formatter.comma_list(parts))] if parts else []
    return [*state, view.formatter.sentences(*_gaps(view))]


def _gaps(view: View[Operations]) -> list[str]:
    """Return which tables of the indicators are late or missing."""
    inputs = view.inputs
    of_indicators = replace(inputs, gaps=[gap for gap in inputs.gaps if gap.table in TABLES], doubts=())
    return gap_sentences(of_indicators, view.formatter)


def value_of(name: str) -> Callable[[Any, View[Any]], str]:
    """Return the function that writes a column in the unit of the row's indicator."""
    return lambda row, view: indicator_text(getattr(row, name), row.indicator, view.formatter)


def indicator_column() -> Column:
    """Return the column with the names of the indicators."""
    return words("indicator", words=lambda row, view: view.text(f"indicator.{row.indicator}"))


def unit_name(row: Any, view: View[Any]) -> str:
    """Return the name of a unit, in the reader's language where it is the centre."""
    return view.text("level.centre") if row.level == "centre" else str(row.unit)


def _finding(row: Any, view: View[Any]) -> str:
    """Return whether a point is higher or lower, and than what."""
    kind = "both" if row.is_past and row.is_others else "past" if row.is_past else "others"
    against = view.text(f"abnormal.against.{kind}")
    return view.text(f"abnormal.finding.{_way(row)}", against=against)


SECTION = Section(
    "abnormal",
    figures=operations_of,
    nothing="indicators.nothing",
    sentence=_sentence,
    more=_state,
    note="abnormal.note",
    tables=(
        Table(
            "points",
            rows=lambda figures: figures.abnormal,
            columns=(
                text("unit", words=unit_name),
                named("site", "value"),
                indicator_column(),
                measure("value", "this_month", words=value_of("value")),
                measure("past", "own_year", words=value_of("past")),
                measure("others", "other_teams", words=value_of("others")),
                words("is_higher", "finding", words=_finding),
            ),
        ),
    ),
)
