"""Read CSV and TSV files: columns as text, rows as long as the header, all files of a table with the same headers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attrition.data import encodings, engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableRefused
from attrition.data.files import display_path, manifest_entry
from attrition.data.raw_table import FILE, RawTable, column_types
from attrition.data.sources import Source
from attrition.errors import Fault

_STORED_BYTES = 200_000_000  # larger files are not copied into the engine but read from disk each time
csv.field_size_limit(1 << 20)


@dataclass(frozen=True, kw_only=True)
class _TextFile:
    """One file: the path of its UTF-8 text, its original encoding, its delimiter and headers."""

    shown: str
    path: Path
    encoding: str
    delimiter: str
    headers: tuple[str, ...]


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Read the files of one table, in the order of their names.

    Raises
    ------
    TableRefused
        Files in different encodings or with different headers, a header used twice, rows of another length.
    """
    text_files = [_open(con, table, source, path, workspace) for path in files]
    faults = [*_differing_encodings(table, text_files), *_differing_headers(table, text_files)]
    if faults:
        raise TableRefused(*faults)
    relation = f"source_{table}"
    size = sum(file.path.stat().st_size for file in text_files)
    is_stored = size < _STORED_BYTES
    query = " UNION ALL BY NAME ".join(_select(file) for file in text_files)
    try:
        engine.execute(con, f"CREATE {'TABLE' if is_stored else 'VIEW'} {quote_name(relation)} AS {query}")
        counts = dict(engine.fetch_rows(con, f"SELECT {FILE}, count(*) FROM {quote_name(relation)} GROUP BY 1"))
    except duckdb.Error:
        raise TableRefused(*(fault for file in text_files for fault in _malformed_rows(con, table, file))) from None
    manifest = [manifest_entry(path, workspace, counts.get(display_path(path, workspace), 0)) for path in files]
    place = text_files[0].shown if len(text_files) == 1 else source.place
    return RawTable(
        relation=relation, place=place, types=column_types(con, relation), manifest=tuple(manifest), is_stored=is_stored
    )


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Read the headers of one file.

    Raises
    ------
    TableRefused
        The file is in no known encoding, or empty.
    """
    encoding = encodings.detect_encoding(path, shown=path.name, table=table)
    header = _header(path, None, encoding)[1]
    if not header:
        raise TableRefused(_fault(path.name, table, "", "empty file", "export it again, with its header"))
    return header


def _open(con: Connection, table: str, source: Source, path: Path, workspace: Path) -> _TextFile:
    label = display_path(path, workspace)
    encoding = _encoding(table, source, path, label)
    utf8_path = path
    if encoding != "utf-8":
        number = len(list(Path(engine.spill_folder(con)).glob("*.txt")))
        utf8_path = Path(engine.spill_folder(con)) / f"{table}-{number}.txt"
        encodings.convert_to_utf8(path, encoding, utf8_path)
    delimiter, headers = _header(utf8_path, source.delimiter)
    if not headers:
        raise TableRefused(_fault(label, table, "", "empty file", "export it again, with its header"))
    repeated = [header for header, count in Counter(headers).items() if count > 1]
    if repeated:
        raise TableRefused(
            *(_fault(label, table, header, "header used twice", "rename one of them") for header in repeated)
        )
    return _TextFile(shown=label, path=utf8_path, encoding=encoding, delimiter=delimiter, headers=headers)


def _encoding(table: str, source: Source, path: Path, label: str) -> str:
    if source.encoding is None:
        return encodings.detect_encoding(path, shown=label, table=table)
    declared = source.encoding.lower().replace("_", "-")
    declared = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}.get(declared, declared)
    try:
        if encodings.is_decodable(path, declared):
            return declared
    except LookupError:
        raise TableRefused(
            _fault(label, table, "", "unknown encoding", 'declare "utf-8" or "gb18030", or leave it out')
        ) from None
    advice = f"the file is not in {source.encoding}; leave encoding out, and it is detected"
    raise TableRefused(_fault(label, table, "", "wrong encoding declared", advice))


def _header(path: Path, declared: str | None, encoding: str = "utf-8") -> tuple[str, tuple[str, ...]]:
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
        delimiter = declared or max(",\t;|", key=stream.readline().count)
        stream.seek(0)
        cells = next(csv.reader(stream, delimiter=delimiter), [])
    return delimiter, tuple(cell.strip() or f"column {place}" for place, cell in enumerate(cells, start=1))


def _select(file: _TextFile, extra: str = "") -> str:
    columns = ", ".join(f"{quote_text(header)}: 'VARCHAR'" for header in file.headers)
    return (
        f"SELECT *, {quote_text(file.shown)} AS {FILE} FROM read_csv({quote_text(str(file.path))}, "
        f"auto_detect = false, header = true, delim = {quote_text(file.delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, null_padding = false, columns = {{{columns}}}{extra})"
    )


def _malformed_rows(con: Connection, table: str, file: _TextFile) -> list[Fault]:
    """Count the lines of a file that have too few or too many cells, or an unclosed quotation mark."""
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
        _fault(file.shown, table, "", rules.get(kind, "quotation mark never closed"), advice, n) for kind, n in counted
    ]


def _differing_encodings(table: str, text_files: Sequence[_TextFile]) -> list[Fault]:
    # A file of plain ASCII fits any encoding, so only the others can differ.
    encodings_used = {
        file.encoding for file in text_files if file.encoding != "utf-8" or not file.path.read_bytes().isascii()
    }
    if len(encodings_used) < 2:
        return []
    usual = Counter(file.encoding for file in text_files).most_common(1)[0][0]
    others = [file for file in text_files if file.encoding != usual]
    advice = f"the other files are in {usual}; export all files of a table in one encoding"
    return [_fault(file.shown, table, "", f"two encodings: this file is in {file.encoding}", advice) for file in others]


def _differing_headers(table: str, text_files: Sequence[_TextFile]) -> list[Fault]:
    usual = Counter(frozenset(file.headers) for file in text_files).most_common(1)[0][0]
    faults = []
    for file in text_files:
        for header in sorted(usual - set(file.headers)):
            faults.append(
                _fault(file.shown, table, header, "header missing here", "the other files of this table have it")
            )
        for header in sorted(set(file.headers) - usual):
            faults.append(
                _fault(file.shown, table, header, "header only here", "the other files of this table lack it")
            )
    return faults


def _fault(file: str, table: str, column: str, rule: str, advice: str, rows: int | None = None) -> Fault:
    return Fault(file=file, table=table, column=column, rule=rule, rows=rows, advice=advice)
