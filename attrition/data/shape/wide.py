"""Turn columns into rows: one column of pay per month becomes one row per month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from attrition.data.engine import quote_name, quote_text
from attrition.data.files.file_days import year_in
from attrition.data.files.header_advice import headers_advice
from attrition.data.files.raw_table import FILE, Part
from attrition.data.mapping import known_columns
from attrition.data.phrase import Phrase
from attrition.data.schema import Column
from attrition.data.shape.declared import Wide
from attrition.data.shape.draft import Draft, by_part
from attrition.data.shape.month_text import are_first_days, month_text
from attrition.data.values.words_for_nothing import without_words

EMPTY_CELLS = Phrase("empty cell of a column that is a row", "转为行的列中的空单元格")
"""What cells are called in the quality table that hold nothing, so that no row comes of them."""


def long(draft: Draft) -> Draft:
    """Return one row for each row and each column of `wide` whose cell holds something; the others are counted.

    A cell is empty where it holds nothing, a word for nothing such as "-", or a value declared to mean nothing.
    """
    wide = draft.source.wide
    if wide is None:
        return draft
    for column in (wide.name, wide.value):
        draft.refuse_taken(column, "wide")
    columns = known_columns(draft.table, draft.source, draft.raw_table)
    headings = _headings(draft, wide)
    is_date = wide.name in columns and columns[wide.name].kind in ("date", "timestamp")
    are_months = are_first_days(headings)
    names = {
        heading: _date(draft, heading, wide, are_months=are_months) if is_date else quote_text(heading)
        for heading in headings
    }
    melted = draft.then(_melted(draft, wide, names))
    is_filled = f"({_text(melted, columns.get(wide.value), wide)}) IS NOT NULL"
    empty = melted.count(f"NOT ({is_filled})")
    filled = melted.then(f"SELECT * FROM ({melted.query}) WHERE {is_filled}").counted(set_aside={EMPTY_CELLS: empty})
    numeric = draft.raw_table.numeric_cells
    numeric_cells = {**numeric, wide.value: sum(numeric.get(heading, 0) for heading in headings)}
    return replace(filled, raw_table=replace(filled.raw_table, numeric_cells=numeric_cells))


def _headings(draft: Draft, wide: Wide) -> list[str]:
    """Return the headings of the columns that are rows; a mapped heading is none."""
    for heading in wide.names:
        draft.check_heading(heading, "wide.columns")
    headings = [name for name in draft.types if name not in draft.source.columns and wide.has(name)]
    if not headings:
        rule = Phrase("no heading fits wide.columns", "没有表头符合 wide.columns")
        draft.refuse(rule, headers_advice(list(draft.types)), column=wide.value)
    return headings


def _date(draft: Draft, heading: str, wide: Wide, *, are_months: bool) -> str:
    """Return the SQL of the date that a heading is; the year of a month without one stands in the name of the file."""
    parts = _parts_with(draft, heading) or {"": Part("", "", ())}
    days = {
        name: month_text(heading, wide.name, year=_year(part), are_months=are_months) for name, part in parts.items()
    }
    texts = {name: day for name, day in days.items() if day is not None}
    if len(texts) < len(days):
        rule = Phrase('the heading "{heading}" is no single month', "表头“{heading}”不是唯一的月份", heading=heading)
        advice = Phrase(
            "take it out of wide.columns, or write the year in the heading or in the file's name",
            "请从 wide.columns 中排除该列，或在表头或文件名中写明年份",
        )
        draft.refuse(rule, advice, column=wide.name)
    return by_part(texts, FILE)


def _year(part: Part) -> int | None:
    years = (year_in(name) for name in (part.sheet, PurePosixPath(part.path).stem))
    return next((year for year in years if year is not None), None)


def _parts_with(draft: Draft, heading: str) -> dict[str, Part]:
    """Return the files and sheets that have a heading."""
    return {name: part for name, part in draft.raw_table.parts.items() if heading in part.headings}


def _melted(draft: Draft, wide: Wide, names: Mapping[str, str]) -> str:
    """Return the query of one row for each row and column; cells keep their type where all columns have the same."""
    is_same = len({draft.types[heading] for heading in names}) == 1
    cells = []
    for heading, name in names.items():
        value = quote_name(heading) if is_same else f"CAST({quote_name(heading)} AS VARCHAR)"
        cells.append(f"{{'name': {name}, 'value': {value}, 'is_there': {_is_there(draft, heading)}}}")
    excluded = ", ".join(map(quote_name, names))
    unnested = f"SELECT * EXCLUDE ({excluded}), unnest([{', '.join(cells)}]) AS __cell FROM ({draft.query})"
    made = f"__cell.name AS {quote_name(wide.name)}, __cell.value AS {quote_name(wide.value)}"
    return f"SELECT * EXCLUDE (__cell), {made} FROM ({unnested}) WHERE __cell.is_there"


def _is_there(draft: Draft, heading: str) -> str:
    """Return the SQL condition that the file of a row has a heading; the others have no cell there."""
    files = _parts_with(draft, heading)
    has_all = len(files) == len(draft.raw_table.parts)
    return "true" if has_all else f"list_contains([{', '.join(map(quote_text, files))}], {FILE})"


def _text(melted: Draft, column: Column | None, wide: Wide) -> str:
    """Return the SQL of a cell's text, null where it means nothing."""
    text = melted.text(wide.value)
    nothing: Sequence[str] = melted.source.missing.get(wide.value, ())
    if nothing:
        text = f"CASE WHEN NOT list_contains([{', '.join(map(quote_text, nothing))}], {text}) THEN {text} END"
    if column is None or melted.types[wide.value] != "VARCHAR":
        return text
    meanings = [word.strip().lower() for word in melted.source.values.get(wide.value, {})]
    return without_words(column, text, meanings)
