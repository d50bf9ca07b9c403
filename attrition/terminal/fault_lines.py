"""Faults in the terminal: one line for each kind, the worst first, and what to change where that fits on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from attrition.data.causes import Cause, causes_of
from attrition.data.phrase import in_language
from attrition.errors import Fault

HEADINGS = {
    "stops": "stops everything",
    "labels": "changes labels, rates or levels of risk",
    "features": "costs features",
}
MAX_WITH_ADVICE = 12
"""Causes of which there are more are listed without what to change, so that they fit on a screen."""


def fault_lines(faults: Sequence[Fault], *, language: str = "en") -> list[str]:
    r"""Return a line for each cause, by severity, with its table, column, file and rows; sentences in a language.

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
    return cause_lines(causes_of(faults), language=language)


def cause_lines(causes: Sequence[Cause], *, language: str = "en") -> list[str]:
    """Return the lines of causes that are grouped already, see `fault_lines`."""
    lines: list[str] = []
    for severity, group in groupby(causes, key=lambda cause: cause.first.severity):
        lines += ["", HEADINGS[severity]]
        for cause in group:
            lines.append(f"  {cause.place}: {in_language(cause.first.rule, language)} ({_where(cause)})")
            if len(causes) <= MAX_WITH_ADVICE and cause.first.advice:
                lines.append(f"      {in_language(cause.first.advice, language)}")
    return lines


def _where(cause: Cause) -> str:
    place = cause.files[0] if len(cause.files) == 1 else f"{len(cause.files)} files"
    return f"{place}, {cause.rows:,} {'row' if cause.rows == 1 else 'rows'}" if cause.rows else place
