"""Faults of values that can be read in two ways: dates, numbers, durations, percentages, money without a currency.

Each is refused with both readings and the key that says which one holds; none is guessed.
"""

from __future__ import annotations

from attrition.data.phrase import Phrase
from attrition.data.validator import Validator
from attrition.data.values.column_sql import ColumnSql

CHECKS = ("ambiguous", "ambiguous number", "two parts", "serial not declared", "month not declared")
"""Rules of `attrition.data.rows.row_checks` whose rows are unreadable because they can be read in two ways."""

AMBIGUOUS_NUMBER = Phrase("ambiguous number", "数字有两种读法")
MIXED_DECIMALS = Phrase("decimals behind a dot and behind a comma", "小数点与小数逗号混用")
AMBIGUOUS_DURATION = Phrase("ambiguous duration", "时长有两种读法")
COUNTED_DAYS = Phrase("ambiguous date: days counted from 1900 or 1904", "日期有两种读法：天数自 1900 年或 1904 年起算")
NO_DAY = Phrase("month without a day", "只有月份，没有日")
OTHER_DAY = Phrase("ambiguous date: midnight elsewhere", "日期有两种读法：他地零点")
SOME_PERCENT = Phrase("percent sign in some rows only", "仅部分行带百分号")
OTHER_CURRENCY = Phrase("money in another currency than the site's", "金额币种与职场币种不一致")


def add_faults(validator: Validator, column: ColumnSql) -> int:
    """Add the faults of one column, and return how many of its unreadable values they explain."""
    name = column.column.name
    ambiguous = validator.count(name, "ambiguous")
    validator.add_fault(
        name, Phrase("ambiguous date", "日期有两种读法"), ambiguous, _layout_advice(validator, name), check="ambiguous"
    )
    ambiguous += _add_days(validator, name)
    _add_midnights(validator, column)
    signed, unsigned = validator.count(name, "percent sign"), validator.count(name, "no percent sign")
    advice = Phrase(
        "write the sign in every row or in none; a number without it may be a share or out of a hundred",
        "请让每一行都带百分号，或都不带；不带百分号的数可能是比例，也可能是百分制",
    )
    validator.add_fault(name, SOME_PERCENT, signed if unsigned else 0, advice, check="percent sign")
    advice = Phrase(
        'name the currency under [tables.{table}.constants], such as currency = "USD", or map its column; '
        "its rate stands under [site.rates]",
        '请在 [tables.{table}.constants] 下写明币种，如 currency = "USD"，或映射币种列；汇率写在 [site.rates] 下',
        table=validator.table,
    )
    validator.add_fault(name, OTHER_CURRENCY, validator.count(name, "other currency"), advice, check="other currency")
    return ambiguous + _add_numbers(validator, name) + _add_durations(validator, name)


def _add_numbers(validator: Validator, name: str) -> int:
    """Add the fault of numbers that may hold thousands or decimals, unless others of the column show which."""
    ambiguous, both = validator.count(name, "ambiguous number"), validator.count(name, "two readings")
    comma = ambiguous - both
    too_large = validator.count(name, "too large with comma")
    shows_dot = validator.count(name, "separators read") - both - too_large
    if shows_dot > 0 and comma - too_large > 0:
        _add_mixture(validator, name, dot=shows_dot, comma=comma - too_large)
        return comma - too_large
    if shows_dot > 0 or not ambiguous:
        return 0
    advice = Phrase(
        "three digits behind one dot or comma may be thousands or decimals; declare under [tables.{table}] "
        'decimal = "," (a comma before the decimals, dots between thousands) or decimal = "." (the other way round)',
        "一个点或逗号后有三位数字，可能是千位，也可能是小数；请在 [tables.{table}] 下声明 "
        'decimal = ","（逗号后为小数，点分隔千位）或 decimal = "."（反之）',
        table=validator.table,
    )
    if comma:
        advice = Phrase(
            'a dot or comma may stand between thousands or before decimals; decimal = "," under [tables.{table}] fits '
            '({rows:,} rows can only be read so: a comma before the decimals), decimal = "." does not',
            '点或逗号可能分隔千位，也可能分隔小数；[tables.{table}] 下声明 decimal = "," 相符'
            '（{rows:,} 行只能按逗号后为小数读取），decimal = "." 不相符',
            table=validator.table,
            rows=comma,
        )
    validator.add_fault(name, AMBIGUOUS_NUMBER, ambiguous, advice, check="ambiguous number")
    validator.explained[name, "out of range"] = too_large
    return comma - too_large


def _add_mixture(validator: Validator, name: str, *, dot: int, comma: int) -> None:
    """Add the fault of a column in which some decimals stand behind a dot and others behind a comma."""
    advice = Phrase(
        "{comma:,} rows can only be read with a comma before the decimals, {dot:,} only with a dot; ask for one way of "
        "writing and export again",
        "{comma:,} 行只能按逗号后为小数读取，{dot:,} 行只能按点后为小数读取；请统一写法后重新导出",
        comma=comma,
        dot=dot,
    )
    validator.add_fault(name, MIXED_DECIMALS, comma, advice, check="only with a comma")


def _add_durations(validator: Validator, name: str) -> int:
    rows, above_a_day = validator.count(name, "two parts"), validator.count(name, "above a day")
    advice = Phrase(
        'declare under [tables.{table}] what two parts are: durations = "mm:ss" (minutes and seconds) or "hh:mm" '
        "(hours and minutes)",
        '请在 [tables.{table}] 下声明两段时长的含义：durations = "mm:ss"（分:秒）或 "hh:mm"（时:分）',
        table=validator.table,
    )
    if above_a_day:
        advice = Phrase(
            '{advice}; "mm:ss" fits ({rows:,} rows have a first number above 23)',
            '{advice_zh}；"mm:ss" 相符（{rows:,} 行的第一段大于 23）',
            advice=advice,
            advice_zh=advice.zh,
            rows=above_a_day,
        )
    validator.add_fault(name, AMBIGUOUS_DURATION, rows, advice, check="two parts")
    return rows


def _add_days(validator: Validator, name: str) -> int:
    """Add the faults of numbers that count days from one of two years, and of months without a day."""
    serials, months = validator.count(name, "serial not declared"), validator.count(name, "month not declared")
    advice = Phrase(
        'declare under [tables.{table}] from when they count: dates = ["serial"] (1900, the usual one) or '
        '["serial-1904"]; other layouts may stand beside it',
        '请在 [tables.{table}] 下声明起算年份：dates = ["serial"]（1900 年起，通常如此）或 ["serial-1904"]；'
        "可与其他日期格式并列",
        table=validator.table,
    )
    validator.add_fault(name, COUNTED_DAYS, serials, advice, check="serial not declared")
    advice = Phrase(
        'to take the first day of the month, declare its layout under [tables.{table}], such as dates = ["%Y-%m"]; '
        "2025.1 may be January or October, so a month needs two digits behind a dot",
        '若取当月第一天，请在 [tables.{table}] 下声明其格式，如 dates = ["%Y-%m"]；'
        "2025.1 可能是 1 月也可能是 10 月，点后的月份须写两位",
        table=validator.table,
    )
    validator.add_fault(name, NO_DAY, months, advice, check="month not declared")
    return serials + months


def _add_midnights(validator: Validator, column: ColumnSql) -> None:
    """Add the fault of instants that all are a midnight elsewhere, and the day before or after on the site's clock."""
    name = column.column.name
    midnights = validator.count(name, "midnight of another day")
    advice = Phrase(
        "every time is midnight at its own offset, so these seem to be days; declare their layout under "
        '[tables.{table}], dates = ["%Y-%m-%dT%H:%M:%SZ"], to take the day as it is written',
        "所有时刻均为其自身时区的零点，应为日期；请在 [tables.{table}] 下声明格式 "
        'dates = ["%Y-%m-%dT%H:%M:%SZ"]，按所写日期读取',
        table=validator.table,
    )
    if column.options.source_zone:
        advice = Phrase(
            "every time is midnight in {zone}, so these seem to be days; leave time_zone out under [tables.{table}] to "
            "take the day as it is written",
            "所有时刻均为 {zone} 的零点，应为日期；请去掉 [tables.{table}] 下的 time_zone，按所写日期读取",
            zone=column.options.source_zone,
            table=validator.table,
        )
    rows = midnights if midnights == validator.count(name, "instant") else 0
    validator.add_fault(name, OTHER_DAY, rows, advice, check="midnight of another day")


def _layout_advice(validator: Validator, column: str) -> Phrase:
    """Return the advice to declare a layout; which one, if numbers above 12 show where the day stands."""
    day_first, month_first = validator.count(column, "day first"), validator.count(column, "month first")
    table = validator.table
    if bool(day_first) != bool(month_first):
        return Phrase(
            'declare the layout under [tables.{table}]: dates = ["{layout}"] fits ({rows:,} rows have a {number} '
            "number above 12); use the separator of the file",
            '请在 [tables.{table}] 下声明日期格式：dates = ["{layout}"] 相符（{rows:,} 行的{number_zh}个数大于 12）；'
            "分隔符与文件一致",
            table=table,
            layout="%d/%m/%Y" if day_first else "%m/%d/%Y",
            rows=day_first or month_first,
            number="first" if day_first else "second",
            number_zh="第一" if day_first else "第二",
        )
    return Phrase(
        'declare the layout under [tables.{table}]: dates = ["%d/%m/%Y"] or ["%m/%d/%Y"], with the separator of the '
        "file, or both in the order to try them",
        '请在 [tables.{table}] 下声明日期格式：dates = ["%d/%m/%Y"] 或 ["%m/%d/%Y"]，分隔符与文件一致；'
        "也可两种都写，按先后尝试",
        table=table,
    )
