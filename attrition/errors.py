"""Everything that can go wrong, as one tree; a user's mistake carries an exit code and one clear line.

::

    AttritionError                 exit code 1: something of ours, or of the machine's
    └── UserError                  exit code 2: something the user can mend
        ├── DeclarationError       a TOML file in pipelines/ or models/ says something impossible
        ├── DataError              the input tables break the contract; carries every fault
        ├── MissingExtra           an optional part of attrition is not installed
        ├── NotMadeYet             a product that another command makes is missing
        └── LeakageFound           a feature knows the answer; training stops

No message holds a row's content: files, tables, columns and numbers of rows only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.data.faults import Fault


class AttritionError(Exception):
    """Something failed that the user did not cause."""

    exit_code = 1


class UserError(AttritionError):
    """Something the user can mend; shown as one line, without a traceback."""

    exit_code = 2


class DeclarationError(UserError):
    """A declaration in pipelines/ or models/ cannot be followed."""


class DataError(UserError):
    """The input breaks the contract; `faults` holds every fault of every table."""

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class MissingExtra(UserError):
    """An optional part is needed that is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "attrition[{extra}]"')
        self.extra = extra


class NotMadeYet(UserError):
    """A product is missing that another command makes."""

    def __init__(self, product: str, command: str) -> None:
        super().__init__(f"{product} is not there yet; `{command}` makes it")


class LeakageFound(UserError):
    """A feature knows the answer; nothing was trained or promoted."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the nearest right spelling as a clause for an error, or nothing.

    Examples
    --------
    >>> nearest("hire_dat", ["agent_id", "hire_date"])
    ' (did you mean "hire_date"?)'
    >>> nearest("zzz", ["agent_id"])
    ''
    """
    found = difflib.get_close_matches(word, list(known), n=1)
    return f' (did you mean "{found[0]}"?)' if found else ""
