"""Statistical disclosure control of group figures: small cells are suppressed, with complementary cells, and rounded.

A reader who has all tables of a report, and those of last month, can subtract. Three rules prevent that:

- Inside each total (the centre, a site) whatever is not shown, agents without a team included, makes up at least the
  smallest group, and beside every small group in it are at least `LOWEST_MIN_GROUP` others. Groups are hidden, the
  smallest first, until that holds; where it cannot, the total is hidden as well.
- A team whose people sit in several sites is not shown: site totals would reveal its parts.
- A shown number is rounded so that one agent more or less, between two tables or two months, can be any agent; see
  `attrition.report.rounding`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from attrition.errors import DeclarationError
from attrition.report.rounding import round_to_whole

LOWEST_MIN_GROUP = 5
"""Lowest value that a site may declare for the smallest group that is shown."""

FIGURE_COLUMNS = ("headcount", "expected", "low", "high")
LEVELS = ("centre", "site", "team")
"""Levels of units, in reading order."""

CENTRE = ("centre", "centre")

Unit = tuple[str, str]
"""A unit: a level (one of `LEVELS`) and a name."""
Units = Collection[Unit]


@dataclass
class _Tree:
    """The units that add up to each total, and which of them are hidden so far.

    Parameters
    ----------
    people : dict
        Number of agents of each unit.
    parts : dict
        Of the centre and of each site, the units that add up to it.
    min_group : int
        Smallest group that is shown.
    hidden : set
        The units hidden so far.
    small : set
        Those of them that are hidden for their own sake; the others are hidden so that no small one can be computed.
    """

    people: dict[Unit, int]
    parts: dict[Unit, list[Unit]]
    min_group: int
    hidden: set[Unit] = field(default_factory=set)
    small: set[Unit] = field(default_factory=set)

    def without_part(self, total: Unit) -> int:
        """Return how many agents of a total are in none of its parts."""
        return self.people[total] - sum(self.people[part] for part in self.parts[total])

    def is_safe(self, total: Unit) -> bool:
        """Return whether no small unit can be computed from a total and its shown parts.

        What is not shown must have at least `min_group` agents, with at least `LOWEST_MIN_GROUP` beside every small
        unit in it. A total whose parts are all shown and add up to it is safe as well.
        """
        rest = self.without_part(total)
        hidden = [part for part in self.parts[total] if part in self.hidden]
        people = rest + sum(self.people[part] for part in hidden)
        small = [self.people[part] for part in hidden if part in self.small] + [rest] * (0 < rest < self.min_group)
        return people == 0 or (people >= self.min_group and all(people - size >= LOWEST_MIN_GROUP for size in small))


def suppress_small_units(
    expected: pd.DataFrame, team_sites: Mapping[str, str], *, min_group: int, previously_hidden: Units = ()
) -> pd.DataFrame:
    """Return a table of centre, site and team figures with small units hidden and the rest rounded.

    Parameters
    ----------
    expected : DataFrame
        ``level`` (centre, site, team), ``unit``, ``headcount``, ``expected``, ``low``, ``high``; others are dropped.
    team_sites : mapping of str to str
        Site of each team, empty for a team without one; a team that is missing here has people in several sites.
    min_group : int
        Smallest group that is shown, at least `LOWEST_MIN_GROUP`.
    previously_hidden : collection of (level, unit)
        Units hidden last month. Where a further unit must be hidden to protect a small one, these are chosen first:
        if two months hid different units beside it, the small one could be computed.

    Returns
    -------
    DataFrame
        The same rows, rounded, with ``site`` (of a team) and ``is_hidden``; a hidden row keeps no figure.

    Raises
    ------
    DeclarationError
        `min_group` is under `LOWEST_MIN_GROUP`.

    Examples
    --------
    >>> rows = [("centre", "centre", 46), ("team", "A", 4), ("team", "B", 12), ("team", "C", 30)]
    >>> table = pd.DataFrame(rows, columns=["level", "unit", "headcount"]).assign(expected=2.4, low=0.5, high=4.5)
    >>> shown = suppress_small_units(table, {"A": "", "B": "", "C": ""}, min_group=10)
    >>> shown[["unit", "headcount", "expected", "is_hidden"]].values.tolist()
    [['centre', 46.0, 2.0, False], ['A', nan, nan, True], ['B', nan, nan, True], ['C', 30.0, 2.0, False]]
    """
    if min_group < LOWEST_MIN_GROUP:
        raise DeclarationError(
            "the smallest group shown is {min_group}; it cannot be under {lowest}",
            min_group=min_group,
            lowest=LOWEST_MIN_GROUP,
        )
    rows = expected[expected["level"].isin(LEVELS)].reset_index(drop=True)
    units = [(str(level), str(unit)) for level, unit in zip(rows["level"], rows["unit"], strict=True)]
    hidden = _hidden(
        dict(zip(units, rows["headcount"].astype(int), strict=True)), team_sites, min_group, previously_hidden
    )
    is_hidden = pd.Series([unit in hidden for unit in units], index=rows.index, dtype=bool)
    site = pd.Series([site_of(unit, team_sites) for unit in units], index=rows.index, dtype=object)
    return round_to_whole(rows).assign(site=site, is_hidden=is_hidden).pipe(_without_hidden_figures)


def site_of(unit: Unit, team_sites: Mapping[str, str]) -> str:
    """Return the site of a unit: a site's own name, the site of a team, or "" (centre, team without site)."""
    level, name = unit
    return name if level == "site" else team_sites.get(name, "") if level == "team" else ""


def _without_hidden_figures(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].astype(float).mask(rows["is_hidden"]) for name in FIGURE_COLUMNS})


def units_to_hide(
    months: Sequence[Mapping[Unit, int]], team_sites: Mapping[str, str], *, min_group: int, always_hidden: Units = ()
) -> set[Unit]:
    """Return the units to hide in a table whose figures are summed over several months, or compared between them.

    Parameters
    ----------
    months : sequence of mapping of Unit to int
        How many people each unit had in each month, the centre among them.
    team_sites : mapping of str to str
        Site of each team in all those months; a team that is missing here had people in several sites.
    min_group : int
        Smallest group that is shown.
    always_hidden : collection of Unit
        Units to hide in any case, because another table of the same report hides them.

    Returns
    -------
    set of Unit
        The units that must be hidden in any of the months, to be hidden in all of them, and those that must be hidden
        so that they cannot be computed.

    Examples
    --------
    >>> before = {("centre", "centre"): 90, ("site", "a"): 20, ("site", "b"): 30, ("site", "c"): 40}
    >>> now = {("centre", "centre"): 80, ("site", "a"): 9, ("site", "b"): 31, ("site", "c"): 40}
    >>> sorted(units_to_hide([before, now], {}, min_group=10))
    [('site', 'a'), ('site', 'b')]
    """
    hidden: set[Unit] = set(always_hidden)
    hidden_before: set[Unit] | None = None
    while hidden_before != hidden:
        hidden_before = set(hidden)
        for people in months:
            hidden |= _hidden(dict(people), team_sites, min_group, hidden, always_hidden=hidden)
    return hidden


def sites_to_hide(months: Sequence[Mapping[str, int]], *, min_group: int, always_hidden: Units = ()) -> set[str]:
    """Return the sites to hide in a table of sites over several months, beside the centre they add up to.

    Parameters
    ----------
    months : sequence of mapping of str to int
        How many people each site had in each month; the name "" stands for people without a site.
    min_group : int
        Smallest group that is shown.
    always_hidden : collection of Unit
        What another table of the same report hides; teams among it do not matter here.

    Examples
    --------
    >>> sorted(sites_to_hide([{"a": 20, "b": 30, "c": 40}, {"a": 9, "b": 31, "c": 40}], min_group=10))
    ['a', 'b']
    """
    people = [
        {CENTRE: sum(sites.values())} | {("site", name): count for name, count in sites.items() if name}
        for sites in months
    ]
    hidden = units_to_hide(
        people, {}, min_group=min_group, always_hidden=[unit for unit in always_hidden if unit[0] == "site"]
    )
    return {name for level, name in hidden if level == "site"}


def parts_to_hide(people: Mapping[str, int], min_group: int) -> set[str]:
    """Return the parts of one whole to hide, so that nobody who knows the whole can work out a small one.

    Examples
    --------
    >>> sorted(parts_to_hide({"0-30 days": 6, "31-90 days": 14, "longer": 80}, 10))
    ['0-30 days', '31-90 days']
    """
    units = {("site", name): count for name, count in people.items()}
    hidden = _hidden({CENTRE: sum(people.values())} | units, {}, min_group, ())
    return {name for level, name in hidden if level == "site"}


def _hidden(
    people: dict[Unit, int],
    team_sites: Mapping[str, str],
    min_group: int,
    previously_hidden: Units,
    always_hidden: Units = (),
) -> set[Unit]:
    """Return the units to hide in one table.

    They are the small ones, others without which a total would reveal these, and teams with people in several sites.
    """
    across_sites = {unit for unit in people if unit[0] == "team" and unit[1] not in team_sites}
    people, parts = {unit: n for unit, n in people.items() if unit not in across_sites}, _parts(people, team_sites)
    tree = _Tree({CENTRE: sum(people[unit] for unit in parts.get(CENTRE, []))} | people, parts, min_group)
    tree.hidden = {unit for unit, count in tree.people.items() if count < min_group}
    tree.small = set(tree.hidden)
    tree.hidden |= set(always_hidden) & tree.people.keys()
    hidden_before: set[Unit] | None = None
    while hidden_before != tree.hidden:
        hidden_before = set(tree.hidden)
        for total in tree.parts:
            _hide_complements(tree, total, previously_hidden)
    return tree.hidden | across_sites


def _parts(people: Mapping[Unit, int], team_sites: Mapping[str, str]) -> dict[Unit, list[Unit]]:
    """Return for the centre and each site the units that add up to it, but for agents who are in none."""
    sites = [unit for unit in people if unit[0] == "site"]
    parts: dict[Unit, list[Unit]] = {CENTRE: list(sites), **{site: [] for site in sites}}
    for unit in people:
        if unit[0] == "team" and unit[1] in team_sites:
            home = ("site", team_sites[unit[1]])
            parts[home if home in parts else CENTRE].append(unit)
    return {total: units for total, units in parts.items() if units}


def _hide_complements(tree: _Tree, total: Unit, previously_hidden: Units) -> None:
    """Hide parts of one total, the smallest first, until it is safe.

    Where hiding all parts is not enough the total is hidden; where the total is hidden all its parts are.
    """
    if total in tree.hidden:
        tree.hidden.update(tree.parts[total])
        return
    if tree.is_safe(total):
        return
    for part in sorted(tree.parts[total], key=lambda part: (part not in previously_hidden, tree.people[part], part)):
        tree.hidden.add(part)
        if tree.is_safe(total):
            return
    tree.hidden.add(total)
    tree.small.add(total)


def suppress_small_counts(counts: pd.Series, min_group: int) -> pd.Series:
    """Return counts of agents, null below `min_group`."""
    return counts.astype(float).where(counts >= min_group)


def suppress_small_track_record(record: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return a track record without months of fewer than `min_group` agents, rounded to whole resignations.

    In a month in which the flagged or the rest are fewer than `min_group`, the columns of both are null.
    """
    is_small = (record["flagged"] < min_group) | (record["rest"] < min_group)
    names = [str(name) for name in record if str(name).startswith(("flagged", "rest"))]
    shown = round_to_whole(record).assign(**{name: record[name].astype(float).mask(is_small) for name in names})
    return shown[(record["flagged"] + record["rest"]) >= min_group].reset_index(drop=True)
