"""Fill columns with what stands in the names of files and sheets: the month, or what a pattern finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from attrition.data.engine import quote_name
from attrition.data.files.file_days import days_in, year_in
from attrition.data.files.raw_table import FILE, Part
from attrition.data.phrase import Phrase
from attrition.data.shape.declared import MONTH
from attrition.data.shape.draft import Draft, by_part
from attrition.data.shape.month_text import month_text


def from_file_name(draft: Draft) -> Draft:
    """Add a column for each key of `from_file_name`, with what the name of each row's file says."""
    return _added(draft, "from_file_name", draft.source.from_file_name)


def from_sheet_name(draft: Draft) -> Draft:
    """Add a column for each key of `from_sheet_name`, with what the name of each row's sheet says."""
    declared, parts = draft.source.from_sheet_name, draft.raw_table.parts
    if declared and not all(part.sheet for part in parts.values()):
        rule = Phrase(
            "from_sheet_name is declared, and the file has no sheets", "声明了 from_sheet_name，但文件没有工作表"
        )
        draft.refuse(rule, Phrase("use from_file_name", "请改用 from_file_name"))
    return _added(draft, "from_sheet_name", declared)


def _added(draft: Draft, key: str, declared: Mapping[str, str]) -> Draft:
    for column, pattern in declared.items():
        draft.refuse_taken(column, key)
        texts = {name: _text(draft, part, column, key, pattern) for name, part in draft.raw_table.parts.items()}
        draft = draft.then(f"SELECT *, {by_part(texts, FILE)} AS {quote_name(column)} FROM ({draft.query})")
    return draft


def _text(draft: Draft, part: Part, column: str, key: str, pattern: str) -> str:
    """Return what one name says; it is refused where it says nothing, or two months."""
    name = PurePosixPath(part.path).name if key == "from_file_name" else part.sheet
    text = _month(part, column, key) if pattern == MONTH else _group(pattern, name)
    if text is None:
        rule = (
            Phrase("no single month in the name {name}", "名称 {name} 中没有唯一的月份", name=name)
            if pattern == MONTH
            else Phrase("{name} does not match the pattern of {key}", "{name} 不符合 {key} 的模式", name=name, key=key)
        )
        advice = Phrase(
            "rename it like the others, or correct {key}.{column}",
            "请按其他文件的方式重命名，或更正 {key}.{column}",
            key=key,
            column=column,
        )
        draft.refuse(rule, advice, column=column, file=part.path)
    return text


def _month(part: Part, column: str, key: str) -> str | None:
    """Return the month in the name of a file, its folder or a sheet, whose year may stand in the name of the file."""
    place = PurePosixPath(part.path)
    if key == "from_sheet_name":
        return month_text(part.sheet, column, year=year_in(place.stem))
    name = next((name for name in (place.stem, place.parent.name) if days_in(name, is_heading=True)), "")
    return month_text(name, column)


def _group(pattern: str, name: str) -> str | None:
    match = re.search(pattern, name)
    return (match[1] or "").strip() or None if match else None
