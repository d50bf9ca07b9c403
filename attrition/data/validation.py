"""Turn the counts of checks into faults, which refuse the table, and quality lines, which report repairs.

In a required column no value may be missing, unreadable, out of range or not allowed. An optional column may have bad
values in under 5 % of the rows that have a value: they become null and are counted. With 5 % or more the table is
refused, because then the export is wrong and not a few entries. A date that can be read in two ways is always refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrition.data.column_sql import ColumnSql
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, REPAIRED, SET_ASIDE, QualityLine
from attrition.data.raw_table import RawTable
from attrition.data.schema import Column
from attrition.data.sources import Site
from attrition.data.units import factors
from attrition.errors import Fault

MAX_BAD_SHARE = 0.05
"""From this share of bad values in an optional column the table is refused, see the module's docstring."""

Counts = Mapping[tuple[str, str], int]
"""Number of rows by (column, rule), for the checks of `row_checks`."""


class Validator:
    """Collects the faults and quality lines of one table; `repaired` names the columns whose bad values become null."""

    def __init__(self, table: str, raw_table: RawTable, columns: Sequence[ColumnSql], counts: Counts) -> None:
        self.table = table
        self.columns = columns
        self.raw_table = raw_table
        self.counts = counts
        self.faults: list[Fault] = []
        self.lines: list[QualityLine] = []
        self.repaired: set[str] = set()

    def count(self, column: str, rule: str) -> int:
        """Return the number of rows that meet a check; 0 if the check was not counted."""
        return self.counts.get((column, rule), 0)

    def add_fault(self, column: str, rule: str, rows: int, advice: str, *, check: str) -> None:
        """Add a fault, unless it has no rows; `check` is the rule of `row_checks` that they meet."""
        if rows:
            self.faults.append(
                Fault(
                    file=self.raw_table.source_name,
                    table=self.table,
                    column=column,
                    rule=rule,
                    rows=rows,
                    advice=advice,
                    check=check,
                )
            )

    def add_line(self, rule: str, rows: int, *columns: str) -> None:
        """Add a quality line, unless it has no rows."""
        if rows:
            self.lines.append(QualityLine(table=self.table, rule=rule, rows=rows, columns=columns))


def validate(table: str, raw_table: RawTable, columns: Sequence[ColumnSql], counts: Counts, site: Site) -> Validator:
    """Return a validator that holds the faults and quality lines of one table, made from the counts of its checks."""
    validator = Validator(table, raw_table, columns, counts)
    for (column, rule), rows in counts.items():
        if rule == "empty row" or rule.startswith("without "):
            validator.add_line(SET_ASIDE + rule, rows, *filter(None, [column]))
    for sql in columns:
        _validate_values(validator, sql)
        _validate_text(validator, sql)
    validator.add_fault(
        "currency",
        "currency without a rate",
        validator.count("currency", "no rate"),
        f"declare what one unit is worth in {site.currency} under [site.rates]",
        check="no rate",
    )
    converted = validator.count("currency", "converted")
    validator.add_line(f"{REPAIRED}money converted to {site.currency}", converted, "currency")
    other_days = validator.count("as_of", "not a month-end")
    validator.add_line(REPAIRED + "month named by another day than its last", other_days, "as_of")
    return validator


def _validate_values(validator: Validator, sql: ColumnSql) -> None:
    column = sql.column
    name = column.name
    ambiguous = validator.count(name, "ambiguous")
    validator.add_fault(name, "ambiguous date", ambiguous, _layout_advice(validator, name), check="ambiguous")
    missing = validator.count(name, "missing")
    advice = "fill it in, or take the rows out"
    validator.add_fault(name, "required value missing", missing, advice, check="missing")
    choices_advice = f"map it under [tables.{validator.table}.values.{name}]"
    range_advice = _range_advice(column)
    bad_values = [
        ("unreadable", _unreadable(column), validator.count(name, "unreadable") - ambiguous, _export_advice(column)),
        ("not finite", "not a finite number", validator.count(name, "not finite"), _export_advice(column)),
        ("out of range", _range(column), validator.count(name, "out of range"), range_advice),
        ("not allowed", _choices(column), validator.count(name, "not allowed"), choices_advice),
    ]
    total = sum(rows for _, _, rows, _ in bad_values)
    is_repairable = not column.required and total < MAX_BAD_SHARE * validator.count(name, "not empty")
    if is_repairable and total:
        validator.repaired.add(name)
    for check, rule, rows, advice in bad_values:
        if is_repairable:
            validator.add_line(f"{REPAIRED}{rule}, now empty", rows, name)
        else:
            validator.add_fault(name, rule, rows, advice, check=check)


def _validate_text(validator: Validator, sql: ColumnSql) -> None:
    name = sql.column.name
    advice = Phrase(
        "format the column as text and export again: leading zeros and long numbers are lost; "
        'where only a .0 was added, declare ids = {{ strip_suffix = ".0" }} under [tables.{table}]',
        "请将该列设为文本后重新导出：前导零与长编号会丢失；"
        '若只是多了“.0”，请在 [tables.{table}] 中声明 ids = {{ strip_suffix = ".0" }}',
        table=validator.table,
    )
    numbers = validator.count(name, "read as a number")
    validator.add_fault(name, "id read as a number", numbers, advice, check="read as a number")
    outer_blanks = validator.count(name, "outer blanks") if sql.column.kind == "text" else 0
    validator.add_line(REPAIRED + "blanks around the text", outer_blanks, name)
    separators = validator.count(name, "separators or signs")
    validator.add_line(REPAIRED + "number with separators or signs", separators, name)
    rewritten = validator.count(name, "rewritten")
    validator.add_line(REPAIRED + "numbers of people rewritten by the declared rule", rewritten, name)
    null_words = validator.count(name, "null word")
    validator.add_line(REPAIRED + "word for no value, now empty", null_words, name)
    open_ends = validator.count(name, "open end")
    if sql.converted_from:
        rule = f"{REPAIRED}converted from {sql.converted_from}"
        validator.add_line(rule, validator.count(name, "unit converted"), name)
    validator.add_line(REPAIRED + "open end far in the future, now empty", open_ends, name)
    if sql.is_id:
        numeric = validator.raw_table.numeric_cells.get(sql.header or "", 0)
        numeric += validator.count(name, "stored as a number")
        validator.add_line(NOTICED + "ids were stored as numbers; leading zeros would be lost", numeric, name)


def _range_advice(column: Column) -> str:
    units = " or ".join(f'"{unit}"' for unit in factors(column.unit) if unit != column.unit)
    if not units:
        return Phrase("correct the export, or the unit it is in", "请更正导出文件，或其计量单位")
    return Phrase(
        "correct the export, or declare the unit it is in: units = {{ {column} = … }}, which may be {units}",
        "请更正导出文件，或声明其计量单位：units = {{ {column} = … }}，可为 {units}",
        column=column.name,
        units=units,
    )


def _unreadable(column: Column) -> str:
    return {
        "number": "text in a number",
        "integer": "not a whole number",
        "boolean": "neither yes nor no",
        "date": "not a date in a known layout",
        "timestamp": "not a date and time in a known layout",
        "text": "not text",
    }[column.kind]


def _export_advice(column: Column) -> str:
    if column.kind in ("date", "timestamp"):
        return 'correct the export, or declare its layouts, for example dates = ["%d.%m.%Y"]'
    return "correct the export; a column of another kind may have been mapped here"


def _range(column: Column) -> str:
    if column.kind in ("date", "timestamp"):
        return "a year before 1900 or after 2199"
    low, high = column.minimum, column.maximum
    if high is None:
        return f"below {low:g}" if low is not None else "out of range"
    return f"above {high:g}" if low is None else f"not between {low:g} and {high:g}"


def _choices(column: Column) -> str:
    return f"not one of {', '.join(column.choices)}"


def _layout_advice(validator: Validator, column: str) -> str:
    """Return the advice to declare a layout; which one, if numbers above 12 show where the day stands."""
    day_first, month_first = validator.count(column, "day first"), validator.count(column, "month first")
    start = f"declare the layout under [tables.{validator.table}]: "
    if day_first and not month_first:
        return (
            f'{start}dates = ["%d/%m/%Y"] fits ({day_first:,} rows have a first number above 12); '
            "use the separator of the file"
        )
    if month_first and not day_first:
        return (
            f'{start}dates = ["%m/%d/%Y"] fits ({month_first:,} rows have a second number above 12); '
            "use the separator of the file"
        )
    return (
        f'{start}dates = ["%d/%m/%Y"] or ["%m/%d/%Y"], with the separator of the file, or both in the order to try them'
    )
