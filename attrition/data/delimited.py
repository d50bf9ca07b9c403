"""Read CSV and TSV files as text columns; rows must be as long as the header, and files must have the same headers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attrition.data import encodings, engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableError
from attrition.data.files import display_path, manifest_entry
from attrition.data.raw_table import FILE, RawTable, column_types
from attrition.data.sources import Source
from attrition.errors import Fault

_MAX_COPIED_BYTES = 200_000_000  # larger files are not copied into DuckDB but read again by each query
csv.field_size_limit(1 << 20)  # a header cell may be longer than Python's default limit of 128 KB


@dataclass(frozen=True, kw_only=True)
class _TextFile:
    """One file: the path that messages show, and the path of its text in UTF-8, which may be a converted copy."""

    shown_path: str
    path: Path
    encoding: str
    delimiter: str
    headers: tuple[str, ...]


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Read the files of one table into one DuckDB relation, a table or, for large files, a view.

    Raises
    ------
    TableError
        A file is empty, in an unknown or wrongly declared encoding, or has a header twice; the files differ in encoding
        or headers; or rows are longer or shorter than the header or have an unclosed quotation mark.
    """
    text_files = [_open(con, table, source, path, workspace) for path in files]
    faults = [*_differing_encodings(table, text_files), *_differing_headers(table, text_files)]
    if faults:
        raise TableError(*faults)
    relation = f"source_{table}"
    size = sum(file.path.stat().st_size for file in text_files)
    is_stored = size < _MAX_COPIED_BYTES
    query = " UNION ALL BY NAME ".join(_select(file) for file in text_files)
    try:
        engine.execute(con, f"CREATE {'TABLE' if is_stored else 'VIEW'} {quote_name(relation)} AS {query}")
        counts = dict(engine.fetch_rows(con, f"SELECT {FILE}, count(*) FROM {quote_name(relation)} GROUP BY 1"))
    except duckdb.Error:
        raise TableError(*(fault for file in text_files for fault in _malformed_rows(con, table, file))) from None
    manifest = [manifest_entry(path, workspace, counts.get(display_path(path, workspace), 0)) for path in files]
    source_name = text_files[0].shown_path if len(text_files) == 1 else source.source_name
    return RawTable(
        relation=relation,
        source_name=source_name,
        types=column_types(con, relation),
        manifest=tuple(manifest),
        is_stored=is_stored,
    )


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Return the headers of one file; an empty header is called "column" and its number.

    Raises
    ------
    TableError
        The file is in no known encoding or in two of them, or it is empty.
    """
    encoding = encodings.detect_encoding(path, shown_path=path.name, table=table)
    header = _header(path, None, encoding)[1]
    if not header:
        raise TableError(_fault(path.name, table, "", "empty file", "export it again, with its header"))
    return header


def _open(con: Connection, table: str, source: Source, path: Path, workspace: Path) -> _TextFile:
    """Return how to read one file; unless it is in UTF-8, a copy in UTF-8 is written to the spill folder first."""
    shown_path = display_path(path, workspace)
    encoding = _encoding(table, source, path, shown_path)
    utf8_path = path
    if encoding != "utf-8":
        number = len(list(Path(engine.spill_folder(con)).glob("*.txt")))
        utf8_path = Path(engine.spill_folder(con)) / f"{table}-{number}.txt"
        encodings.convert_to_utf8(path, encoding, utf8_path)
    delimiter, headers = _header(utf8_path, source.delimiter)
    if not headers:
        raise TableError(_fault(shown_path, table, "", "empty file", "export it again, with its header"))
    repeated = [header for header, count in Counter(headers).items() if count > 1]
    if repeated:
        raise TableError(
            *(_fault(shown_path, table, header, "header used twice", "rename one of them") for header in repeated)
        )
    return _TextFile(shown_path=shown_path, path=utf8_path, encoding=encoding, delimiter=delimiter, headers=headers)


def _encoding(table: str, source: Source, path: Path, shown_path: str) -> str:
    if source.encoding is None:
        return encodings.detect_encoding(path, shown_path=shown_path, table=table)
    declared = source.encoding.lower().replace("_", "-")
    declared = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}.get(declared, declared)
    try:
        if encodings.is_decodable(path, declared):
            return declared
    except LookupError:
        raise TableError(
            _fault(shown_path, table, "", "unknown encoding", 'declare "utf-8" or "gb18030", or leave it out')
        ) from None
    advice = f"the file is not in {source.encoding}; leave encoding out, and it is detected"
    raise TableError(_fault(shown_path, table, "", "wrong encoding declared", advice))


def _header(path: Path, declared_delimiter: str | None, encoding: str = "utf-8") -> tuple[str, tuple[str, ...]]:
    """Return the delimiter, by default the most frequent candidate in the first line, and the headers."""
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
        delimiter = declared_delimiter or max(",\t;|", key=stream.readline().count)
        stream.seek(0)
        cells = next(csv.reader(stream, delimiter=delimiter), [])
    return delimiter, tuple(cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1))


def _select(file: _TextFile, extra: str = "") -> str:
    """Return the query that reads one file as text; `extra` holds more options of DuckDB's `read_csv`."""
    columns = ", ".join(f"{quote_text(header)}: 'VARCHAR'" for header in file.headers)
    return (
        f"SELECT *, {quote_text(file.shown_path)} AS {FILE} FROM read_csv({quote_text(str(file.path))}, "
        f"auto_detect = false, header = true, delim = {quote_text(file.delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, null_padding = false, columns = {{{columns}}}{extra})"
    )


def _malformed_rows(con: Connection, table: str, file: _TextFile) -> list[Fault]:
    """Return a fault, with its number of lines, for each way in which lines of a file are malformed."""
    query = _select(file, ", store_rejects = true, rejects_limit = 0")
    engine.execute(con, f"CREATE OR REPLACE TEMP TABLE __malformed AS {query}")
    counted = engine.fetch_rows(
        con, "SELECT error_type::VARCHAR, count(DISTINCT line) FROM reject_errors GROUP BY 1 ORDER BY 1"
    )
    for relation in ("reject_errors", "reject_scans", "__malformed"):
        engine.execute(con, f"DROP TABLE IF EXISTS {relation}")
    rules = {"TOO MANY COLUMNS": "row longer than the header", "MISSING COLUMNS": "row shorter than the header"}
    advice = "export the file again; it may be cut off, or a text may hold the delimiter without quotation marks"
    return [
        _fault(file.shown_path, table, "", rules.get(kind, "quotation mark never closed"), advice, n)
        for kind, n in counted
    ]


def _differing_encodings(table: str, text_files: Sequence[_TextFile]) -> list[Fault]:
    # A file of plain ASCII fits any encoding, so only the others can differ.
    encodings_used = {
        file.encoding for file in text_files if file.encoding != "utf-8" or not file.path.read_bytes().isascii()
    }
    if len(encodings_used) < 2:
        return []
    usual_encoding = Counter(file.encoding for file in text_files).most_common(1)[0][0]
    others = [file for file in text_files if file.encoding != usual_encoding]
    advice = f"the other files are in {usual_encoding}; export all files of a table in one encoding"
    return [
        _fault(file.shown_path, table, "", f"two encodings: this file is in {file.encoding}", advice) for file in others
    ]


def _differing_headers(table: str, text_files: Sequence[_TextFile]) -> list[Fault]:
    usual_headers = Counter(frozenset(file.headers) for file in text_files).most_common(1)[0][0]
    faults = []
    for file in text_files:
        for header in sorted(usual_headers - set(file.headers)):
            faults.append(
                _fault(file.shown_path, table, header, "header missing here", "the other files of this table have it")
            )
        for header in sorted(set(file.headers) - usual_headers):
            faults.append(
                _fault(file.shown_path, table, header, "header only here", "the other files of this table lack it")
            )
    return faults


def _fault(file: str, table: str, column: str, rule: str, advice: str, rows: int | None = None) -> Fault:
    return Fault(file=file, table=table, column=column, rule=rule, rows=rows, advice=advice)
