"""Rows of one key made into one row: parts of a day are added up, or the first or last of them in the file counts.

Rows of `contacts` and `shifts` that name different times of their day, as half-hour reports of an ACD do, are parts
without being declared so; so are rows of several logins of one person. Rows that are equal in every column of the
source are one row that was exported twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from attrition.data import engine
from attrition.data.checking import CheckedTable, numbered_relation
from attrition.data.engine import Connection, quote_name
from attrition.data.files.raw_table import RawTable
from attrition.data.mapping import ColumnMapping
from attrition.data.phrase import Phrase
from attrition.data.quality import SET_ASIDE, SUMMED, QualityLine
from attrition.data.rows.keys import count_surplus
from attrition.data.rows.sequence_number import sequence_number
from attrition.data.schema import Column, Table
from attrition.data.source import Source
from attrition.errors import Fault

INTERVAL_TABLES = ("contacts", "shifts")
"""Tables of days whose rows may be parts of a day."""

_ABSENCES = "['no_show', 'unplanned', 'planned', 'none']"  # of the parts of one day, the first of these counts
_PLACES = "['field', 'home', 'office']"  # a day that was partly in the field is one
_TRUE = "true"
_OTHER_TIMES = "count(DISTINCT __moment) OVER same_key = count(*) OVER same_key"
_REPEATED = Phrase("repeated row", "重复行")
_EARLIER_VERSION = Phrase("earlier version of a part of a day", "当日某一部分的较早版本")
_DECLARED_RULE = Phrase("rows of one key, as declared", "同一键的各行，按声明")
_OTHER_TIMES_RULE = Phrase("rows of one key that name different times of day", "同一键下时刻不同的各行")
_OTHER_LOGINS = "count(DISTINCT __login) OVER same_key = count(*) OVER same_key AND count(*) OVER same_key > 1"
_OTHER_LOGINS_RULE = Phrase("rows of several logins of one person", "同一人多个账号的各行")
_RULES = {_TRUE: _DECLARED_RULE, _OTHER_TIMES: _OTHER_TIMES_RULE, _OTHER_LOGINS: _OTHER_LOGINS_RULE}
_TOO_LARGE = Phrase("above the limit of its column once added up", "合计后超过该列上限")
_TOO_LARGE_ADVICE = Phrase(
    'the rows of a key seem to repeat each other; duplicates = "last" takes the last of them in a file, and sequence '
    "the one with the highest number in a column",
    '同一键的各行似乎重复；duplicates = "last" 以文件中最后一行为准，sequence 以某列数字最大的一行为准',
)


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The relation with one row where there were several of a key, quality lines of how, and faults of the sums."""

    relation: str
    lines: tuple[QualityLine, ...] = ()
    faults: tuple[Fault, ...] = ()


class Moments(NamedTuple):
    """A source, the SQL of its date with the time of day, and the condition that this names a time; "" for neither."""

    raw_table: RawTable
    moment: str
    names_time: str


def moment(raw_table: RawTable, mapping: ColumnMapping, table: Table) -> Moments:
    """Return how the rows of a source name their time of day, beside the date on which they happened."""
    header = next((mapped.header for mapped in mapping.columns if mapped.column.name == table.happened), None)
    kind = raw_table.types[header] if header is not None else ""
    if header is not None and kind == "VARCHAR":
        text = f"trim({quote_name(header)})"
        return Moments(raw_table, f"CASE WHEN contains({text}, ':') THEN {text} END", f"contains({text}, ':')")
    if header is not None and kind.startswith("TIMESTAMP"):
        time = f"CAST({quote_name(header)} AS TIMESTAMP)"
        return Moments(raw_table, f"CAST({time} AS VARCHAR)", f"{time} <> date_trunc('day', {time})")
    return Moments(raw_table, "", "")


def resolve(
    con: Connection, table: Table, relation: str, *, source: Source, checked: CheckedTable, moments: Moments
) -> Resolved:
    """Make one row of the rows that share a key, where they are declared to be duplicates or name different times."""
    key = [name for name in table.key if name in checked.columns]
    if not key or not (source.duplicates or source.sequence or _has_times(con, table, moments)):
        return Resolved(relation=relation)
    if not count_surplus(con, table, relation, key):
        return Resolved(relation=relation)
    parts = _create_parts(con, table, checked, moments, sequence=source.sequence)
    if source.sequence is not None:
        return _highest(con, table, parts, checked, key=key, heading=source.sequence)
    if source.duplicates in ("first", "last"):
        return _one_of(con, table, parts, checked, key=key, order="DESC" if source.duplicates == "last" else "ASC")
    versioned = [*key, "recorded_at"] if source.duplicates and "recorded_at" in checked.columns else key
    has_versions = not source.duplicates and "recorded_at" in checked.columns
    once, line = _without_repeats(con, table, parts, key=versioned, has_versions=has_versions)
    condition = _TRUE if source.duplicates else _OTHER_TIMES
    summed = _summed(con, table, once, checked=checked, key=versioned, condition=condition)
    faults = _too_large(con, table, summed.relation, checked, moments.raw_table.source_name)
    return Resolved(relation=summed.relation, lines=tuple(filter(None, [line, *summed.lines])), faults=faults)


def _has_times(con: Connection, table: Table, moments: Moments) -> bool:
    """Return whether rows of a table of days name times of day."""
    if table.name not in INTERVAL_TABLES or not moments.names_time:
        return False
    query = f"SELECT 1 FROM {quote_name(moments.raw_table.relation)} WHERE {moments.names_time} LIMIT 1"
    return bool(engine.fetch_rows(con, query))


def _create_parts(
    con: Connection, table: Table, checked: CheckedTable, moments: Moments, *, sequence: str | None
) -> str:
    """Create a table of the checked rows with `PARTS_COLUMNS`, and return its name.

    Rows are in the order of the source or, with a sequence, of its numbers: rows of one number then share a place.
    """
    raw_table = moments.raw_table
    order = "row_number() OVER ()" if sequence is None else sequence_number(quote_name(sequence))
    numbered, parts = numbered_relation(raw_table), f"parts_{table.name}"
    same = ", ".join(map(quote_name, raw_table.types))
    engine.execute(
        con,
        f"CREATE VIEW {quote_name(numbered)} AS SELECT *, {order} AS __order, hash({same}) AS __same, "
        f"{moments.moment or 'NULL'} AS __moment FROM {quote_name(raw_table.relation)}",
    )
    engine.execute(con, f"CREATE TABLE {quote_name(parts)} AS {checked.parts_query}")
    return parts


def _highest(
    con: Connection, table: Table, parts: str, checked: CheckedTable, *, key: Sequence[str], heading: str
) -> Resolved:
    """Keep the rows of each key, or of each version of it, with the highest number; one without a number is lowest."""
    versioned = [*key, "recorded_at"] if "recorded_at" in checked.columns else key
    columns, same_key = ", ".join(map(quote_name, checked.columns)), ", ".join(map(quote_name, versioned))
    relation = f"resolved_{table.name}"
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(relation)} AS SELECT {columns} FROM {quote_name(parts)} QUALIFY rank() OVER "
        f"(PARTITION BY {same_key} ORDER BY __order DESC NULLS LAST) = 1",
    )
    rows = _count(con, parts) - _count(con, relation)
    rule = Phrase('a lower "{heading}" of the same key', "同一键中“{heading}”较小的行", heading=heading)
    return Resolved(relation=relation, lines=(_line(table, SET_ASIDE + rule, rows, key),) if rows else ())


def _one_of(
    con: Connection, table: Table, parts: str, checked: CheckedTable, *, key: Sequence[str], order: str
) -> Resolved:
    """Keep the first or last row of each key, or of each version of it."""
    versioned = [*key, "recorded_at"] if "recorded_at" in checked.columns else key
    columns = ", ".join(map(quote_name, checked.columns))
    relation = f"resolved_{table.name}"
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(relation)} AS SELECT {columns} FROM {quote_name(parts)} QUALIFY row_number() OVER "
        f"(PARTITION BY {', '.join(map(quote_name, versioned))} ORDER BY __order {order}) = 1",
    )
    rule = (
        Phrase("an earlier row of the same key", "同一键的较前一行")
        if order == "DESC"
        else Phrase("a later row of the same key", "同一键的较后一行")
    )
    rows = _count(con, parts) - _count(con, relation)
    return Resolved(relation=relation, lines=(_line(table, SET_ASIDE + rule, rows, key),))


def _without_repeats(
    con: Connection, table: Table, parts: str, *, key: Sequence[str], has_versions: bool
) -> tuple[str, QualityLine | None]:
    """Create a table of the parts without equal rows or, of versions of a part, with the one that was recorded last."""
    once = f"once_{table.name}"
    key_columns = ", ".join(map(quote_name, key))
    is_kept = f"row_number() OVER (PARTITION BY {key_columns}, __same) = 1"
    if has_versions:
        same_part = f"(PARTITION BY {key_columns}, coalesce(__moment, CAST(__same AS VARCHAR)))"
        is_kept += f" AND coalesce(recorded_at >= max(recorded_at) OVER {same_part}, true)"
    engine.execute(con, f"CREATE TABLE {quote_name(once)} AS SELECT * FROM {quote_name(parts)} QUALIFY {is_kept}")
    rule = _EARLIER_VERSION if has_versions else _REPEATED
    rows = _count(con, parts) - _count(con, once)
    return once, _line(table, SET_ASIDE + rule, rows, key) if rows else None


def _summed(
    con: Connection, table: Table, once: str, *, checked: CheckedTable, key: Sequence[str], condition: str
) -> Resolved:
    """Add up the rows of each key that meets the condition; the rows of other keys stay as they are."""
    key_columns, relation = ", ".join(map(quote_name, key)), f"summed_{once}"
    by_name = {column.name: column for column in table.columns}
    together = ", ".join(
        quote_name(name) if name in key else f"{_together(by_name.get(name), name)} AS {quote_name(name)}"
        for name in checked.columns
    )
    columns = ", ".join(map(quote_name, checked.columns))
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(relation)} AS WITH marked AS (SELECT *, {condition} AS __is_part FROM "
        f"{quote_name(once)} WINDOW same_key AS (PARTITION BY {key_columns})) "
        f"SELECT {together} FROM marked WHERE __is_part GROUP BY {key_columns} "
        f"UNION ALL SELECT {columns} FROM marked WHERE NOT __is_part",
    )
    rows = _count(con, once) - _count(con, relation)
    line = _line(table, SUMMED + _RULES[condition], rows, key)
    return Resolved(relation=relation, lines=(line,) if rows else ())


def resolve_logins(
    con: Connection, table: Table, relation: str, *, with_logins: str, checked: CheckedTable, source_name: str
) -> Resolved:
    """Add up the rows of one day that a person has under several logins; `with_logins` has them beside the rows."""
    key = [name for name in table.key if name in checked.columns]
    versioned = [*key, "recorded_at"] if "recorded_at" in checked.columns else key
    if table.name not in INTERVAL_TABLES or not count_surplus(con, table, relation, key):
        return Resolved(relation=relation)
    summed = _summed(con, table, with_logins, checked=checked, key=versioned, condition=_OTHER_LOGINS)
    return replace(summed, faults=_too_large(con, table, summed.relation, checked, source_name))


def _together(column: Column | None, name: str) -> str:
    """Return the SQL of one value for the parts of a day: the earliest start, any yes, the latest date, or the sum.

    Of any other words, such as where somebody worked, those of the part with the most minutes scheduled count.
    """
    quoted = quote_name(name)
    if name == "start_minute":
        return f"min({quoted})"
    if name == "absence":
        return f"min_by({quoted}, list_position({_ABSENCES}, {quoted}))"
    if name == "work_place":
        return f"min_by({quoted}, list_position({_PLACES}, {quoted}))"
    if column is None or column.kind in ("date", "timestamp"):
        return f"max({quoted})"
    if column.kind in ("number", "integer"):
        return f"CAST(sum({quoted}) AS DOUBLE)" if column.kind == "number" else f"CAST(sum({quoted}) AS BIGINT)"
    if column.kind == "boolean":
        return f"bool_or({quoted})"
    return f"max_by({quoted}, scheduled_minutes)" if name == "work_place" else f"max({quoted})"


def _too_large(
    con: Connection, table: Table, relation: str, checked: CheckedTable, source_name: str
) -> tuple[Fault, ...]:
    """Return a fault for each column whose sums exceed its limit, since the rows then are no parts of one day."""
    limited = [column for column in table.columns if column.maximum is not None and column.name in checked.columns]
    if not limited:
        return ()
    counts = ", ".join(f"count(*) FILTER ({quote_name(column.name)} > {column.maximum!r})" for column in limited)
    rows = engine.fetch_rows(con, f"SELECT {counts} FROM {quote_name(relation)}")[0]
    return tuple(
        Fault(
            file=source_name,
            table=table.name,
            column=column.name,
            rule=_TOO_LARGE,
            rows=count,
            advice=_TOO_LARGE_ADVICE,
        )
        for column, count in zip(limited, rows, strict=True)
        if count
    )


def _line(table: Table, rule: Phrase, rows: int, key: Sequence[str]) -> QualityLine:
    return QualityLine(table=table.name, rule=rule, rows=rows, columns=tuple(key))


def _count(con: Connection, relation: str) -> int:
    return int(engine.fetch_rows(con, f"SELECT count(*) FROM {quote_name(relation)}")[0][0])
