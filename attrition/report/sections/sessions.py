"""The section "sessions": which calibration sessions to hold, in which order, and whether the last ones helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.columns import Column, lines, people, text
from attrition.report.figures.calibration import Calibration, calibration
from attrition.report.figures.evaluators.records import SEVERITY_MONTHS
from attrition.report.figures.evaluators.sessions import MONTHS_COMPARED, NOTABLE_POINTS
from attrition.report.figures.evaluators.source import shown_of
from attrition.report.figures.tables import rows_of
from attrition.report.section import Section, Table
from attrition.report.sections.evaluator_columns import score_points, score_range, site, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _figures(month: MonthFigures) -> Calibration | None:
    return shown_of(month, calibration)


def _sentence(view: View[Calibration]) -> str:
    figures, formatter = view.figures, view.formatter
    if not figures.proposed:
        return view.text("sessions.lead.none", points=formatter.number(NOTABLE_POINTS), months=SEVERITY_MONTHS)
    key = "sessions.lead" if len(figures.sessions) else "sessions.lead.groups"
    first = figures.sessions[figures.sessions["priority"] == 1] if len(figures.sessions) else figures.sessions
    pairs = [
        view.text("sessions.pair", stricter=row.stricter, milder=row.milder, site=row.site or view.text("level.centre"))
        for row in rows_of(first)
    ]
    return view.text(
        key, count=formatter.number(figures.proposed), points=formatter.number(NOTABLE_POINTS),
        months=SEVERITY_MONTHS, first=formatter.comma_list(pairs[:4]),
    )  # fmt: skip


def _more(view: View[Calibration]) -> Sequence[str]:
    """Return on which items too little is known, and what became of the last session."""
    figures, formatter = view.figures, view.formatter
    items = view.text("sessions.items.unknown") if figures.items is None and figures.proposed else ""
    if not len(figures.held):
        return [items, view.text("sessions.waiting" if figures.waiting else "sessions.never")]
    last = rows_of(figures.held)[0]
    return [
        items,
        view.text(
            f"sessions.{last.verdict}", day=formatter.day(last.day), where=last.site or view.text("level.centre"),
            before=formatter.number(last.before, 1), after=formatter.number(last.after, 1), months=MONTHS_COMPARED,
        ),
    ]  # fmt: skip


def _items(row: Any, view: View[Any]) -> str:
    return view.formatter.comma_list(row.items) or view.text("sessions.whole")


def _day(row: Any, view: View[Any]) -> str:
    return view.formatter.day(row.day)


def _columns(figures: Calibration) -> tuple[Column, ...]:
    """Return the columns of the proposed sessions, with what to discuss where the items of the form are known."""
    discuss = () if figures.items is None else (lines("items", "discuss", words=_items),)
    return (
        people("priority"),
        site(),
        text("stricter", "marks_lower"),
        text("milder", "marks_higher"),
        score_points("difference", "points_apart"),
        score_range("low", "high"),
        *discuss,
    )


SECTION = Section(
    "sessions",
    figures=_figures,
    nothing="severity.none",
    sentence=_sentence,
    more=_more,
    note="sessions.note",
    tables=(
        Table(
            "proposed",
            rows=lambda figures: figures.sessions,
            columns=_columns,
            title="sheet.sessions.proposed",
            heading="sessions.heading.proposed",
        ),
        Table(
            "items",
            rows=lambda figures: figures.items,
            columns=(
                text("item", "form_item"),
                people("evaluations"),
                score_points("spread", "spread"),
                score_range("low", "high"),
            ),
            title="sheet.sessions.items",
            heading="sessions.heading.items",
            note="sessions.items.note",
        ),
        Table(
            "held",
            rows=lambda figures: figures.held,
            columns=(
                Column(("day",), "session_day", "text", words=_day),
                site(),
                people("evaluators"),
                score_points("before", "spread_before"),
                score_points("after", "spread_after"),
                score_points("change", "spread_change"),
                score_range("low", "high"),
                verdict("verdict", "beyond_chance", "spread"),
            ),
            title="sheet.sessions.held",
            heading="sessions.heading.held",
            note="sessions.held.note",
        ),
    ),
)
