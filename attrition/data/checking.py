"""Check one mapped table, and make the query of its rows in the contract's names and types, with repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.files.raw_table import FILE, RawTable
from attrition.data.mapping import ColumnMapping
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, READ, REPAIRED, SET_ASIDE, QualityLine
from attrition.data.rows.prefilter import prefilter
from attrition.data.rows.row_checks import RowCheck, column_checks, kept_row_condition, set_aside_checks, table_checks
from attrition.data.schema import Table
from attrition.data.source import Source
from attrition.data.sources import Site
from attrition.data.validation import validate
from attrition.data.validator import Validator
from attrition.data.values import money, zero_words
from attrition.data.values.cast_options import SERIALS, CastOptions
from attrition.data.values.column_sql import ColumnSql, column_sql, columns_query, without_repairs
from attrition.errors import Fault

PARTS_COLUMNS = ("__order", "__same", "__moment")
"""Columns of a numbered source: the place of a row, a hash of all its columns, and its date with its time of day."""


MANY_ROWS = 50_000
"""Of a text source with so many rows each distinct text is checked instead of each row."""


def numbered_relation(raw_table: RawTable) -> str:
    """Return the name of the relation of a source's rows with `PARTS_COLUMNS`."""
    return f"numbered_{raw_table.relation}"


@dataclass(frozen=True, kw_only=True)
class CheckedTable:
    """The result of checking a table: faults, quality lines, and the query of its rows in the contract's form.

    `is_parsed` means that the query parses text, so that its result should be stored instead of computed each time.
    `parts_query` gives the same rows from the relation that `attrition.data.rows.duplicates` numbers.
    """

    query: str
    columns: tuple[str, ...]
    faults: tuple[Fault, ...]
    lines: tuple[QualityLine, ...]
    rows_read: int
    is_parsed: bool
    parts_query: str = ""


def columns_sql(
    table: Table, source: Source, raw_table: RawTable, mapping: ColumnMapping, site: Site
) -> list[ColumnSql]:
    """Return the SQL of every mapped column of a source, in the order of the contract."""
    options = CastOptions(
        dates=tuple(layout for layout in source.dates if layout not in SERIALS),
        time_zone=site.time_zone,
        source_zone=source.time_zone or "",
        day_zero=next((SERIALS[layout] for layout in source.dates if layout in SERIALS), raw_table.day_zero),
        allows_months=table.name == "snapshots",
        ids=source.ids,
        decimal=source.decimal,
        durations=source.durations,
        has_typed_cells=bool(raw_table.day_zero) or source.url is not None,
        missing=source.missing,
        people=source.people or (),
    )
    return [column_sql(mapped, raw_table, options, index) for index, mapped in enumerate(mapping.columns)]


def check_table(
    con: Connection, table: Table, source: Source, raw_table: RawTable, mapping: ColumnMapping, *, site: Site
) -> CheckedTable:
    """Check every column of a table; the returned query sets rows aside and repairs values where the rules allow it."""
    columns = columns_sql(table, source, raw_table, mapping, site)
    counted = _count_checks(con, table, source, raw_table, columns, site)
    rows_read = counted.rows_read
    validator = validate(table.name, raw_table, columns, counted.rows_of, site)
    faults = validator.faults
    if faults and raw_table.is_text and len(raw_table.parts) > 1:
        faults = _faults_by_file(con, source, validator, site)
    faults = [*faults, *zero_words.faults(validator)]
    lines = [
        QualityLine(table=table.name, rule=READ, rows=rows_read + sum(raw_table.set_aside.values())),
        *_reading_lines(table, raw_table),
        *validator.lines,
        *_unused_headers(table, mapping),
    ]
    return CheckedTable(
        query=_checked_rows(source, validator, counted.quickest, site),
        parts_query=_checked_rows(source, validator, counted.quickest, site, parts=PARTS_COLUMNS),
        columns=tuple(column.column.name for column in columns),
        faults=tuple(faults),
        lines=tuple(lines),
        rows_read=rows_read,
        is_parsed=raw_table.is_text or any(not sql.is_native and sql.column.kind != "text" for sql in columns),
    )


class _Counted(NamedTuple):
    """The number of rows read, of rows that meet each check by (column, rule), and the SQL to read the columns with."""

    rows_read: int
    rows_of: dict[tuple[str, str], int]
    quickest: Sequence[ColumnSql]


def _count_checks(
    con: Connection, table: Table, source: Source, raw_table: RawTable, columns: Sequence[ColumnSql], site: Site
) -> _Counted:
    """Count the rows that were read, and those that meet each check.

    For a source with typed columns or many rows, checks that `prefilter` rules out are not counted and have no entry.
    """
    set_aside = set_aside_checks(columns, source)
    kept_checks = table_checks(table.name, columns, source=source, site=site)
    quickest = columns
    rows = engine.fetch_rows(con, f"SELECT count(*) FROM {quote_name(raw_table.relation)}")[0][0]
    if not raw_table.is_text or rows >= MANY_ROWS:
        kept_checks, quickest = prefilter(con, raw_table.relation, columns, kept_checks)
        # An empty row lacks every required value, so there is no empty row if no required value is missing.
        is_missing_possible = any(check.rule == "missing" for check in kept_checks)
        set_aside = set_aside if source.only_with or is_missing_possible else []
    if not (set_aside or kept_checks):
        return _Counted(rows, {}, quickest)

    def query(needed: Sequence[ColumnSql]) -> str:
        if not set_aside:
            return f"SELECT *, true AS __kept FROM ({columns_query(needed, raw_table.relation, with_raw_text=True)})"
        return with_is_kept(needed, source, columns_query(needed, raw_table.relation, with_raw_text=True))

    first = [check for check in kept_checks if not check.only_if]
    rows_read, rows_of = _counted(con, query(columns), set_aside=set_aside, kept_checks=first)
    second = [check for check in kept_checks if check.only_if and rows_of.get((check.column, check.only_if))]
    if second:
        # A row may be set aside for a column that is left out here, so all are needed where some rows are.
        has_set_aside = any(rows_of.get((check.column, check.rule)) for check in set_aside)
        names = {check.column for check in second}
        needed = [column for column in columns if has_set_aside or column.column.name in names]
        rows_of |= _counted(con, query(needed), set_aside=[], kept_checks=second)[1]
    return _Counted(rows_read, rows_of, quickest)


def _counted(
    con: Connection, query: str, *, set_aside: Sequence[RowCheck], kept_checks: Sequence[RowCheck]
) -> tuple[int, dict[tuple[str, str], int]]:
    """Return the number of rows read, and of rows that meet each check by (column, rule), counted in one pass."""
    counts = [f"count(*) FILTER ({check.condition})" for check in set_aside]
    counts += [f"count(*) FILTER (({check.condition}) AND __kept)" for check in kept_checks]
    rows_read, *results = engine.fetch_rows(con, f"SELECT {', '.join(['count(*)', *counts])} FROM ({query})")[0]
    rows_of: dict[tuple[str, str], int] = {}
    for check, rows in zip([*set_aside, *kept_checks], results, strict=True):
        rows_of[check.column, check.rule] = rows_of.get((check.column, check.rule), 0) + rows
    return rows_read, rows_of


def with_is_kept(columns: Sequence[ColumnSql], source: Source, query: str) -> str:
    """Return the query with a column `__kept`: whether the row is used, and not set aside."""
    return f"SELECT *, ({kept_row_condition(columns, source)}) AS __kept FROM ({query})"


def _faults_by_file(con: Connection, source: Source, validator: Validator, site: Site) -> list[Fault]:
    """Return the faults of a table of several files, one for each file that has the fault."""
    columns, raw_table = validator.columns, validator.raw_table
    checks = [
        check
        for check in table_checks(validator.table, columns, source=source, site=site)
        if validator.count(check.column, check.rule)
    ]
    counts = ", ".join(f"count(*) FILTER (({check.condition}) AND __kept)" for check in checks)
    query = columns_query(columns, raw_table.relation, with_raw_text=True, extra=(FILE,))
    query = with_is_kept(columns, source, query)
    results = engine.fetch_rows(con, f"SELECT {FILE}, {counts} FROM ({query}) GROUP BY 1 ORDER BY 1")
    table_faults = {(fault.column, fault.rule) for fault in validator.faults}
    faults = []
    for file, *rows in results:
        # Bad values are repaired only where "not empty" was counted; without it each of them is a fault of its file.
        rows_of = {
            (check.column, check.rule): n for check, n in zip(checks, rows, strict=True) if check.rule != "not empty"
        }
        file_faults = validate(validator.table, replace(raw_table, source_name=file), columns, rows_of, site).faults
        faults += [fault for fault in file_faults if (fault.column, fault.rule) in table_faults]
    # A column may be odd only as a whole, such as one with percent signs in some of its files.
    of_files = {(fault.column, fault.rule) for fault in faults}
    return [*faults, *(fault for fault in validator.faults if (fault.column, fault.rule) not in of_files)]


def _checked_rows(
    source: Source, validator: Validator, quickest: Sequence[ColumnSql], site: Site, *, parts: tuple[str, ...] = ()
) -> str:
    """Return the query of the rows in the contract's names and types; texts with nothing to repair are not touched.

    `quickest` are the columns of the validator, read the quickest way. With `parts` it reads the numbered relation of
    the source, and selects these columns of it as well.
    """
    raw_table = validator.raw_table
    prepared = [
        without_repairs(column) if _is_clean(column, validator) and not raw_table.day_zero else column
        for column in quickest
    ]
    currency = money.currency_column(validator.columns)
    selected = [
        f"{_value(column, validator, currency, source, site)} AS {quote_name(column.column.name)}"
        for column in prepared
    ]
    has_set_aside = any(line.rule.startswith(SET_ASIDE) for line in validator.lines)
    where = f" WHERE {kept_row_condition(prepared, source)}" if has_set_aside else ""
    relation = numbered_relation(raw_table) if parts else raw_table.relation
    return f"SELECT {', '.join([*selected, *parts])} FROM ({columns_query(prepared, relation, extra=parts)}){where}"


def _is_clean(column: ColumnSql, validator: Validator) -> bool:
    """Return whether a column is plain text, without mapped values, blanks around any text or words for nothing."""
    is_plain = column.column.kind == "text" and column.raw_type == "VARCHAR" and not column.column.choices
    is_unmapped = column.header is not None and not (column.has_value_map or column.has_id_rules)
    repairs = [validator.count(column.column.name, rule) for rule in ("outer blanks", "null word")]
    return is_plain and is_unmapped and not any(repairs)


def _value(column: ColumnSql, validator: Validator, currency: ColumnSql | None, source: Source, site: Site) -> str:
    """Return the SQL of a column's value: a month as its last day, money in the site's currency, bad values as null."""
    value, name = column.value, column.column.name
    if name == "as_of":
        return f"last_day({value})"
    if name == "exit_date" and validator.table == "exits" and source.exit_date_is == "first_day_away":
        value = f"({value} - 1)"
    if currency is not None and (validator.table, name) in money.MONEY and validator.count("currency", "converted"):
        value = money.converted_amount(value, currency, site)
    if currency is not None and name == "currency":
        return quote_text(site.currency)
    bad_value = _bad_value_condition(column, validator)
    return f"CASE WHEN NOT coalesce({bad_value}, false) THEN {value} END" if bad_value else value


def _bad_value_condition(column: ColumnSql, validator: Validator) -> str:
    """Return the SQL condition of values that become null; "" where there are none."""
    repaired = ("not finite", "out of range", "not allowed") if column.column.name in validator.repaired else ()
    checks = [check for check in column_checks(column) if check.rule in (*repaired, "open end")]
    return " OR ".join(f"({check.condition})" for check in checks if validator.count(check.column, check.rule))


def _reading_lines(table: Table, raw_table: RawTable) -> list[QualityLine]:
    """Return quality lines of the rows that reading left out or mended."""
    rules = {SET_ASIDE + rule: rows for rule, rows in raw_table.set_aside.items()}
    rules |= {REPAIRED + rule: rows for rule, rows in raw_table.repaired.items()}
    return [*(QualityLine(table=table.name, rule=rule, rows=n) for rule, n in rules.items() if n), *raw_table.lines]


def _unused_headers(table: Table, mapping: ColumnMapping) -> list[QualityLine]:
    """Return quality lines that name the headers which are not used, and the columns that some of them resemble."""
    lines = []
    if mapping.unused:
        rule = NOTICED + Phrase("columns not used", "未使用的列")
        lines.append(QualityLine(table=table.name, rule=rule, rows=0, columns=mapping.unused))
    if mapping.near_matches:
        rule = NOTICED + Phrase(
            "columns not used whose names are close to the contract's", "未使用但名称与约定列相近的列"
        )
        lines.append(QualityLine(table=table.name, rule=rule, rows=0, columns=tuple(mapping.near_matches)))
    return lines
