"""Events that a site declares, such as a transfer or a reorganisation, and what is known of its reorganisations."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, model_validator

from attrition.declared import Declaration
from attrition.message import Message

EventKind = Literal[
    "transfer", "system_change", "reorganisation", "pay_scheme", "bonus_day", "holiday", "tool_rollout", "calibration"
]
NO_RESIGNATIONS = ("transfer", "system_change")
"""Kinds of events whose exits are no resignations."""


class Event(Declaration):
    """Something that happened to the centre, or to one of its sites, on one day; it counts as nobody's own doing."""

    date: datetime.date
    """The day; of a transfer or a change of systems the last day under the old number, as the exits have it."""
    kind: EventKind
    """What happened. The exits of that day of a transfer or system change are no resignations but "other", or no exits
    at all where `renumbered` has the new number; the changes of team of a reorganisation are nobody's own move."""
    site: str | None = None
    """The site, as the tables name it; the whole centre when left out."""
    note: str = ""
    """What happened, in your own words, as the model card shows it; names of people stay out."""
    teams: dict[str, str] = Field(default_factory=dict)
    """Of a reorganisation: new team = the old one whose history it goes on with. For a new team that is left out it is
    the old team from which at least 70 % of its agents came; without one its history is missing."""

    @model_validator(mode="after")
    def _has_teams_only_where_they_change(self) -> Event:
        if self.teams and self.kind != "reorganisation":
            raise ValueError(Message('teams belong to kind = "reorganisation"'))
        return self

    def is_about(self, day: datetime.date, site: str = "", *, days: int) -> bool:
        """Return whether the event explains what is seen at a site on a day, at most `days` from its own."""
        return abs((self.date - day).days) <= days and self.site in (None, site)


@dataclass(frozen=True, kw_only=True)
class Reorganisation:
    """A day on which the teams of a centre, or of some of its sites, were changed; declared, or seen in its tables.

    Parameters
    ----------
    day : date
        The first day of the new teams.
    sites : tuple of str
        The sites; empty for the whole centre.
    teams : mapping of str to str or None
        New team = the old one whose history it goes on with, None where there is no such team. Teams that are not
        named go on as they were.
    moved, staff : int
        Agents who changed their team that day, and agents there were.
    is_declared : bool
        Whether the site declares it.
    """

    day: datetime.date
    sites: tuple[str, ...] = ()
    teams: Mapping[str, str | None] = field(default_factory=dict)
    moved: int = 0
    staff: int = 0
    is_declared: bool = False

    @property
    def with_history(self) -> int:
        """The number of new teams that go on with the history of an old one."""
        return sum(old is not None for old in self.teams.values())

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, as the panel's description keeps it."""
        plain = {name: getattr(self, name) for name in ("moved", "staff", "is_declared")}
        return {"day": f"{self.day}", "sites": list(self.sites), "teams": dict(self.teams), **plain}


def declared_on(events: Iterable[Event], kinds: Iterable[str] = ()) -> list[Event]:
    """Return the events of some kinds, of all kinds when none is named, in the order of their days."""
    wanted = tuple(kinds)
    return sorted((event for event in events if not wanted or event.kind in wanted), key=lambda event: event.date)
