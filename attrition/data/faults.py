"""A fault is one broken promise of the input: where, which rule, how many rows, what to do; never a row's content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrition.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of one table.

    `rows` is the number of rows concerned, or None where the whole file or column is.
    """

    file: str
    table: str
    column: str
    rule: str
    rows: int | None
    advice: str

    def __str__(self) -> str:
        place = ".".join(part for part in (self.table, self.column) if part)
        rows = "" if self.rows is None else f" ({self.rows:,} {'row' if self.rows == 1 else 'rows'})"
        return f"{self.file}: {place}: {self.rule}{rows}; {self.advice}"


class Refused(Exception):
    """Faults that stop the work on one table; the other tables are still read, so that all are reported at once."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def refuse(faults: Sequence[Fault]) -> DataError:
    """Make the error that carries every fault, one line each.

    Examples
    --------
    >>> fault = Fault(file="exits.csv", table="exits", column="exit_date", rule="ambiguous date", rows=3,
    ...               advice='say the layout, for example dates = ["%d/%m/%Y"]')
    >>> print(refuse([fault]))
    the input breaks the contract in 1 place:
      exits.csv: exits.exit_date: ambiguous date (3 rows); say the layout, for example dates = ["%d/%m/%Y"]
    """
    places = "1 place" if len(faults) == 1 else f"{len(faults)} places"
    lines = [f"the input breaks the contract in {places}:", *(f"  {fault}" for fault in faults)]
    return DataError("\n".join(lines), faults)
