"""The quality table: numbers of rows of each table that were read, used, set aside, repaired or noticed, by rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase, in_language

if TYPE_CHECKING:
    import pandas as pd

READ = Phrase("rows read", "读取的行")
USED = Phrase("rows used", "使用的行")
SET_ASIDE = Phrase("set aside: ", "已搁置：")
REPAIRED = Phrase("repaired: ", "已修正：")
NOTICED = Phrase("noticed: ", "已留意：")
SUMMED = Phrase("summed: ", "已合计：")
NOW_EMPTY = Phrase(", now empty", "，已置空")
"""Follows the rule of values that were repaired by leaving them out."""


@dataclass(frozen=True, kw_only=True)
class QualityLine:
    """One line of the quality table.

    Rules that start with `SET_ASIDE` count rows that are not used; rows read = rows used + all rows set aside, and
    all that `SUMMED` counts, which are part of another row. Rules
    that start with `REPAIRED` count rows with a changed value, those with `NOTICED` rows that are used unchanged.
    """

    table: str
    rule: str
    rows: int
    columns: tuple[str, ...] = ()


def quality_table(lines: Iterable[QualityLine]) -> pd.DataFrame:
    """Return the quality table, sorted by table.

    Its columns are ``table``, ``rule``, ``rows``, ``share`` (of the rows read of that table, 0 if none were read),
    ``example_columns`` (names of the columns concerned, joined by commas) and ``rule_zh``, the rule in Chinese where it
    is a `Phrase`.

    Examples
    --------
    >>> lines = [QualityLine(table="pay", rule=READ, rows=4), QualityLine(table="pay", rule=USED, rows=3)]
    >>> quality_table(lines)[["rule", "share"]]
            rule  share
    0  rows read   1.00
    1  rows used   0.75
    """
    import pandas as pd

    lines = list(lines)
    rows_read = {line.table: line.rows for line in lines if line.rule == READ}
    content = [
        (
            line.table,
            str(line.rule),
            line.rows,
            line.rows / rows_read[line.table] if rows_read.get(line.table) else 0.0,
            ", ".join(line.columns),
            in_language(line.rule, "zh"),
        )
        for line in lines
    ]
    types = {"table": "str", "rule": "str", "rows": "int64", "share": "float64", "example_columns": "str"}
    types |= {"rule_zh": "str"}
    table = pd.DataFrame(content, columns=list(types)).astype(types)
    return table.sort_values("table", kind="stable", ignore_index=True)
