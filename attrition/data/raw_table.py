"""A source table as the engine holds it: the source's own headers and values, nothing cast, nothing dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.files import ManifestEntry

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "__file"
"""Column added to a text source: the file that each row came from."""


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """One table as its source holds it.

    Parameters
    ----------
    relation : str
        Its name in the engine.
    place : str
        What messages call the source.
    types : mapping of str to str
        The engine's type by header, in the order of the source.
    is_excel : bool
        Whether five-digit numbers may be Excel's dates.
    numeric_cells : mapping of str to int
        Excel only: how many cells of a column were stored as numbers.
    is_stored : bool
        Whether the engine holds a copy; otherwise it reads the files each time.
    notes : tuple of {"en": ..., "zh": ...}
        What was assumed while reading.
    """

    relation: str
    place: str
    types: Mapping[str, str]
    manifest: tuple[ManifestEntry, ...] = ()
    is_excel: bool = False
    numeric_cells: Mapping[str, int] = field(default_factory=dict)
    is_stored: bool = True
    notes: tuple[Mapping[str, str], ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether every column came as text and has to be parsed."""
        return all(kind == "VARCHAR" for kind in self.types.values())


def column_types(con: Connection, relation: str) -> dict[str, str]:
    """Return the engine's type of each column, without the column that names the file."""
    described = engine.fetch_rows(con, f"DESCRIBE {quote_name(relation)}")
    return {row[0]: row[1] for row in described if row[0] != FILE}


def copy_into(con: Connection, relation: str, content: pa.Table | pa.RecordBatchReader) -> None:
    """Copy an Arrow table or stream into the engine."""
    con.con.register("__arriving", content)
    engine.execute(con, f"CREATE OR REPLACE TABLE {quote_name(relation)} AS SELECT * FROM __arriving")
    con.con.unregister("__arriving")


def text_batches(headers: Sequence[str], records: Iterator[Sequence[object]]) -> pa.RecordBatchReader:
    """Return records of any values as a stream of text columns, a few thousand rows at a time."""
    import itertools

    import pyarrow as pa

    schema = pa.schema([(header, pa.string()) for header in headers])

    def batches() -> Iterator[pa.RecordBatch]:
        while chunk := list(itertools.islice(records, 20_000)):
            columns = zip(*chunk, strict=True)
            yield pa.record_batch(
                [pa.array([to_text(cell) for cell in column], pa.string()) for column in columns], schema
            )

    return pa.RecordBatchReader.from_batches(schema, batches())


def to_text(cell: object) -> str | None:
    """Return one value as text, without changing its meaning.

    Examples
    --------
    >>> to_text(True), to_text(12.0), to_text(0.5), to_text(None)
    ('true', '12', '0.5', None)
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)
