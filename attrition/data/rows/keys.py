"""Check the key of a table: equal rows are set aside, and different rows with one key are versions or a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.files.file_days import day_in_name
from attrition.data.files.raw_table import RawTable
from attrition.data.phrase import Phrase
from attrition.data.quality import SET_ASIDE, QualityLine
from attrition.data.rows import agent_months
from attrition.data.schema import Table
from attrition.data.tables import SUMMED_TABLES
from attrition.errors import Fault

DUPLICATE_KEY = "duplicate key"
"""The check of rows that have a key in common and differ, as `Fault.check` names it."""

_SHARED_KEYS = "__shared_keys"
_VERSIONS_BY_NAME = Phrase(
    'where each file is the whole table as of the month in its name, declare recorded_at_from = "file name"',
    '若每个文件都是其文件名所示月份的完整名单，请声明 recorded_at_from = "file name"',
)
_VERSIONS = Phrase(
    "map recorded_at so that the last recorded one counts, or correct them in the source system",
    "请映射 recorded_at，以最后记录的一行为准，或在源系统中更正",
)
_PARTS = Phrase(
    'where they are parts of one, duplicates = "sum" under [tables.{table}] adds them up',
    '若为同一事项的各部分，在 [tables.{table}] 下写 duplicates = "sum" 即合计',
)
_LAST = Phrase(
    'duplicates = "last" or "first" under [tables.{table}] takes the last or first of them in the file',
    '在 [tables.{table}] 下写 duplicates = "last" 或 "first"，以文件中最后或最先一行为准',
)
_HIGHEST = Phrase(
    'sequence = "<heading>" under [tables.{table}] takes the row with the highest number in that column',
    '在 [tables.{table}] 下写 sequence = "<列名>"，以该列数字最大的一行为准',
)
_SAME_MOMENT = Phrase("correct them in the source system", "请在源系统中更正")


@dataclass(frozen=True, kw_only=True)
class KeyCheck:
    """The result of checking a table's key.

    `has_versions` means that some key has several rows with different `recorded_at`, `has_repeats` that some rows are
    equal in every column; `shared_relation` names the DuckDB table of the rows whose key occurs more than once, ""
    where every key occurs once.
    """

    key: tuple[str, ...]
    has_versions: bool = False
    has_repeats: bool = False
    shared_relation: str = ""
    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()


class _Duplicates(NamedTuple):
    """Numbers of repeated rows, of rows and keys in conflict, and of keys with several different rows.

    Rows are in conflict when they have the same key and the same `recorded_at`, if there is one, and differ.
    """

    repeated_rows: int
    conflicting_rows: int
    conflicting_keys: int
    keys_with_versions: int


def check_key(con: Connection, table: Table, relation: str, *, columns: Sequence[str], raw_table: RawTable) -> KeyCheck:
    """Check whether rows of a table share a key, and whether those rows are equal, versions or in conflict.

    Keys of several rows are found first, and rows are compared only if there are any. What is advised depends on the
    source: whether its files have months in their names, and its rows an order.
    """
    key = tuple(column for column in table.key if column in columns)
    if not key or not _find_shared_keys(con, table, relation, key):
        return KeyCheck(key=key)
    shared_relation = f"shared_{table.name}"
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(shared_relation)} AS SELECT rows.* FROM {quote_name(relation)} AS rows "
        f"SEMI JOIN {_SHARED_KEYS} AS twice ON {same_key(key, 'rows', 'twice')}",
    )
    has_recorded_at = "recorded_at" in columns
    duplicates = _count_duplicates(con, shared_relation, key, has_recorded_at=has_recorded_at)
    repeated = QualityLine(
        table=table.name, rule=SET_ASIDE + Phrase("repeated row", "重复行"), rows=duplicates.repeated_rows, columns=key
    )
    advice = _conflict_advice(table, key, duplicates.conflicting_keys, raw_table, has_recorded_at=has_recorded_at)
    conflict = _conflict_fault(table, key, raw_table.source_name, duplicates, advice)
    return KeyCheck(
        key=key,
        has_versions=has_recorded_at and duplicates.keys_with_versions > 0,
        has_repeats=duplicates.repeated_rows > 0,
        shared_relation=shared_relation,
        faults=(conflict,) if duplicates.conflicting_keys else (),
        lines=(repeated,) if duplicates.repeated_rows else (),
    )


def same_key(key: Sequence[str], left: str, right: str) -> str:
    """Return the SQL condition that two rows have the same key; null equals null."""
    return " AND ".join(
        f"{left}.{quote_name(column)} IS NOT DISTINCT FROM {right}.{quote_name(column)}" for column in key
    )


def count_surplus(con: Connection, table: Table, relation: str, key: Sequence[str]) -> int:
    """Count the rows beyond one per key; where the key is the agent and the day, `agent_months` has counted them."""
    if _is_of_days(table, key):
        return agent_months.surplus(con, table, relation, key)
    key_columns = ", ".join(quote_name(column) for column in key)
    distinct = f"SELECT count(*) FROM (SELECT DISTINCT {key_columns} FROM {quote_name(relation)})"
    return int(engine.fetch_rows(con, f"SELECT count(*) - ({distinct}) FROM {quote_name(relation)}")[0][0])


def _is_of_days(table: Table, key: Sequence[str]) -> bool:
    """Return whether a key is the agent, the day and perhaps the queue."""
    is_of_days = agent_months.has_agent_months(table, key)
    return is_of_days and set(key) <= {"agent_id", str(table.happened), agent_months.TELLS_APART}


def _find_shared_keys(con: Connection, table: Table, relation: str, key: Sequence[str]) -> bool:
    """Create, for this thread, the table of keys that several rows have; return whether there are any."""
    if _is_of_days(table, key) and not count_surplus(con, table, relation, key):
        return False
    key_columns = ", ".join(quote_name(column) for column in key)
    engine.execute(
        con,
        f"CREATE OR REPLACE TEMP TABLE {_SHARED_KEYS} AS "
        f"SELECT {key_columns} FROM {quote_name(relation)} GROUP BY ALL HAVING count(*) > 1",
    )
    return bool(engine.fetch_rows(con, f"SELECT 1 FROM {_SHARED_KEYS} LIMIT 1"))


def _count_duplicates(
    con: Connection, shared_relation: str, key: Sequence[str], *, has_recorded_at: bool
) -> _Duplicates:
    """Compare the rows that share a key, and count those that are equal and those that are in conflict."""
    key_columns = ", ".join(quote_name(column) for column in key)
    version_columns = f"{key_columns}, recorded_at" if has_recorded_at else key_columns
    query = (
        f"WITH facts AS (SELECT DISTINCT * FROM {quote_name(shared_relation)}), "
        f"conflicts AS (SELECT count(*) AS n FROM facts GROUP BY {version_columns} HAVING count(*) > 1), "
        f"keys AS (SELECT count(*) AS n FROM facts GROUP BY {key_columns} HAVING count(*) > 1) "
        f"SELECT (SELECT count(*) FROM {quote_name(shared_relation)}) - (SELECT count(*) FROM facts), "
        "(SELECT coalesce(sum(n), 0) FROM conflicts), (SELECT count(*) FROM conflicts), (SELECT count(*) FROM keys)"
    )
    return _Duplicates(*(int(number) for number in engine.fetch_rows(con, query)[0]))


def _conflict_fault(table: Table, key: Sequence[str], source_name: str, duplicates: _Duplicates, advice: str) -> Fault:
    return Fault(
        file=source_name,
        table=table.name,
        column=", ".join(key),
        rule=Phrase("duplicate key", "键重复"),
        rows=duplicates.conflicting_rows,
        advice=advice,
        check=DUPLICATE_KEY,
    )


def _conflict_advice(
    table: Table, key: Sequence[str], keys: int, raw_table: RawTable, *, has_recorded_at: bool
) -> Phrase:
    """Return how rows of one key become versions of one fact, or different facts; none of them is to be taken out."""
    several = Phrase(
        "{count:,} {keys} several rows that differ{moment}; ",
        "有 {count:,} 个键对应多行不同内容{moment_zh}；",
        count=keys,
        keys="key has" if keys == 1 else "keys have",
        moment=", recorded at the same moment" if has_recorded_at else "",
        moment_zh="，且记录时间相同" if has_recorded_at else "",
    )
    in_file = {"table": table.name}
    ways = [Phrase(_PARTS, _PARTS.zh, **in_file)] if table.name in SUMMED_TABLES else []
    ways += [_VERSIONS_BY_NAME] if _has_months(raw_table) and not has_recorded_at else []
    ways += [_SAME_MOMENT if has_recorded_at else _VERSIONS]
    way = _LAST if raw_table.is_ordered else _HIGHEST
    ways.append(Phrase(way, way.zh, **in_file))
    unmapped = [column for column in table.key if column not in key]
    if unmapped:
        ways.append(
            Phrase(
                "where they are different things, map {columns}, which tells them apart",
                "若确为不同事项，请映射可区分它们的列 {columns}",
                columns=" and ".join(unmapped),
            )
        )
    return Phrase(several + "; ".join(ways), several.zh + "；".join(way.zh for way in ways))


def _has_months(raw_table: RawTable) -> bool:
    """Return whether rows come from several files with months in their names."""
    days = [day_in_name(entry.path) for entry in raw_table.manifest if raw_table.parts]
    return len(days) > 1 and None not in days
