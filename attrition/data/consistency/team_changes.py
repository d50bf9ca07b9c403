"""Find days on which over half of a site changes its team, and which new team goes on with which old one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.staff import NO_SITE, staff_on
from attrition.data.events import NO_RESIGNATIONS, Event, Reorganisation
from attrition.data.rows.versions import newest

MIN_MOVED = 10
"""Fewer agents who change their team on one day are no reorganisation."""
MOVED_SHARE = 0.5
"""A site is reorganised when more than this share of its agents changes team on one day."""
SUCCESSOR_SHARE = 0.7
"""A new team goes on with the history of the old team from which at least this share of its agents came."""
OWN_SHARE = 0.5
"""A team that keeps its name goes on with its own history while at least this share of its agents was in it before."""
EXPLAINING = ("reorganisation", *NO_RESIGNATIONS)
"""Kinds of events that explain why many change their team on one day."""
DAYS_OF_AN_EVENT = 7
"""A declared reorganisation is the one that the tables show at most so many days from it."""


class _Flow(NamedTuple):
    """How many agents of a site went from one team to another, or stayed in it, on a day."""

    day: date
    site: str
    old: str
    new: str
    agents: int


def find_reorganisations(
    tables: Mapping[str, ir.Table], spells: ir.Table, events: Iterable[Event], *, end: date
) -> tuple[Reorganisation, ...]:
    """Return the reorganisations up to the end of the data that are declared or that the tables show, by day.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked tables; teams are those of ``assignments`` or, without these, of ``snapshots``.
    spells : ibis.Table
        From `attrition.data.consistency.employment`.
    events : iterable of Event
        What the site declares.
    end : date
        The last month-end of the data.
    """
    teams = _team_rows(tables)
    if teams is None:
        return ()
    explaining = [event for event in events if event.kind in EXPLAINING and event.date <= end]
    declared = [event for event in explaining if event.kind == "reorganisation"]
    shown_on = [event.date if "assignments" in tables else _month_end(event.date) for event in declared]
    days = [day for day in _days_with_many_moves(tables, teams) if day <= end]
    flows = _flows(teams, spells, {*days, *shown_on})
    detected = [item for day in days if (item := _detected(day, flows)) is not None]
    events_of = [[event for event in explaining if _is_about(event, item)] for item in detected]
    items = [_declare(item, own) if own else item for item, own in zip(detected, events_of, strict=True)]
    matched = [event for own in events_of for event in own]
    pairs = zip(declared, shown_on, strict=True)
    items += [_declare(_at(event, day, flows), [event]) for event, day in pairs if event not in matched]
    return tuple(sorted(items, key=lambda item: item.day))


def _team_rows(tables: Mapping[str, ir.Table]) -> ir.Table | None:
    """Return the rows that say who was in which team since when: ``agent_id``, ``day``, ``team``."""
    for name, column in (("assignments", "effective_date"), ("snapshots", "as_of")):
        if name in tables and "team_id" in tables[name].columns:
            rows = newest(tables[name])
            return rows.select("agent_id", day=rows[column], team=rows.team_id).filter(rows.team_id.notnull())
    return None


def _month_end(day: date) -> date:
    """Return the last day of the month, at which snapshots show what changed in it."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _days_with_many_moves(tables: Mapping[str, ir.Table], teams: ir.Table) -> list[date]:
    """Return the days on which at least `MIN_MOVED` agents have another team than before, starts left out."""
    order = ibis.window(group_by="agent_id", order_by="day")
    moves = teams.mutate(old=teams.team.lag().over(order))
    moves = moves.filter(moves.team != moves.old)
    if "agents" in tables:
        starts = tables["agents"].select("agent_id", day="hire_date")
        moves = moves.anti_join(starts, ["agent_id", "day"])
    counts = moves.group_by("day").aggregate(agents=moves.agent_id.nunique())
    rows = counts.filter(counts.agents >= MIN_MOVED).select("day").to_pyarrow().to_pylist()
    return sorted(row["day"] for row in rows)


def _flows(teams: ir.Table, spells: ir.Table, days: Iterable[date]) -> list[_Flow]:
    """Return how many were in which team before and on each of some days, by site."""
    wanted = sorted(days)
    if not wanted:
        return []
    staff = staff_on(spells, ibis.memtable({"day": wanted}, schema={"day": "date"}))
    order = ibis.window(group_by="agent_id", order_by="day")
    stays = teams.mutate(before=teams.team.lag().over(order), until=teams.day.lead().over(order)).rename(since="day")
    is_then = [
        stays.agent_id == staff.agent_id,
        stays.since <= staff.day,
        stays.until.isnull() | (stays.until > staff.day),
    ]
    rows = stays.join(staff, is_then)
    agents = rows.select("site", "day", old=ibis.ifelse(rows.since == rows.day, rows.before, rows.team), new=rows.team)
    agents = agents.filter(agents.old.notnull())
    flows = agents.group_by("day", "site", "old", "new").aggregate(agents=agents.count())
    return [_Flow(**row) for row in flows.order_by("day", "site", "old", "new").to_pyarrow().to_pylist()]


def _detected(day: date, flows: Sequence[_Flow]) -> Reorganisation | None:
    """Return the reorganisation of a day, of the sites at which over half of the agents changed team; None without."""
    by_site: dict[str, list[_Flow]] = {}
    for flow in flows:
        if flow.day == day:
            by_site.setdefault(flow.site, []).append(flow)
    sites = [site for site, own in by_site.items() if _is_reorganised(own)]
    if not sites:
        return None
    names = () if len(sites) == len(by_site) else tuple(sites)
    return _reorganisation(day, names, [flow for site in sites for flow in by_site[site]])


def _is_reorganised(flows: Iterable[_Flow]) -> bool:
    item = _reorganisation(date.min, (), flows)
    return item.moved >= MIN_MOVED and item.moved > MOVED_SHARE * item.staff


def _reorganisation(day: date, sites: tuple[str, ...], flows: Iterable[_Flow]) -> Reorganisation:
    flows = list(flows)
    moved = sum(flow.agents for flow in flows if flow.old != flow.new)
    staff = sum(flow.agents for flow in flows)
    return Reorganisation(day=day, sites=sites, teams=_old_teams(flows), moved=moved, staff=staff)


def _old_teams(flows: Iterable[_Flow]) -> dict[str, str | None]:
    """Return for each team whose history is not simply its own the old team it goes on with, None without one."""
    origins: dict[str, Counter[str]] = {}
    for flow in flows:
        origins.setdefault(flow.new, Counter())[flow.old] += flow.agents
    old_teams: dict[str, str | None] = {}
    for new, counts in sorted(origins.items()):
        old, agents = counts.most_common(1)[0]
        share = agents / counts.total()
        if old != new or share < OWN_SHARE:
            old_teams[new] = old if share >= SUCCESSOR_SHARE else None
    return old_teams


def _is_about(event: Event, item: Reorganisation) -> bool:
    return any(event.is_about(item.day, site, days=DAYS_OF_AN_EVENT) for site in item.sites or (event.site or NO_SITE,))


def _at(event: Event, day: date, flows: Iterable[_Flow]) -> Reorganisation:
    """Return a declared reorganisation that the tables alone would not show, with the moves there were."""
    sites = (event.site,) if event.site is not None else ()
    there = (flow for flow in flows if flow.day == day and event.site in (None, flow.site))
    return _reorganisation(day, sites, there)


def _declare(item: Reorganisation, events: Iterable[Event]) -> Reorganisation:
    """Return the reorganisation as declared: old teams that the site names count before those found in its tables."""
    named = {new: old for event in events for new, old in event.teams.items()}
    return replace(item, teams={**item.teams, **named}, is_declared=True)
