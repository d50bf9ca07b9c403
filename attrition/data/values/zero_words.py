"""A word such as "-" in a column of counts in which no row has a zero: it may well be the zero, and is named."""

from __future__ import annotations

from attrition.data.phrase import Phrase
from attrition.data.validator import Validator
from attrition.data.values.column_sql import ColumnSql
from attrition.data.values.duration_text import CLOCK_TIMES
from attrition.errors import Fault

COUNTING_TABLES = ("shifts", "contacts")
"""Tables of days, whose optional numbers are mostly zero on many of them."""
MINIMUM_SHARE = 0.2
"""From this share of words among the rows that have anything, such a column is named."""

_RULE = Phrase("word for nothing, and no row with zero", "以文字表示无值，且没有一行为 0")
_EFFECT = Phrase(
    "These days count as not known, so what is summed or averaged over them is missing or wrong.",
    "这些日期按未知处理，其合计与平均会缺失或偏离。",
)


def may_be_zero(column: ColumnSql, table: str) -> bool:
    """Return whether words for nothing in a column may be zeros; declared values that mean nothing settle it."""
    declared = column.column
    is_count = declared.kind in ("number", "integer") and declared.minimum == 0 and not declared.required
    is_count = is_count and table in COUNTING_TABLES and declared.name not in CLOCK_TIMES
    return is_count and not column.is_native and not column.has_missing


def faults(validator: Validator) -> list[Fault]:
    """Return a fault for each column in which many rows have a word for nothing and none has zero."""
    return [_fault(validator, sql) for sql in validator.columns if _is_doubtful(validator, sql)]


def _is_doubtful(validator: Validator, sql: ColumnSql) -> bool:
    words, values = _counts(validator, sql)
    is_frequent = words > 0 and words >= MINIMUM_SHARE * (words + values)
    return is_frequent and not validator.count(sql.column.name, "zero") and may_be_zero(sql, validator.table)


def _counts(validator: Validator, sql: ColumnSql) -> tuple[int, int]:
    """Return how many rows have a word for nothing, and how many a value."""
    return validator.count(sql.column.name, "null word"), validator.count(sql.column.name, "not empty")


def _fault(validator: Validator, sql: ColumnSql) -> Fault:
    name, table, (words, values) = sql.column.name, validator.table, _counts(validator, sql)
    advice = Phrase(
        'where it means zero, write values = {{ {column} = {{ "-" = "0" }} }} under [tables.{table}], with the word of '
        'the file; where it means not known, missing = {{ {column} = ["-"] }}',
        '若表示 0，请在 [tables.{table}] 下写 values = {{ {column} = {{ "-" = "0" }} }}（引号内为文件中的写法）；'
        '若表示未知，写 missing = {{ {column} = ["-"] }}',
        table=table,
        column=name,
    )
    return Fault(
        file=validator.raw_table.source_name,
        table=table,
        column=name,
        rule=_RULE,
        rows=words,
        advice=advice,
        severity="features",
        share=words / (words + values),
        effect=_EFFECT,
        check="null word",
    )
