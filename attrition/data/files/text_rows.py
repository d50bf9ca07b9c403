"""Read the first and last rows of a text file, and copy its rows with one length, without titles and totals."""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from attrition.data.files.headings import SEARCHED_ROWS, Expected, Heading, score_of
from attrition.data.files.totals import evident_record, has_totals, row_kind

DELIMITERS = ",\t;|"
_HEAD_LINES = 200  # a title or heading may hold line ends between quotation marks
_LINE_LENGTH = 1 << 20
_TAIL_BYTES = 1 << 14
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
csv.field_size_limit(1 << 20)  # a header cell may be longer than Python's default limit of 128 KB


@dataclass(frozen=True, kw_only=True)
class Head:
    """The first rows of a text file; `skipped_lines` is 1 where the first line is ``sep=;``, as Excel writes it."""

    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    skipped_lines: int = 0


@dataclass(kw_only=True)
class Copied:
    """What happened when rows were copied, by numbers of rows; `malformed` holds those that cannot be mended."""

    totals: int = 0
    padded: int = 0
    malformed: Counter[str] = field(default_factory=Counter)


def read_head(path: Path, expected: Expected, declared_delimiter: str | None, encoding: str = "utf-8") -> Head:
    """Return the first rows of a file, split at the delimiter that is declared, or with which most headings are found.

    Where no delimiter finds any, it is the most frequent one in the first line.
    """
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
        lines = [line for line in (stream.readline(_LINE_LENGTH) for _ in range(_HEAD_LINES)) if line]
    separator = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if separator is not None:
        lines = lines[1:]
    delimiter = declared_delimiter or (separator[1] if separator is not None else None)
    if delimiter is None:
        first_line = lines[0] if lines else ""
        order = sorted(DELIMITERS, key=first_line.count, reverse=True)
        delimiter = max(order, key=lambda candidate: score_of(_rows(lines, candidate), expected))
    return Head(delimiter=delimiter, rows=_rows(lines, delimiter), skipped_lines=int(separator is not None))


def ends_in_totals(path: Path, delimiter: str, heading: Heading) -> bool:
    """Return whether the last lines of a file in UTF-8 look like totals or notes; only they are read."""
    with path.open("rb") as stream:
        start = max(0, path.stat().st_size - _TAIL_BYTES)
        stream.seek(start)
        lines = stream.read().decode("utf-8", errors="ignore").splitlines()
    rows = [row for line in lines[-20:] for row in _rows([line], delimiter)]
    return has_totals(rows[heading.row :] if start == 0 and len(lines) <= 20 else rows, heading)


def copy_rows(path: Path, target: Path, head: Head, heading: Heading) -> Copied:
    """Copy the headings and the records of a file in UTF-8, each as long as the headings.

    A row that is shorter or longer by nothing but empty cells is made as long as the headings. Rows whose further cells
    hold something, rows that lack a required column, and a last row that is cut off are counted as malformed.
    """
    copied = Copied()
    with path.open(encoding="utf-8-sig", newline="") as stream, target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(heading.names)
        writer.writerows(row for _, row in _records(stream, head, heading, copied))
    if copied.padded and _is_last_row_cut_off(path, head.delimiter, heading):
        copied.malformed["row shorter than the header"] += 1
    return copied


def record_numbers(path: Path, head: Head, heading: Heading) -> Sequence[int]:
    """Return the number of each record that `copy_rows` keeps, as Excel shows it beside the row."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [number for number, _ in _records(stream, head, heading, Copied())]


def line_numbers(path: Path) -> Sequence[int]:
    """Return the number of each row of a file below its heading, as Excel shows it; empty lines count and are no rows.

    A line end between quotation marks ends no row.
    """
    number, empty, is_inside = 0, [], False
    with path.open("rb") as stream:
        for line in stream:
            if not is_inside:
                number += 1
                if not line.strip(b"\r\n"):
                    empty.append(number)
            is_inside ^= line.count(b'"') % 2 == 1
    numbers = range(2, number + 1)
    return numbers if not empty else sorted(set(numbers) - set(empty))


def _records(stream: TextIO, head: Head, heading: Heading, copied: Copied) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the records below the headings with their numbers, and count in `copied` what else is there."""
    for _ in range(head.skipped_lines):
        stream.readline()
    rows = csv.reader(stream, delimiter=head.delimiter, strict=True)
    is_evident = evident_record(heading)
    pending: list[tuple[int, Sequence[str]]] = []  # notes and empty rows, until a record shows that the table goes on
    try:
        for number, row in itertools.islice(enumerate(rows, start=1), heading.row, None):
            if not pending and is_evident(row):
                yield number, row
                continue
            kind = row_kind(row, heading)
            copied.totals += kind == "total"
            if kind == "note" or (kind == "empty" and row):
                pending.append((number, row))
            if kind == "record":
                yield from ((place, _fitted(each, heading, copied)) for place, each in [*pending, (number, row)])
                pending = []
    except csv.Error:
        copied.malformed["quotation mark never closed"] += 1
    empty = [(number, row) for number, row in pending if row_kind(row, heading) == "empty"]
    copied.totals += len(pending) - len(empty)
    yield from ((number, _fitted(row, heading, copied)) for number, row in empty)


def _fitted(row: Sequence[str], heading: Heading, copied: Copied) -> Sequence[str]:
    """Return a row as long as the headings, and count in `copied` whether it was not, and whether that is a fault."""
    width = len(heading.names)
    if not any(row):
        return [""] * width
    if len(row) > width:
        kind = "row longer than the header" if any(cell.strip() for cell in row[width:]) else ""
    elif len(row) < width:
        kind = "row shorter than the header" if any(index >= len(row) for index in heading.required) else ""
    else:
        return row
    copied.padded += not kind
    copied.malformed += Counter([kind] if kind else [])
    return [*row[:width], *[""] * (width - len(row))]


def _is_last_row_cut_off(path: Path, delimiter: str, heading: Heading) -> bool:
    """Return whether the last line of a file has no line end and fewer cells than the headings."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        line = re.split(rb"[\r\n]", stream.read())[-1]
    rows = _rows([line.decode("utf-8", errors="ignore")], delimiter) if line else ()
    return bool(rows) and len(rows[-1]) < len(heading.names) and row_kind(rows[-1], heading) == "record"


def _rows(lines: Sequence[str], delimiter: str) -> tuple[tuple[str, ...], ...]:
    """Return the first rows of some lines, those after an error of quotation left out."""
    rows: list[tuple[str, ...]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(tuple(row) for row in itertools.islice(csv.reader(lines, delimiter=delimiter), SEARCHED_ROWS))
    return tuple(rows)
