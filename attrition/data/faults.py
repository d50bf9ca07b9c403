"""Carry the faults of one table as an exception, and combine the faults of all tables into one error."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.errors import DataError, Fault


class TableError(Exception):
    """Raised when one table cannot be read or mapped; `faults` holds the reasons.

    `attrition.data.loading` catches it and goes on with the other tables, so that all faults are reported together.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def contract_error(faults: Sequence[Fault]) -> DataError:
    """Return an error whose message lists every fault, one per line, and whose `faults` holds them.

    Examples
    --------
    >>> fault = Fault(file="exits.csv", table="exits", column="exit_date", rule="ambiguous date", rows=3,
    ...               advice='declare the layout, for example dates = ["%d/%m/%Y"]')
    >>> print(contract_error([fault]))
    the input breaks the contract in 1 place:
      exits.csv: exits.exit_date: ambiguous date (3 rows); declare the layout, for example dates = ["%d/%m/%Y"]
    """
    places = "1 place" if len(faults) == 1 else f"{len(faults)} places"
    lines = [f"the input breaks the contract in {places}:", *(f"  {fault}" for fault in faults)]
    return DataError("\n".join(lines), faults)
