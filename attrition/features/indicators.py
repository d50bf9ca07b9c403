"""The indicators a service centre runs on, as sums of groups by month: no row of the result is about one agent.

An indicator is a ratio of two sums, such as contacts resolved over contacts handled. For each group and month the sums
over its agents (or, for queues, its days) are kept with the sums of their squares and products, from which the interval
of the ratio follows (Cochran 1977, "Sampling Techniques", 6.3). Facts count as they are on file today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.engine import run_in_parallel
from attrition.exposure.calendar import month_number
from attrition.features import contact_totals, shift_totals

COLUMNS = ("as_of", "level", "unit", "site", "indicator", "clusters", "y", "x", "yy", "xy", "xx")
"""Columns of the result: month-end, group, site of a team, indicator, agents or days, sums of numerator and
denominator, of their squares and of their product."""

Pair = tuple[tuple[str, ...], str, str]
"""Totals an indicator needs, and the expressions of numerator and denominator: a total, or two with a minus."""

OF_CONTACTS: dict[str, Pair] = {
    "first_contact_resolution": (("repeats", "repeats_base"), "repeats_base-repeats", "repeats_base"),
    "handling_seconds": (("handling", "handled"), "handling", "handled"),
    "talk_seconds": (("talk", "handled"), "talk", "handled"),
    "hold_seconds": (("hold", "handled"), "hold", "handled"),
    "wrap_seconds": (("wrap", "handled"), "wrap", "handled"),
    "occupancy": (("handling", "logged_in"), "handling", "logged_in"),
}
OF_SHIFTS: dict[str, Pair] = {
    "adherence": (("adherent", "adherence_base"), "adherent", "adherence_base"),
    "absence": (("absent", "days"), "absent", "days"),
    "worked_of_scheduled": (("worked", "scheduled"), "worked", "scheduled"),
}
OF_EVALUATIONS: dict[str, Pair] = {
    "fatal_errors": (("critical", "critical_base"), "critical", "critical_base"),
    "nonfatal_errors": (("noncritical", "noncritical_base"), "noncritical", "noncritical_base"),
}
OF_QUEUES: dict[str, Pair] = {
    "connect_rate": (("answered", "offered"), "answered", "offered"),
    "service_level": (("in_time", "offered"), "in_time", "offered"),
    "schedule_fit": (("fitting", "required"), "fitting", "required"),
    "scheduled_of_required": (("scheduled", "required"), "scheduled", "required"),
}
CONTACT_TOTALS = {name: contact_totals.TOTALS[name] for name in ("handled", "handling", "logged_in", "hold", "wrap")}
CONTACT_TOTALS |= {name: contact_totals.TOTALS[name] for name in ("repeats", "repeats_base")}
CONTACT_TOTALS |= {"talk": (("talk_seconds",), (), lambda t: t.talk_seconds)}
SHIFT_TOTALS = {name: shift_totals.TOTALS[name] for name in ("adherent", "adherence_base", "absent", "days")}
SHIFT_TOTALS |= {name: shift_totals.TOTALS[name] for name in ("worked", "scheduled")}
EVALUATION_TOTALS = {
    "critical": (("critical_errors",), (), lambda t: t.critical_errors),
    "critical_base": (("critical_errors",), (), lambda t: t.critical_errors.notnull()),
    "noncritical": (("noncritical_errors",), (), lambda t: t.noncritical_errors),
    "noncritical_base": (("noncritical_errors",), (), lambda t: t.noncritical_errors.notnull()),
}
QUEUE_TOTALS = {
    "offered": ((), (), lambda t: t.offered),
    "answered": ((), (), lambda t: t.answered),
    "in_time": (("answered_within_threshold",), (), lambda t: t.answered_within_threshold),
    "required": (("required_agents", "scheduled_agents"), (), lambda t: t.required_agents),
    "scheduled": (("required_agents", "scheduled_agents"), (), lambda t: t.scheduled_agents),
    "fitting": (
        ("required_agents", "scheduled_agents"),
        (),
        lambda t: t.required_agents - (t.scheduled_agents - t.required_agents).abs(),
    ),
}
MONTHS_OF_GROUP = 3
"""Whoever left is counted with the group of their last month-end, at most this many months back."""


def indicator_sums(tables: Mapping[str, ir.Table], staff: pd.DataFrame) -> pd.DataFrame:
    """Return the sums behind each indicator, by month, for the centre and each site, team and queue.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        The checked input tables, of which those that are there are used.
    staff : DataFrame
        Agents at risk at each month-end: ``agent_id``, ``as_of``, ``site``, ``team_id``, ``is_new`` (in their first
        three months) and ``has_resigned`` (in the month that ends there, of those at risk at its start; null where
        unknown).

    Returns
    -------
    DataFrame
        `COLUMNS`; empty where none of the tables is there.
    """
    agents = ibis.memtable(staff.assign(as_of=pd.to_datetime(staff["as_of"]).astype("datetime64[us]")))
    agents = agents.mutate(month=month_number(agents.as_of.cast("date"))).drop("as_of")
    facts = [*_of_agents(tables), *_of_staff(agents, tables)]
    by_agent = _union(facts).cache()
    grouped = _with_groups(by_agent, agents)
    parts = [_of_level(grouped, level, unit, site) for level, unit, site in LEVELS]
    parts.append(_of_level(by_agent.filter(by_agent.queue.notnull()), "queue", "queue", None))
    if "service_levels" in tables:
        parts += _of_queues(tables["service_levels"])
    return _frame(_union(parts))


LEVELS = (("centre", None, None), ("site", "site", "site"), ("team", "team_id", "site"))
"""Level, the column of its unit, and that of its site."""


def _of_agents(tables: Mapping[str, ir.Table]) -> Iterator[ir.Table]:
    """Yield numerators and denominators per agent, month and queue."""
    declared: dict[str, tuple[str, Mapping]] = {
        "contacts": ("contact_date", CONTACT_TOTALS),
        "shifts": ("shift_date", SHIFT_TOTALS),
        "qa_evaluations": ("evaluated_on", EVALUATION_TOTALS),
    }
    names = [name for name in declared if name in tables]
    sums = [_totals(tables[name], *declared[name], by=("agent_id", "queue")) for name in names]
    cached = run_in_parallel(tables[names[0]].get_backend(), [table.cache for table in sums]) if names else []
    totals = dict(zip(names, cached, strict=True))
    for table, pairs in (("contacts", OF_CONTACTS), ("shifts", OF_SHIFTS), ("qa_evaluations", OF_EVALUATIONS)):
        if table in totals:
            yield from _pairs(totals[table], pairs)
    if {"handling", "worked"} <= {name for table in totals.values() for name in table.columns}:
        yield _utilisation(totals["contacts"], totals["shifts"])


def _totals(table: ir.Table, day: str, declared: Mapping, *, by: tuple[str, ...]) -> ir.Table:
    """Return the totals per month and group of those columns the site supplies; a missing column of `by` is null."""
    rows = table.filter(table.superseded_on.isnull())
    absent = {name: ibis.null("string") for name in by if name not in rows.columns}
    rows = rows.mutate(month=month_number(rows[day].cast("date")), **absent)
    sums = {
        name: value(rows).cast("float64").sum()
        for name, (needs, _, value) in declared.items()
        if {*needs} <= {*rows.columns}
    }
    return rows.group_by(*by, "month").aggregate(**sums)


def _pairs(totals: ir.Table, pairs: Mapping[str, Pair]) -> Iterator[ir.Table]:
    keys = [name for name in totals.columns if name in ("agent_id", "queue", "site", "day", "month")]
    for name, (needs, numerator, denominator) in pairs.items():
        if {*needs} <= {*totals.columns}:
            y, x = _difference(totals, numerator), totals[denominator]
            yield totals.select(*keys, indicator=ibis.literal(name), y=y, x=x).filter(x > 0, y.notnull())


def _difference(totals: ir.Table, expression: str) -> ir.NumericValue:
    first, *others = (totals[name] for name in expression.split("-"))
    return reduce(lambda left, right: left - right, others, first)


def _utilisation(contacts: ir.Table, shifts: ir.Table) -> ir.Table:
    """Return handling time over worked time, which takes two tables."""
    handled = contacts.group_by("agent_id", "month").aggregate(y=contacts.handling.sum())
    worked = shifts.select("agent_id", "month", x=shifts.worked * 60)
    both = handled.inner_join(worked, ["agent_id", "month"])
    both = both.select("agent_id", "month", "y", "x", queue=ibis.null("string"), indicator=ibis.literal("utilisation"))
    return both.filter(both.x > 0, both.y.notnull())


def _of_staff(agents: ir.Table, tables: Mapping[str, ir.Table]) -> Iterator[ir.Table]:
    """Yield who resigned, who is new, and hours of training, per agent and month."""
    measures = {"resignations": agents.has_resigned, "new_agents": agents.is_new}
    events = tables.get("career_events")
    if events is not None and "hours" in events.columns:
        rows = events.filter(events.superseded_on.isnull(), events.kind == "training")
        hours = rows.group_by("agent_id", month=month_number(rows.event_date)).aggregate(hours=rows.hours.sum())
        agents = agents.left_join(hours, ["agent_id", "month"]).drop("agent_id_right", "month_right")
        measures = {"resignations": agents.has_resigned, "new_agents": agents.is_new}
        measures |= {
            "training_hours": agents.is_new.notnull().ifelse(agents.hours.fill_null(0.0), ibis.null("float64"))
        }
    for name, value in measures.items():
        rows = agents.select(
            "agent_id", "month", queue=ibis.null("string"), indicator=ibis.literal(name), y=value.cast("float64"), x=1.0
        )
        yield rows.filter(rows.y.notnull())


def _with_groups(facts: ir.Table, agents: ir.Table) -> ir.Table:
    """Return one row per agent, month and indicator, with the agent's site and team at or before the month's end."""
    copies = _union(
        [
            agents.select("agent_id", "site", "team_id", month=agents.month + back, back=ibis.literal(back))
            for back in range(MONTHS_OF_GROUP)
        ]
    )
    copies = copies.filter(copies.site.notnull() | copies.team_id.notnull())
    latest = copies.group_by("agent_id", "month").aggregate(
        site=copies.site.argmin(copies.back), team_id=copies.team_id.argmin(copies.back)
    )
    sums = facts.group_by("agent_id", "month", "indicator").aggregate(y=facts.y.sum(), x=facts.x.sum())
    return sums.left_join(latest, ["agent_id", "month"]).drop("agent_id_right", "month_right").cache()


def _of_queues(levels: ir.Table) -> Iterator[ir.Table]:
    """Yield the sums of queues and sites over days; a day counts as a whole, whatever its intervals."""
    rows = levels.mutate(day=levels.starts_at.cast("date"))
    totals = _totals(rows, "starts_at", QUEUE_TOTALS, by=("site", "queue", "day")).cache()
    facts = _union(list(_pairs(totals, OF_QUEUES)))
    for level, unit in (("centre", None), ("site", "site"), ("queue", "queue")):
        group = ["day", "month", "indicator"] if unit is None else [unit, "day", "month", "indicator"]
        daily = facts.group_by(*group).aggregate(y=facts.y.sum(), x=facts.x.sum())
        yield _of_level(daily, level, unit, "site" if unit == "site" else None)


def _of_level(facts: ir.Table, level: str, unit: str | None, site: str | None) -> ir.Table:
    """Return the sums of a level's units over their agents or days."""
    rows = facts if unit is None else facts.filter(facts[unit].notnull())
    rows = rows.mutate(
        level=ibis.literal(level),
        unit=ibis.literal("centre") if unit is None else rows[unit],
        site=ibis.literal("") if site is None else rows[site].fill_null(""),
    )
    return rows.group_by("month", "level", "unit", "site", "indicator").aggregate(
        clusters=rows.count(),
        y=rows.y.sum(),
        x=rows.x.sum(),
        yy=(rows.y * rows.y).sum(),
        xy=(rows.x * rows.y).sum(),
        xx=(rows.x * rows.x).sum(),
    )


def _union(parts: list[ir.Table]) -> ir.Table:
    first, *others = parts
    names = first.columns
    return ibis.union(first, *(part.select(*names) for part in others)) if others else first


def _frame(sums: ir.Table) -> pd.DataFrame:
    frame = sums.to_pandas()
    year, month = frame["month"] // 12, frame["month"] % 12 + 1
    first = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": 1}))
    frame = frame.assign(as_of=(first + pd.offsets.MonthEnd(0)).astype("datetime64[us]"))
    return frame[list(COLUMNS)].sort_values(list(COLUMNS[:5]), ignore_index=True)
