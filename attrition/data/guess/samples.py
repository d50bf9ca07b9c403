"""Read a sample of every sheet or text of a file, or of a table of a lake: its rows as text, spread evenly over it."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data import engine
from attrition.data.faults import TableError, naming_refusals
from attrition.data.files import encodings
from attrition.data.files.raw_table import to_text
from attrition.data.files.text_rows import DELIMITERS
from attrition.data.files.workbook_process import NotAWorkbook, TooLarge, read_sheets
from attrition.data.guess.heading_row import heading_score
from attrition.data.guess.words import raw_headings
from attrition.data.lake.folders import table_in
from attrition.data.lake.live import rows_query
from attrition.data.lake.reading import live_table
from attrition.data.phrase import Phrase
from attrition.errors import Fault, MissingExtra

SAMPLED_ROWS = 4000
"""So many rows of a file are looked at, in blocks spread over it, the first and the last among them."""
_BLOCK = 50
_WHOLE_BYTES, _PIECES, _PIECE_BYTES = 64 << 20, 80, 1 << 16
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")

Rows = Sequence[Sequence[str]]
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Rows of one sheet or text file; `sheet` is "" for a text, `numeric` holds the positions of numbers.

    With `header_is_first` the first row is the headings beyond doubt.
    """

    path: Path
    sheet: str
    rows: Rows
    numeric: frozenset[int]
    encoding: str = ""
    delimiter: str = ""
    header_is_first: bool = False


def read_samples(path: Path) -> list[Sample]:
    """Return a sample of each sheet of a file that is not empty; of a folder, of the table that it is.

    Raises
    ------
    TableError
        The file or table cannot be read, or its encoding is in doubt.
    """
    if path.is_dir():
        return [_table(path)]
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return [_parquet(path)]
    samples = list(_sheets(path)) if suffix in _WORKBOOKS else [_text(path)]
    return [sample for sample in samples if any(any(row) for row in sample.rows)]


def _text(path: Path) -> Sample:
    """Return the sample of a delimited text, split at the delimiter that finds most headings."""
    encoding = encodings.detect_encoding(path, shown_path=path.name, table="", words=raw_headings())
    lines = _lines(path, "utf-8-sig" if encoding == "utf-8" else encoding)
    if lines and lines[0].lower().startswith("sep="):
        lines = lines[1:]
    order = sorted(DELIMITERS, key="".join(lines[:5]).count, reverse=True)
    delimiter = max(order, key=lambda sign: max(map(heading_score, _split(lines[:30], sign)), default=0))
    return Sample(
        path=path,
        sheet="",
        rows=_split(lines, delimiter),
        numeric=frozenset(),
        encoding=encoding,
        delimiter=delimiter,
    )


def _lines(path: Path, encoding: str) -> list[str]:
    """Return lines of a text, spread over it; of a large one only pieces are read, without the lines they cut."""
    size = path.stat().st_size
    if size <= _WHOLE_BYTES or encoding == "utf-16":
        with path.open(encoding=encoding, newline="") as stream:
            return spread(stream.read().splitlines(keepends=True), SAMPLED_ROWS)
    with path.open("rb") as stream:
        lines = stream.read(_PIECE_BYTES).splitlines(keepends=True)[:-1]
        for number in range(1, _PIECES):
            stream.seek(int(size / _PIECES * number))
            lines += stream.read(_PIECE_BYTES).splitlines(keepends=True)[1:-1]
    return spread([line.decode(encoding, errors="replace") for line in lines], SAMPLED_ROWS)


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        rows.extend([cell.strip() for cell in row] for row in reader)
    except csv.Error:
        return rows
    return rows


def _sheets(path: Path) -> Iterator[Sample]:
    try:
        for sheet in read_sheets(path, ("*",)).sheets:
            chosen = spread(sheet.rows, SAMPLED_ROWS)
            rows = [[(to_text(cell) or "").strip() for cell in row] for row in chosen]
            yield Sample(path=path, sheet=sheet.name, rows=rows, numeric=_numeric(chosen))
    except (NotAWorkbook, TooLarge):
        raise TableError(_unreadable(path)) from None


def _parquet(path: Path) -> Sample:
    try:
        content = pq.ParquetFile(path)
        batches = list(_spread_batches(content))
    except (pa.ArrowException, OSError):
        raise TableError(_unreadable(path)) from None
    names = content.schema_arrow.names
    columns = [[cell for batch in batches for cell in batch.column(name).to_pylist()] for name in names]
    rows = [names, *([(to_text(cell) or "") for cell in row] for row in zip(*columns, strict=True))]
    numeric = {index for index, kind in enumerate(content.schema_arrow.types) if pa.types.is_primitive(kind)}
    dates = {index for index, kind in enumerate(content.schema_arrow.types) if pa.types.is_temporal(kind)}
    return Sample(path=path, sheet="", rows=rows, numeric=frozenset(numeric - dates), header_is_first=True)


def _table(folder: Path) -> Sample:
    """Return the sample of a table of a lake, of files at equal distances."""
    place = table_in(folder)
    assert place is not None
    try:
        with naming_refusals("", folder.name):
            live = live_table(place)
            queries = [rows_query(replace(live, files=[file])) for file in live.files]
    except MissingExtra as error:
        rule = Phrase("a table of {kind}", "{kind} 表", kind=place.kind)
        advice = Phrase("{error}", '请安装 pip install "attrition[lake]"', error=error.message)
        fault = Fault(file=folder.name, table="", column="", rule=rule, rows=None, advice=advice)
        raise TableError(fault) from None
    chosen, con = queries[:: max(len(queries) // _PIECES, 1)], engine.open_duckdb()
    rows = [row for query in chosen for row in engine.fetch_rows(con, f"{query} LIMIT {SAMPLED_ROWS // len(chosen)}")]
    numeric = frozenset(index for index, kind in enumerate(live.types.values()) if kind.startswith(_NUMBERS))
    texts = [[to_text(cell) or "" for cell in row] for row in rows]
    return Sample(path=folder, sheet="", rows=[[*live.types], *texts], numeric=numeric, header_is_first=True)


def _spread_batches(content: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Yield the first rows of row groups at equal distances."""
    groups = range(content.num_row_groups)
    chosen = groups[:: max(len(groups) // _PIECES, 1)]
    for group in chosen:
        yield from itertools.islice(content.iter_batches(SAMPLED_ROWS // len(chosen), row_groups=[group]), 1)


def spread(rows: Sequence[Row], most: int) -> list[Row]:
    """Return so many rows: blocks of neighbours at equal distances, so that repeats stay together; all where few.

    Examples
    --------
    >>> [row for row in spread(range(1000), 100)][::25]
    [0, 25, 950, 975]
    """
    if len(rows) <= most:
        return list(rows)
    blocks = max(most // _BLOCK, 2)
    step = (len(rows) - _BLOCK) / (blocks - 1)
    starts = [int(step * number) for number in range(blocks)]
    return [rows[index] for start in starts for index in range(start, start + _BLOCK)]


def _numeric(rows: Sequence[Sequence[object]]) -> frozenset[int]:
    """Return the positions at which more than half of the filled cells below the first rows are numbers."""
    body = rows[min(len(rows) // 2, 5) :]
    width = max(map(len, body), default=0)
    numeric = set()
    for index in range(width):
        cells = [row[index] for row in body if index < len(row) and row[index] not in ("", None)]
        numbers = sum(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)
        if cells and numbers > len(cells) / 2:
            numeric.add(index)
    return frozenset(numeric)


def _unreadable(path: Path) -> Fault:
    rule = Phrase("cannot be read", "无法读取")
    advice = Phrase(
        "export it again; it may be damaged, or locked by a password", "请重新导出；文件可能已损坏，或设有密码"
    )
    return Fault(file=path.name, table="", column="", rule=rule, rows=None, advice=advice)
