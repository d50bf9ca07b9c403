"""Load all tables of a site in parallel: read, map and check each, check them against each other, give pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import ibis.expr.types as ir

from attrition.data import engine
from attrition.data.checking import CheckedTable, check_table, numbered_relation
from attrition.data.engine import Connection, quote_name
from attrition.data.events import NO_RESIGNATIONS
from attrition.data.faults import TableError
from attrition.data.files import reading
from attrition.data.files.checksums import checksum_faults
from attrition.data.files.raw_table import RawTable
from attrition.data.files.watched import naming_damage
from attrition.data.loaded import LoadedTable, LoadedTables
from attrition.data.mapping import map_columns
from attrition.data.people.door import through_the_door
from attrition.data.people.identities import LookedUp, check_claims, claims, look_up
from attrition.data.people.references import check_references
from attrition.data.people.renumbering import Renumbered, renumber
from attrition.data.people.transfers import Transferred, exits_of_transfers
from attrition.data.phrase import Phrase
from attrition.data.quality import QualityLine
from attrition.data.rolled_contacts import as_supplied, contacts_from_log
from attrition.data.rows import agent_months
from attrition.data.rows.conflict_rows import with_rows
from attrition.data.rows.duplicates import Resolved, moment, resolve, resolve_logins
from attrition.data.rows.extracts import Extracts, as_versions
from attrition.data.rows.keys import KeyCheck, check_key
from attrition.data.shape.other_tables import without_headings_of_others
from attrition.data.sources import Sources
from attrition.data.tables import TABLES
from attrition.data.values.pay_periods import monthly_pay
from attrition.errors import DataError, Fault


def load_tables(con: Connection, declared: Sources, workspace: Path) -> LoadedTables:
    """Load every declared table; when one cannot be read, its faults are kept and the others are still checked."""
    names = [table for table in TABLES if table in declared.tables]
    load = partial(_load_or_error, con, declared, workspace)
    identities = load("identities") if "identities" in names else None
    claimed = _claims(con, identities)
    others = [name for name in names if name != "identities"]
    tasks = [partial(load, name, claimed=claimed) for name in others]
    results = dict(zip(others, engine.run_in_parallel(con, tasks), strict=True))
    results |= {} if identities is None else {"identities": identities}
    loaded = {name: table for name, table in results.items() if isinstance(table, LoadedTable)}
    faults = [fault for result in results.values() for fault in result.faults]
    loaded, log_faults = contacts_from_log(con, loaded, declared)
    loaded, renumbered = _renumbered(con, loaded)
    loaded, transferred = _transferred(con, loaded, declared)
    faults += [*log_faults, *renumbered.faults, *transferred.faults]
    references = check_references(
        con,
        {name: table.relation for name, table in loaded.items()},
        {name: _columns_without_fault(table) for name, table in loaded.items()},
        {name: table.raw_table.source_name for name, table in loaded.items()},
    )
    pay_lines: list[QualityLine] = []
    if "pay" in loaded and not loaded["pay"].faults:
        loaded["pay"], pay_lines = _with_monthly_pay(con, loaded, declared)
    if references.used_exits is not None:
        con.create_table("used_exits", references.used_exits)
        loaded["exits"] = replace(loaded["exits"], relation="used_exits")
    lines = [line for table in loaded.values() for line in (*table.checked.lines, *table.lines, *table.key_check.lines)]
    tables = LoadedTables(
        tables=loaded,
        faults=as_supplied((*with_rows(faults, declared, workspace), *references.faults), declared),
        lines=(*lines, *renumbered.lines, *transferred.lines, *pay_lines, *references.lines),
        people=references.people,
    )
    return through_the_door(con, tables, declared.rolled_up, workspace)


def _claims(con: Connection, identities: LoadedTable | TableError | None) -> ir.Table | None:
    """Return who had which login; None where the site has no identities, or they have a fault."""
    if not isinstance(identities, LoadedTable) or any(fault.stops for fault in identities.faults):
        return None
    return claims(con.table(identities.relation))


def _load_or_error(
    con: Connection, declared: Sources, workspace: Path, table: str, *, claimed: ir.Table | None = None
) -> LoadedTable | TableError:
    try:
        return _load(con, declared, table, workspace, claimed=claimed)
    except TableError as error:
        return error
    except DataError as error:  # a file turned out to be damaged, or was replaced
        return TableError(*error.faults)


def _load(con: Connection, declared: Sources, table: str, workspace: Path, *, claimed: ir.Table | None) -> LoadedTable:
    """Read, map and check one table, and create the DuckDB table or view of its rows, each repeated row once."""
    raw_table = reading.read_source(con, table, declared.tables[table], workspace)
    if faults := checksum_faults(table, raw_table.manifest, workspace):
        raise TableError(*faults)
    with naming_damage(raw_table.manifest, workspace):
        return _check(con, declared, table, raw_table, claimed=claimed)


def _check(
    con: Connection, declared: Sources, table: str, raw_table: RawTable, *, claimed: ir.Table | None
) -> LoadedTable:
    """Map and check a table that was read, and create the DuckDB table or view of its rows."""
    source = declared.tables[table]
    files = [entry.path for entry in raw_table.manifest]
    mapping = without_headings_of_others(map_columns(raw_table, TABLES[table], source), declared, table, files)
    if not mapping.columns:
        raise TableError(*mapping.faults)
    checked = check_table(con, TABLES[table], source, raw_table, mapping, site=declared.site)
    relation = f"checked_{table}"
    kind = "TABLE" if checked.is_parsed else "VIEW"
    engine.execute(con, f"CREATE {kind} {quote_name(relation)} AS {checked.query}")
    faults = [*mapping.faults, *checked.faults, *_no_rows(table, checked, raw_table)]
    resolved = Resolved(relation=relation)
    if not _is_faulty(faults, TABLES[table].key):
        moments = moment(raw_table, mapping, TABLES[table])
        resolved = resolve(con, TABLES[table], relation, source=source, checked=checked, moments=moments)
        faults, relation = [*faults, *resolved.faults], resolved.relation
    if checked.is_parsed and raw_table.is_stored:
        engine.execute(con, f"DROP VIEW IF EXISTS {quote_name(numbered_relation(raw_table))}")
        engine.execute(con, f"DROP TABLE {quote_name(raw_table.relation)}")
    identified = LookedUp(relation=relation)
    if table == "identities" and not faults:
        faults += check_claims(claims(con.table(relation)), raw_table.source_name)
    system = source.ids.system if source.ids else None
    if system and claimed is not None and not _is_faulty(faults, ("agent_id", TABLES[table].happened)):
        identified = look_up(con, relation, claimed, table=table, system=system, source_name=raw_table.source_name)
        identified = _one_row_of_logins(con, table, identified, checked, raw_table)
        faults, relation = [*faults, *identified.faults], identified.relation
    extracts = Extracts(relation=relation)
    if not _is_faulty(faults, (*TABLES[table].key, "recorded_at")):
        extracts = as_versions(con, TABLES[table], relation, checked.columns, source)
        relation = extracts.relation
    key_check = _check_key(con, table, relation, checked, raw_table, faults)
    if key_check.has_repeats:
        relation = _distinct(con, relation)
    _count_months(con, table, relation, checked, faults)
    return LoadedTable(
        raw_table=replace(raw_table, notes=(*raw_table.notes, *extracts.notes)),
        checked=checked,
        key_check=key_check,
        relation=relation,
        faults=(*faults, *key_check.faults),
        lines=(*resolved.lines, *identified.lines, *extracts.lines),
        has_people=system is None or claimed is not None,
    )


def _count_months(con: Connection, table: str, relation: str, checked: CheckedTable, faults: Sequence[Fault]) -> None:
    """Count the rows of each agent and month while other tables are read."""
    has_months = agent_months.has_agent_months(TABLES[table], checked.columns)
    if has_months and not _is_faulty(faults, ("agent_id", TABLES[table].happened)):
        agent_months.count(con, TABLES[table], relation)


def _one_row_of_logins(
    con: Connection, table: str, identified: LookedUp, checked: CheckedTable, raw_table: RawTable
) -> LookedUp:
    """Return the rows with one row where a person has several of a key under different logins."""
    relation, with_logins, source_name = identified.relation, identified.with_logins, raw_table.source_name
    resolved = resolve_logins(
        con, TABLES[table], relation, with_logins=with_logins, checked=checked, source_name=source_name
    )
    return replace(
        identified,
        relation=resolved.relation,
        faults=(*identified.faults, *resolved.faults),
        lines=(*identified.lines, *resolved.lines),
    )


def _no_rows(table: str, checked: CheckedTable, raw_table: RawTable) -> list[Fault]:
    """Return a fault for a roster or a list of exits without rows; any other table may be empty."""
    if checked.rows_read or table not in ("agents", "snapshots", "exits"):
        return []
    return [
        Fault(
            file=raw_table.source_name,
            table=table,
            column="",
            rule=Phrase("no rows", "没有任何行"),
            rows=0,
            advice=Phrase(
                "export it again; from an empty list nothing can be learnt", "请重新导出；空名单无法用于建模"
            ),
        )
    ]


def _check_key(
    con: Connection, table: str, relation: str, checked: CheckedTable, raw_table: RawTable, faults: Sequence[Fault]
) -> KeyCheck:
    """Check the key, unless one of its columns already has a fault, which would cause a second one for the key."""
    if _is_faulty(faults, TABLES[table].key):
        return KeyCheck(key=())
    return check_key(con, TABLES[table], relation, columns=checked.columns, raw_table=raw_table)


def _is_faulty(faults: Sequence[Fault], columns: Sequence[str | None]) -> bool:
    """Return whether one of the columns has a fault that stops."""
    return any(fault.stops and fault.column in columns for fault in faults)


def _distinct(con: Connection, relation: str) -> str:
    """Create a table of the distinct rows of a relation, and return its name."""
    distinct = f"distinct_{relation}"
    engine.execute(con, f"CREATE TABLE {quote_name(distinct)} AS SELECT DISTINCT * FROM {quote_name(relation)}")
    return distinct


def _columns_without_fault(table: LoadedTable) -> tuple[str, ...]:
    """Return the columns of a table that have no fault; only those are compared with other tables."""
    faulty = {fault.column for fault in table.faults if fault.stops} | (set() if table.has_people else {"agent_id"})
    return tuple(column for column in table.checked.columns if column not in faulty)


def _renumbered(con: Connection, loaded: Mapping[str, LoadedTable]) -> tuple[dict[str, LoadedTable], Renumbered]:
    """Return the tables with new numbers instead of old ones, their keys checked again, and what was done.

    Numbers are left as they are where a table of people has a fault that stops, since nothing is built then.
    """
    names = ("renumbered", "exits", "agents" if "agents" in loaded else "snapshots")
    is_sound = all(name in loaded and not any(fault.stops for fault in loaded[name].faults) for name in names)
    if not is_sound:
        return dict(loaded), Renumbered(relations={})
    relations = {name: table.relation for name, table in loaded.items()}
    result = renumber(con, relations, source_name=loaded["renumbered"].raw_table.source_name)
    tables = {name: _with_relation(con, name, loaded[name], new) for name, new in result.relations.items()}
    return {**loaded, **tables}, result


def _with_relation(con: Connection, name: str, table: LoadedTable, relation: str) -> LoadedTable:
    """Return a table with other rows, its key checked again."""
    engine.execute(con, f"DROP TABLE IF EXISTS {quote_name(f'shared_{name}')}")
    faults = [fault for fault in table.faults if fault not in table.key_check.faults]
    key_check = _check_key(con, name, relation, table.checked, table.raw_table, faults)
    return replace(
        table,
        relation=_distinct(con, relation) if key_check.has_repeats else relation,
        key_check=key_check,
        faults=(*faults, *key_check.faults),
        lines=(*table.lines, *table.key_check.lines),
    )


def _transferred(
    con: Connection, loaded: dict[str, LoadedTable], declared: Sources
) -> tuple[dict[str, LoadedTable], Transferred]:
    """Return the tables with exits of declared transfers as "other", and what was done."""
    events = [event for event in declared.events if event.kind in NO_RESIGNATIONS]
    if not events or "exits" not in loaded or any(fault.stops for fault in loaded["exits"].faults):
        return loaded, Transferred()
    result = exits_of_transfers(con, {name: table.relation for name, table in loaded.items()}, events)
    exits = replace(loaded["exits"], relation=result.relation or loaded["exits"].relation)
    return {**loaded, "exits": exits}, result


def _with_monthly_pay(
    con: Connection, loaded: Mapping[str, LoadedTable], declared: Sources
) -> tuple[LoadedTable, list[QualityLine]]:
    """Return pay with every amount per month, and quality lines of what was converted."""
    pay, assignments = loaded["pay"], loaded.get("assignments")
    has_hours = assignments is not None and not assignments.faults
    has_hours = has_hours and assignments is not None and "contract_hours_week" in assignments.checked.columns
    hours = assignments.relation if assignments is not None and has_hours else None
    unit = declared.tables["pay"].units.get("base_pay", "per month")
    relation, lines = monthly_pay(con, pay.relation, columns=pay.checked.columns, unit=unit, hours_relation=hours)
    return replace(pay, relation=relation), lines
