"""The quality table: what was read, used, set aside, repaired or noticed, by table and rule, in numbers of rows."""

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
class Line:
    """One line of the quality table.

    A rule that starts with `SET_ASIDE` takes rows away; rows read = rows used + all rows set aside.
    `REPAIRED` changed values, `NOTICED` changed nothing.
    """

    table: str
    rule: str
    rows: int
    columns: tuple[str, ...] = ()


def frame(lines: Iterable[Line]) -> pd.DataFrame:
    """Make the quality table: table, rule, rows, share of the rows read, example_columns; sorted by table.

    Examples
    --------
    >>> frame([Line(table="pay", rule=READ, rows=4), Line(table="pay", rule=USED, rows=3)])[["rule", "share"]]
            rule  share
    0  rows read   1.00
    1  rows used   0.75
    """
    import pandas as pd

    listed = list(lines)
    read = {line.table: line.rows for line in listed if line.rule == READ}
    content = [
        (
            line.table,
            line.rule,
            line.rows,
            line.rows / read[line.table] if read.get(line.table) else 0.0,
            ", ".join(line.columns),
        )
        for line in listed
    ]
    made = pd.DataFrame(content, columns=["table", "rule", "rows", "share", "example_columns"])
    types = {"table": "str", "rule": "str", "rows": "int64", "share": "float64", "example_columns": "str"}
    return made.astype(types).sort_values("table", kind="stable", ignore_index=True)
