"""Add to the refusal of a duplicate key the numbers of the rows that differ, as Excel shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from attrition.data.files.evidence import Place, find_evidence
from attrition.data.phrase import Phrase, in_language
from attrition.data.rows.keys import DUPLICATE_KEY
from attrition.data.sources import Sources
from attrition.errors import Fault

SHOWN_ROWS = 5
"""How many rows a refusal names; the page of `attrition check` lists them all."""


def with_rows(faults: Sequence[Fault], declared: Sources, workspace: Path) -> list[Fault]:
    """Return the faults, those of duplicate keys with the numbers of their first rows."""
    duplicates = [fault for fault in faults if fault.check == DUPLICATE_KEY]
    if not duplicates:
        return list(faults)
    places = find_evidence(workspace, declared, duplicates).places
    return [
        _with_rows(fault, places.get((fault.table, fault.column, fault.check), ())) if fault in duplicates else fault
        for fault in faults
    ]


def _with_rows(fault: Fault, places: Sequence[Place]) -> Fault:
    if not places:
        return fault
    shown = places[:SHOWN_ROWS]
    more, more_zh = (" and others", "等") if len(places) > SHOWN_ROWS else ("", "")
    by_file = {file: [str(place.row) for place in rows] for file, rows in groupby(shown, key=lambda place: place.file)}
    rows = Phrase(
        "; they are rows {rows}{more}",
        "；位于 {rows_zh}{more_zh}",
        rows=" and ".join(f"{', '.join(numbers)} of {file}" for file, numbers in by_file.items()),
        rows_zh="、".join(f"{file} 第 {'、'.join(numbers)} 行" for file, numbers in by_file.items()),
        more=more,
        more_zh=more_zh,
    )
    return replace(fault, advice=Phrase(f"{fault.advice}{rows}", in_language(fault.advice, "zh") + rows.zh))
