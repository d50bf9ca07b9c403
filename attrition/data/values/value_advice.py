"""Words of the rules that values of a column break, and the smallest change that mends each without losing facts."""

from __future__ import annotations

from attrition.data.phrase import Phrase
from attrition.data.schema import Column
from attrition.data.values.units import factors

MISSING = Phrase("required value missing", "必填值为空")
NO_NUMBER_OF_A_PERSON = Phrase("no number by the declared ids", "按声明的 ids 规则得不到编号")
NOT_FINITE = Phrase("not a finite number", "不是有限的数")

_UNREADABLE = {
    "number": Phrase("text in a number", "数字列中有文字"),
    "integer": Phrase("not a whole number", "不是整数"),
    "boolean": Phrase("neither yes nor no", "既非是也非否"),
    "date": Phrase("not a date in a known layout", "日期格式无法识别"),
    "timestamp": Phrase("not a date and time in a known layout", "日期时间格式无法识别"),
    "text": Phrase("not text", "不是文本"),
}


def unreadable(column: Column) -> Phrase:
    """Return the rule that a text cannot be read as a value of its column."""
    return _UNREADABLE[column.kind]


def outside(column: Column) -> Phrase:
    """Return the rule that a value is outside the limits of its column."""
    if column.kind in ("date", "timestamp"):
        return Phrase("a year before 1900 or after 2199", "年份早于 1900 或晚于 2199")
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return Phrase("not between {low:g} and {high:g}", "不在 {low:g} 至 {high:g} 之间", low=low, high=high)
    if high is not None:
        return Phrase("above {high:g}", "大于 {high:g}", high=high)
    return Phrase("below {low:g}", "小于 {low:g}", low=low or 0)


def not_a_choice(column: Column) -> Phrase:
    """Return the rule that a value is none of its column's choices."""
    return Phrase("not one of {choices}", "不属于 {choices}", choices=", ".join(column.choices))


def missing_advice(table: str, column: Column) -> Phrase:
    """Return what to do about blanks in a required column."""
    if table == "exits" and column.name == "exit_date":
        return Phrase(
            'ask HR for the day; where a blank means still here, only_with = ["exit_date"] under [tables.exits] sets '
            "such rows aside and counts them",
            '请向人力资源核实日期；若空白表示仍在职，可在 [tables.exits] 下写 only_with = ["exit_date"]，'
            "这些行会被排除并计数",
        )
    if column.choices:
        return Phrase(
            'say what a blank means under [tables.{table}.values.{column}], such as "" = "{choice}", or ask HR; a row '
            "taken out is a fact lost",
            '请在 [tables.{table}.values.{column}] 下写明空白的含义，如 "" = "{choice}"，或向人力资源核实；'
            "删行会丢失事实",
            table=table,
            column=column.name,
            choice=column.choices[-1],
        )
    return Phrase(
        "ask for the values where the file is made; rows that are no facts, such as totals, can be set aside and "
        'counted with only_with = ["{column}"] under [tables.{table}]',
        '请向提供文件的部门补全；合计等并非事实的行，可在 [tables.{table}] 下写 only_with = ["{column}"]，排除并计数',
        table=table,
        column=column.name,
    )


def unreadable_advice(table: str, column: Column) -> Phrase:
    """Return what to do about values that cannot be read."""
    if column.kind in ("date", "timestamp"):
        return Phrase(
            'declare the layout under [tables.{table}], for example dates = ["%d.%m.%Y"]; values that mean nothing '
            "stand under [tables.{table}.missing]",
            '请在 [tables.{table}] 下声明日期格式，例如 dates = ["%d.%m.%Y"]；'
            "表示无值的内容写在 [tables.{table}.missing] 下",
            table=table,
        )
    if column.kind == "boolean":
        return Phrase(
            'map the words to "yes" and "no" under [tables.{table}.values.{column}]',
            '请在 [tables.{table}.values.{column}] 下把各词映射为 "yes" 或 "no"',
            table=table,
            column=column.name,
        )
    return Phrase(
        "name the values that mean nothing under [tables.{table}.missing], {column} = [...]; where most are text, "
        "another column belongs here",
        "表示无值的内容写在 [tables.{table}.missing] 下：{column} = [...]；若大多为文字，可能映射错了列",
        table=table,
        column=column.name,
    )


def id_rules_advice(table: str) -> Phrase:
    """Return what to do about values in which the declared rules find no number of a person."""
    return Phrase(
        "see whether the pattern of ids under [tables.{table}] fits every way in which the file writes them; values "
        "that mean nobody stand under [tables.{table}.missing]",
        "请核对 [tables.{table}] 下 ids 的 pattern 是否符合文件中的各种写法；表示无人的内容写在 "
        "[tables.{table}.missing] 下",
        table=table,
    )


def outside_advice(table: str, column: Column) -> Phrase:
    """Return what to do about values outside the limits of their column."""
    if table == "exits" and column.name == "exit_date":
        return Phrase(
            'where a far date means still here, only_with = ["exit_date"] under [tables.exits] sets such rows aside '
            "and counts them; ask HR for the others",
            '若很远的日期表示仍在职，可在 [tables.exits] 下写 only_with = ["exit_date"]，这些行会被排除并计数；'
            "其余请向人力资源核实",
        )
    if column.kind in ("date", "timestamp"):
        return Phrase(
            "a date that means nothing stands under [tables.{table}.missing], {column} = [...]; ask for the others "
            "where the file is made",
            "表示无日期的值写在 [tables.{table}.missing] 下：{column} = [...]；其余请向提供文件的部门核实",
            table=table,
            column=column.name,
        )
    advice = Phrase(
        "values that mean nothing, such as -99, stand under [tables.{table}.missing], {column} = [...]; where most are "
        "outside, the column is in another unit or is another column",
        "表示无值的数（如 -99）写在 [tables.{table}.missing] 下：{column} = [...]；若多数超限，则单位不同或映射错了列",
        table=table,
        column=column.name,
    )
    units = [f'"{unit}"' for unit in factors(column.unit) if unit != column.unit]
    return advice + _unit_advice(column, units) if units else advice


def _unit_advice(column: Column, units: list[str]) -> Phrase:
    return Phrase(
        "; units = {{ {column} = … }} declares its unit, which may be {units}",
        "；可用 units = {{ {column} = … }} 声明其单位：{units_zh}",
        column=column.name,
        units=" or ".join(units),
        units_zh="、".join(units),
    )


def choices_advice(table: str, column: Column) -> Phrase:
    """Return what to do about values that are none of a column's choices."""
    return Phrase(
        "map it under [tables.{table}.values.{column}]",
        "请在 [tables.{table}.values.{column}] 下映射",
        table=table,
        column=column.name,
    )
