"""Look the faults of a site up in its sources again: which rows they are, which words stand there, which headings.

Only names, numbers of rows, and words of columns with a fixed list of choices leave this module. A column that holds
many different words is no category, whatever it is mapped to, so none of its words are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from attrition.data import engine
from attrition.data.checking import columns_sql, with_is_kept
from attrition.data.engine import Connection
from attrition.data.faults import LIFE_TABLE, TableError
from attrition.data.files import reading
from attrition.data.files.header_advice import holds_values
from attrition.data.files.manifest import display_path, find_files, find_table
from attrition.data.files.raw_table import FILE, RawTable
from attrition.data.files.row_numbers import ORDER, ordered_relation, row_number
from attrition.data.mapping import HEADINGS, map_columns
from attrition.data.rows.keys import DUPLICATE_KEY
from attrition.data.rows.row_checks import table_checks
from attrition.data.source import Source
from attrition.data.sources import Site, Sources
from attrition.data.tables import TABLES
from attrition.data.values import two_readings
from attrition.data.values.column_sql import ColumnSql, columns_query
from attrition.errors import Fault

MAX_ROWS = 10_000
"""Rows that are listed of one fault."""
MAX_WORDS = 20
"""Words that are listed of one column, the most frequent first."""
MAX_WORD_LENGTH, MAX_DIFFERENT_WORDS = 40, 50
"""A longer text is no word of a category, and a column with more different ones is none."""


class Place(NamedTuple):
    """A row with a fault: its file, and its number there."""

    file: str
    row: int


class Word(NamedTuple):
    """A word that is not allowed in a column, and the number of its rows."""

    text: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found in the sources about faults of rows and of headings.

    Parameters
    ----------
    places : mapping of (table, column, check) to sequence of Place
        Rows in the order of their files, at most `MAX_ROWS`.
    words : mapping of (table, column) to sequence of Word
        Words that a column does not allow, the most frequent first, at most `MAX_WORDS`.
    headings : mapping of str to sequence of str
        By file, its headings in their order.
    rows : mapping of str to int
        By table, the number of its rows.
    """

    places: Mapping[tuple[str, str, str], Sequence[Place]] = field(default_factory=dict)
    words: Mapping[tuple[str, str], Sequence[Word]] = field(default_factory=dict)
    headings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _OpenTable:
    """A source that was read again: its files, the SQL of its columns, and the query of all of their steps."""

    name: str
    source: Source
    raw_table: RawTable
    files: Mapping[str, Path]
    columns: Sequence[ColumnSql]
    query: str


def find_evidence(workspace: Path, declared: Sources, faults: Sequence[Fault]) -> Evidence:
    """Read the sources of tables with such faults again, and return what they hold about them.

    A source that cannot be read, and rows of a database or of a lake, which have no number, are left out.
    """
    headings = {fault.file: _headings(workspace, fault, declared) for fault in faults if fault.check == HEADINGS}
    checked = dict.fromkeys((f.table, f.column, f.check) for f in faults if f.check not in ("", HEADINGS, LIFE_TABLE))
    if not checked:
        return Evidence(headings=headings)
    con = engine.open_duckdb(time_zone=declared.site.time_zone)
    tables = dict.fromkeys(table for table, _, _ in checked)
    opened = {table: _open_or_none(con, table, declared, workspace) for table in tables}
    places: dict[tuple[str, str, str], Sequence[Place]] = {}
    words: dict[tuple[str, str], Sequence[Word]] = {}
    for table, column, check in checked:
        source = opened[table]
        if source is not None:
            condition = _condition(source, column, check, declared.site)
            places[table, column, check] = _places(con, source, condition)
            if check == "not allowed":
                words[table, column] = _words(con, source, column, condition)
    rows = {table: _count(con, source) for table, source in opened.items() if source is not None}
    return Evidence(places=places, words=words, headings=headings, rows=rows)


def _open_or_none(con: Connection, table: str, declared: Sources, workspace: Path) -> _OpenTable | None:
    try:
        return _open(con, table, declared, workspace)
    except TableError:
        return None


def _count(con: Connection, opened: _OpenTable) -> int:
    return int(engine.fetch_rows(con, f"SELECT count(*) FROM ({opened.query})")[0][0])


def _open(con: Connection, table: str, declared: Sources, workspace: Path) -> _OpenTable:
    source = declared.tables[table]
    raw_table = reading.read_source(con, table, source, workspace)
    mapping = map_columns(raw_table, TABLES[table], source)
    columns = columns_sql(TABLES[table], source, raw_table, mapping, declared.site)
    files: dict[str, Path] = {}
    relation = raw_table.relation
    if source.path is not None and find_table(workspace, source.path) is None:
        files = {display_path(path, workspace): path for path in find_files(workspace, source.path, table)}
        relation = ordered_relation(con, raw_table, files)
    numbered = (FILE, ORDER) if files else ()
    query = with_is_kept(columns, source, columns_query(columns, relation, with_raw_text=True, extra=numbered))
    return _OpenTable(name=table, source=source, raw_table=raw_table, files=files, columns=columns, query=query)


def _condition(opened: _OpenTable, column: str, check: str, site: Site) -> str:
    """Return the SQL condition of the rows of a fault; "false" where the check is not made on this source."""
    if check == DUPLICATE_KEY:
        return "__shares_key"
    conditions = {
        made.rule: made.condition
        for made in table_checks(opened.name, opened.columns, source=opened.source, site=site)
        if made.column == column
    }
    condition = conditions.get(check, "false")
    if check == "unreadable":
        explained = [conditions[rule] for rule in two_readings.CHECKS if rule in conditions]
        condition += "".join(f" AND NOT coalesce(({other}), false)" for other in explained)
    return f"({condition}) AND __kept"


def _places(con: Connection, opened: _OpenTable, condition: str) -> list[Place]:
    if not opened.files:
        return []
    query = _with_shares_key(opened) if condition == "__shares_key" else opened.query
    query = f"SELECT {FILE}, {ORDER} FROM ({query}) WHERE {condition} ORDER BY ALL LIMIT {MAX_ROWS}"
    return [Place(file, row_number(opened.raw_table, file, order)) for file, order in engine.fetch_rows(con, query)]


def _with_shares_key(opened: _OpenTable) -> str:
    """Return the query with a column that says whether a row shares its key with another one that differs from it.

    Of rows that are equal in every column only the first has it, since the others are set aside.
    """
    values = {column.column.name: column.value for column in opened.columns}
    key = [values[name] for name in (*TABLES[opened.name].key, "recorded_at") if name in values]
    content, same_key = f"hash({', '.join(values.values())})", f"PARTITION BY {', '.join(key)}"
    differs = f"count(DISTINCT {content}) OVER ({same_key}) > 1"
    is_first = f"row_number() OVER ({same_key}, {content} ORDER BY {FILE}, {ORDER}) = 1"
    return f"SELECT {FILE}, {ORDER}, {differs} AND {is_first} AS __shares_key FROM ({opened.query}) WHERE __kept"


def _words(con: Connection, opened: _OpenTable, column: str, condition: str) -> list[Word]:
    """Return the words of a category, the most frequent first; none where the column is evidently not one."""
    value = next(sql.mapped for sql in opened.columns if sql.column.name == column)
    counted = engine.fetch_rows(
        con,
        f"SELECT {value}, count(*) FROM ({opened.query}) WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1 "
        f"LIMIT {MAX_DIFFERENT_WORDS + 1}",
    )
    if len(counted) > MAX_DIFFERENT_WORDS:
        return []
    return [Word(text, rows) for text, rows in counted[:MAX_WORDS] if _is_word(text)]


def _is_word(text: str) -> bool:
    """Return whether a text may be a word of a category: it is short, and no number of a person or a thing."""
    return len(text) <= MAX_WORD_LENGTH and sum(letter.isdigit() for letter in text) < 5


def _headings(workspace: Path, fault: Fault, declared: Sources) -> Sequence[str]:
    """Return the headings of a fault's file, or of the first file of its source.

    None are returned for a database, and where the first row holds dates or numbers: then it is no row of headings.
    """
    source, file = declared.tables[fault.table], fault.file
    if source.path is None:
        return ()
    if "!" in file and not (workspace / file).exists():  # one of several sheets, as Excel names it
        file, _, sheet = file.rpartition("!")
        source = source.model_copy(update={"sheet": (sheet,)})
    with suppress(TableError):
        headings = reading.source_headings(workspace, fault.table, source.model_copy(update={"path": file}))
        return () if holds_values(headings) else headings
    return ()
