"""The section "expected": expected resignations of the centre, its sites and its teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.columns import named, off_page, people, people_interval, share, text, unit, yes_no
from attrition.report.figures.tables import centre_row, units_to_draw
from attrition.report.section import Chart, Section, Table
from attrition.report.sections import turnover
from attrition.report.view import View

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures


@dataclass(frozen=True, eq=False)
class Shown:
    """What the section shows: the units, and exits of the past, with which the first page compares the number.

    `teams` are the names of those whose conditions stand in the edition of all teams.
    """

    units: pd.DataFrame
    past: turnover.Shown | None
    teams: frozenset[str]


def _figures(month: MonthFigures) -> Shown | None:
    if centre_row(month.units).is_hidden:
        return None
    teams = frozenset(team.name for team in month.teams)
    return Shown(month.units, month.once(turnover.SECTION.figures), teams)


def _glance(view: View[Shown]) -> list[str]:
    past = view.figures.past
    return [] if past is None else turnover.ahead(View(past, view.inputs, view.formatter))


def _sentence(view: View[Shown]) -> str:
    centre, formatter = centre_row(view.figures.units), view.formatter
    sentence = view.text(
        "expected.lead",
        expected=formatter.number(centre.expected),
        headcount=formatter.number(centre.headcount),
        interval=formatter.interval(centre.low, centre.high),
        share=formatter.share(centre.share, 0),
    )
    return formatter.sentences(sentence, view.text("expected.range"))


def _chart(view: View[Shown]) -> Markup:
    units, formatter = view.figures.units, view.formatter
    shown = units[(units["level"] != "centre") & units["share"].notna()]
    highest = shown.sort_values("share", ascending=False).head(1)
    centre = centre_row(units).share
    alternative = view.text(
        "chart.units.alt",
        unit=highest["unit"].iloc[0] if len(highest) else view.text("level.centre"),
        share=formatter.share(highest["share"].iloc[0] if len(highest) else centre, 0),
        centre=formatter.share(centre, 0),
    )
    return charts.units_chart(units, formatter, alternative)


def _note(view: View[Shown]) -> str:
    units = view.figures.units
    not_drawn = int((~units["is_hidden"]).sum()) - len(units_to_draw(units))
    hidden = int(units["is_hidden"].sum())
    return view.formatter.sentences(
        view.text("expected.note"),
        *([view.text("expected.not_drawn", count=not_drawn)] if not_drawn else []),
        *([view.text("expected.hidden", count=hidden)] if hidden else []),
    )


def _conditions(row: Any, view: View[Shown]) -> str:
    """Return where the conditions of a team stand."""
    has_conditions = row.level == "team" and not row.is_hidden and row.unit in view.figures.teams
    return f"team.{view.formatter.text.lang}.html#team-{row.unit}" if has_conditions else ""


UNIT, LEVEL = unit()

SECTION = Section(
    "expected",
    figures=_figures,
    nothing="expected.few",
    number=lambda view: view.formatter.number(centre_row(view.figures.units).expected),
    sentence=_sentence,
    glance=_glance,
    tables=(
        Table(
            "units",
            rows=lambda shown: shown.units.assign(is_shown=~shown.units["is_hidden"].astype(bool)),
            columns=(
                replace(UNIT, link=_conditions),
                LEVEL,
                off_page(text("site")),
                people("headcount"),
                people("expected"),
                people_interval(),
                share("share", has_bar=True),
                named("standing", "standing", "standing_in"),
                off_page(yes_no("is_shown", "shown")),
            ),
            hidden="is_hidden",
            style="level",
            chart=Chart("units", _chart),
            note=_note,
        ),
    ),
)
