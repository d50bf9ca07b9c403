"""Two rows of one key: found exactly and cheaply; repeated rows are set aside, contradictions are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attrition.data import engine
from attrition.data.engine import Connection, name
from attrition.data.quality import SET_ASIDE, Line
from attrition.data.schema import Table
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """What the look at a table's key found.

    `has_versions` tells that some key has several rows with different `recorded_at`;
    `has_repeats` that some rows are equal in every column; `shared` holds the rows that share a key.
    """

    key: tuple[str, ...]
    has_versions: bool = False
    has_repeats: bool = False
    shared: str = ""
    faults: tuple[Fault, ...] = ()
    lines: tuple[Line, ...] = ()


class _Found(NamedTuple):
    """Rows beyond one of each kind, rows and keys that contradict, and keys with several versions."""

    repeats: int
    clashing: int
    clashes: int
    keys: int


def look(con: Connection, table: Table, relation: str, *, columns: Sequence[str], place: str) -> Keyed:
    """Look for rows that share a key.

    The first look is one pass: where the key has a date, the days of every other part of the key are kept
    as bits and counted, which is exact and takes a few bytes a day, not a hash per row. Only where it finds
    something are the rows themselves compared.
    """
    key = tuple(column for column in table.key if column in columns)
    if not key or _surplus(con, table, relation, key) == 0:
        return Keyed(key=key)
    listed = ", ".join(name(column) for column in key)
    shared = f"shared_{table.name}"
    engine.run(
        con,
        f"CREATE TABLE {name(shared)} AS WITH twice AS "
        f"(SELECT {listed} FROM {name(relation)} GROUP BY ALL HAVING count(*) > 1) "
        f"SELECT rows.* FROM {name(relation)} AS rows SEMI JOIN twice ON {same(key, 'rows', 'twice')}",
    )
    found = _compared(con, shared, key, has_moment="recorded_at" in columns)
    lines = [Line(table=table.name, rule=SET_ASIDE + "repeated row", rows=found.repeats, columns=key)]
    return Keyed(
        key=key,
        has_versions="recorded_at" in columns and found.keys > 0,
        has_repeats=found.repeats > 0,
        shared=shared,
        faults=(_clash(table, key, place, found, "recorded_at" in columns),) if found.clashes else (),
        lines=tuple(lines if found.repeats else ()),
    )


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


def _compared(con: Connection, shared: str, key: Sequence[str], *, has_moment: bool) -> _Found:
    """Compare the rows that share a key: equal ones, and different ones that claim the same moment."""
    listed = ", ".join(name(column) for column in key)
    apart = f"{listed}, recorded_at" if has_moment else listed
    query = (
        f"WITH facts AS (SELECT DISTINCT * FROM {name(shared)}), "
        f"clashes AS (SELECT count(*) AS n FROM facts GROUP BY {apart} HAVING count(*) > 1), "
        f"keys AS (SELECT count(*) AS n FROM facts GROUP BY {listed} HAVING count(*) > 1) "
        f"SELECT (SELECT count(*) FROM {name(shared)}) - (SELECT count(*) FROM facts), "
        "(SELECT coalesce(sum(n), 0) FROM clashes), (SELECT count(*) FROM clashes), (SELECT count(*) FROM keys)"
    )
    return _Found(*(int(number) for number in engine.rows(con, query)[0]))


def _clash(table: Table, key: Sequence[str], place: str, found: _Found, has_moment: bool) -> Fault:
    several = f"{found.clashes:,} {'key has' if found.clashes == 1 else 'keys have'} several rows that differ"
    advice = (
        f"{several}, recorded at the same moment; keep the right ones"
        if has_moment
        else f"{several}; keep the right ones, or map recorded_at so that the last recorded one counts"
    )
    apart = [column for column in table.key if column not in key]
    if apart:
        advice += f"; where they are different things, map {' and '.join(apart)}, which tells them apart"
    column = ", ".join(key)
    return Fault(file=place, table=table.name, column=column, rule="duplicate key", rows=found.clashing, advice=advice)
