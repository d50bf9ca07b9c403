"""The one door to group figures: what is too small is hidden, what would give it away too, and the rest made coarse.

Whoever reads all tables of a report, and last month's too, can subtract. Three rules stand against that:

- Inside each total (the centre, a site) whatever is not shown, agents without a team included, makes up at least the
  smallest group, and beside every small group in it are at least `FLOOR` others. Groups are hidden, the fewest people
  first, until that holds; where it cannot, the total is hidden as well.
- A team whose people sit in several sites is not shown: site totals would give its parts away.
- A shown number is rounded so that one agent more or less, between two tables or two months, can be any agent: expected
  resignations to whole ones, means in steps of `LEAST_OF_ONE` points of one agent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from attrition.errors import DeclarationError

FLOOR = 5
"""No declaration can make a smaller group visible."""

LEAST_OF_ONE = 10.0
"""A mean of percentage points is so coarse that one agent's own points are not known closer than this."""

COUNTED_BY = 2
"""Agents who share an answer are counted in such steps."""

STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
FIGURES = ("headcount", "expected", "low", "high")
CENTRE = ("centre", "centre")

Unit = tuple[str, str]
"""A level (centre, site, team) and a name."""
Units = Collection[Unit]


@dataclass
class _Tree:
    """Who adds up to what: the people of each unit, and for each total its parts and the agents in none of them."""

    people: dict[Unit, int]
    parts: dict[Unit, list[Unit]]
    minimum: int
    hidden: set[Unit] = field(default_factory=set)
    guarded: set[Unit] = field(default_factory=set)

    def without_part(self, total: Unit) -> int:
        """Count the agents of a total who are in none of its parts."""
        return self.people[total] - sum(self.people[part] for part in self.parts[total])

    def is_safe(self, total: Unit) -> bool:
        """Whether what a total minus its shown parts gives away is a group, and small groups in it have company."""
        rest = self.without_part(total)
        unseen = [part for part in self.parts[total] if part in self.hidden]
        people = rest + sum(self.people[part] for part in unseen)
        small = [self.people[part] for part in unseen if part in self.guarded] + [rest] * (0 < rest < self.minimum)
        return people == 0 or (people >= self.minimum and all(people - one >= FLOOR for one in small))


def hidden_units(expected: pd.DataFrame, homes: Mapping[str, str], *, minimum: int, before: Units = ()) -> pd.DataFrame:
    """Take a table of centre, site and team figures to what may be shown of it.

    Parameters
    ----------
    expected : DataFrame
        ``level`` (centre, site, team), ``unit``, ``headcount``, ``expected``, ``low``, ``high``; others are dropped.
    homes : mapping of str to str
        Site of each team, empty for a team without one; a team that is missing here has people in several sites.
    minimum : int
        Smallest group that is shown, at least `FLOOR`.
    before : collection of (level, unit)
        What was hidden last month: hidden again where the same total needs company for a small group, so that two
        months do not hide a small group behind two different ones.

    Returns
    -------
    DataFrame
        The same rows, rounded, with ``site`` (of a team) and ``is_hidden``; a hidden row keeps no figure.

    Raises
    ------
    DeclarationError
        The minimum lies under the floor.

    Examples
    --------
    >>> rows = [("centre", "centre", 46), ("team", "A", 4), ("team", "B", 12), ("team", "C", 30)]
    >>> table = pd.DataFrame(rows, columns=["level", "unit", "headcount"]).assign(expected=2.4, low=0.5, high=4.5)
    >>> shown = hidden_units(table, {"A": "", "B": "", "C": ""}, minimum=10)
    >>> shown[["unit", "headcount", "expected", "is_hidden"]].values.tolist()
    [['centre', 46.0, 2.0, False], ['A', nan, nan, True], ['B', nan, nan, True], ['C', 30.0, 2.0, False]]
    """
    if minimum < FLOOR:
        raise DeclarationError(f"the smallest group shown is {minimum}; it cannot be under {FLOOR}")
    rows = expected[expected["level"].isin(["centre", "site", "team"])].reset_index(drop=True)
    units = [(str(level), str(unit)) for level, unit in zip(rows["level"], rows["unit"], strict=True)]
    hidden = _hidden(dict(zip(units, rows["headcount"].astype(int), strict=True)), homes, minimum, before)
    is_hidden = pd.Series([unit in hidden for unit in units], index=rows.index, dtype=bool)
    site = [name if level == "site" else homes.get(name, "") if level == "team" else "" for level, name in units]
    return _whole(rows).assign(site=pd.Series(site, index=rows.index, dtype=object), is_hidden=is_hidden).pipe(_emptied)


def _emptied(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].astype(float).mask(rows["is_hidden"]) for name in FIGURES})


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Round to whole resignations, the interval outwards; a range that only float noise widens stays."""
    return rows.assign(
        expected=np.floor(rows["expected"].astype(float) + 0.5),
        low=np.floor(rows["low"].astype(float) + 1e-9),
        high=np.ceil(rows["high"].astype(float) - 1e-9),
    )


def hidden_everywhere(
    months: Sequence[Mapping[Unit, int]], homes: Mapping[str, str], *, minimum: int, also: Units = ()
) -> set[Unit]:
    """Choose the units to hide in a table whose figures are summed over, or stand beside each other for, some months.

    Parameters
    ----------
    months : sequence of mapping of Unit to int
        How many people each unit had in each month, the centre among them.
    homes : mapping of str to str
        Site of each team in all those months; a team that is missing here had people in several sites.
    minimum : int
        Smallest group that is shown.
    also : collection of Unit
        What is hidden anyway, as in another table of the same report.

    Returns
    -------
    set of Unit
        What is hidden in one month is hidden in all, with what then protects it.

    Examples
    --------
    >>> before = {("centre", "centre"): 90, ("site", "a"): 20, ("site", "b"): 30, ("site", "c"): 40}
    >>> now = {("centre", "centre"): 80, ("site", "a"): 9, ("site", "b"): 31, ("site", "c"): 40}
    >>> sorted(hidden_everywhere([before, now], {}, minimum=10))
    [('site', 'a'), ('site', 'b')]
    """
    hidden: set[Unit] = set(also)
    settled: set[Unit] | None = None
    while settled != hidden:
        settled = set(hidden)
        for people in months:
            hidden |= _hidden(dict(people), homes, minimum, hidden, also=hidden)
    return hidden


def hidden_parts(people: Mapping[str, int], minimum: int) -> set[str]:
    """Choose which parts of one whole to hide, so that whoever knows the whole cannot work out a small one.

    Examples
    --------
    >>> sorted(hidden_parts({"0-30 days": 6, "31-90 days": 14, "longer": 80}, 10))
    ['0-30 days', '31-90 days']
    """
    units = {("site", name): count for name, count in people.items()}
    hidden = _hidden({CENTRE: sum(people.values())} | units, {}, minimum, ())
    return {name for level, name in hidden if level == "site"}


def _hidden(
    people: dict[Unit, int], homes: Mapping[str, str], minimum: int, before: Units, also: Units = ()
) -> set[Unit]:
    """Choose what to hide: the small, then the fewest people that keep every total from giving them away."""
    strays = {unit for unit in people if unit[0] == "team" and unit[1] not in homes}
    people, parts = {unit: n for unit, n in people.items() if unit not in strays}, _parts(people, homes)
    tree = _Tree({CENTRE: sum(people[unit] for unit in parts.get(CENTRE, []))} | people, parts, minimum)
    tree.hidden = {unit for unit, count in tree.people.items() if count < minimum}
    tree.guarded = set(tree.hidden)
    tree.hidden |= set(also) & tree.people.keys()
    settled: set[Unit] | None = None
    while settled != tree.hidden:
        settled = set(tree.hidden)
        for total in tree.parts:
            _settle(tree, total, before)
    return tree.hidden | strays


def _parts(people: Mapping[Unit, int], homes: Mapping[str, str]) -> dict[Unit, list[Unit]]:
    """Say for the centre and each site which units add up to it, but for agents who are in none."""
    sites = [unit for unit in people if unit[0] == "site"]
    parts: dict[Unit, list[Unit]] = {CENTRE: list(sites), **{site: [] for site in sites}}
    for unit in people:
        if unit[0] == "team" and unit[1] in homes:
            home = ("site", homes[unit[1]])
            parts[home if home in parts else CENTRE].append(unit)
    return {total: units for total, units in parts.items() if units}


def _settle(tree: _Tree, total: Unit, before: Units) -> None:
    """Hide parts of one total until it is safe; where it cannot be, hide the total, and under a hidden one all."""
    if total in tree.hidden:
        tree.hidden.update(tree.parts[total])
        return
    order = sorted(tree.parts[total], key=lambda part: (part not in before, tree.people[part], part))
    for part in order:
        if tree.is_safe(total):
            return
        tree.hidden.add(part)
    if not tree.is_safe(total):
        tree.hidden.add(total)
        tree.guarded.add(total)


def coarse(points: pd.Series, people: int) -> pd.Series:
    """Round means of percentage points over `people` agents in steps that hide one agent's own.

    Examples
    --------
    >>> coarse(pd.Series([1.234, -0.38]), 120).tolist(), coarse(pd.Series([1.234, -0.38]), 20).tolist()
    ([1.2, -0.4], [1.0, -0.5])
    """
    step = next((step for step in STEPS if step * people >= LEAST_OF_ONE), STEPS[-1])
    return ((points / step).round() * step).round(1) + 0.0


def rounded(value: float, people: int, *, one: float) -> float:
    """Round a mean over `people` agents so that the sum behind it stays open by what `one` agent can weigh in it.

    Examples
    --------
    >>> rounded(5183.4, 310, one=5183.4), rounded(0.2274, 60, one=1.0), rounded(0.2274, 0, one=1.0)
    (5180.0, 0.22, nan)
    """
    if people < 1 or np.isnan(value) or not one > 0:
        return float(value) if people > 0 else float("nan")
    step = _round_step(one / people)
    return float(round(round(value / step) * step, 10)) + 0.0


def rounded_share(yes: int, people: int) -> float:
    """Give the share of `people` who say yes, from a count in steps of `COUNTED_BY`.

    A share that crosses a step of its own when one agent joins would tell on which side of it the agent is.

    Examples
    --------
    >>> rounded_share(27, 48), rounded_share(11, 11)
    (0.5833333333333334, 1.0)
    """
    counted_as = float(np.floor(yes / COUNTED_BY + 0.5)) * COUNTED_BY  # halves up: all steps are equally wide
    return min(counted_as / people, 1.0) if people else float("nan")


def _round_step(least: float) -> float:
    """Give the smallest of 1, 2, 5 times a power of ten that is at least so large."""
    power = 10.0 ** np.floor(np.log10(least) + 1e-12)
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9)))


def blurred(means: pd.DataFrame, people: pd.DataFrame, *, spread: pd.Series) -> pd.DataFrame:
    """Round means over groups so that one agent's own value stays unknown within two standard deviations.

    Parameters
    ----------
    means, people : DataFrame
        One row per group, one column per value: the mean, and over how many agents.
    spread : Series
        Standard deviation between agents, one per column of `means`.

    Examples
    --------
    >>> means, people = pd.DataFrame({"share": [0.8342]}), pd.DataFrame({"share": [12]})
    >>> blurred(means, people, spread=pd.Series({"share": 0.09}))["share"].tolist()
    [0.84]
    """
    told = {
        name: [rounded(mean, n, one=2 * one) for mean, n in zip(means[name], people[name], strict=True)]
        for name, one in zip(means, spread, strict=True)
    }
    return pd.DataFrame(told, index=means.index, columns=means.columns, dtype=float)


def counted(counts: pd.Series, minimum: int) -> pd.Series:
    """Keep counts of agents from `minimum` on, null below."""
    return counts.astype(float).where(counts >= minimum)


def judged_shown(judged: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Keep of an account of earlier months what holds for groups: both halves of a list are hidden with the smaller."""
    small = (judged["flagged"] < minimum) | (judged["rest"] < minimum)
    halves = [name for name in judged if str(name).startswith(("flagged", "rest"))]
    shown = _whole(judged).assign(**{str(name): judged[name].astype(float).mask(small) for name in halves})
    return shown[(judged["flagged"] + judged["rest"]) >= minimum].reset_index(drop=True)
