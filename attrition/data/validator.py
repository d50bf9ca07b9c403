"""Collect the faults and quality lines of one table from the counts of its checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrition.data.files.raw_table import RawTable
from attrition.data.quality import QualityLine
from attrition.data.values.column_sql import ColumnSql
from attrition.errors import Fault

Counts = Mapping[tuple[str, str], int]
"""Number of rows by (column, rule), for the checks of `row_checks`."""


class Validator:
    """Collects the faults and quality lines of one table.

    `repaired` names the columns whose bad values become null; `explained` holds, by column and rule, how many rows of a
    check another fault already accounts for.
    """

    def __init__(self, table: str, raw_table: RawTable, columns: Sequence[ColumnSql], counts: Counts) -> None:
        self.table = table
        self.columns = columns
        self.raw_table = raw_table
        self.counts = counts
        self.faults: list[Fault] = []
        self.lines: list[QualityLine] = []
        self.repaired: set[str] = set()
        self.explained: dict[tuple[str, str], int] = {}

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
