"""Carry the faults of one table as an exception, and combine the faults of all tables into one error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from attrition.data.phrase import Phrase
from attrition.errors import DataError, Fault
from attrition.message import Message, counted

LIFE_TABLE = "life table"
"""What `Fault.check` names where the tables allow no panel, but `attrition life-table`."""
NUMBER_READ = "read as a number"
"""The check of staff numbers that a spreadsheet wrote as numbers, such as 6.00E+05."""


class TableError(Exception):
    """Raised when one table cannot be read or mapped; `faults` holds the reasons.

    `attrition.data.loading` catches it and goes on with the other tables, so that all faults are reported together.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class Refused(Exception):
    """A source is not read, for a reason that the site can mend: a rule and an advice, without any value."""

    def __init__(self, rule: Phrase, advice: Phrase) -> None:
        super().__init__(rule)
        self.rule = rule
        self.advice = advice


@contextmanager
def naming_refusals(table: str, source_name: str) -> Iterator[None]:
    """Turn a refusal into a fault of its source."""
    try:
        yield
    except Refused as refusal:
        fault = Fault(file=source_name, table=table, column="", rule=refusal.rule, rows=None, advice=refusal.advice)
        raise TableError(fault) from None


def contract_error(faults: Sequence[Fault], *, page: str = "") -> DataError:
    """Return an error whose message lists the faults that stop, one per line, and whose `faults` holds all.

    Parameters
    ----------
    faults : sequence of Fault
        At least one of them stops.
    page : str
        The file that shows the rows and what to change; "" where there is none.

    Examples
    --------
    >>> fault = Fault(file="exits.csv", table="exits", column="exit_date", rule="ambiguous date", rows=3,
    ...               advice='declare the layout, for example dates = ["%d/%m/%Y"]')
    >>> print(contract_error([fault]))
    the input breaks the contract in 1 place:
      exits.csv: exits.exit_date: ambiguous date (3 rows); declare the layout, for example dates = ["%d/%m/%Y"]
    """
    places = counted("{count} place", "{count} places", sum(fault.stops for fault in faults))
    shown = Message("; {page} shows the rows and what to change", page=page) if page else ""
    next_step = Message("; `attrition life-table` makes what these tables allow") if allows_life_table(faults) else ""
    return DataError(
        "the input breaks the contract in {places}{shown}{next_step}",
        faults,
        places=places,
        shown=shown,
        next_step=next_step,
    )


def allows_life_table(faults: Sequence[Fault]) -> bool:
    """Return whether what stops a panel leaves a life table possible.

    Examples
    --------
    >>> fault = Fault(file="staff.csv", table="assignments", column="", rule="no history", rows=None, advice="",
    ...               check=LIFE_TABLE)
    >>> allows_life_table([fault]), allows_life_table([])
    (True, False)
    """
    stopping = [fault for fault in faults if fault.stops]
    lists = {fault.file for fault in stopping if fault.check == LIFE_TABLE}
    others = [fault for fault in stopping if fault.check != LIFE_TABLE]
    return bool(lists) and all(fault.check == NUMBER_READ and fault.file in lists for fault in others)
