"""The questions one look at a table answers: each a condition whose rows are counted, all in a single query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from attrition.data import money
from attrition.data.casting import AMBIGUOUS, OPEN_END, WHOLE, untidy
from attrition.data.column_sql import Part
from attrition.data.engine import text
from attrition.data.sources import Site, Source

READ_AS_NUMBER = r"\d+\.0+|\d(\.\d+)?[eE]\+\d+|\d{16,}\.?0*"


class Question(NamedTuple):
    """Rows of one column that meet a condition; `rule` says which rule they break."""

    column: str
    rule: str
    condition: str


def empty(parts: Sequence[Part]) -> str:
    """Write the condition of a row that holds nothing at all."""
    given = [part.said for part in parts if part.header is not None]
    return " AND ".join(f"{said} IS NULL" for said in given) or "false"


def without(parts: Sequence[Part], source: Source) -> list[Question]:
    """Ask for the rows that are no rows of this table: empty, or without what `only_with` names; each counted once."""
    earlier = f"NOT ({empty(parts)})"
    asked = [Question("", "empty row", empty(parts))]
    for column in source.only_with:
        part = next((part for part in parts if part.column.name == column), None)
        if part is not None:
            asked.append(Question(column, f"without {column}", f"{earlier} AND {part.said} IS NULL"))
            earlier += f" AND {part.said} IS NOT NULL"
    return asked


def kept(parts: Sequence[Part], source: Source) -> str:
    """Write the condition of the rows that are rows of this table."""
    present = {part.column.name: part for part in parts}
    needed = [f"{present[column].said} IS NOT NULL" for column in source.only_with if column in present]
    return " AND ".join([f"NOT ({empty(parts)})", *needed])


def questions(table: str, parts: Sequence[Part], site: Site) -> list[Question]:
    """Ask everything about every column of a table."""
    asked = [question for part in parts for question in about(part)]
    unit = money.currency(parts)
    if unit is not None:
        asked.append(Question("currency", "no rate", money.unknown(unit, site)))
        asked.append(Question("currency", "converted", money.foreign(unit, site)))
    month = next((part for part in parts if part.column.name == "as_of"), None)
    if table == "snapshots" and month is not None:
        asked.append(Question("as_of", "not a month-end", f"{month.value} <> last_day({month.value})"))
    return asked


def about(part: Part) -> Iterator[Question]:
    """Ask everything about one column."""
    name, said, value = part.column.name, part.said, part.value
    yield Question(name, "given", f"{said} IS NOT NULL")
    if part.column.required:
        yield Question(name, "missing", f"{said} IS NULL")
    if part.is_cast:
        yield Question(name, "unreadable", f"{said} IS NOT NULL AND {value} IS NULL")
    if part.column.choices:
        listed = ", ".join(text(choice) for choice in part.column.choices)
        yield Question(name, "not allowed", f"{value} NOT IN ({listed})")
    yield from _about_range(part)
    yield from _about_native(part) if part.is_native else _about_text(part)


def _about_range(part: Part) -> Iterator[Question]:
    limits = _limits(part)
    if limits:
        yield Question(part.column.name, "out of range", limits)
    if part.column.kind in ("date", "moment") and not part.column.required:
        yield Question(part.column.name, "open end", open_end(part))


def _about_native(part: Part) -> Iterator[Question]:
    if part.is_id:
        yield Question(part.column.name, "stored as a number", f"{part.said} IS NOT NULL")
    if part.column.kind == "number" and part.raw_type not in WHOLE:
        yield Question(part.column.name, "not finite", f"NOT isfinite({part.value})")


def open_end(part: Part) -> str:
    """Write the condition of a date that is an HR system's way of saying "open", such as 9999-12-31."""
    return f"year({part.value}) >= {OPEN_END}"


def _limits(part: Part) -> str:
    column, value = part.column, part.value
    if column.kind in ("date", "moment"):
        late = f" OR {open_end(part)}" if column.required else ""
        return f"(year({value}) < 1900{late})"
    low = [] if column.minimum is None else [f"{value} < {column.minimum!r}"]
    high = [] if column.maximum is None else [f"{value} > {column.maximum!r}"]
    limits = " OR ".join(low + high)
    if limits and part.is_native and column.kind == "number" and part.raw_type not in WHOLE:
        return f"isfinite({value}) AND ({limits})"
    return limits and f"({limits})"


def _about_text(part: Part) -> Iterator[Question]:
    name, said, value = part.column.name, part.said, part.value
    yield Question(name, "untidy", untidy(part.given))
    if part.is_id:
        yield Question(name, "read as a number", f"regexp_full_match({said}, {text(READ_AS_NUMBER)})")
    if part.column.kind in ("date", "moment"):
        yield Question(name, "ambiguous", f"{value} IS NULL AND regexp_full_match({said}, {text(AMBIGUOUS)})")
        yield Question(
            name, "day first", f"{value} IS NULL AND regexp_full_match({said}, '(1[3-9]|2\\d|3[01])[-/. ].*')"
        )
        yield Question(
            name,
            "month first",
            f"{value} IS NULL AND regexp_full_match({said}, '\\d{{1,2}}[-/. ](1[3-9]|2\\d|3[01])[-/. ].*')",
        )
    if part.column.kind in ("number", "whole"):
        signs = f"{value} IS NOT NULL AND ({part.draft} <> {said} OR contains({said}, ','))"
        yield Question(name, "signs", signs)
    if part.column.kind != "text":
        yield Question(name, "word for nothing", f"{part.tidy} IS NOT NULL AND {said} IS NULL")
