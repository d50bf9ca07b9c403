"""Group faults by what is wrong: thirty files with the same fault have one cause, which is mended once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from attrition.errors import Fault, Severity

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the worst to the mildest."""


@dataclass(frozen=True)
class Cause:
    """Faults of one table, column and rule, which differ only in the file.

    Parameters
    ----------
    faults : tuple of Fault
        At least one, that with the most rows first.
    """

    faults: tuple[Fault, ...]

    @property
    def first(self) -> Fault:
        """The fault with the most rows, whose advice and effect hold for all."""
        return self.faults[0]

    @property
    def place(self) -> str:
        """The table and the column as one name, such as "exits.exit_date"; the table alone where it is all of it."""
        return ".".join(filter(None, [self.first.table, self.first.column]))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that have the fault, each once."""
        return tuple(sorted({fault.file for fault in self.faults}))

    @property
    def rows(self) -> int | None:
        """The rows of all files; None where the fault concerns whole files or columns."""
        counted = [fault.rows for fault in self.faults if fault.rows is not None]
        return sum(counted) if counted else None


def causes_of(faults: Iterable[Fault]) -> list[Cause]:
    """Return the causes of faults, those that stop first, within a severity in the order of their tables.

    Examples
    --------
    >>> from dataclasses import replace
    >>> march = Fault(file="03.csv", table="exits", column="exit_date", rule="ambiguous date", rows=3, advice="")
    >>> [cause] = causes_of([march, replace(march, file="04.csv", rows=5)])
    >>> cause.place, cause.files, cause.rows
    ('exits.exit_date', ('03.csv', '04.csv'), 8)
    """
    groups: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.severity, fault.table, fault.column, fault.rule), []).append(fault)
    causes = [Cause(tuple(sorted(group, key=_most_rows_first))) for group in groups.values()]
    return sorted(causes, key=lambda cause: SEVERITIES.index(cause.first.severity))


def count_by_severity(causes: Iterable[Cause]) -> dict[Severity, int]:
    """Return the number of causes of each severity, also where there is none."""
    counts = Counter(cause.first.severity for cause in causes)
    return {severity: counts[severity] for severity in SEVERITIES}


def _most_rows_first(fault: Fault) -> tuple[int, str]:
    return -(fault.rows or 0), fault.file
