"""The editions of a month's report, one for each kind of reader: its sections as pages, and its workbook's sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrition.report import centre_sheets, sheets
from attrition.report.figures.operations import operations_of
from attrition.report.section import Section
from attrition.report.sections import (
    abnormal,
    account,
    actions,
    agreement,
    appeals,
    cohorts,
    costs,
    cuts,
    drill_down,
    drivers,
    expected,
    experienced,
    feedback,
    funnel,
    glance,
    health,
    indicator_meanings,
    indicators,
    market,
    meanings,
    movements,
    planning,
    sessions,
    severity,
    teams,
    turnover,
    turnover_cost,
    watch,
    watching,
    workload,
)

if TYPE_CHECKING:
    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.sheet_columns import Sheet

CENTRE, PARTNER, TEAM, OPERATIONS, QUALITY = "centre", "partner", "team", "operations", "quality"
"""Names of the editions: for the HR director, the HR partner, all teams, which stays with HR, operations, and quality
assurance."""
LEADER = "leader"
"""Name of what each team leader gets: the edition `TEAM` with the teams they lead alone."""
LEADERS_FOLDER = "teams"
"""The folder of a month's report with the leaders' files."""


@dataclass(frozen=True)
class OwnSection:
    """A section of a page that is not declared by `attrition.report.section` yet.

    Parameters
    ----------
    name : str
        Name of its template in `templates/sections/`, of its phrases (``section.<name>``) and of its HTML anchor.
    content : callable
        Returns the variables of the template.
    """

    name: str
    content: Callable[[MonthFigures, Formatter], Mapping[str, Any]]


@dataclass(frozen=True)
class Edition:
    """The sections of an edition's page, and what has the sheets of its workbook, in their order."""

    sections: tuple[Section[Any] | OwnSection, ...]
    sheets: tuple[Section[Any] | Callable[[MonthFigures, Sequence[Formatter]], Sheet | None], ...]


def _centre_section(name: str, content: Callable[[CentreFigures, Formatter], Mapping[str, Any]]) -> OwnSection:
    return OwnSection(name, lambda figures, formatter: content(figures.centre, formatter))


OF_OPERATIONS = (
    abnormal.SECTION,
    drill_down.SECTION,
    indicators.SECTION,
    experienced.SECTION,
    turnover_cost.SECTION,
    indicator_meanings.SECTION,
)
_OF_EVALUATORS = (sessions.SECTION, severity.SECTION, agreement.SECTION, appeals.SECTION, feedback.SECTION)

EDITIONS: Mapping[str, Edition] = {
    CENTRE: Edition(
        sections=(
            OwnSection("glance", glance.content),
            OwnSection("account", account.track_record_and_data_notes),
            OwnSection("expected", expected.content),
            cuts.SECTION,
            turnover.SECTION,
            costs.SECTION,
            _centre_section("funnel", funnel.content),
            OwnSection("drivers", drivers.content),
            _centre_section("movements", movements.content),
            _centre_section("market", market.content),
            _centre_section("workload", workload.content),
            _centre_section("cohorts", cohorts.content),
            _centre_section("actions", actions.content),
            planning.SECTION,
            OwnSection("health", health.content),
            OwnSection("watching", watching.content),
            OwnSection("meanings", meanings.content),
        ),
        sheets=(
            sheets.earlier_months,
            sheets.expected,
            cuts.SECTION,
            turnover.SECTION,
            costs.SECTION,
            centre_sheets.funnel,
            sheets.levers,
            sheets.levers_by_unit,
            sheets.drivers,
            sheets.warning_signs,
            centre_sheets.movements,
            centre_sheets.market,
            centre_sheets.workload,
            centre_sheets.cohorts,
            centre_sheets.actions,
            planning.SECTION,
            sheets.data_quality,
            sheets.model_metrics,
            sheets.definitions,
        ),
    ),
    PARTNER: Edition(
        sections=(
            OwnSection("account", account.content),
            OwnSection("watch", watch.content),
            OwnSection("meanings", meanings.content),
        ),
        sheets=(sheets.earlier_months, sheets.watch_list, sheets.suggestions, sheets.definitions),
    ),
    TEAM: Edition(
        sections=(
            OwnSection("standing", account.verdict_and_data_notes),
            OwnSection("teams", teams.content),
            OwnSection("meanings", meanings.of_conditions),
        ),
        sheets=(sheets.teams, sheets.definitions),
    ),
    OPERATIONS: Edition(sections=OF_OPERATIONS, sheets=OF_OPERATIONS),
    QUALITY: Edition(sections=_OF_EVALUATORS, sheets=_OF_EVALUATORS),
}
"""The edition of each name. Only the HR partner's edition shows single agents, by staff number and, where the site maps
it, name; those of team leaders and of operations show neither agents nor estimates of risk; that for quality assurance
shows evaluators, by staff number, and no agents."""


def editions_of(month: MonthFigures) -> list[str]:
    """Return the names of the editions of a month.

    Where nothing about single agents is shown there is no partner's, without indicators none for operations, and
    without evaluations by evaluator none for quality assurance.
    """
    left_out = {PARTNER} if month.inputs.mode == "group_only" else set()
    left_out |= {OPERATIONS} if month.once(operations_of) is None else set()
    left_out |= {QUALITY} if month.inputs.evaluations is None else set()
    return [name for name in EDITIONS if name not in left_out]
