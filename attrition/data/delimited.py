"""CSV and TSV: every column as text, every row as wide as its header, files of one table with the same headers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attrition.data import encodings, engine
from attrition.data.engine import Connection, name, text
from attrition.data.faults import Refused
from attrition.data.files import entry, shown
from attrition.data.raw_table import FILE, Landed, types
from attrition.data.sources import Source
from attrition.errors import Fault

_KEPT_IN_MEMORY = 200_000_000  # bytes; a larger file is read from disk each time instead
csv.field_size_limit(1 << 20)


@dataclass(frozen=True, kw_only=True)
class _Text:
    """One file: where its UTF-8 text is, how it was encoded, its delimiter and headers."""

    shown: str
    path: Path
    encoding: str
    delimiter: str
    headers: tuple[str, ...]


def land(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> Landed:
    """Land the files of one table, in the order of their names.

    Raises
    ------
    Refused
        Files in different encodings or with different headers, a header used twice, rows of another width.
    """
    opened = [_open(con, table, source, path, workspace) for path in files]
    faults = [*_encodings_differ(table, opened), *_headers_differ(table, opened)]
    if faults:
        raise Refused(*faults)
    relation = f"source_{table}"
    size = sum(part.path.stat().st_size for part in opened)
    is_stored = size < _KEPT_IN_MEMORY
    query = " UNION ALL BY NAME ".join(_select(part) for part in opened)
    try:
        engine.run(con, f"CREATE {'TABLE' if is_stored else 'VIEW'} {name(relation)} AS {query}")
        counts = dict(engine.rows(con, f"SELECT {FILE}, count(*) FROM {name(relation)} GROUP BY 1"))
    except duckdb.Error:
        raise Refused(*(fault for part in opened for fault in _torn(con, table, part))) from None
    manifest = [entry(path, workspace, counts.get(shown(path, workspace), 0)) for path in files]
    place = opened[0].shown if len(opened) == 1 else source.place
    return Landed(
        relation=relation, place=place, types=types(con, relation), manifest=tuple(manifest), is_stored=is_stored
    )


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Read the headers of one file.

    Raises
    ------
    Refused
        The file is in no known encoding, or empty.
    """
    encoding = encodings.found_out(path, shown=path.name, table=table)
    found = _header(path, None, encoding)[1]
    if not found:
        raise Refused(_fault(path.name, table, "", "empty file", "export it again, with its header"))
    return found


def _open(con: Connection, table: str, source: Source, path: Path, workspace: Path) -> _Text:
    label = shown(path, workspace)
    encoding = _encoding(table, source, path, label)
    readable = path
    if encoding != "utf-8":
        number = len(list(Path(engine.spill_folder(con)).glob("*.txt")))
        readable = Path(engine.spill_folder(con)) / f"{table}-{number}.txt"
        encodings.rewrite(path, encoding, readable)
    delimiter, headers = _header(readable, source.delimiter)
    if not headers:
        raise Refused(_fault(label, table, "", "empty file", "export it again, with its header"))
    twice = [header for header, times in Counter(headers).items() if times > 1]
    if twice:
        raise Refused(*(_fault(label, table, header, "header used twice", "rename one of them") for header in twice))
    return _Text(shown=label, path=readable, encoding=encoding, delimiter=delimiter, headers=headers)


def _encoding(table: str, source: Source, path: Path, label: str) -> str:
    if source.encoding is None:
        return encodings.found_out(path, shown=label, table=table)
    declared = source.encoding.lower().replace("_", "-")
    declared = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}.get(declared, declared)
    try:
        if encodings.readable(path, declared):
            return declared
    except LookupError:
        raise Refused(
            _fault(label, table, "", "unknown encoding", 'declare "utf-8" or "gb18030", or leave it out')
        ) from None
    advice = f"the file is not in {source.encoding}; leave encoding out, and it is found out"
    raise Refused(_fault(label, table, "", "wrong encoding declared", advice))


def _header(path: Path, declared: str | None, encoding: str = "utf-8") -> tuple[str, tuple[str, ...]]:
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
        delimiter = declared or max(",\t;|", key=stream.readline().count)
        stream.seek(0)
        cells = next(csv.reader(stream, delimiter=delimiter), [])
    return delimiter, tuple(cell.strip() or f"column {place}" for place, cell in enumerate(cells, start=1))


def _select(part: _Text, extra: str = "") -> str:
    columns = ", ".join(f"{text(header)}: 'VARCHAR'" for header in part.headers)
    return (
        f"SELECT *, {text(part.shown)} AS {FILE} FROM read_csv({text(str(part.path))}, "
        f"auto_detect = false, header = true, delim = {text(part.delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, null_padding = false, columns = {{{columns}}}{extra})"
    )


def _torn(con: Connection, table: str, part: _Text) -> list[Fault]:
    """Count the lines of a file that have too few or too many cells, or a quotation mark that never closes."""
    query = _select(part, ", store_rejects = true, rejects_limit = 0")
    engine.run(con, f"CREATE OR REPLACE TEMP TABLE __torn AS {query}")
    counted = engine.rows(
        con, "SELECT error_type::VARCHAR, count(DISTINCT line) FROM reject_errors GROUP BY 1 ORDER BY 1"
    )
    for leftover in ("reject_errors", "reject_scans", "__torn"):
        engine.run(con, f"DROP TABLE IF EXISTS {leftover}")
    rules = {"TOO MANY COLUMNS": "row longer than the header", "MISSING COLUMNS": "row shorter than the header"}
    advice = "export the file again; it may be cut off, or a text may hold the delimiter without quotation marks"
    return [
        _fault(part.shown, table, "", rules.get(kind, "quotation mark never closed"), advice, n) for kind, n in counted
    ]


def _encodings_differ(table: str, opened: Sequence[_Text]) -> list[Fault]:
    # A file of plain ASCII fits any encoding, so only the others can differ.
    kinds = {part.encoding for part in opened if part.encoding != "utf-8" or not part.path.read_bytes().isascii()}
    if len(kinds) < 2:
        return []
    usual = Counter(part.encoding for part in opened).most_common(1)[0][0]
    odd = [part for part in opened if part.encoding != usual]
    advice = f"the other files are in {usual}; export all files of a table in one encoding"
    return [_fault(part.shown, table, "", f"two encodings: this file is in {part.encoding}", advice) for part in odd]


def _headers_differ(table: str, opened: Sequence[_Text]) -> list[Fault]:
    usual = Counter(frozenset(part.headers) for part in opened).most_common(1)[0][0]
    faults = []
    for part in opened:
        for header in sorted(usual - set(part.headers)):
            faults.append(
                _fault(part.shown, table, header, "header missing here", "the other files of this table have it")
            )
        for header in sorted(set(part.headers) - usual):
            faults.append(
                _fault(part.shown, table, header, "header only here", "the other files of this table lack it")
            )
    return faults


def _fault(file: str, table: str, column: str, rule: str, advice: str, rows: int | None = None) -> Fault:
    return Fault(file=file, table=table, column=column, rule=rule, rows=rows, advice=advice)
