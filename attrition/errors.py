"""The exceptions of attrition, as one tree; a mistake of the user has exit code 2 and a message of one clear line.

::

    AttritionError                 exit code 1: a failure of attrition or of the machine
    └── UserError                  exit code 2: something the user can correct
        ├── DeclarationError       a TOML file in pipelines/ or models/ is not valid
        ├── DataError              the input tables break the contract; carries every fault
        ├── MissingExtra           an optional part of attrition is not installed
        ├── NotMadeYet             a product that another command makes is missing
        └── LeakageFound           a feature holds the outcome; training stops

No message holds a row's content: files, tables, columns and numbers of rows only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way in which an input table breaks the contract: where, which rule, and what to do; never a row's content.

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


class AttritionError(Exception):
    """A failure that the user did not cause."""

    exit_code = 1


class UserError(AttritionError):
    """Something the user can correct; shown as one line, without a traceback."""

    exit_code = 2


class DeclarationError(UserError):
    """A declaration in pipelines/ or models/ is missing or not valid."""


class DataError(UserError):
    """The input breaks the contract; `faults` holds every fault of every table."""

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class MissingExtra(UserError):
    """An optional part of attrition is needed and is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "attrition[{extra}]"')
        self.extra = extra


class NotMadeYet(UserError):
    """A product is missing that another command makes."""

    def __init__(self, product: str, command: str) -> None:
        super().__init__(f"{product} is not there yet; `{command}` makes it")


class LeakageFound(UserError):
    """A feature holds the outcome it should predict; nothing was trained or promoted."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the nearest known word as a clause for an error message, or an empty text.

    Examples
    --------
    >>> nearest("hire_dat", ["agent_id", "hire_date"])
    ' (did you mean "hire_date"?)'
    >>> nearest("zzz", ["agent_id"])
    ''
    """
    matches = difflib.get_close_matches(word, list(known), n=1)
    return f' (did you mean "{matches[0]}"?)' if matches else ""
