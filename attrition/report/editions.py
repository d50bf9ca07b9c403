"""The editions of a month's report: which sections each reader gets, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attrition.report.sections import account, drivers, expected, health, meanings, teams, watch

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month

Edition = Literal["centre", "partner", "team"]


@dataclass(frozen=True)
class Section:
    """A section: its name, which names its template and its phrases, and what fills the template."""

    name: str
    content: Callable[[Month, Form], Mapping[str, Any]]


EDITIONS: Mapping[Edition, tuple[Section, ...]] = {
    "centre": (
        Section("account", account.content),
        Section("expected", expected.content),
        Section("drivers", drivers.content),
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
