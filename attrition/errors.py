"""The exception hierarchy of attrition. Errors of the user exit with code 2 and print one line.

::

    AttritionError                 exit code 1: a failure of attrition or of the machine
    └── UserError                  exit code 2: something the user can correct
        ├── DeclarationError       a TOML file in pipelines/ or models/ is missing or invalid
        ├── DataError              the input tables break the data contract; lists all faults
        ├── Busy                   exit code 3: another command is at work in the workspace
        ├── MissingExtra           an optional part of attrition is not installed
        ├── MissingProduct         the output of another command is missing
        └── LeakageFound           a feature contains the outcome (label leakage)

Messages never contain values of a row: only names of files, tables and columns, and counts of rows. The data contract
is described in DATA_DICTIONARY.md. An error keeps its sentence and its values apart (`attrition.message`): its text
is English, and the terminal says it in the centre's language.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from attrition.message import Message, counted, message

Severity = Literal["stops", "labels", "features"]
"""How bad a fault is: it stops every command; it changes labels, rates and levels of risk; or it costs features."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with an input table: where, which rule, how bad, and what to do.

    Parameters
    ----------
    file, table, column : str
        Where; "" for a column if the fault concerns the whole table.
    rule : str
        Which rule of the contract is broken, as a noun phrase.
    rows : int, optional
        How many rows are affected; None if the fault concerns a whole file or column.
    advice : str
        The smallest change that mends it, which must not lose facts.
    severity : {"stops", "labels", "features"}
        Tables with a fault that stops are refused. The others are used, and the fault is named wherever it matters.
    share : float, optional
        The share of the table's rows, or of its agents where the rule counts agents.
    effect : str
        What it means for the report, as a sentence.
    check : str
        The rule of `attrition.data.rows.row_checks` that the rows meet, by which they can be listed; "" for none.
    row_numbers : tuple of int
        Some numbers of rows in the file as Excel shows them, where reading the file already gave them.
    """

    file: str
    table: str
    column: str
    rule: str
    rows: int | None
    advice: str
    severity: Severity = "stops"
    share: float | None = None
    effect: str = ""
    check: str = ""
    row_numbers: tuple[int, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether nothing can be built from the tables until this is mended."""
        return self.severity == "stops"

    @property
    def sentence(self) -> Message:
        """Where, what, how many rows, and what to do, on one line."""
        location = ".".join(part for part in (self.table, self.column) if part)
        rows = Message("") if self.rows is None else counted(" ({count:,} row)", " ({count:,} rows)", self.rows)
        place = ": ".join(filter(None, [self.file, location]))
        return Message("{place}: {rule}{rows}; {advice}", place=place, rule=self.rule, rows=rows, advice=self.advice)

    def __str__(self) -> str:
        return str(self.sentence)


class AttritionError(Exception):
    """The base of all errors of attrition; raised itself, a failure that the user cannot correct.

    Parameters
    ----------
    text : str
        The sentence, with its values in braces.
    values : object
        The values, see `attrition.message.Message`.

    Examples
    --------
    >>> error = AttritionError("{folder} is not a folder", folder="exports")
    >>> str(error), error.message.template
    ('exports is not a folder', '{folder} is not a folder')
    """

    exit_code = 1

    def __init__(self, text: str, /, **values: Any) -> None:
        self.message = Message(text, **values) if values else message(text)
        super().__init__(str(self.message))


class UserError(AttritionError):
    """Something the user can correct; shown as one line, without a traceback."""

    exit_code = 2


class DeclarationError(UserError):
    """A declaration in pipelines/ or models/ is missing or invalid."""


class DataError(UserError):
    """The input tables break the data contract; `faults` lists every fault of every table.

    The error's text lists those that stop, one per line.
    """

    def __init__(self, text: str, faults: Sequence[Fault] = (), /, **values: Any) -> None:
        super().__init__(text, **values)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        stopping = [f"  {fault}" for fault in self.faults if fault.stops]
        return "\n".join([f"{self.message}:", *stopping]) if stopping else str(self.message)


class Busy(UserError):
    """Another command is at work in the workspace; nothing was done, and the same command may be run later."""

    exit_code = 3


class MissingExtra(UserError):
    """An optional part of attrition is needed and is not installed.

    `purpose` says what needs it, as the subject of a sentence: "reading from PostgreSQL".
    """

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(
            Message(
                '{purpose} needs the extra "{extra}": pip install "attrition[{extra}]"',
                purpose=message(purpose),
                extra=extra,
            )
        )
        self.extra = extra


class MissingProduct(UserError):
    """The output of another command is missing."""

    def __init__(self, product: str, command: str) -> None:
        super().__init__(
            Message("{product} is not there yet; `{command}` makes it", product=message(product), command=command)
        )


class LeakageFound(UserError):
    """A feature contains the outcome that is to be predicted; no model was recorded."""


def did_you_mean(word: str, known: Iterable[str]) -> Message:
    """Return the nearest known word as a clause for an error message, or an empty string.

    Examples
    --------
    >>> did_you_mean("hire_dat", ["agent_id", "hire_date"])
    ' (did you mean "hire_date"?)'
    >>> did_you_mean("zzz", ["agent_id"])
    ''
    """
    matches = difflib.get_close_matches(word, list(known), n=1)
    return Message(' (did you mean "{word}"?)', word=matches[0]) if matches else Message("")
