"""The section "planning": leavers ahead, hires and seats, turnover by ISO 30414, leavers by reason, and new hires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.columns import month, named, number, people, people_interval, share, text
from attrition.report.figures.planning import Planned, planned
from attrition.report.section import Section, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrition.report.columns import Column
    from attrition.report.view import View

HORIZONS = (1, 3, 6, 12)


def _sentence(view: View[Planned]) -> str:
    centre = view.figures.horizons[view.figures.horizons["level"] == "centre"].iloc[0]
    longest = max(months for months in HORIZONS if f"expected_{months}" in centre)
    return view.text(
        "planning.lead",
        months=longest,
        headcount=view.formatter.number(centre["headcount"]),
        expected=view.formatter.number(centre[f"expected_{longest}"]),
        interval=view.formatter.interval(centre[f"low_{longest}"], centre[f"high_{longest}"]),
    )


def _more(view: View[Planned]) -> list[str]:
    """Return what the declared headcounts need, or how they are declared."""
    hires, formatter = view.figures.hires, view.formatter
    if hires.empty:
        return [view.text("planning.no_target")]
    called = hires[hires["hires"] > 0]
    if called.empty:
        return [view.text("planning.no_hires")]
    classes = view.text(
        "planning.hires",
        hires=formatter.number(called["hires"].sum()),
        sites=called["site"].nunique(),
        first=formatter.day(called["class_starts"].min()),
    )
    short = hires[(hires["headcount"] < hires["target"])]
    return [classes, view.text("planning.short", count=len(short)) if len(short) else ""]


def _unit(row: Any, view: View[Any]) -> str:
    return view.text("level.centre") if row.level == "centre" else view.formatter.text.name("value", str(row.unit))


def _units() -> tuple[Column, Column]:
    return text("unit", words=_unit), named("level", "level")


def _by_horizon(figures: Planned) -> tuple[Column, ...]:
    columns: list[Column] = [*_units(), people("headcount")]
    for months in HORIZONS:
        if f"expected_{months}" in figures.horizons:
            columns += [
                people(f"expected_{months}"),
                people_interval(f"low_{months}", f"high_{months}", f"range_{months}"),
            ]
    return tuple(columns)


def _of(name: str) -> Callable[[Planned], pd.DataFrame | None]:
    """Return the function that returns a table of the figures; None where it has no rows."""

    def rows(figures: Planned) -> pd.DataFrame | None:
        table: pd.DataFrame = getattr(figures, name)
        return table if len(table) else None

    return rows


def _class_day(row: Any, view: View[Any]) -> str:
    return "" if pd.isna(row.class_starts) else view.formatter.day(row.class_starts)


def _group(row: Any, view: View[Any]) -> str:
    return view.formatter.text.name("value", str(row.group))


SECTION = Section(
    "planning",
    figures=planned,
    nothing="expected.few",
    sentence=_sentence,
    more=_more,
    note="planning.note",
    glance=lambda view: [],
    tables=(
        Table(
            "horizons",
            title="planning.horizons.sheet",
            heading="planning.horizons",
            rows=lambda figures: figures.horizons,
            columns=_by_horizon,
            note="planning.horizons.note",
        ),
        Table(
            "months",
            title="planning.months.sheet",
            heading="planning.months",
            rows=lambda figures: figures.months,
            columns=(
                *_units(),
                month("month"),
                number("expected", "expected_in_month", digits=1),
                people_interval(),
                number("by_then", digits=1),
            ),
            is_on_page=False,
        ),
        Table(
            "centre_months",
            title="planning.centre_months.sheet",
            heading="planning.centre_months",
            rows=lambda figures: figures.months[figures.months["level"] == "centre"],
            columns=(
                month("month"),
                number("expected", "expected_in_month", digits=1),
                people_interval(),
                number("by_then", digits=1),
            ),
            note="planning.months.note",
        ),
        Table(
            "hires",
            title="planning.hires.sheet",
            heading="planning.hires.heading",
            rows=_of("hires"),
            columns=(
                text("site"),
                month("month"),
                people("target"),
                number("leavers", "expected_in_month", digits=1),
                number("other_exits", digits=1),
                text("class_starts", words=_class_day),
                people("hires", "begin_class"),
                people("joining"),
                people("headcount", "headcount_then"),
                people("at_full_strength"),
                people("seats"),
            ),
            note="planning.hires.note",
        ),
        Table(
            "turnover",
            title="planning.turnover.sheet",
            heading="planning.turnover",
            rows=_of("turnover"),
            columns=(
                named("measure", "measure"),
                named("year", "year"),
                people("leavers"),
                people("headcount", "average_headcount"),
                share("rate", digits=1),
            ),
            note="planning.turnover.note",
        ),
        Table(
            "reasons",
            title="planning.reasons.sheet",
            heading="planning.reasons",
            rows=_of("reasons"),
            columns=(named("reason", "leaving", "leave_reason"), people("leavers"), share("share", "share_of_leavers")),
            note="planning.reasons.note",
        ),
        Table(
            "regretted",
            title="planning.regretted.sheet",
            heading="planning.regretted",
            rows=_of("regretted"),
            columns=(
                named("year", "year"),
                people("resigned", "rated_resigned"),
                people("regretted"),
                share("share", "share_regretted"),
            ),
            note="planning.regretted.note",
        ),
        Table(
            "survival",
            title="planning.survival.sheet",
            heading="planning.survival",
            rows=_of("survival"),
            columns=(named("by", "by"), text("group", words=_group), people("hires"), share("staying")),
            note="planning.survival.note",
        ),
    ),
)
