"""Faults in the terminal: one line for each kind, the worst first, and what to change where that fits on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from attrition.data.causes import Cause, causes_of
from attrition.errors import Fault
from attrition.message import Message, counted, joined

HEADINGS = {
    "stops": Message("stops everything"),
    "labels": Message("changes labels, rates or levels of risk"),
    "features": Message("costs features"),
}
MAX_WITH_ADVICE = 12
"""Causes of which there are more are listed without what to change, so that they fit on a screen."""


def fault_lines(faults: Sequence[Fault]) -> list[str]:
    r"""Return a line for each cause, by severity, with its table, column, file and rows.

    Examples
    --------
    >>> fault = Fault(file="exits.csv", table="exits", column="exit_date", rule="ambiguous date", rows=3,
    ...               advice="declare its layout")
    >>> print(*fault_lines([fault]), sep="\n")
    <BLANKLINE>
    stops everything
      exits.exit_date: ambiguous date (exits.csv, 3 rows)
          declare its layout
    """
    return cause_lines(causes_of(faults))


def cause_lines(causes: Sequence[Cause]) -> list[str]:
    """Return the lines of causes that are grouped already, see `fault_lines`."""
    lines: list[str] = []
    for severity, group in groupby(causes, key=lambda cause: cause.first.severity):
        lines += ["", HEADINGS[severity]]
        for cause in group:
            rule = cause.first.rule
            lines.append(Message("  {place}: {rule} ({where})", place=cause.place, rule=rule, where=_where(cause)))
            if len(causes) <= MAX_WITH_ADVICE and cause.first.advice:
                lines.append(joined("", ("      ", cause.first.advice)))
    return lines


def _where(cause: Cause) -> str:
    files = len(cause.files)
    place = cause.files[0] if files == 1 else counted("{count} file", "{count} files", files)
    if not cause.rows:
        return place
    return Message("{place}, {rows}", place=place, rows=counted("{count:,} row", "{count:,} rows", cause.rows))
