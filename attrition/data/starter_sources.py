"""Write a starter `pipelines/sources.toml` for a folder whose files are named after the contract's tables."""

from __future__ import annotations

import json
import re
from pathlib import Path

from attrition.data import reading
from attrition.data.faults import TableRefused
from attrition.data.mapping import guess_column
from attrition.data.schema import Table
from attrition.data.tables import ANY_TABLE, TABLES
from attrition.errors import DeclarationError

_SITE = """[site]
name = "My service centre"
time_zone = "Asia/Shanghai"
currency = "CNY"
language = "en"
"""
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
    """Return the text of the declaration for a folder of exports.

    A file belongs to the table that its name starts with: ``exits.csv``, ``exits_2026-09.csv``, ``exits-old.xlsx``;
    several files with one suffix become one glob. Headers that are the contract's Chinese names are mapped.

    Parameters
    ----------
    folder : Path
        Where the exports are.
    shown : str, optional
        The path of the folder in the declaration; by default its absolute path.

    Raises
    ------
    DeclarationError
        There is no such folder, or no file in it is named after a table.
    """
    if not folder.is_dir():
        raise DeclarationError(f"{folder} is not a folder")
    tables = {name: files for name in TABLES if (files := _files(folder, name))}
    if not tables:
        raise DeclarationError(f"no file in {folder} is named after a table, such as agents.csv or exits.parquet")
    where = shown if shown is not None else folder.resolve().as_posix()
    return "\n".join([_SITE, *(_table(TABLES[name], files, where) for name, files in tables.items())])


def _files(folder: Path, table: str) -> list[Path]:
    longer_names = [name for name in TABLES if name != table and name.startswith(table)]
    pattern = re.compile(rf"{table}(?![a-z])", re.IGNORECASE)
    files = [path for path in folder.iterdir() if path.suffix.lower() in reading.SUFFIXES and pattern.match(path.name)]
    files = [path for path in files if not any(path.name.lower().startswith(name) for name in longer_names)]
    suffixes = sorted({path.suffix for path in files}, key=lambda suffix: reading.SUFFIXES.index(suffix.lower()))
    return sorted(path for path in files if path.suffix == suffixes[0]) if suffixes else []


def _table(table: Table, files: list[Path], where: str) -> str:
    name = files[0].name if len(files) == 1 else f"{table.name}*{files[0].suffix}"
    lines = [f"[tables.{table.name}]", f"path = {json.dumps(f'{where}/{name}', ensure_ascii=False)}"]
    headers = _headers(files[0], table.name)
    if table.happened and "recorded_at" not in {guess_column(header, table) for header in headers}:
        lines.append("# recording_delay_days = 0  # days until a row is in the system; 0 is assumed")
    known = {column.name for column in (*table.columns, *ANY_TABLE)}
    mapped = {header: column for header in headers if header not in known and (column := guess_column(header, table))}
    if mapped:
        lines.append(f"[tables.{table.name}.columns]")
        lines += [f"{json.dumps(header, ensure_ascii=False)} = {json.dumps(name)}" for header, name in mapped.items()]
    return "\n".join([*lines, *([_SNAPSHOTS] if table.name == "snapshots" else []), ""])


def _headers(path: Path, table: str) -> tuple[str, ...]:
    """Read the headers of a file; none of a damaged one, which `attrition check` reports."""
    try:
        return reading.headers(path, table=table)
    except TableRefused:
        return ()
