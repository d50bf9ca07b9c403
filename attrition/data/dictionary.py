"""Generate DATA_DICTIONARY.md, the data contract in English and Chinese, from the tables of `attrition.data.tables`."""

from __future__ import annotations

from typing import get_args

from attrition.data.schema import Column, Table
from attrition.data.tables import ANY_TABLE, TABLES
from attrition.data.terms import FAMILY_NAMES, LEVERS, Measure, Unit

_KINDS = {
    "text": ("text", "文本"),
    "number": ("number", "数值"),
    "integer": ("whole number", "整数"),
    "date": ("date", "日期"),
    "timestamp": ("date and time", "日期时间"),
    "boolean": ("yes or no", "是 / 否"),
}


def _listed(*values: str) -> str:
    return ", ".join(f"`{value}`" for value in values)


FEATURE_KEYS = {
    "family": ("family of the feature", "特征类别", _listed(*FAMILY_NAMES)),
    "lever": ("what an employer can change about it", "可改善的方面", _listed(*LEVERS)),
    "en": ("noun phrase in English", "英文名称", ""),
    "zh": ("noun phrase in Chinese", "中文名称", ""),
    "unit": ("how the value is written", "单位", _listed(*get_args(Unit))),
    "measure": (
        "what the value is: decides how a sentence words it; `level` unless declared",
        "数值的性质，决定句子的写法；默认为 `level`",
        _listed(*get_args(Measure)),
    ),
    "topic": (
        "features of one topic share a line in the report; its own name unless declared",
        "同一事项的特征在报告中合为一行；默认为特征名",
        "",
    ),
    "subject_en": ("for `ratio_to_norm`: what is measured, in English", "`ratio_to_norm` 的比较对象（英文）", ""),
    "subject_zh": ("for `ratio_to_norm`: what is measured, in Chinese", "`ratio_to_norm` 的比较对象（中文）", ""),
    "norm_en": ("for `ratio_to_norm`: what it is divided by, in English", "`ratio_to_norm` 的参照（英文）", ""),
    "norm_zh": ("for `ratio_to_norm`: what it is divided by, in Chinese", "`ratio_to_norm` 的参照（中文）", ""),
    "event_en": ("for `days_since`: the event, in English", "`days_since` 的事件（英文）", ""),
    "event_zh": ("for `days_since`: the event, in Chinese", "`days_since` 的事件（中文）", ""),
    "direction": (
        "sign of the effect of a higher value on risk; 0 unless declared",
        "数值升高对风险的影响方向；默认为 0",
        _listed("-1", "0", "1"),
    ),
    "is_symptom": (
        "a warning sign, which no intervention acts on",
        "预警信号，不作为干预对象",
        _listed("true", "false"),
    ),
    "absence": (
        "what a missing row means; `unknown` unless declared",
        "无数据行的含义；默认为 `unknown`",
        _listed("zero", "unknown"),
    ),
    "peers": ("also compare with peers", "是否另与同类座席比较", _listed("true", "false")),
}
"""Keys of a declared feature: meaning in English and Chinese, and the values it may take."""

_HEAD = """# Data dictionary · 数据字典

Generated from `attrition/data/tables.py` by `python -m attrition.data.dictionary`; do not edit.
由 `attrition/data/tables.py` 生成，请勿手工修改。

A site's own headers and values are mapped onto these names in `pipelines/sources.toml`.
Required are `agents`, `assignments` and `exits`, or `snapshots` and `exits`; of a table that is supplied, its
columns marked \\*. Everything else is optional.
各地表头与取值在 `pipelines/sources.toml` 中映射到以下名称。必须提供 `agents`、`assignments`、`exits`，
或 `snapshots`、`exits`；已提供的表中，标 \\* 的列必填，其余均为可选。
"""


def markdown() -> str:
    """Return the dictionary as Markdown: every table with its grain, its key and the meaning of each column.

    Examples
    --------
    >>> print(markdown().splitlines()[0])
    # Data dictionary · 数据字典
    """
    return "\n".join([_HEAD, _any_table(), *(_section(table) for table in TABLES.values())])


def _section(table: Table) -> str:
    key = (
        ", ".join(f"`{name}`" for name in table.key)
        or "none: equal rows are separate events · 无（相同行视为不同事件）"
    )
    happened = f"`{table.happened}`" if table.happened else "none · 无"
    lines = [
        f"## `{table.name}`",
        "",
        f"One row: {table.grain_en} · 一行：{table.grain_zh}",
        "",
        f"Key · 主键: {key}. Happened · 发生日期: {happened}.",
        "",
        *_columns(table.columns),
    ]
    if table.name == "snapshots":
        lines += ["Any other column, once it is declared as a feature · 其他列须先声明为特征。", "", *_feature_keys()]
    if table.name == "audit_attributes":
        lines += ["Any protected attribute, to audit fairness, never to predict · 仅用于公平性审计，绝不用于预测。", ""]
    return "\n".join(lines)


def _feature_keys() -> list[str]:
    head = ["Keys of `[tables.snapshots.features.NAME]` in `pipelines/sources.toml` · 特征声明的键:", ""]
    table = ["| key · 键 | meaning | 含义 | values · 取值 |", "|---|---|---|---|"]
    rows = [f"| `{key}` | {en} | {zh} | {values} |" for key, (en, zh, values) in FEATURE_KEYS.items()]
    return [*head, *table, *rows, ""]


def _any_table() -> str:
    note = "Any table may have these columns · 任何表都可以包含以下列:"
    return "\n".join(["## Every table · 所有表", "", note, "", *_columns(ANY_TABLE)])


def _columns(columns: tuple[Column, ...]) -> list[str]:
    head = ["| column · 列 | kind · 类型 | meaning | 含义 | values · 取值 |", "|---|---|---|---|---|"]
    return [*head, *(_row(column) for column in columns), ""]


def _row(column: Column) -> str:
    name = f"`{column.name}`" + (" \\*" if column.required else "")
    kind = " · ".join(_KINDS[column.kind])
    return f"| {name} | {kind} | {column.en} | {column.zh} | {_values(column)} |"


def _values(column: Column) -> str:
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    return "; ".join(filter(None, [_limits(column), _typical(column)]))


def _limits(column: Column) -> str:
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:g} – {column.maximum:g}"
    return f"≥ {column.minimum:g}" if column.minimum is not None else ""


def _typical(column: Column) -> str:
    """Return the range of the median of values other than 0, outside of which the unit is doubted."""
    if column.typical is None:
        return ""
    per = f" / `{column.typical_per}`" if column.typical_per else ""
    return f"median · 中位数{per} {column.typical[0]:g} – {column.typical[1]:g}"


if __name__ == "__main__":
    from pathlib import Path

    Path("DATA_DICTIONARY.md").write_text(markdown(), encoding="utf-8")
