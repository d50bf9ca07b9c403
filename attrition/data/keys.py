"""Two rows of one key: found exactly and cheaply; repeated rows are set aside, contradictions are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrition.data import engine
from attrition.data.engine import Connection, name
from attrition.data.faults import Fault
from attrition.data.quality import SET_ASIDE, Line
from attrition.data.schema import Table


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """What the look at a table's key found.

    `has_versions` tells that some key has several rows with different `recorded_at`;
    `has_repeats` that some rows are equal in every column.
    """

    key: tuple[str, ...]
    has_versions: bool = False
    has_repeats: bool = False
    faults: tuple[Fault, ...] = ()
    lines: tuple[Line, ...] = ()


def look(con: Connection, table: Table, relation: str, columns: Sequence[str], place: str) -> Keyed:
    """Look for rows that share a key.

    The first look is one pass: where the key has a date, the days of every other part of the key are kept
    as bits and counted, which is exact and takes a few bytes a day, not a hash per row. Only where it finds
    something are the rows themselves compared.
    """
    key = tuple(column for column in table.key if column in columns)
    if not key or _surplus(con, table, relation, key) == 0:
        return Keyed(key=key)
    listed = ", ".join(name(column) for column in key)
    engine.run(
        con,
        f"CREATE OR REPLACE TEMP TABLE __shared AS WITH twice AS "
        f"(SELECT {listed} FROM {name(relation)} GROUP BY ALL HAVING count(*) > 1) "
        f"SELECT rows.* FROM {name(relation)} AS rows SEMI JOIN twice ON {same(key, 'rows', 'twice')}",
    )
    return _compared(con, table, key, columns, place)


def same(key: Sequence[str], left: str, right: str) -> str:
    """Write the SQL that two rows have the same key; nothing equals nothing."""
    return " AND ".join(f"{left}.{name(column)} IS NOT DISTINCT FROM {right}.{name(column)}" for column in key)


def _surplus(con: Connection, table: Table, relation: str, key: Sequence[str]) -> int:
    """Count the rows beyond one per key."""
    others = [name(column) for column in key if column != table.happened]
    if table.happened is None or table.happened not in key or not others:
        listed = ", ".join(name(column) for column in key)
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {name(relation)})"
        query = f"SELECT count(*) - ({distinct}) FROM {name(relation)}"
        return int(engine.rows(con, query)[0][0])
    day = f"datediff('day', DATE '1900-01-01', {name(table.happened)})"
    low, high = engine.rows(con, f"SELECT min({day}), max({day}) FROM {name(relation)}")[0]
    if low is None:
        return 0
    query = (
        f"SELECT sum(n - days) FROM (SELECT count({day}) AS n, bit_count(bitstring_agg({day}, {low}, {high})) AS days "
        f"FROM {name(relation)} GROUP BY {', '.join(others)})"
    )
    return int(engine.rows(con, query)[0][0])


def _compared(con: Connection, table: Table, key: Sequence[str], columns: Sequence[str], place: str) -> Keyed:
    moments = [column for column in ("recorded_at",) if column in columns]
    listed = ", ".join(name(column) for column in key)
    apart = ", ".join([listed, *moments])
    query = (
        "WITH facts AS (SELECT DISTINCT * FROM __shared), "
        f"clashes AS (SELECT count(*) AS n FROM facts GROUP BY {apart} HAVING count(*) > 1), "
        f"keys AS (SELECT count(*) AS n FROM facts GROUP BY {listed} HAVING count(*) > 1) "
        "SELECT (SELECT count(*) FROM __shared) - (SELECT count(*) FROM facts), "
        "(SELECT coalesce(sum(n), 0) FROM clashes), (SELECT count(*) FROM clashes), (SELECT count(*) FROM keys)"
    )
    repeats, clashing, clashes, keys = (int(number) for number in engine.rows(con, query)[0])
    engine.run(con, "DROP TABLE __shared")
    lines = (
        [Line(table=table.name, rule=SET_ASIDE + "repeated row", rows=repeats, columns=tuple(key))] if repeats else []
    )
    faults = [_clash(table, key, place, clashing, clashes, bool(moments))] if clashes else []
    return Keyed(
        key=tuple(key),
        has_versions=bool(moments) and keys > 0,
        has_repeats=repeats > 0,
        faults=tuple(faults),
        lines=tuple(lines),
    )


def _clash(table: Table, key: Sequence[str], place: str, rows: int, keys: int, has_moment: bool) -> Fault:
    several = f"{keys:,} {'key has' if keys == 1 else 'keys have'} several rows that differ"
    advice = (
        f"{several}, recorded at the same moment; keep the right ones"
        if has_moment
        else f"{several}; keep the right ones, or map recorded_at so that the last recorded one counts"
    )
    return Fault(file=place, table=table.name, column=", ".join(key), rule="duplicate key", rows=rows, advice=advice)
