"""A source table as read into DuckDB, with the source's own headers, types and rows, before mapping and casting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.files.manifest import ManifestEntry
from attrition.data.files.unique_names import unique_names
from attrition.data.phrase import Phrase
from attrition.data.quality import QualityLine

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "__file"
"""Column added to tables read from files: the one that each row came from."""
PLACE = "__place"
"""Column of tables that were brought into shape: the place of a row among those read from its file, from 1."""
HIDDEN = (FILE, PLACE)
"""Columns that no source has under a heading."""
ABOVE_HEADING = Phrase("above the heading", "表头之上的行")
"""What the rows above the headings are called in the quality table."""
PADDED = Phrase("row shorter or longer than the heading by empty cells", "行比表头短或长，相差的是空单元格")
"""What rows are called in the quality table that were made as long as the headings."""
_THREE_DECIMALS = re.compile(r"-?\d{1,3}\.\d{3}")
BATCH_ROWS = 20_000
"""Rows that are fetched and converted at a time, so that a large source never stands in memory as Python objects."""


class Part(NamedTuple):
    """One file or sheet of a source: its path as messages show it, its sheet, "" for none, and its headings."""

    path: str
    sheet: str
    headings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """One source table in DuckDB.

    Parameters
    ----------
    relation : str
        Name of its table or view in DuckDB.
    source_name : str
        Name of the source in messages: the path of its file, its glob, or its url without user and password.
    types : mapping of str to str
        DuckDB's type by header, in the order of the source.
    manifest : tuple of ManifestEntry
        The files that were read; empty for a database.
    parts : mapping of str to Part
        By value of the column `FILE`, the file or sheet that its rows came from; empty for a database.
    day_zero : str
        Workbooks only, "" otherwise: the ISO date from which a five-digit number in a date column counts days.
    numeric_cells : mapping of str to int
        Excel only: how many cells of a column were stored as numbers.
    is_stored : bool
        Whether `relation` is a table with a copy of the rows; otherwise it is a view that reads the files each time.
    is_ordered : bool
        Whether its rows have an order; those of a table of a lake or a catalog have none.
    has_places : bool
        Whether the table has the column `PLACE`, since rows were left out or made of columns after reading.
    row_numbers : mapping of str to callable
        By file, a function that returns the number of each of its rows in the file, as Excel shows it beside the row;
        without one the rows are counted from 1.
    notes : tuple of {"en": ..., "zh": ...}
        Assumptions made while reading, in English and Chinese.
    set_aside, repaired : mapping of str to int
        Numbers of rows that reading left out of `relation`, such as titles and totals, and that it mended, by rule.
    lines : tuple of QualityLine
        What else reading noticed.
    """

    relation: str
    source_name: str
    types: Mapping[str, str]
    manifest: tuple[ManifestEntry, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    day_zero: str = ""
    numeric_cells: Mapping[str, int] = field(default_factory=dict)
    is_stored: bool = True
    is_ordered: bool = True
    has_places: bool = False
    row_numbers: Mapping[str, Callable[[], Sequence[int]]] = field(default_factory=dict)
    notes: tuple[Mapping[str, str], ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)
    repaired: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[QualityLine, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether every column is text, so that values have to be parsed."""
        return all(kind == "VARCHAR" for kind in self.types.values())


def column_types(con: Connection, relation: str) -> dict[str, str]:
    """Return DuckDB's type of each column of a relation, by name; those of `HIDDEN` are left out."""
    described = engine.fetch_rows(con, f"DESCRIBE {quote_name(relation)}")
    return {row[0]: row[1] for row in described if row[0] not in HIDDEN}


def copy_into(con: Connection, relation: str, content: pa.Table | pa.RecordBatchReader) -> None:
    """Copy an Arrow table or stream into a DuckDB table of this name, which is replaced if it exists.

    A name that several columns have is numbered, as `unique_names` does.
    """
    with _registered(con, content) as arriving:
        engine.execute(con, f"CREATE OR REPLACE TABLE {quote_name(relation)} AS SELECT * FROM {arriving}")


def spill_into(con: Connection, relation: str, content: pa.RecordBatchReader, *, columns: Sequence[str]) -> None:
    """Write an Arrow stream to a Parquet file in DuckDB's temporary folder, and create a view of it by this name.

    Checks run faster on it than on a table in memory, since they look at each repeated text once, and a large result
    needs little memory. Names are numbered as by `copy_into`; `columns` is the SQL of each column, by these names.
    """
    path = quote_text(f"{engine.spill_folder(con)}/{relation}.parquet")
    with _registered(con, content) as arriving:
        engine.execute(con, f"COPY (SELECT {', '.join(columns)} FROM {arriving}) TO {path} (FORMAT parquet)")
    engine.execute(con, f"CREATE VIEW {quote_name(relation)} AS SELECT * FROM read_parquet({path})")


@contextmanager
def _registered(con: Connection, content: pa.Table | pa.RecordBatchReader) -> Iterator[str]:
    """Make an Arrow table or stream known to DuckDB under a name, with unique names of its columns."""
    names = unique_names(content.schema.names)
    con.con.register("__arriving", content if list(names) == content.schema.names else _renamed(content, names))
    try:
        yield "__arriving"
    finally:
        con.con.unregister("__arriving")


def _renamed(content: pa.Table | pa.RecordBatchReader, names: Sequence[str]) -> pa.RecordBatchReader:
    """Return an Arrow table or stream with other names of its columns."""
    import pyarrow as pa

    schema = pa.schema([field.with_name(name) for field, name in zip(content.schema, names, strict=True)])
    batches = content.to_batches() if isinstance(content, pa.Table) else content
    renamed = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in batches)
    return pa.RecordBatchReader.from_batches(schema, renamed)


def text_batches(headers: Sequence[str], records: Iterator[Sequence[object]]) -> pa.RecordBatchReader:
    """Return records as a stream of Arrow batches whose columns are all text, see `to_text`."""
    import itertools

    import pyarrow as pa

    schema = pa.schema([(header, pa.string()) for header in headers])

    def batches() -> Iterator[pa.RecordBatch]:
        while chunk := list(itertools.islice(records, BATCH_ROWS)):
            columns = zip(*chunk, strict=True)
            yield pa.record_batch(
                [pa.array([to_text(cell) for cell in column], pa.string()) for column in columns], schema
            )

    return pa.RecordBatchReader.from_batches(schema, batches())


def to_text(cell: object) -> str | None:
    """Return one value as text; None and empty text are None, and a whole float is written without its ".0".

    A number with three decimals gets an exponent: as text, 1.375 could as well be written for one thousand and more.

    Examples
    --------
    >>> to_text(True), to_text(12.0), to_text(0.5), to_text(None), to_text(1.375)
    ('true', '12', '0.5', None, '1.375e0')
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | Decimal):
        is_whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15
        text = str(int(cell)) if is_whole else str(cell)
        return f"{text}e0" if _THREE_DECIMALS.fullmatch(text) else text
    return str(cell)
