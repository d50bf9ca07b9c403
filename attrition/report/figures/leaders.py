"""Which teams each leader leads, and what a leader's own file is called: by its teams, never by a person.

The leaders of a team are the supervisors of most of its agents, several where they have equally many. Leaders of the
same teams get the same file; a team whose leader is not on file has one of its own, for whoever leads it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.figures.month_figures import MonthFigures

LONGEST_NAME = 100
"""Longer names of files, in characters, are cut: file systems take 255 bytes, and the language and ending follow."""


def teams_by_leader(groups: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the teams that each leader leads, by the leader's id.

    Parameters
    ----------
    groups : DataFrame
        ``team_id`` and, where the site has it, ``supervisor_id`` of each agent.

    Examples
    --------
    >>> import pandas as pd
    >>> agents = pd.DataFrame({"team_id": ["A", "A", "A", "B"], "supervisor_id": ["7", "7", "9", "7"]})
    >>> teams_by_leader(agents)
    {'7': ('A', 'B')}
    """
    if not {"team_id", "supervisor_id"} <= set(groups):
        return {}
    agents = groups[["team_id", "supervisor_id"]].dropna().astype(str).value_counts()
    most = agents.groupby("team_id").transform("max")
    led: dict[str, list[str]] = {}
    for team, leader in sorted(agents[agents == most].index):
        led.setdefault(leader, []).append(team)
    return {leader: tuple(teams) for leader, teams in led.items()}


def leaders_files(groups: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return by its name, without language and ending, each file that leaders get, with the teams it is about.

    Examples
    --------
    >>> import pandas as pd
    >>> agents = pd.DataFrame({"team_id": ["A", "B", "客/一"], "supervisor_id": ["7", "7", None]})
    >>> leaders_files(agents)
    {'team-A+B': ('A', 'B'), 'team-%E5%AE%A2%2F%E4%B8%80': ('客/一',)}
    """
    led = set(teams_by_leader(groups).values())
    everybody = set(groups["team_id"].dropna().astype(str)) if "team_id" in groups else set()
    alone = everybody.difference(*led)
    together = sorted([*led, *((team,) for team in alone)])
    alike = Counter(_name(teams).casefold() for teams in together)  # some file systems do not tell A from a
    return {_name(teams, is_marked=alike[_name(teams).casefold()] > 1): teams for teams in together}


def _name(teams: tuple[str, ...], *, is_marked: bool = False) -> str:
    """Return the name of a file: teams with every sign escaped that a file's name may not hold, cut where too long."""
    name = "team-" + "+".join(quote(team, safe="").replace(".", "%2E") for team in teams)
    mark = hashlib.sha256("\n".join(teams).encode()).hexdigest()[:12]
    return f"{name[: LONGEST_NAME - 1 - len(mark)]}-{mark}" if is_marked or len(name) > LONGEST_NAME else name


def figures_of_teams(figures: MonthFigures, teams: Iterable[str]) -> MonthFigures:
    """Return the figures with these teams alone, as their leader's page shows them; the others' units are left out."""
    own = set(teams)
    units = figures.units
    is_own = (units["level"] == "team") & units["unit"].isin(own)
    return replace(figures, teams=[team for team in figures.teams if team.name in own], units=units[is_own])
