"""The indicators a service centre runs on, as sums of groups by month: no row of the result is about one agent.

An indicator is a ratio of two sums, such as contacts resolved over contacts handled. For each group and month the sums
over its agents (or, for queues, its days) are kept with the sums of their squares and products, from which the interval
of the ratio follows (Cochran 1977, "Sampling Techniques", 6.3). Facts count as they are on file today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial, reduce

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.engine import is_on_spark, run_in_parallel, store
from attrition.exposure.calendar import month_number
from attrition.exposure.past import Past
from attrition.features.contact_totals import contacts_on_file
from attrition.features.shift_totals import shifts_on_file

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
SIDES = ("y_", "x_")
"""How the columns of numerators and denominators begin; the name of the indicator follows."""
SEPARATOR = "|"
"""Between a measure and its indicator in the name of a column of sums."""
NOTHING = ibis.null("float64")
MONTHS_OF_GROUP = 3
"""Whoever left is counted with the group of their last month-end, at most this many months back."""


def indicator_sums(past: Past, tables: Mapping[str, ir.Table], staff: pd.DataFrame) -> pd.DataFrame:
    """Return the sums behind each indicator, by month, for the centre and each site, team and queue.

    Parameters
    ----------
    past : Past
        The past of the same tables, whose totals of contacts and shifts are those of features too.
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
    rows = staff.assign(as_of=pd.to_datetime(staff["as_of"]).astype("datetime64[us]"))
    return sums_of_staff(past, tables, ibis.memtable(rows))


def sums_of_staff(past: Past, tables: Mapping[str, ir.Table], staff: ir.Table) -> pd.DataFrame:
    """Return what `indicator_sums` returns, for staff who are a table."""
    con = next(iter(tables.values())).get_backend()
    agents = store(con, staff.mutate(month=month_number(staff.as_of.cast("date"))).drop("as_of"))
    totals, groups = _totals_of_agents(past, tables), _latest_groups(agents).cache()
    parts = list(_of_queues(tables["service_levels"])) if "service_levels" in tables else []
    if "contacts" in totals and "queue" in totals["contacts"].columns:
        served = totals["contacts"].filter(totals["contacts"].queue.notnull())
        parts.append(_of_level(_pairs(served, OF_CONTACTS), "queue", "queue", None))
    of_agents = [*_of_agents(totals, agents, tables)]
    of_agents = [_stacked(of_agents)] if is_on_spark(agents) else of_agents
    facts = [_of_teams(rows.left_join(groups, ["agent_id", "month"])) for rows in of_agents]
    sums = run_in_parallel(con, [part.to_pandas for part in [*parts, *facts]])
    levels = [wide for teams in sums[len(parts) :] for wide in _levels_of(teams)]
    return _frame(pd.concat([_by_indicator(wide) for wide in [*sums[: len(parts)], *levels]]))


def _totals_of_agents(past: Past, tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """Return totals per agent and month by table; those of contacts per queue too."""
    evaluations = partial(_totals, day="evaluated_on", declared=EVALUATION_TOTALS, by=("agent_id",))
    totals = {
        "contacts": lambda: contacts_on_file(past),
        "shifts": lambda: shifts_on_file(past),
        "qa_evaluations": lambda: evaluations(tables["qa_evaluations"]),
    }
    return {name: total().cache() for name, total in totals.items() if name in tables}


def _of_agents(totals: Mapping[str, ir.Table], agents: ir.Table, tables: Mapping[str, ir.Table]) -> Iterator[ir.Table]:
    """Yield tables of one row per agent and month with numerators and denominators of indicators, see `_pairs`."""
    if "contacts" in totals:
        pairs = _pairs(totals["contacts"], OF_CONTACTS)
        sums = {name: pairs[name].sum() for name in pairs.columns if name.startswith(SIDES)}
        yield pairs.group_by("agent_id", "month").aggregate(**sums)
    yield from (
        _pairs(totals[name], pairs)
        for name, pairs in (("shifts", OF_SHIFTS), ("qa_evaluations", OF_EVALUATIONS))
        if name in totals
    )
    both = [totals[name] for name in ("contacts", "shifts") if name in totals]
    if {"handling", "worked"} <= {name for table in both for name in table.columns}:
        yield _utilisation(*both)
    yield _of_staff(agents, tables)


def _stacked(tables: Sequence[ir.Table]) -> ir.Table:
    """Return the rows of all tables, with nulls in columns of others, so that Spark adds them up in one query."""
    columns = {name: kind for table in tables for name, kind in table.schema().items()}
    nulls = {name: ibis.null(kind).name(name) for name, kind in columns.items()}
    return ibis.union(
        *(
            table.select(*(table[name] if name in table.columns else nulls[name] for name in columns))
            for table in tables
        )
    )


def _totals(table: ir.Table, *, day: str, declared: Mapping, by: tuple[str, ...]) -> ir.Table:
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


def _pairs(totals: ir.Table, pairs: Mapping[str, Pair]) -> ir.Table:
    """Return the rows with ``y_<indicator>`` and ``x_<indicator>``, both null where the indicator says nothing."""
    keys = [name for name in totals.columns if name in ("agent_id", "queue", "site", "day", "month")]
    supplied = {name: pair for name, (needs, *pair) in pairs.items() if {*needs} <= {*totals.columns}}
    sides = {name: (_difference(totals, y), totals[x]) for name, (y, x) in supplied.items()}
    return totals.select(*keys, **_sides(sides))


def _sides(pairs: Mapping[str, tuple[ir.NumericValue, ir.NumericValue]]) -> dict[str, ir.NumericValue]:
    """Return the columns of numerators and denominators, null unless both are there and the denominator is positive."""
    columns: dict[str, ir.NumericValue] = {}
    for name, (y, x) in pairs.items():
        counts = (x > 0) & y.notnull()
        columns |= {f"y_{name}": counts.ifelse(y.cast("float64"), NOTHING)}
        columns |= {f"x_{name}": counts.ifelse(x.cast("float64"), NOTHING)}
    return columns


def _difference(totals: ir.Table, expression: str) -> ir.NumericValue:
    first, *others = (totals[name] for name in expression.split("-"))
    return reduce(lambda left, right: left - right, others, first)


def _utilisation(contacts: ir.Table, shifts: ir.Table) -> ir.Table:
    """Return handling time over worked time, which takes two tables."""
    handled = contacts.group_by("agent_id", "month").aggregate(y=contacts.handling.sum())
    worked = shifts.select("agent_id", "month", x=shifts.worked * 60)
    both = handled.inner_join(worked, ["agent_id", "month"])
    return both.select("agent_id", "month", **_sides({"utilisation": (both.y, both.x)}))


def _of_staff(agents: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return who resigned, who is new, and hours of training, per agent and month."""
    measures = {"resignations": agents.has_resigned, "new_agents": agents.is_new}
    events = tables.get("career_events")
    if events is not None and "hours" in events.columns:
        rows = events.filter(events.superseded_on.isnull(), events.kind == "training")
        hours = rows.group_by("agent_id", month=month_number(rows.event_date)).aggregate(hours=rows.hours.sum())
        agents = agents.left_join(hours, ["agent_id", "month"]).drop("agent_id_right", "month_right")
        measures = {"resignations": agents.has_resigned, "new_agents": agents.is_new}
        measures |= {"training_hours": agents.is_new.notnull().ifelse(agents.hours.fill_null(0.0), NOTHING)}
    pairs = {name: (value, ibis.literal(1.0)) for name, value in measures.items()}
    return agents.select("agent_id", "month", **_sides(pairs))


def _latest_groups(agents: ir.Table) -> ir.Table:
    """Return each agent's site and team at each month's end; of agents who have left, those shortly before it."""
    grouped = agents.select("agent_id", "month", "site", "team_id")
    grouped = grouped.filter(grouped.site.notnull() | grouped.team_id.notnull())
    earlier = [grouped.mutate(month=grouped.month + back, back=back) for back in range(1, MONTHS_OF_GROUP)]
    left = ibis.union(*earlier).anti_join(grouped, ["agent_id", "month"])
    last = left.group_by("agent_id", "month").aggregate(
        site=left.site.argmin(left.back), team_id=left.team_id.argmin(left.back)
    )
    return ibis.union(grouped, last)


def _of_queues(levels: ir.Table) -> Iterator[ir.Table]:
    """Yield the sums of queues and sites over days; a day counts as a whole, whatever its intervals."""
    rows = levels.mutate(day=levels.starts_at.cast("date"))
    facts = _pairs(
        _totals(rows, day="starts_at", declared=QUEUE_TOTALS, by=("site", "queue", "day")), OF_QUEUES
    ).cache()
    for level, unit in (("centre", None), ("site", "site"), ("queue", "queue")):
        group = ["day", "month"] if unit is None else [unit, "day", "month"]
        sums = {name: facts[name].sum() for name in facts.columns if name.startswith(SIDES)}
        daily = facts.group_by(*group).aggregate(**sums)
        yield _of_level(daily, level, unit, "site" if unit == "site" else None)


def _of_level(facts: ir.Table, level: str, unit: str | None, site: str | None) -> ir.Table:
    """Return the sums of a level's units over their agents or days, with columns for each indicator."""
    rows = facts if unit is None else facts.filter(facts[unit].notnull())
    rows = rows.mutate(
        level=ibis.literal(level),
        unit=ibis.literal("centre") if unit is None else rows[unit],
        site=ibis.literal("") if site is None else rows[site].fill_null(""),
    )
    return rows.group_by("month", "level", "unit", "site").aggregate(**_sums_of(rows))


def _of_teams(facts: ir.Table) -> ir.Table:
    """Return the sums over the agents of each site and team, which add up to those of every level, see `_levels_of`."""
    return facts.group_by("month", "site", "team_id").aggregate(**_sums_of(facts))


def _sums_of(rows: ir.Table) -> dict[str, ir.NumericValue]:
    """Return the sums of the numerators and denominators of each row, by measure and indicator."""
    sums: dict[str, ir.NumericValue] = {}
    for name in (column.removeprefix("y_") for column in rows.columns if column.startswith("y_")):
        y, x = rows[f"y_{name}"], rows[f"x_{name}"]
        measures = {"clusters": x.count(), "y": y.sum(), "x": x.sum()}
        measures |= {"yy": (y * y).sum(), "xy": (x * y).sum(), "xx": (x * x).sum()}
        sums |= {f"{measure}{SEPARATOR}{name}": value for measure, value in measures.items()}
    return sums


def _levels_of(teams: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the sums of the centre, of each site and of each team, from those of each site and team."""
    levels = {
        "centre": teams.assign(unit="centre", site=""),
        "site": teams.dropna(subset="site").assign(unit=teams["site"]),
        "team": teams.dropna(subset="team_id").assign(unit=teams["team_id"], site=teams["site"].fillna("")),
    }
    for level, rows in levels.items():
        keys = ["month", "level", "unit", "site"]
        sums = rows.drop(columns="team_id").assign(level=level).groupby(keys).sum(min_count=1)
        yield sums.reset_index()


def _by_indicator(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of a level with one row per indicator, without units that have nothing of it."""
    keys = ["month", "level", "unit", "site"]
    columns = pd.MultiIndex.from_tuples(
        [tuple(name.split(SEPARATOR)) for name in wide.columns.drop(keys)], names=[None, "indicator"]
    )
    sums = wide.set_index(keys).set_axis(columns, axis="columns").stack("indicator", future_stack=True).reset_index()
    return sums[sums["clusters"] > 0].assign(clusters=sums["clusters"].astype("int64"))


def _frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the sums with month-ends, in the order of `COLUMNS`."""
    year, month = frame["month"] // 12, frame["month"] % 12 + 1
    first = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": 1}))
    frame = frame.assign(as_of=(first + pd.offsets.MonthEnd(0)).astype("datetime64[us]"))
    return frame[list(COLUMNS)].sort_values(list(COLUMNS[:5]), ignore_index=True)
