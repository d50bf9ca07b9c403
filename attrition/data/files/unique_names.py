"""Give every column of a source a name of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence


def unique_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return one name per column: an empty one is called by its number, and one that stands twice gets "#1" and "#2".

    Examples
    --------
    >>> unique_names(["Employee ID", "", "employee id"])
    ('Employee ID#1', 'column 2', 'employee id#2')
    """
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    counts = Counter(name.casefold() for name in names)
    if max(counts.values(), default=0) < 2:
        return tuple(names)
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name.casefold()] += 1
        numbered.append(f"{name}#{seen[name.casefold()]}" if counts[name.casefold()] > 1 else name)
    return unique_names(numbered)


def without_number(heading: str) -> str:
    """Return a heading without the number that tells it from another of the same name.

    Examples
    --------
    >>> without_number("Employee ID#2")
    'Employee ID'
    """
    return re.sub(r"#\d+$", "", heading)
