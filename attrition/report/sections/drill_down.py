"""The section "drill_down": an abnormal indicator from the centre to one team, and what the tables say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.columns import lines, measure, named, text, unit, words
from attrition.report.figures.drill_down import LOSSES
from attrition.report.figures.operations import Operations, operations_of
from attrition.report.figures.tables import rows_of
from attrition.report.indicator_text import indicator_text
from attrition.report.section import Section, Table
from attrition.report.sections.abnormal import indicator_column, unit_name, value_of

if TYPE_CHECKING:
    from attrition.report.figures.drill_down import DrillDown, Fact
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View

FACTS_ASKED = {"no_event": "event"}
"""Facts that answer the question of another name."""


def _figures(month: MonthFigures) -> Operations | None:
    figures = month.once(operations_of)
    return figures if figures is not None and figures.drill_downs else None


def _paragraphs(view: View[Operations]) -> list[str]:
    """Return one paragraph per indicator: where it shows, and in how many groups."""
    return [_paragraph(drill, view) for drill in view.figures.drill_downs]


def _paragraph(drill: DrillDown, view: View[Operations]) -> str:
    key = "drill.step.others" if drill.against == "others" else "drill.step"
    steps = [
        view.text(
            f"{key}.departing" if row.is_departing else key,
            unit=unit_name(row, view),
            value=indicator_text(row.value, drill.indicator, view.formatter),
            usual=indicator_text(row.usual, drill.indicator, view.formatter),
        )
        for row in rows_of(drill.path)
    ]
    path = view.text(
        "drill.path", indicator=view.text(f"indicator.{drill.indicator}"), steps=view.text("drill.arrow").join(steps)
    )
    return view.formatter.sentences(path, _spread(drill, view))


def _spread(drill: DrillDown, view: View[Operations]) -> str:
    """Return in how many groups the indicator goes the same way."""
    counts = {"departing": drill.departing, "of": drill.groups}
    is_alone = drill.departing == 1 and drill.last.level == drill.scope and drill.last.is_departing
    key = f"drill.spread.{drill.scope}" + (".alone" if is_alone else "")
    return view.text(key, **counts) if drill.groups else ""


def _paths(figures: Operations) -> pd.DataFrame:
    return pd.concat(
        [drill.path.assign(indicator=drill.indicator, against=drill.against) for drill in figures.drill_downs]
    )


def _facts(figures: Operations) -> pd.DataFrame:
    """Return a row per unit and question: those the tables answer, and what is left to ask."""
    by_unit: dict[tuple[str, str], list[DrillDown]] = {}
    for drill in figures.drill_downs:
        by_unit.setdefault((drill.last.level, drill.last.unit), []).append(drill)
    rows = [
        {"level": level, "unit": unit, "indicators": indicators, "fact": fact, "question": "", "answer": ""}
        for (level, unit), drills in by_unit.items()
        for indicators in [tuple(drill.indicator for drill in drills)]
        for fact in (*drills[0].facts, None)
        if fact is None or fact.indicator not in indicators
    ]
    return pd.DataFrame(rows)


def _question(row: Any, view: View[Operations]) -> str:
    return view.text(f"drill.ask.{_asked(row.fact)}")


def _asked(fact: Fact | None) -> str:
    return "open" if fact is None else FACTS_ASKED.get(fact.name, fact.name)


def _answer(row: Any, view: View[Operations]) -> str:
    """Return what the tables say; what they cannot say is left as questions."""
    fact, formatter = row.fact, view.formatter
    if fact is None:
        return view.text("drill.open")
    if fact.name == "event":
        days = formatter.comma_list(formatter.day(day) for day in fact.days)
        return view.text("drill.event", what=view.text(f"event.{fact.kind}"), day=days)
    if fact.name == "leader":
        months = formatter.comma_list(formatter.month(day) for day in fact.days)
        return view.text("drill.leader" if fact.days else "drill.leader.same", months=months)
    if fact.name == "no_event":
        return view.text("drill.no_event")
    shown = {end: indicator_text(getattr(fact, end), fact.indicator, formatter) for end in ("now", "usual")}
    way = "same" if not fact.is_beyond else "more" if fact.now > fact.usual else "less"
    return view.text(f"drill.losses.{way}" if fact.name == LOSSES else f"drill.condition.{way}", **shown)


SECTION = Section(
    "drill_down",
    figures=_figures,
    nothing="drill.nothing",
    more=_paragraphs,
    note="drill.note",
    tables=(
        Table(
            "paths",
            title="section.drill_down.paths.sheet",
            rows=_paths,
            columns=(
                indicator_column(),
                *unit(),
                measure("value", "this_month", words=value_of("value")),
                measure("usual", "compared_value", words=value_of("usual")),
                named("against", "compared_with"),
                words(
                    "is_departing", "departs", words=lambda row, view: view.text("yes" if row.is_departing else "no")
                ),
            ),
            is_on_page=False,
        ),
        Table(
            "questions",
            rows=_facts,
            heading="drill.questions",
            columns=(
                text("unit", words=unit_name),
                lines("question", words=_question),
                lines("answer", words=_answer),
            ),
        ),
    ),
)
