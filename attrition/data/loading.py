"""All tables of a site, side by side: landed, mapped, checked, keyed, and then held against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from attrition.data import engine, keys, reading
from attrition.data.checking import Checked, check
from attrition.data.engine import Connection, name
from attrition.data.faults import Refused
from attrition.data.keys import Keyed
from attrition.data.mapping import lay
from attrition.data.quality import Line
from attrition.data.raw_table import Landed
from attrition.data.references import link
from attrition.data.sources import Sources
from attrition.data.tables import TABLES
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One table: as it landed, what checking found, its key, and the relation of its checked rows."""

    landed: Landed
    checked: Checked
    keyed: Keyed
    relation: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Every table that could be read, all faults, and the lines of `quality` up to here."""

    tables: Mapping[str, Opened]
    faults: tuple[Fault, ...]
    lines: tuple[Line, ...]


def take(con: Connection, declared: Sources, workspace: Path) -> Taken:
    """Take in every declared table; a fault in one does not keep the others from being looked at."""
    asked = [table for table in TABLES if table in declared.tables]
    found = engine.run_in_parallel(con, [partial(_tried, con, declared, table, workspace) for table in asked])
    opened = {table: part for table, part in zip(asked, found, strict=True) if isinstance(part, Opened)}
    faults = [fault for part in found for fault in part.faults]
    linked = link(
        con,
        {table: part.relation for table, part in opened.items()},
        {table: _sound(part) for table, part in opened.items()},
        {table: part.landed.place for table, part in opened.items()},
    )
    if "exits" in opened and linked.is_used != "true":
        opened["exits"] = _only_used(con, opened["exits"], linked.is_used)
    lines = [line for part in opened.values() for line in (*part.checked.lines, *part.keyed.lines)]
    return Taken(tables=opened, faults=(*faults, *linked.faults), lines=(*lines, *linked.lines))


def _tried(con: Connection, declared: Sources, table: str, workspace: Path) -> Opened | Refused:
    try:
        return _open(con, declared, table, workspace)
    except Refused as refused:
        return refused


def _open(con: Connection, declared: Sources, table: str, workspace: Path) -> Opened:
    source = declared.tables[table]
    landed = reading.land(con, table, source, workspace)
    laid = lay(landed, TABLES[table], source)
    if not laid.columns:
        raise Refused(*laid.faults)
    checked = check(con, TABLES[table], source, landed, laid, site=declared.site)
    relation = f"checked_{table}"
    engine.run(con, f"CREATE {'TABLE' if checked.is_parsed else 'VIEW'} {name(relation)} AS {checked.query}")
    if checked.is_parsed and landed.is_stored:
        engine.run(con, f"DROP TABLE {name(landed.relation)}")
    faults = [*laid.faults, *checked.faults, *_nothing(table, checked, landed)]
    keyed = _keyed(con, table, relation, checked, landed, faults)
    if keyed.has_repeats:
        relation = _distinct(con, relation)
    return Opened(landed=landed, checked=checked, keyed=keyed, relation=relation, faults=(*faults, *keyed.faults))


def _nothing(table: str, checked: Checked, landed: Landed) -> list[Fault]:
    """Refuse a roster without a row; any other table may well be empty."""
    if checked.read or table not in ("agents", "snapshots"):
        return []
    return [Fault(file=landed.place, table=table, column="", rule="no rows", rows=0, advice="export it again")]


def _keyed(
    con: Connection, table: str, relation: str, checked: Checked, landed: Landed, faults: Sequence[Fault]
) -> Keyed:
    """Look at the key, unless one of its columns is at fault already, which would only repeat that."""
    at_fault = {fault.column for fault in faults}
    if at_fault & set(TABLES[table].key):
        return Keyed(key=())
    return keys.look(con, TABLES[table], relation, columns=checked.columns, place=landed.place)


def _distinct(con: Connection, relation: str) -> str:
    engine.run(con, f"CREATE TABLE {name('once_' + relation)} AS SELECT DISTINCT * FROM {name(relation)}")
    return f"once_{relation}"


def _sound(part: Opened) -> tuple[str, ...]:
    """Name the columns without a fault, which other tables can be held against."""
    at_fault = {fault.column for fault in part.faults}
    return tuple(column for column in part.checked.columns if column not in at_fault)


def _only_used(con: Connection, exits: Opened, is_used: str) -> Opened:
    query = f"SELECT rows.* FROM {name(exits.relation)} AS rows WHERE {is_used}"
    engine.run(con, f"CREATE TABLE used_exits AS {query}")
    return replace(exits, relation="used_exits")
