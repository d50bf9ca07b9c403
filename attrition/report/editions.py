"""The editions of a month's report: which sections each reader gets, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attrition.report.sections import (
    account,
    cohorts,
    costs,
    drivers,
    expected,
    funnel,
    glance,
    health,
    market,
    meanings,
    movements,
    steps,
    strain,
    teams,
    turnover,
    watch,
)

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form
    from attrition.report.month import Month

Edition = Literal["centre", "partner", "team"]


@dataclass(frozen=True)
class Section:
    """A section: its name, which names its template and its phrases, and what fills the template."""

    name: str
    content: Callable[[Month, Form], Mapping[str, Any]]


def _of_the_centre(name: str, content: Callable[[Centre, Form], Mapping[str, Any]]) -> Section:
    return Section(name, lambda month, form: content(month.centre, form))


EDITIONS: Mapping[Edition, tuple[Section, ...]] = {
    "centre": (
        Section("glance", glance.content),
        Section("account", account.evidence),
        Section("expected", expected.content),
        _of_the_centre("turnover", turnover.content),
        _of_the_centre("costs", costs.content),
        _of_the_centre("funnel", funnel.content),
        Section("drivers", drivers.content),
        _of_the_centre("movements", movements.content),
        _of_the_centre("market", market.content),
        _of_the_centre("strain", strain.content),
        _of_the_centre("cohorts", cohorts.content),
        _of_the_centre("steps", steps.content),
        Section("health", health.content),
        Section("meanings", meanings.content),
    ),
    "partner": (
        Section("account", account.content),
        Section("watch", watch.content),
        Section("meanings", meanings.content),
    ),
    "team": (
        Section("standing", account.brief),
        Section("teams", teams.content),
        Section("meanings", meanings.content),
    ),
}
"""Only the HR partner's edition holds people; the team leaders' holds neither people nor estimates."""
