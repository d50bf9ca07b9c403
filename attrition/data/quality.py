"""The quality table: numbers of rows of each table that were read, used, set aside, repaired or noticed, by rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

READ = "rows read"
USED = "rows used"
SET_ASIDE = "set aside: "
REPAIRED = "repaired: "
NOTICED = "noticed: "


@dataclass(frozen=True, kw_only=True)
class QualityLine:
    """One line of the quality table.

    Rules that start with `SET_ASIDE` count rows that are not used; rows read = rows used + all rows set aside. Rules
    that start with `REPAIRED` count rows with a changed value, those with `NOTICED` rows that are used unchanged.
    """

    table: str
    rule: str
    rows: int
    columns: tuple[str, ...] = ()


def quality_table(lines: Iterable[QualityLine]) -> pd.DataFrame:
    """Return the quality table, sorted by table.

    Its columns are ``table``, ``rule``, ``rows``, ``share`` (of the rows read of that table, 0 if none were read) and
    ``example_columns`` (names of the columns concerned, joined by commas).

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
            line.rule,
            line.rows,
            line.rows / rows_read[line.table] if rows_read.get(line.table) else 0.0,
            ", ".join(line.columns),
        )
        for line in lines
    ]
    table = pd.DataFrame(content, columns=["table", "rule", "rows", "share", "example_columns"])
    types = {"table": "str", "rule": "str", "rows": "int64", "share": "float64", "example_columns": "str"}
    return table.astype(types).sort_values("table", kind="stable", ignore_index=True)
