"""Tell rows of totals, signatures and notes, which reports print among and under their rows, from records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Literal

from attrition.data.files.headings import Heading
from attrition.data.phrase import Phrase

TOTAL_ROWS = Phrase("total or note", "合计行或备注行")
"""What these rows are called in the quality table."""

RowKind = Literal["record", "total", "note", "empty"]

_WORD = (
    r"(?:(?:grand|sub|report|overall)[ -]?)?totals?|sum|count|summe|zwischensumme|gesamt(?:summe|ergebnis)?|ergebnis|"
    r"(?:本页|本月)?(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|汇\s*总)"
)
_EXACT = re.compile(rf"(?:{_WORD})\s*[:：]?", re.IGNORECASE)
_TOTAL = re.compile(
    rf"(?:{_WORD})(?:\s*[:：=(（].*|[\s\d.,]+(?:人|名|行|条|项|rows?|records?)?)?|.+\s(?:total|汇总|小计|合计|ergebnis)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:制表|填表|编制|审核|复核|批准|审批|打印|导出|制单|签字|签名|报表|备注|说明|注)(?:人|日期|时间|单位|部门|说明)?\s*[:：].*|"
    r"(?:prepared|printed|generated|created|exported|run|approved) (?:by|on|at)\b.*|"
    r"(?:end of (?:report|file|data|list)|page \d+.*|erstellt (?:am|von)\b.*|-+ ?end.*)|"
    r"\(?\d[\d.,]* (?:rows?|records?|zeilen|datensätze)\b.*|共\s*\d+\s*(?:人|名|行|条|项).*",
    re.IGNORECASE,
)
_NOTE = re.compile(r".*[:：].*|\S+\s+\S+\s+\S+.*", re.DOTALL)


def row_kind(cells: Sequence[str], heading: Heading) -> RowKind:
    """Return what a row is.

    A row is a total only where it lacks a value that the contract requires, or where a word such as "Total" stands
    alone for the agent's number. A note, one cell of several words, is one only at the end of a table.

    Examples
    --------
    >>> heading = Heading(names=("agent_id", "hire_date"), row=1, rows_above=0, required=(0, 1), identity=0)
    >>> [row_kind(cells, heading) for cells in (["Total: 40", ""], ["E1", ""], ["合计", "2026-01-31"])]
    ['total', 'record', 'total']
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return "empty"
    if heading.identity is not None and _EXACT.fullmatch(_cell(cells, heading.identity)):
        return "total"
    lacks_required = not heading.required or any(not _cell(cells, index) for index in heading.required)
    if not lacks_required:
        return "record"
    if _TOTAL.fullmatch(filled[0]) or _SIGNATURE.fullmatch(filled[0]):
        return "total"
    return "note" if len(filled) == 1 and len(heading.names) > 1 and _NOTE.fullmatch(filled[0]) else "record"


def evident_record(heading: Heading) -> Callable[[Sequence[str]], bool]:
    """Return a quick test that most records pass: every required value, and an agent's number that ends in a digit.

    Examples
    --------
    >>> heading = Heading(names=("agent_id", "hire_date"), row=1, rows_above=0, required=(0, 1), identity=0)
    >>> is_evident = evident_record(heading)
    >>> [is_evident(cells) for cells in (["E1", "2025-01-01"], ["E1", ""], ["Total", "2025-01-01"])]
    [True, False, False]
    """
    if heading.identity is None:
        return lambda cells: False
    width, identity, required = len(heading.names), heading.identity, itemgetter(heading.identity, *heading.required)
    return lambda cells: len(cells) == width and cells[identity][-1:].isdigit() and all(required(cells))


def has_totals(rows: Sequence[Sequence[str]], heading: Heading) -> bool:
    """Return whether any of the last rows of a table is a total, or the last one is a note."""
    kinds = [kind for row in rows if (kind := row_kind(row, heading)) != "empty"]
    return "total" in kinds or kinds[-1:] == ["note"]


def without_totals(rows: Sequence[Sequence[str]], heading: Heading) -> tuple[list[int], int]:
    """Return the indices of the rows that are neither total nor closing note nor empty, and the number set aside."""
    kinds = [row_kind(row, heading) for row in rows]
    end = len(rows)
    while end and kinds[end - 1] != "record":
        end -= 1
    kept = [index for index, kind in enumerate(kinds) if kind == "record" or (kind == "note" and index < end)]
    return kept, sum(kind != "empty" for kind in kinds) - len(kept)


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""
