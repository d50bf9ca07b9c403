"""The data dictionary in English and Chinese, written from the contract's tables, so that it cannot drift from them."""

from __future__ import annotations

from attrition.data.schema import Column, Table
from attrition.data.tables import ANY_TABLE, TABLES

_KINDS = {
    "text": ("text", "文本"),
    "number": ("number", "数值"),
    "whole": ("whole number", "整数"),
    "date": ("date", "日期"),
    "moment": ("date and time", "日期时间"),
    "flag": ("yes or no", "是 / 否"),
}

_HEAD = """# Data dictionary · 数据字典

Generated from `attrition/data/tables.py` by `python -m attrition.data.dictionary`; do not edit.
由 `attrition/data/tables.py` 生成，请勿手工修改。

A site's own headers and values are mapped onto these names in `pipelines/sources.toml`.
Required are `agents`, `assignments` and `exits`, or `snapshots` and `exits`; of a table that is given, its columns
marked \\*. Everything else is optional.
各地表头与取值在 `pipelines/sources.toml` 中映射到以下名称。必须提供 `agents`、`assignments`、`exits`，
或 `snapshots`、`exits`；已提供的表中，标 \\* 的列必填，其余均为可选。
"""


def markdown() -> str:
    """Write the dictionary: every table with its grain, its key and what each column holds.

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
        lines += ["Any other column, once it is declared as a feature · 其他列须先声明为特征。", ""]
    if table.name == "audit_attributes":
        lines += ["Any protected attribute, to audit fairness, never to predict · 仅用于公平性审计，绝不用于预测。", ""]
    return "\n".join(lines)


def _any_table() -> str:
    said = "Any table may carry these · 任何表都可以包含以下列:"
    return "\n".join(["## Every table · 所有表", "", said, "", *_columns(ANY_TABLE)])


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
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:g} – {column.maximum:g}"
    return f"≥ {column.minimum:g}" if column.minimum is not None else ""


if __name__ == "__main__":
    from pathlib import Path

    Path("DATA_DICTIONARY.md").write_text(markdown(), encoding="utf-8")
