"""Compare the headings of the files of one table: what some files have and others lack."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from attrition.data.files.unique_names import without_number
from attrition.data.mapping import same_name
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, QualityLine
from attrition.data.source import Source, allowed_columns
from attrition.data.tables import TABLES
from attrition.errors import Fault

Headings = Mapping[str, Sequence[str]]
"""The headings of each file or sheet, by its name in messages."""


def differing_headings(table: str, source: Source, headings: Headings) -> list[Fault]:
    """Return a fault for each column that a file lacks and others have, where it is needed or may be misspelt.

    Needed are columns that the contract requires, and headings by which rows are chosen, ordered or put together. An
    optional column may be misspelt where the file has a heading like it that nobody uses.
    """
    needed = {*TABLES[table].required, *source.key_headings} - set(source.defaults)
    faults = []
    for file, names in headings.items():
        for column, heading in _lacking(table, source, headings)[file].items():
            unused = [name for name in names if _column(table, source, name) is None]
            near = difflib.get_close_matches(heading, unused, n=1)
            if column in needed or near:
                faults.append(_missing_here(file, table, heading, near))
    return faults


def partial_columns(table: str, source: Source, headings: Headings) -> list[QualityLine]:
    """Return a line that names the columns which some files lack, and which are empty there."""
    lacking = _lacking(table, source, headings)
    names = tuple(dict.fromkeys(heading for columns in lacking.values() for heading in columns.values()))
    if not names:
        return []
    rule = Phrase(
        "columns that {files} of {all} files lack, empty there",
        "{all} 个文件中有 {files} 个缺少的列，其中按空值处理",
        files=sum(bool(columns) for columns in lacking.values()),
        all=len(headings),
    )
    return [QualityLine(table=table, rule=NOTICED + rule, rows=0, columns=names)]


def _lacking(table: str, source: Source, headings: Headings) -> dict[str, dict[str, str]]:
    """Return, by file, the columns that it lacks and others have, with a heading under which those have it."""
    columns = {
        file: {column: name for name in names if (column := _column(table, source, name)) is not None}
        for file, names in headings.items()
    }
    everywhere: dict[str, str] = {}
    for of_file in columns.values():
        everywhere = {**of_file, **everywhere}
    return {
        file: {column: heading for column, heading in everywhere.items() if column not in of_file}
        for file, of_file in columns.items()
    }


def _column(table: str, source: Source, heading: str) -> str | None:
    """Return the column of the contract that a heading is, or the heading that a key names; None if it is not used."""
    mapped = source.columns.get(heading) or same_name(without_number(heading), allowed_columns(table, source))
    if mapped is None and (heading in source.key_headings or table == "audit_attributes"):
        return heading
    return mapped


def _missing_here(file: str, table: str, heading: str, near: Sequence[str]) -> Fault:
    if near:
        advice = Phrase(
            'the other files of this table have it; here it may be "{near}": map both headings to the column',
            "该表的其他文件有此列；此处可能写作“{near}”，可将两个表头都映射到该列",
            near=near[0],
        )
    else:
        advice = Phrase("the other files of this table have it", "该表的其他文件有此列")
    rule = Phrase("header missing here", "该文件缺少此列")
    return Fault(file=file, table=table, column=heading, rule=rule, rows=None, advice=advice)
