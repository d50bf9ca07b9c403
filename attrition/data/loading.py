"""Load all tables of a site at the same time: read, map and check each, then check them against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from attrition.data import engine, reading
from attrition.data.checking import CheckedTable, check_table
from attrition.data.engine import Connection, quote_name
from attrition.data.faults import TableRefused
from attrition.data.keys import KeyCheck, check_key
from attrition.data.mapping import map_columns
from attrition.data.quality import QualityLine
from attrition.data.raw_table import RawTable
from attrition.data.references import check_references
from attrition.data.sources import Sources
from attrition.data.tables import TABLES
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class LoadedTable:
    """One table: as read, as checked, the check of its key, and the relation of its checked rows."""

    raw_table: RawTable
    checked: CheckedTable
    key_check: KeyCheck
    relation: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class LoadedTables:
    """Every table that could be read, all faults, and the quality lines of loading."""

    tables: Mapping[str, LoadedTable]
    faults: tuple[Fault, ...]
    lines: tuple[QualityLine, ...]


def load_tables(con: Connection, declared: Sources, workspace: Path) -> LoadedTables:
    """Load every declared table; a fault in one does not keep the others from being checked."""
    names = [table for table in TABLES if table in declared.tables]
    tasks = [partial(_load_or_refuse, con, declared, table, workspace) for table in names]
    results = engine.run_in_parallel(con, tasks)
    loaded = {name: table for name, table in zip(names, results, strict=True) if isinstance(table, LoadedTable)}
    faults = [fault for result in results for fault in result.faults]
    references = check_references(
        con,
        {name: table.relation for name, table in loaded.items()},
        {name: _columns_without_fault(table) for name, table in loaded.items()},
        {name: table.raw_table.place for name, table in loaded.items()},
    )
    if "exits" in loaded and references.is_used != "true":
        loaded["exits"] = _keep_used(con, loaded["exits"], references.is_used)
    lines = [line for table in loaded.values() for line in (*table.checked.lines, *table.key_check.lines)]
    return LoadedTables(tables=loaded, faults=(*faults, *references.faults), lines=(*lines, *references.lines))


def _load_or_refuse(con: Connection, declared: Sources, table: str, workspace: Path) -> LoadedTable | TableRefused:
    try:
        return _load(con, declared, table, workspace)
    except TableRefused as refused:
        return refused


def _load(con: Connection, declared: Sources, table: str, workspace: Path) -> LoadedTable:
    source = declared.tables[table]
    raw_table = reading.read_source(con, table, source, workspace)
    mapping = map_columns(raw_table, TABLES[table], source)
    if not mapping.columns:
        raise TableRefused(*mapping.faults)
    checked = check_table(con, TABLES[table], source, raw_table, mapping, site=declared.site)
    relation = f"checked_{table}"
    kind = "TABLE" if checked.is_parsed else "VIEW"
    engine.execute(con, f"CREATE {kind} {quote_name(relation)} AS {checked.query}")
    if checked.is_parsed and raw_table.is_stored:
        engine.execute(con, f"DROP TABLE {quote_name(raw_table.relation)}")
    faults = [*mapping.faults, *checked.faults, *_no_rows(table, checked, raw_table)]
    key_check = _check_key(con, table, relation, checked, raw_table.place, faults)
    if key_check.has_repeats:
        relation = _distinct(con, relation)
    return LoadedTable(
        raw_table=raw_table,
        checked=checked,
        key_check=key_check,
        relation=relation,
        faults=(*faults, *key_check.faults),
    )


def _no_rows(table: str, checked: CheckedTable, raw_table: RawTable) -> list[Fault]:
    """Return a fault for a roster without rows; any other table may be empty."""
    if checked.rows_read or table not in ("agents", "snapshots"):
        return []
    return [Fault(file=raw_table.place, table=table, column="", rule="no rows", rows=0, advice="export it again")]


def _check_key(
    con: Connection, table: str, relation: str, checked: CheckedTable, place: str, faults: Sequence[Fault]
) -> KeyCheck:
    """Check the key, unless one of its columns has a fault already, which would only be reported twice."""
    faulty = {fault.column for fault in faults}
    if faulty & set(TABLES[table].key):
        return KeyCheck(key=())
    return check_key(con, TABLES[table], relation, columns=checked.columns, place=place)


def _distinct(con: Connection, relation: str) -> str:
    distinct = f"once_{relation}"
    engine.execute(con, f"CREATE TABLE {quote_name(distinct)} AS SELECT DISTINCT * FROM {quote_name(relation)}")
    return distinct


def _columns_without_fault(table: LoadedTable) -> tuple[str, ...]:
    """Return the columns that other tables can be checked against."""
    faulty = {fault.column for fault in table.faults}
    return tuple(column for column in table.checked.columns if column not in faulty)


def _keep_used(con: Connection, exits: LoadedTable, is_used: str) -> LoadedTable:
    query = f"SELECT rows.* FROM {quote_name(exits.relation)} AS rows WHERE {is_used}"
    engine.execute(con, f"CREATE TABLE used_exits AS {query}")
    return replace(exits, relation="used_exits")
