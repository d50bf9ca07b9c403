"""From the faults of single tables to the one error that lists them all."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.errors import DataError, Fault


class TableRefused(Exception):
    """Faults that stop the work on one table; the other tables are still read, so that all are reported at once."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def contract_error(faults: Sequence[Fault]) -> DataError:
    """Return the error that carries every fault, one line each.

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
