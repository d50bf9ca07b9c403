"""Hold the people of every table against the roster, and set exits aside that belong to nobody on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from attrition.data import engine
from attrition.data.consistency.unknown_people import Link, find_links, link_faults, not_on_roster
from attrition.data.engine import Connection
from attrition.data.people.people_counts import MANY_UNKNOWN
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, SET_ASIDE, QualityLine
from attrition.data.rows.agent_months import agent_months, has_agent_months
from attrition.data.tables import PEOPLE_COLUMNS, TABLES
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class ReferenceCheck:
    """The result of holding tables against the roster.

    `people` has one row per ``table``, ``column`` and ``id``: its ``rows``, their ``first`` and ``last`` day, and
    whether it ``is_known``; None without a roster. `used_exits` are the exits that are used; None where all are.
    """

    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()
    people: ir.Table | None = None
    used_exits: ir.Table | None = None


def check_references(
    con: Connection, relations: Mapping[str, str], columns: Mapping[str, Sequence[str]], source_names: Mapping[str, str]
) -> ReferenceCheck:
    """Check every table against the roster, which is the table of agents or, without one, the snapshots.

    A table of which hardly anybody is known is refused, and so are exits of which many are unknown or dated before the
    hire; see `attrition.data.people.people_counts`. Few such exits are set aside; few unknown people elsewhere are
    counted.

    Parameters
    ----------
    relations, columns, source_names : mapping
        By table: the relation of its rows, its columns without a fault, and the name of its source in messages.
    """
    roster_table = "agents" if "agents" in relations else "snapshots"
    if "agent_id" not in columns.get(roster_table, ()):
        return ReferenceCheck()
    tables = {name: con.table(relation).select(*columns[name]) for name, relation in relations.items() if columns[name]}
    roster = _roster(tables[roster_table]).cache()
    counts = [one for name, rows in tables.items() for one in _numbers(name, rows, relations[name])]
    tasks = [totals.cache for column, totals in counts if column != (roster_table, "agent_id")]
    if not tasks:
        return ReferenceCheck()
    numbers = engine.run_in_parallel(con, tasks)
    people = _with_is_known(ibis.union(*numbers) if len(numbers) > 1 else numbers[0], roster).cache()
    links = find_links(people, roster)
    faults = link_faults(links, people, roster, roster_table=roster_table, source_names=source_names)
    lines = _lines(links, faults, roster_table)
    exits = ReferenceCheck()
    is_linked = not any(fault.stops and fault.table in ("exits", roster_table) for fault in faults)
    if is_linked and "agent_id" in columns.get("exits", ()):
        exits = _check_exits(tables["exits"], roster, source_names["exits"])
    return ReferenceCheck(
        faults=(*faults, *exits.faults), lines=(*lines, *exits.lines), people=people, used_exits=exits.used_exits
    )


def _roster(rows: ir.Table) -> ir.Table:
    """Return one row per ``id`` of the roster, with the day on which they were first ``hired``, null where unknown."""
    hired = rows.hire_date.min() if "hire_date" in rows.columns else ibis.null("date")
    return rows.filter(rows.agent_id.notnull()).group_by(id=rows.agent_id).aggregate(hired=hired)


def _with_is_known(people: ir.Table, roster: ir.Table) -> ir.Table:
    people = people.filter(people.id.notnull()).left_join(roster.select(number=roster.id), people.id == roster.id)
    return people.mutate(is_known=people.number.notnull()).drop("number")


def _numbers(table: str, rows: ir.Table, relation: str) -> Iterator[tuple[tuple[str, str], ir.Table]]:
    """Yield each column of a table that holds people, and its numbers with their rows, first and last day."""
    for column in PEOPLE_COLUMNS:
        if column in rows.columns:
            is_counted = column == "agent_id" and has_agent_months(TABLES[table], rows.columns)
            totals = _of_agents(table, rows, relation) if is_counted else _of_people(table, rows, column)
            names = {"table": ibis.literal(table), "column": ibis.literal(column)}
            yield (table, column), totals.select("id", "rows", "first", "last", **names)


def _of_agents(table: str, rows: ir.Table, relation: str) -> ir.Table:
    months = agent_months(rows.get_backend(), TABLES[table], relation)
    days = {"first": months["first"].min(), "last": months["last"].max()}
    return months.group_by(id=months.agent_id).aggregate(rows=months.rows.sum().cast("int64"), **days)


def _of_people(table: str, rows: ir.Table, column: str) -> ir.Table:
    happened, never = TABLES[table].happened, ibis.null("date")
    first, last = (rows[happened].min(), rows[happened].max()) if happened in rows.columns else (never, never)
    return rows.group_by(id=rows[column]).aggregate(rows=rows.count(), first=first, last=last)


def _lines(links: Sequence[Link], faults: Sequence[Fault], roster_table: str) -> list[QualityLine]:
    """Return lines that count rows of a few unknown agents: exits are set aside, other rows are kept."""
    named = {(fault.table, fault.column) for fault in faults}
    lines = []
    for link in links:
        table = link.counts.table
        if link.is_agent and link.counts.unknown_rows and (table == "exits" or (table, "agent_id") not in named):
            rule = (SET_ASIDE if table == "exits" else NOTICED) + not_on_roster(roster_table)
            lines.append(QualityLine(table=table, rule=rule, rows=link.counts.unknown_rows, columns=("agent_id",)))
    return lines


def _check_exits(exits: ir.Table, roster: ir.Table, source_name: str) -> ReferenceCheck:
    """Return the exits that are used, without those of unknown agents and, where they are few, those before the hire.

    Many before the hire mean that the exits of another period were supplied.
    """
    linked = exits.left_join(roster, exits.agent_id == roster.id)
    is_unknown = linked.id.isnull()
    is_early = (
        (linked.exit_date < linked.hired).fill_null(False) if "exit_date" in exits.columns else is_unknown & False
    )
    counts = linked.aggregate(rows=linked.count(), unknown=is_unknown.sum(), early=is_early.sum())
    rows, unknown, early = (count or 0 for count in counts.to_pyarrow().to_pylist()[0].values())
    if not unknown + early:
        return ReferenceCheck()
    if early and unknown + early >= MANY_UNKNOWN * rows:
        return ReferenceCheck(faults=(_early_fault(early, early / rows, source_name),))
    line = QualityLine(table="exits", rule=SET_ASIDE + _EARLY, rows=early, columns=("exit_date",))
    used = linked.filter(~(is_unknown | is_early)).select(*exits.columns)
    return ReferenceCheck(lines=(line,) if early else (), used_exits=used)


def _early_fault(rows: int, share: float, source_name: str) -> Fault:
    return Fault(
        file=source_name,
        table="exits",
        column="agent_id",
        rule=_EARLY,
        rows=rows,
        advice=Phrase(
            "supply the hires and the exits of the same period; under 5% would be set aside",
            "请提供同一期间的入职与离职数据；低于 5% 的将被搁置",
        ),
        share=share,
    )


_EARLY = Phrase("exit before the hire", "离职早于入职")
