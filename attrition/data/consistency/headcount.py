"""Hold headcount against hires, exits and moves, by site and month: what begins must be what ended the month before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.consistency.absences import site_of_agents
from attrition.data.rows.versions import newest

MOVEMENTS = ("hires", "exits", "gone", "moved_in", "moved_out")


@dataclass(frozen=True, eq=False, kw_only=True)
class People:
    """Who was employed, and who showed activity, from `attrition.data.consistency.facts`, up to the month-end `end`."""

    tables: Mapping[str, ir.Table]
    activity: ir.Table
    spells: ir.Table
    gone: ir.Table
    end: date


def headcount(people: People) -> ir.Table:
    """Return the headcount of every site and month in which the centre shows activity.

    Returns
    -------
    ibis.Table
        ``site`` ("" where unknown) and ``as_of``; ``start`` and ``end``, the people employed at the end of the month
        before and of this one, by the roster, the exits, and who is gone without one; ``hires``, ``exits``, ``gone``,
        ``moved_in``, ``moved_out`` within the month; and ``active``, the people with a sign of activity in it. Where a
        row does not add up, an exit belongs to no employment, or one person has two employments at once.
    """
    months, stints = _months(people), _stints(people)
    is_there = (stints.since <= months.as_of) & (stints.until.isnull() | (stints.until > months.as_of))
    employed = stints.join(months, is_there).select("site", "as_of", "agent_id", kind=ibis.literal("end"))
    everywhere = stints.select("site").distinct().cross_join(months)
    rows = ibis.union(
        employed.distinct(),
        _active(people, stints, months),
        _events(people, stints),
        everywhere.select("site", "as_of", agent_id=ibis.null("string"), kind=ibis.literal("")),
    )
    counts = {kind: (rows.kind == kind).sum().cast("int64") for kind in ("end", *MOVEMENTS, "active")}
    table = rows.group_by("site", "as_of").aggregate(**counts, is_month=(rows.kind == "").any())
    table = table.filter(table.is_month)
    table = table.mutate(start=table.end.lag().over(ibis.window(group_by="site", order_by="as_of")))
    return table.filter(table.start.notnull()).select("site", "as_of", "start", *MOVEMENTS, "end", "active")


def _months(people: People) -> ir.Table:
    """Return ``month_start`` and ``as_of`` of the month before activity begins, and of every month up to the end."""
    first = people.activity.month_start.min().execute()
    begin = pd.Period(people.end if pd.isna(first) else first, "M")
    starts = pd.period_range(begin - 1, pd.Period(people.end, "M"), freq="M")
    rows = [(month.start_time.date(), month.end_time.date()) for month in starts]
    return ibis.memtable(rows, schema={"month_start": "date", "as_of": "date"})


def _stints(people: People) -> ir.Table:
    """Return where everybody worked: ``agent_id``, ``site``, from ``since`` to before ``until``, and why both."""
    spells = people.spells.left_join(people.gone.select("agent_id", "hired", "last_seen"), ["agent_id", "hired"])
    day_after = (spells.last_seen + ibis.interval(days=1)).cast("date")
    spells = spells.select("agent_id", "hired", until=ibis.coalesce(spells.exit_date, day_after), gone=day_after)
    spells = spells.join(_sites(people), "agent_id")
    spells = spells.filter(
        (spells.until.isnull() | (spells.until > spells.since))
        & (spells.next_since.isnull() | (spells.next_since > spells.hired))
    )
    is_first = spells.since <= spells.hired
    is_last = spells.next_since.isnull() | (spells.next_since >= spells.until).fill_null(False)
    return spells.select(
        "agent_id",
        "site",
        since=ibis.greatest(spells.since, spells.hired),
        until=is_last.ifelse(spells.until, spells.next_since),
        begins=is_first.ifelse("hires", "moved_in"),
        ends=(~is_last).ifelse("moved_out", ibis.ifelse(spells.gone.notnull(), "gone", "exits")),
    ).cache()


def _sites(people: People) -> ir.Table:
    """Return the site of everybody from ``since`` to before ``next_since``; only the monthly file shows moves."""
    always = ibis.date(1, 1, 1)
    if "agents" in people.tables or "site" not in people.tables["snapshots"].columns:
        return site_of_agents(people.tables).mutate(since=always, next_since=ibis.null("date"))
    rows = newest(people.tables["snapshots"]).select("agent_id", "as_of", "site")
    rows = rows.filter(rows.site.notnull())
    order = ibis.window(group_by="agent_id", order_by="as_of")
    rows = rows.mutate(before=rows.site.lag().over(order))
    stays = rows.filter(rows.before.isnull() | (rows.before != rows.site))
    stays = stays.mutate(since=stays.before.isnull().ifelse(always, stays.as_of.truncate("M").cast("date")))
    next_since = stays.since.lead().over(ibis.window(group_by="agent_id", order_by="since"))
    return stays.select("agent_id", "site", "since", next_since=next_since)


def _events(people: People, stints: ir.Table) -> ir.Table:
    """Return ``site``, ``as_of``, ``agent_id`` and ``kind`` of what changes headcount; exits are those on the list."""
    begun = stints.select("site", "agent_id", day="since", kind="begins")
    ended = stints.filter(stints.until.notnull() & (stints.ends != "exits"))
    events = begun.union(ended.select("site", "agent_id", day="until", kind="ends"))
    if "exits" in people.tables:
        exits = newest(people.tables["exits"]).select("agent_id", "exit_date").join(_sites(people), "agent_id")
        is_then = (exits.since <= exits.exit_date) & (exits.next_since.isnull() | (exits.next_since > exits.exit_date))
        first = people.spells.group_by("agent_id").aggregate(hired=people.spells.hired.min())
        exits = exits.filter(is_then).join(first, "agent_id")
        exits = exits.filter(exits.exit_date >= exits.hired)
        events = events.union(exits.select("site", "agent_id", day="exit_date", kind=ibis.literal("exits")))
    month_end = events.day.truncate("M") + ibis.interval(months=1) - ibis.interval(days=1)
    return events.select("site", "agent_id", "kind", as_of=month_end.cast("date")).select(
        "site", "as_of", "agent_id", "kind"
    )


def _active(people: People, stints: ir.Table, months: ir.Table) -> ir.Table:
    seen = people.activity.join(months, "month_start").select("agent_id", "month_start", "as_of").distinct()
    is_then = (stints.since <= seen.as_of) & (stints.until.isnull() | (stints.until >= seen.month_start))
    placed = seen.join(stints, [seen.agent_id == stints.agent_id, is_then])
    return placed.select("site", "as_of", "agent_id", kind=ibis.literal("active")).distinct()
