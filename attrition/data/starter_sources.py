"""Make a first `pipelines/sources.toml` for a folder whose files are named after tables of the data contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

from attrition.data.faults import TableError
from attrition.data.files import reading
from attrition.data.mapping import guess_column
from attrition.data.schema import Table
from attrition.data.tables import ANY_TABLE, TABLES
from attrition.errors import DeclarationError

SITE = """[site]
name = "My service centre"
time_zone = "Asia/Shanghai"
currency = "CNY"
language = "en"
"""
"""The section of the site, to be edited."""
_SNAPSHOTS = """# Declare every column of the monthly file that is to be a feature:
# [tables.snapshots.features.pay_income]
# family = "pay"
# lever = "pay"
# en = "monthly pay"
# zh = "月薪"
# unit = "money"
# direction = -1
# measure = "level"     # or "change", "ratio_to_norm", "days_since": how a sentence words the value
# topic = "pay_income"  # features of one topic share a line in the report
"""


def starter_sources_toml(folder: Path, *, shown: str | None = None) -> str:
    """Return the text of a `sources.toml` that reads the files of a folder.

    A file belongs to the table that its name starts with: ``exits.csv``, ``exits_2026-09.csv``, ``exits-old.xlsx``;
    several files become one glob. Of files with different suffixes only those with one suffix are used: the first of
    `attrition.data.files.reading.SUFFIXES`. Headers that are the contract's Chinese names are mapped to its columns.

    Parameters
    ----------
    folder : Path
        Where the exports are.
    shown : str, optional
        The path of the folder as written in the declaration; by default its absolute path.

    Raises
    ------
    DeclarationError
        There is no such folder, or no file in it is named after a table.
    """
    if not folder.is_dir():
        raise DeclarationError("{folder} is not a folder", folder=folder)
    tables = {name: files for name in TABLES if (files := _files(folder, name))}
    if not tables:
        raise DeclarationError(
            "no file in {folder} is named after a table, such as agents.csv or exits.parquet", folder=folder
        )
    folder_path = shown if shown is not None else folder.resolve().as_posix()
    return "\n".join([SITE, *(_table_section(TABLES[name], files, folder_path) for name, files in tables.items())])


def _files(folder: Path, table: str) -> list[Path]:
    """Return the files of one table, all with the same suffix, in the order of their names."""
    longer_names = [name for name in TABLES if name != table and name.startswith(table)]
    pattern = re.compile(rf"{table}(?![a-z])", re.IGNORECASE)
    files = [path for path in folder.iterdir() if path.suffix.lower() in reading.SUFFIXES and pattern.match(path.name)]
    files = [path for path in files if not any(path.name.lower().startswith(name) for name in longer_names)]
    suffixes = sorted({path.suffix for path in files}, key=lambda suffix: reading.SUFFIXES.index(suffix.lower()))
    return sorted(path for path in files if path.suffix == suffixes[0]) if suffixes else []


def _table_section(table: Table, files: list[Path], folder_path: str) -> str:
    """Return the section of one table: its path, its recording delay as a comment, and its mapped headers."""
    name = files[0].name if len(files) == 1 else f"{table.name}*{files[0].suffix}"
    lines = [f"[tables.{table.name}]", f"path = {json.dumps(f'{folder_path}/{name}', ensure_ascii=False)}"]
    headers = _headers(files[0], table.name)
    if table.happened and "recorded_at" not in {guess_column(header, table) for header in headers}:
        lines.append("# recording_delay_days = 0  # days until a row is in the system; 0 is assumed")
    known_names = {column.name for column in (*table.columns, *ANY_TABLE)}
    mapped = {
        header: column for header in headers if header not in known_names and (column := guess_column(header, table))
    }
    if mapped:
        lines.append(f"[tables.{table.name}.columns]")
        lines += [f"{json.dumps(header, ensure_ascii=False)} = {json.dumps(name)}" for header, name in mapped.items()]
    return "\n".join([*lines, *([_SNAPSHOTS] if table.name == "snapshots" else []), ""])


def _headers(path: Path, table: str) -> tuple[str, ...]:
    """Return the headers of a file, or none if it cannot be read; `attrition check` reports the reason later."""
    try:
        return reading.headers(path, table=table)
    except TableError:
        return ()
