"""The editions of a month's report, one for each kind of reader: which sections they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrition.report.edition_names import CENTRE, OPERATIONS, PARTNER, QUALITY, TEAM
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
    from attrition.report.figures.month_figures import MonthFigures


@dataclass(frozen=True)
class Edition:
    """The sections of an edition, in the order of its page and of its workbook."""

    sections: tuple[Section[Any], ...]


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
            glance.SECTION,
            account.SECTION,
            expected.SECTION,
            cuts.SECTION,
            turnover.SECTION,
            costs.SECTION,
            funnel.SECTION,
            drivers.SECTION,
            movements.SECTION,
            market.SECTION,
            workload.SECTION,
            cohorts.SECTION,
            actions.SECTION,
            planning.SECTION,
            health.SECTION,
            watching.SECTION,
            meanings.SECTION,
        ),
    ),
    PARTNER: Edition(
        sections=(
            account.STANDING,
            watch.SECTION,
            account.SECTION,
            meanings.SECTION,
        ),
    ),
    TEAM: Edition(
        sections=(
            account.STANDING_OF_NUMBERS,
            teams.SECTION,
            meanings.CONDITIONS,
        ),
    ),
    OPERATIONS: Edition(sections=OF_OPERATIONS),
    QUALITY: Edition(sections=_OF_EVALUATORS),
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
