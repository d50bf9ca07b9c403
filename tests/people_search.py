"""Search a whole folder for people: staff numbers, pseudonyms or any other words, in whatever kind of file they stand.

Parquet is read column by column, workbooks and archives are unpacked, PDFs are turned into text, and databases are read
row by row and as they lie on disk, where deleted rows may still be. Names of files count as well.
"""

from __future__ import annotations

import gzip
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from attrition.data.tables import PEOPLE_COLUMNS

WORD = re.compile(r"[^\W_]+")
"""What is compared as a whole: a number within a longer one is another number."""
PREFIX = "77"
"""Put before the staff numbers of a synthetic centre, so that they have nine digits and stand nowhere by chance."""


def find_people(folder: Path, people: Iterable[str], *, but: Collection[str] = ()) -> dict[str, set[str]]:
    """Return which people are named in which files: by path in the folder, the numbers found there.

    Parameters
    ----------
    folder : Path
        Searched with everything below it.
    people : iterable of str
        Staff numbers or other words; a number with leading zeros is found without them as well.
    but : collection of str
        Folders and files that are left out, by their path in the folder.
    """
    forms = {form: number for number in people for form in {number, number.lstrip("0")} if form}
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(name == left_out or name.startswith(f"{left_out}/") for left_out in but):
            numbers = {forms[word] for text in (unquote(name), *texts(path)) for word in words(text) & forms.keys()}
            found |= {name: numbers} if numbers else {}
    return found


def words(text: str) -> set[str]:
    """Return the words and numbers of a text."""
    return set(WORD.findall(text))


def texts(path: Path) -> Iterator[str]:
    """Yield everything that a file says, unpacked."""
    if path.suffix == ".parquet":
        yield from parquet_texts(path)
    elif path.suffix == ".pdf":
        yield pdf_text(path)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            yield from (decoded(parts.read(name)) for name in parts.namelist())
    else:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield decoded(content)
        if content.startswith(b"SQLite format 3\0"):
            yield from database_texts(path)


def decoded(content: bytes) -> str:
    """Return bytes as text; of UTF-16, which databases and Windows write, the letters as well."""
    text = content.decode("utf-8", errors="replace")
    return f"{text} {content.replace(bytes(1), b'').decode('utf-8', errors='replace')}" if b"\0" in content else text


def parquet_texts(path: Path) -> Iterator[str]:
    """Yield the different values of every column, and what stands about the file in its footer."""
    file = pq.ParquetFile(path)
    yield decoded(b" ".join((file.schema_arrow.metadata or {}).values()))
    for name, column in zip(file.schema_arrow.names, file.read().columns, strict=True):
        yield f"{name} {column_text(column)}"


def column_text(column: pa.ChunkedArray) -> str:
    """Return the different values of a column; a number that is whole is written without decimals."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        return " ".join(map(str, column.to_pylist()))
    values = pc.unique(column).drop_null()
    if pa.types.is_floating(values.type):
        whole = values.filter(pc.and_(pc.is_finite(values), pc.equal(pc.floor(values), values)))
        return " ".join(f"{value:.0f}" for value in whole.to_pylist())
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return " ".join(decoded(value) for value in values.to_pylist())
    return " ".join(map(str, values.to_pylist()))


def pdf_text(path: Path) -> str:
    """Return the text of a PDF by poppler; without it a PDF cannot be searched, so the test fails."""
    program = shutil.which("pdftotext")
    assert program is not None, "poppler is not installed (apt-get install poppler-utils)"
    return subprocess.run([program, str(path), "-"], check=True, capture_output=True).stdout.decode("utf-8")


def database_texts(path: Path) -> Iterator[str]:
    """Yield every cell of every table of a database."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield " ".join(decoded(cell) if isinstance(cell, bytes) else str(cell) for cell in row)


def people_of(exports: Path) -> set[str]:
    """Return every staff number in the exports of a centre, in any column that names people."""
    numbers: set[str] = set()
    for path in [*exports.glob("*.csv"), *exports.glob("*.parquet")]:
        rows = duckdb.sql(_select(path))
        for column in sorted(set(rows.columns) & set(PEOPLE_COLUMNS)):
            numbers |= {number for (number,) in rows.select(f'"{column}"').distinct().fetchall() if number}
    return numbers


def lengthen_numbers(exports: Path) -> None:
    """Put `PREFIX` before every staff number of a centre's exports, so that none of them stands anywhere by chance."""
    for path in [*exports.glob("*.csv"), *exports.glob("*.parquet")]:
        rows = duckdb.sql(_select(path))
        people = sorted(set(rows.columns) & set(PEOPLE_COLUMNS))
        if people:
            longer = ", ".join(f'\'{PREFIX}\' || "{column}" AS "{column}"' for column in people)
            table = rows.select(f"* REPLACE ({longer})").arrow()
            table = table.read_all() if isinstance(table, pa.RecordBatchReader) else table
            pq.write_table(table, path) if path.suffix == ".parquet" else _write_csv(table, path)


def _select(path: Path) -> str:
    return f"SELECT * FROM read_csv('{path}', all_varchar = true)" if path.suffix == ".csv" else f"FROM '{path}'"


def _write_csv(table: pa.Table, path: Path) -> None:
    import pyarrow.csv

    pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="needed"))
