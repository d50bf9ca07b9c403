"""Turn the counts of checks into faults, which refuse the table, and quality lines, which report repairs.

In a required column no value may be missing, unreadable, out of range or not allowed. An optional column may have bad
values in under 5 % of the rows that have a value: they become null and are counted. With 5 % or more the table is
refused, because then the export is wrong and not a few entries. What can be read in two ways is always refused, see
`attrition.data.values.two_readings`.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.files.raw_table import RawTable
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, NOW_EMPTY, REPAIRED, SET_ASIDE
from attrition.data.sources import Site
from attrition.data.validator import Counts, Validator
from attrition.data.values import two_readings, value_advice
from attrition.data.values.column_sql import ColumnSql
from attrition.data.values.units import unit_zh

MAX_BAD_SHARE = 0.05
"""From this share of bad values in an optional column the table is refused, see the module's docstring."""


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
        Phrase("currency without a rate", "币种没有汇率"),
        validator.count("currency", "no rate"),
        Phrase(
            "declare what one unit is worth in {currency} under [site.rates]",
            "请在 [site.rates] 下声明一单位该币种折合多少 {currency}",
            currency=site.currency,
        ),
        check="no rate",
    )
    converted = validator.count("currency", "converted")
    rule = Phrase("money converted to {currency}", "金额已换算为 {currency}", currency=site.currency)
    validator.add_line(REPAIRED + rule, converted, "currency")
    other_days = validator.count("as_of", "not a month-end")
    validator.add_line(
        REPAIRED + Phrase("month named by another day than its last", "月份未以月末日表示"), other_days, "as_of"
    )
    return validator


def _validate_values(validator: Validator, sql: ColumnSql) -> None:
    column, table = sql.column, validator.table
    name = column.name
    explained = two_readings.add_faults(validator, sql)
    outside = validator.count(name, "out of range") - validator.explained.get((name, "out of range"), 0)
    unreadable_advice = value_advice.unreadable_advice(table, column)
    if sql.has_id_rules:
        unreadable_advice = value_advice.id_rules_advice(table)
    missing = validator.count(name, "missing")
    validator.add_fault(
        name, value_advice.MISSING, missing, value_advice.missing_advice(table, column), check="missing"
    )
    bad_values = [
        (
            "unreadable",
            value_advice.NO_NUMBER_OF_A_PERSON if sql.has_id_rules else value_advice.unreadable(column),
            validator.count(name, "unreadable") - explained,
            unreadable_advice,
        ),
        ("not finite", value_advice.NOT_FINITE, validator.count(name, "not finite"), unreadable_advice),
        ("out of range", value_advice.outside(column), outside, value_advice.outside_advice(table, column)),
        (
            "not allowed",
            value_advice.not_a_choice(column),
            validator.count(name, "not allowed"),
            value_advice.choices_advice(table, column),
        ),
    ]
    total = sum(rows for _, _, rows, _ in bad_values)
    is_repairable = not column.required and total < MAX_BAD_SHARE * validator.count(name, "not empty")
    if is_repairable and total:
        validator.repaired.add(name)
    for check, rule, rows, advice in bad_values:
        if is_repairable:
            validator.add_line(REPAIRED + rule + NOW_EMPTY, rows, name)
        else:
            validator.add_fault(name, rule, rows, advice, check=check)


_REPAIRS = {
    "separators or signs": Phrase("number with separators or signs", "数字带分隔符或符号"),
    "percent sign": Phrase("percent sign, read by what the column counts", "带百分号，按该列的计数方式读取"),
    "rewritten": Phrase("numbers of people rewritten by the declared rule", "人员编号已按声明的规则改写"),
    "serial": Phrase("counted days, now their date", "天数序号，已换算为日期"),
    "month": Phrase("month without a day, now its first day", "只有月份，已取当月第一天"),
    "duration": Phrase("duration, now in the column's unit", "时长，已换算为该列的单位"),
    "blank filled": Phrase("empty cells with the declared value", "空单元格已按声明取值"),
    "null word": Phrase("word for no value, now empty", "以文字表示无值，已置空"),
    "open end": Phrase("open end far in the future, now empty", "很远的日期表示无截止，已置空"),
    "other day": Phrase("time with an offset, now the day on the site's clock", "带时区的时刻，已换算为本地日期"),
    "other clock": Phrase("time of the declared zone, now on the site's clock", "所声明时区的时刻，已换算为本地时间"),
    "first day away": Phrase("first day away, now the day before", "离开首日，已改为前一日"),
}


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
    validator.add_fault(
        name, Phrase("id read as a number", "编号被当作数字读取"), numbers, advice, check="read as a number"
    )
    outer_blanks = validator.count(name, "outer blanks") if sql.column.kind == "text" else 0
    validator.add_line(REPAIRED + Phrase("blanks around the text", "文本前后有空格"), outer_blanks, name)
    for check, repair in _REPAIRS.items():
        validator.add_line(REPAIRED + repair, validator.count(name, check), name)
    if sql.converted_from:
        rule = Phrase(
            "converted from {unit}", "由{unit_zh}换算", unit=sql.converted_from, unit_zh=unit_zh(sql.converted_from)
        )
        validator.add_line(REPAIRED + rule, validator.count(name, "unit converted"), name)
    if sql.is_id:
        numeric = validator.raw_table.numeric_cells.get(sql.header or "", 0)
        numeric += validator.count(name, "stored as a number")
        rule = Phrase("ids were stored as numbers; leading zeros would be lost", "工号以数字存储，前导零会丢失")
        validator.add_line(NOTICED + rule, numeric, name)
