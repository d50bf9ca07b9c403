"""Give the rows of an old number to the new number of the same person, so that employment goes on (`renumbered`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from attrition.data.engine import Connection
from attrition.data.phrase import Phrase
from attrition.data.quality import REPAIRED, SET_ASIDE, QualityLine
from attrition.data.tables import PEOPLE_COLUMNS, TABLES
from attrition.errors import Fault, Severity

MONTH_DAYS = 31
"""An exit of the old number up to so many days before or after the first day of the new one is no exit."""
RENUMBERED = "old number replaced by the new one"
NO_EXIT = "exit of a number that goes on as another"
NO_HIRE = "hire of a number that goes on from another"
SAME_KEY = "row of an old number, which the new one has too"


class _Link(NamedTuple):
    """An old and a new number of one person, the first day of the new one, and the number they have today."""

    old_id: str
    new_id: str
    from_date: date
    last_id: str


class _Continued(NamedTuple):
    """A link in which employment goes on, with the last hire under the old number, None where it is unknown."""

    old_id: str
    new_id: str
    from_date: date
    hired: date | None


@dataclass(frozen=True, kw_only=True)
class Renumbered:
    """The relations of the tables in which numbers were replaced, faults of `renumbered`, and quality lines."""

    relations: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()


def renumber(con: Connection, relations: Mapping[str, str], *, source_name: str) -> Renumbered:
    """Replace old numbers by new ones in every table that holds people.

    Where employment goes on, the exit of the old number and the hire of the new one are set aside and counted; where a
    month or more lies between them, they are an exit and a rehire of one person and stay. Of two rows with the same
    key, one of each number, that of the new number is used.

    Parameters
    ----------
    con : Connection
        The database of the relations.
    relations : mapping of str to str
        By table the relation of its rows; ``renumbered`` among them.
    source_name : str
        Name of the source of ``renumbered`` in messages.
    """
    links = _links(con.table(relations["renumbered"]))
    hires, roster = _hires(con, relations), "agents" if "agents" in relations else "snapshots"
    faults = tuple(_faults(links, hires, roster=roster, source=source_name)) if links else ()
    links = [link for link in links if link.old_id in hires]
    if not links or any(fault.stops for fault in faults):
        return Renumbered(relations={}, faults=faults)
    continued = _continued(links, hires, _days_of(con.table(relations["exits"]), "exit_date"))
    names = con.create_table("__renumbered", ibis.memtable(links, schema=_LINK_SCHEMA))
    goes_on = con.create_table("__continued", ibis.memtable(continued, schema=_CONTINUED_SCHEMA))
    changed: dict[str, str] = {}
    lines: list[QualityLine] = []
    for table in relations:
        if table not in ("renumbered", "identities"):
            rows, own = _rename(con, table, con.table(relations[table]), names, goes_on)
            changed |= {table: rows} if own else {}
            lines += own
    return Renumbered(relations=changed, faults=faults, lines=tuple(lines))


_LINK_SCHEMA = {"old_id": "string", "new_id": "string", "from_date": "date", "last_id": "string"}
_CONTINUED_SCHEMA = {"old_id": "string", "new_id": "string", "from_date": "date", "hired": "date"}


def _links(rows: ir.Table) -> list[_Link]:
    """Return the pairs of numbers; who changed it several times has their last number."""
    pairs = {row["old_id"]: row for row in rows.order_by("from_date").to_pyarrow().to_pylist()}
    links = []
    for old, row in pairs.items():
        new, day = row["new_id"], row["from_date"]
        last = new
        while last in pairs and pairs[last]["from_date"] > day:
            day = pairs[last]["from_date"]
            last = pairs[last]["new_id"]
        links += [_Link(old, new, row["from_date"], last)] if old != new else []
    return links


def _faults(links: Sequence[_Link], hires: Mapping[str, Sequence[date]], *, roster: str, source: str) -> list[Fault]:
    """Return faults of numbers that two people share, that the roster does not have, or that begin on another day.

    `hires` are the days on which each number of the roster was hired, empty where these are unknown.
    """
    new_ids = {link.new_id for link in links}
    several = sum(count > 1 for count in Counter(link.new_id for link in links).values())
    again = sum(
        max(hires.get(link.old_id, ()), default=date.min) >= link.from_date and link.old_id not in new_ids
        for link in links
    )
    unknown = sum(link.old_id not in hires for link in links)
    later = sum(_begins_on_another_day(link, hires) for link in links)
    not_there = Phrase("old number not in {roster}", "旧工号不在 {roster} 中", roster=roster)
    not_hired = Phrase("new number not hired about its first day", "新工号的入职日期与启用日期相差一个月以上")
    return [
        *_fault(source, Phrase("new number of two old ones", "一个新工号对应多个旧工号"), several, _ONE_PERSON),
        *_fault(source, Phrase("old number hired again later", "旧工号此后再次入职"), again, _OTHER_PERSON),
        *_fault(source, not_there, unknown, _BOTH_THERE, severity="stops" if unknown > len(links) / 2 else "labels"),
        *_fault(source, not_hired, later, _FIRST_DAY, severity="labels"),
    ]


def _begins_on_another_day(link: _Link, hires: Mapping[str, Sequence[date]]) -> bool:
    """Return whether a new number is in the roster with other hires than one about its first day, or the old one's."""
    days = hires.get(link.new_id, ())
    own = [day for day in days if abs((day - link.from_date).days) <= MONTH_DAYS or day in hires.get(link.old_id, ())]
    return bool(days) and not own


def _fault(source: str, rule: Phrase, rows: int, advice: Phrase, *, severity: Severity = "stops") -> list[Fault]:
    """Return a fault of `renumbered`; none where no row has it."""
    if not rows:
        return []
    return [
        Fault(
            file=source,
            table="renumbered",
            column="old_id, new_id",
            rule=rule,
            rows=rows,
            advice=advice,
            severity=severity,
            effect=_EFFECT if severity == "labels" else "",
        )
    ]


_ONE_PERSON = Phrase(
    "an old and a new number belong to one person: list a second change of a number as a row of its own, from the "
    "number in between",
    "新旧工号须属同一人：多次更换工号时，请逐次列出，每次一行",
)
_OTHER_PERSON = Phrase(
    "an old number that was given to somebody else since cannot be replaced: give that person another number in all "
    "tables; where the same person has it again, list that change as well",
    "旧工号此后若已分配给他人，请在所有表中为该人改用其他编号；若为本人恢复使用，请将该次变更一并列出",
)
_FIRST_DAY = Phrase(
    "give the first day of the new number, on which the roster has it hired",
    "请填写新工号的启用日期，即花名册中该工号的入职日期",
)
_EFFECT = Phrase(
    "tenure of these people does not go on, and their exit under the old number counts",
    "这些人员的司龄未能延续，旧工号的离职仍计为离职",
)
_BOTH_THERE = Phrase(
    "write old numbers as the roster does, and keep their rows in it; if old and new are mixed up, change the headings",
    "旧工号写法须与花名册一致，且其记录须保留在花名册中；若新旧两列写反，请对调表头",
)


def _continued(
    links: Iterable[_Link], hires: Mapping[str, Sequence[date]], exits: Mapping[str, Sequence[date]]
) -> list[_Continued]:
    """Return the links in which employment goes on: no exit, or one about the first day of the new number."""
    month = timedelta(days=MONTH_DAYS)
    continued = []
    for link in links:
        hired = max((day for day in hires.get(link.old_id, ()) if day < link.from_date), default=None)
        left = [day for day in exits.get(link.old_id, ()) if hired is None or day >= hired]
        left = [day for day in left if day <= link.from_date + month]
        if not left or max(left) >= link.from_date - month:
            continued.append(_Continued(link.old_id, link.new_id, link.from_date, hired))
    return continued


def _hires(con: Connection, relations: Mapping[str, str]) -> dict[str, list[date]]:
    """Return the days on which each number of the roster was hired, none where they are unknown."""
    rows = con.table(relations["agents" if "agents" in relations else "snapshots"])
    days = _days_of(rows, "hire_date") if "hire_date" in rows.columns else {}
    return {number: days.get(number, []) for number in rows.select("agent_id").distinct().to_pyarrow()[0].to_pylist()}


def _days_of(rows: ir.Table, column: str) -> dict[str, list[date]]:
    pairs = rows.filter(rows[column].notnull()).select("agent_id", day=rows[column]).distinct()
    days: dict[str, list[date]] = {}
    for row in pairs.to_pyarrow().to_pylist():
        days.setdefault(row["agent_id"], []).append(row["day"])
    return days


def _rename(
    con: Connection, table: str, rows: ir.Table, names: ir.Table, goes_on: ir.Table
) -> tuple[str, list[QualityLine]]:
    """Create the relation of a table with new numbers; return its name, and lines: none where nothing changes."""
    people = [column for column in PEOPLE_COLUMNS if column in rows.columns]
    has_old = [rows[column].isin(names.old_id).fill_null(False) for column in people]
    count = int(rows.filter(ibis.or_(ibis.literal(False), *has_old)).count().execute())
    kept = rows
    lines: list[QualityLine] = []
    if table == "exits":
        kept, lines = _without_exits(rows, goes_on)
    elif table == "agents":
        kept, lines = _without_hires(rows, goes_on)
    elif table == "snapshots" and "hire_date" in rows.columns:
        kept = _with_first_hires(rows, goes_on)
    if not count and not lines:
        return "", []
    renamed = _with_new_numbers(kept, people, names)
    unique, same = _without_same_keys(table, renamed)
    relation = f"renumbered_{table}"
    con.create_table(relation, unique.select(*rows.columns))
    columns = tuple(people)
    lines += [QualityLine(table=table, rule=SET_ASIDE + SAME_KEY, rows=same, columns=TABLES[table].key)] if same else []
    return relation, [*lines, QualityLine(table=table, rule=REPAIRED + RENUMBERED, rows=count, columns=columns)]


def _without_exits(rows: ir.Table, goes_on: ir.Table) -> tuple[ir.Table, list[QualityLine]]:
    is_no_exit = [rows.agent_id == goes_on.old_id, _is_about(rows.exit_date, goes_on.from_date)]
    return _set_aside("exits", rows, rows.anti_join(goes_on, is_no_exit), NO_EXIT, "exit_date")


def _without_hires(rows: ir.Table, goes_on: ir.Table) -> tuple[ir.Table, list[QualityLine]]:
    is_first = _is_about(rows.hire_date, goes_on.from_date) | (rows.hire_date == goes_on.hired).fill_null(False)
    kept = rows.anti_join(goes_on, [rows.agent_id == goes_on.new_id, is_first])
    return _set_aside("agents", rows, kept, NO_HIRE, "hire_date")


def _with_first_hires(rows: ir.Table, goes_on: ir.Table) -> ir.Table:
    """Return the months of new numbers with the hire date of the old ones, where employment goes on."""
    first = goes_on.select(__new="new_id", __from="from_date", __hired="hired")
    joined = rows.left_join(first, [rows.agent_id == first["__new"], _is_about(rows.hire_date, first["__from"])])
    hired = ibis.ifelse(joined["__new"].notnull(), joined["__hired"], joined.hire_date)
    return joined.mutate(hire_date=hired).select(*rows.columns)


def _set_aside(
    table: str, rows: ir.Table, kept: ir.Table, rule: str, column: str
) -> tuple[ir.Table, list[QualityLine]]:
    count = int(rows.count().execute()) - int(kept.count().execute())
    line = QualityLine(table=table, rule=SET_ASIDE + rule, rows=count, columns=("agent_id", column))
    return kept, [line] if count else []


def _is_about(day: ir.DateValue, first: ir.DateValue) -> ir.BooleanValue:
    """Return whether a day is at most `MONTH_DAYS` from the first day of a new number."""
    return day.delta(first, unit="day").abs() <= MONTH_DAYS


def _with_new_numbers(rows: ir.Table, people: Sequence[str], names: ir.Table) -> ir.Table:
    """Return the rows with new numbers, and ``__is_old`` where the agent's own was replaced."""
    columns = rows.columns
    for column in people:
        pairs = names.select(**{f"__old_{column}": names.old_id, f"__new_{column}": names.last_id})
        rows = rows.left_join(pairs, rows[column] == pairs[f"__old_{column}"])
    renamed = {column: ibis.coalesce(rows[f"__new_{column}"], rows[column]) for column in people}
    is_old = rows["__new_agent_id"].notnull() if "agent_id" in people else ibis.literal(False)
    return rows.mutate(__is_old=is_old, **renamed).select(*columns, "__is_old")


def _without_same_keys(table: str, renamed: ir.Table) -> tuple[ir.Table, int]:
    """Return the rows without those of an old number whose key a row of the new one has too, and their number."""
    key = [column for column in TABLES[table].key if column in renamed.columns]
    if "agent_id" not in key or "recorded_at" in renamed.columns:
        return renamed, 0
    new = renamed.filter(~renamed["__is_old"]).select(*key).distinct().view()
    is_same = [renamed[column].identical_to(new[column]) for column in key]
    same = renamed.filter(renamed["__is_old"]).semi_join(new, is_same)
    count = int(same.count().execute())
    if not count:
        return renamed, 0
    return renamed.anti_join(new, [renamed["__is_old"], *is_same]), count
