"""Read CSV and TSV files as text columns, below whatever stands above their headings and above their totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableError
from attrition.data.files import encodings
from attrition.data.files.differing_headings import differing_headings, partial_columns
from attrition.data.files.headings import Expected, Heading, find_heading
from attrition.data.files.manifest import display_path, manifest_entry
from attrition.data.files.raw_table import ABOVE_HEADING, FILE, PADDED, Part, RawTable, column_types
from attrition.data.files.text_rows import (
    Copied,
    Head,
    copy_rows,
    ends_in_totals,
    line_numbers,
    read_head,
    record_numbers,
)
from attrition.data.files.totals import TOTAL_ROWS
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.errors import Fault

_MAX_COPIED_BYTES = 200_000_000  # larger files are not copied into DuckDB but read again by each query
_MALFORMED = {
    "row longer than the header": "行比表头长",
    "row shorter than the header": "行比表头短",
    "quotation mark never closed": "引号未闭合",
}


@dataclass(frozen=True, kw_only=True)
class _TextFile:
    """One file: the path that messages show, and the path of its text in UTF-8, which may be a copy.

    `copied` says what was counted while its rows were copied, and is None where they stand as they were; `row_numbers`
    returns the number of each row in the file as Excel shows it.
    """

    shown_path: str
    path: Path
    encoding: str
    head: Head
    heading: Heading
    row_numbers: Callable[[], Sequence[int]]
    copied: Copied | None = None


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Read the files of one table into one DuckDB relation, a table or, for large files, a view.

    Raises
    ------
    TableError
        A file is empty, or in an unknown, doubtful or wrongly declared encoding; the files differ in encoding or in
        headers that are used; or rows hold more than the header, lack a required column, or have an unclosed quotation
        mark.
    """
    text_files = [_open(con, table, source, path, workspace) for path in files]
    names = {file.shown_path: file.heading.names for file in text_files}
    faults = [*_differing_encodings(table, text_files), *differing_headings(table, source, names)]
    if faults:
        raise TableError(*faults)
    relation = f"source_{table}"
    is_stored = sum(file.path.stat().st_size for file in text_files) < _MAX_COPIED_BYTES
    try:
        counts = _create(con, relation, text_files, is_stored=is_stored)
    except duckdb.Error:
        text_files = [file if file.copied is not None else _copied(con, table, file) for file in text_files]
        faults = [fault for file in text_files for fault in _malformed_rows(table, file)]
        if faults:
            raise TableError(*faults) from None
        counts = _create(con, relation, text_files, is_stored=is_stored)
    manifest = [manifest_entry(path, workspace, counts.get(display_path(path, workspace), 0)) for path in files]
    source_name = text_files[0].shown_path if len(text_files) == 1 else source.source_name
    return RawTable(
        relation=relation,
        source_name=source_name,
        types=column_types(con, relation),
        manifest=tuple(manifest),
        lines=tuple(partial_columns(table, source, names)),
        parts={path: Part(path, "", headings) for path, headings in names.items()},
        is_stored=is_stored,
        row_numbers={file.shown_path: file.row_numbers for file in text_files},
        notes=tuple(_encoding_notes(table, source, text_files)),
        set_aside=_set_aside(text_files),
        repaired={PADDED: sum(file.copied.padded for file in text_files if file.copied is not None)},
    )


def headers(path: Path, *, table: str, source: Source) -> tuple[str, ...]:
    """Return the headers of one file; an empty header is called "column" and its number.

    Raises
    ------
    TableError
        The file is in no known encoding, in doubt or in two of them, or it is empty.
    """
    expected = Expected(table, source)
    encoding = _encoding(path, path.name, expected, source)
    head = read_head(path, expected, source.delimiter, encoding)
    return find_heading(head.rows, expected, shown_path=path.name).names


def _open(con: Connection, table: str, source: Source, path: Path, workspace: Path) -> _TextFile:
    """Return how to read one file; a copy is written to the spill folder first where DuckDB cannot read it as it is."""
    shown_path, expected = display_path(path, workspace), Expected(table, source)
    encoding = _encoding(path, shown_path, expected, source)
    utf8_path = path
    if encoding != "utf-8":
        utf8_path = _spill_path(con, table)
        encodings.convert_to_utf8(path, encoding, utf8_path)
    head = read_head(utf8_path, expected, source.delimiter)
    heading = find_heading(head.rows, expected, shown_path=shown_path)
    file = _TextFile(
        shown_path=shown_path,
        path=utf8_path,
        encoding=encoding,
        head=head,
        heading=heading,
        row_numbers=partial(line_numbers, utf8_path),
    )
    is_plain = heading.row == 1 and not head.skipped_lines
    if is_plain and not ends_in_totals(utf8_path, head.delimiter, heading):
        return file
    file = _copied(con, table, file)
    if faults := _malformed_rows(table, file):
        raise TableError(*faults)
    return file


def _encoding(path: Path, shown_path: str, expected: Expected, source: Source) -> str:
    """Return the declared encoding of a file, or the one that speaks for itself."""
    table = expected.table.name
    if source.encoding is not None:
        return encodings.declared_encoding(path, source.encoding, shown_path=shown_path, table=table)
    words = (*expected.words, *(word for values in source.values.values() for word in values))
    return encodings.detect_encoding(path, shown_path=shown_path, table=table, words=words)


def _copied(con: Connection, table: str, file: _TextFile) -> _TextFile:
    """Return the file as a copy of its records, see `copy_rows`."""
    target = _spill_path(con, table)
    copied = copy_rows(file.path, target, file.head, file.heading)
    numbers = partial(record_numbers, file.path, file.head, file.heading)
    return replace(file, path=target, head=replace(file.head, delimiter=","), copied=copied, row_numbers=numbers)


def _spill_path(con: Connection, table: str) -> Path:
    folder = Path(engine.spill_folder(con))
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob(f"{table}-*.txt")))
    return folder / f"{table}-{number}.txt"


def _create(con: Connection, relation: str, text_files: Sequence[_TextFile], *, is_stored: bool) -> dict[str, int]:
    """Create the relation of all rows, and return the number of rows by file."""
    query = " UNION ALL BY NAME ".join(_select(file) for file in text_files)
    engine.execute(con, f"CREATE {'TABLE' if is_stored else 'VIEW'} {quote_name(relation)} AS {query}")
    try:
        return dict(engine.fetch_rows(con, f"SELECT {FILE}, count(*) FROM {quote_name(relation)} GROUP BY 1"))
    except duckdb.Error:
        engine.execute(con, f"DROP {'TABLE' if is_stored else 'VIEW'} {quote_name(relation)}")
        raise


def _select(file: _TextFile) -> str:
    """Return the query that reads one file as text."""
    columns = ", ".join(f"{quote_text(header)}: 'VARCHAR'" for header in file.heading.names)
    return (
        f"SELECT *, {quote_text(file.shown_path)} AS {FILE} FROM read_csv({quote_text(str(file.path))}, "
        f"auto_detect = false, header = true, delim = {quote_text(file.head.delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, null_padding = false, columns = {{{columns}}})"
    )


def _malformed_rows(table: str, file: _TextFile) -> list[Fault]:
    """Return a fault, with its number of rows, for each way in which rows of a copied file are malformed."""
    advice = Phrase(
        "export the file again; it may be cut off, or a text may hold the delimiter without quotation marks",
        "请重新导出；文件可能被截断，或文本中含有未加引号的分隔符",
    )
    return [
        _fault(file.shown_path, table, Phrase(rule, _MALFORMED[rule]), advice, rows)
        for rule, rows in (file.copied.malformed.items() if file.copied is not None else ())
    ]


def _set_aside(text_files: Sequence[_TextFile]) -> dict[str, int]:
    return {
        ABOVE_HEADING: sum(file.heading.rows_above for file in text_files),
        TOTAL_ROWS: sum(file.copied.totals for file in text_files if file.copied is not None),
    }


def _encoding_notes(table: str, source: Source, text_files: Sequence[_TextFile]) -> list[dict[str, str]]:
    """Return an assumption where the encoding was found by weighing what speaks for it."""
    weighed = {file.encoding: file.shown_path for file in text_files if file.encoding in encodings.SHOWN}
    if source.encoding is not None:
        return []
    return [
        {
            "en": f"{table}: {path} is read as {encodings.SHOWN[encoding]}; where that is wrong, declare its encoding",
            "zh": f"{table}：{path} 按 {encodings.SHOWN[encoding]} 编码读取；如不对，请声明 encoding",
        }
        for encoding, path in weighed.items()
    ]


def _differing_encodings(table: str, text_files: Sequence[_TextFile]) -> list[Fault]:
    # A file of plain ASCII fits any encoding, so only the others can differ.
    encodings_used = {
        file.encoding for file in text_files if file.encoding != "utf-8" or not file.path.read_bytes().isascii()
    }
    if len(encodings_used) < 2:
        return []
    usual = Counter(file.encoding for file in text_files).most_common(1)[0][0]
    advice = Phrase(
        "the other files are in {usual}; export all files of a table in one encoding",
        "其他文件是 {usual} 编码；同一张表的文件请用同一种编码导出",
        usual=usual,
    )
    return [
        _fault(
            file.shown_path,
            table,
            Phrase(
                "two encodings: this file is in {encoding}", "两种编码：该文件是 {encoding}", encoding=file.encoding
            ),
            advice,
        )
        for file in text_files
        if file.encoding != usual
    ]


def _fault(file: str, table: str, rule: str, advice: str, rows: int | None = None) -> Fault:
    return Fault(file=file, table=table, column="", rule=rule, rows=rows, advice=advice)
