"""Whether a file names a person: the number or the pseudonym as a word of its own, whatever the file is packed in."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

SHORTEST = 4
"""A shorter number stands in any text by chance; tables are searched for it by their columns only."""
TEXTS = (".csv", ".json", ".jsonl", ".md", ".html", ".txt", ".toml", ".svg", ".yaml", ".tsv")
PACKED = (".xlsx", ".zip")


def mentions(path: Path, names: Collection[str]) -> bool:
    """Return whether a file names one of them; of other kinds of files than text, tables and databases never.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder) / "page.html"
    ...     _ = page.write_text("<td>0010203</td><td>5</td>")
    ...     mentions(page, ["0010203"]), mentions(page, ["10203"]), mentions(page, ["5"])
    (True, False, False)
    """
    pattern = word_pattern(names)
    if pattern is None:
        return False
    return any(pattern.search(text) for text in _texts(path))


def word_pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """Return the pattern of names that stand alone in a text; None where all are too short to be told from chance."""
    long_enough = [re.escape(name) for name in names if len(name) >= SHORTEST]
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(long_enough)})(?![0-9A-Za-z])") if long_enough else None


def _texts(path: Path) -> Iterator[str]:
    """Yield the texts of a file."""
    if path.suffix in TEXTS:
        yield path.read_text(encoding="utf-8", errors="replace")
    elif path.suffix in PACKED:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield packed.read(name).decode("utf-8", errors="replace")
    elif path.suffix == ".parquet":
        yield from _parquet_texts(path)
    elif path.suffix in (".db", ".sqlite"):
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            yield from (text for _, _, text in database_texts(database))


def _parquet_texts(path: Path) -> Iterator[str]:
    """Yield every different value of every text column."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    for field in pq.read_schema(path):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            column = pq.read_table(path, columns=[field.name])[field.name].cast(pa.string())
            yield from (value for value in pc.unique(column).to_pylist() if value is not None)


def database_texts(database: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Yield table, column and value of every different text of a database."""
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for _, column, *_ in database.execute(f'PRAGMA table_info("{table}")').fetchall():
            query = f"""SELECT DISTINCT "{column}" FROM "{table}" WHERE typeof("{column}") = 'text'"""
            for (text,) in database.execute(query):
                yield table, column, text
