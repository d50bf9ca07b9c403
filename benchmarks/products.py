"""Compare the products of two workspaces: hash every table, page, PDF and workbook, and list what differs.

    python benchmarks/products.py demo                      hashes of every product, one per line
    python benchmarks/products.py demo --against earlier    what differs, by column, line or cell; exit code 1 if any

Both runs need one key of pseudonyms: set ATTRITION_PEOPLE_KEY to the same text. A refactoring that changes no figure
shows it with two runs of ``attrition demo``, by the code before and after. Reads files only, so that the two workspaces
may come from different versions of the package. MLflow's record is not
compared: run ids and times differ in any two runs.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

FOLDERS = ("exports", "runs", "reports", "pilots")
LINES_SHOWN = 40
"""Differing lines shown of one product."""


def products(workspace: Path) -> list[Path]:
    """List every product by its path in the workspace."""
    paths = (path for name in FOLDERS for path in (workspace / name).rglob("*"))
    return sorted(path.relative_to(workspace) for path in paths if path.is_file() and not path.name.startswith("."))


def table_lines(path: Path) -> list[str]:
    """Describe a table by its number of rows and one hash of each column's values, in row order."""
    table = pq.read_table(path)
    lines = [f"{table.num_rows} rows"]
    for name in table.column_names:
        values = "\n".join(map(repr, table[name].to_pylist()))
        lines.append(f"{name}: {hashlib.sha256(values.encode()).hexdigest()[:16]}")
    return lines


def text_lines(path: Path) -> list[str]:
    """Return the lines of a text, tags of a page on lines of their own."""
    return re.sub(r"(<[^<>]+>)", r"\n\1\n", path.read_text(encoding="utf-8", errors="replace")).split("\n")


def workbook_lines(path: Path) -> list[str]:
    """Return every cell with its sheet and coordinate."""
    book = openpyxl.load_workbook(path)
    return [
        f"{sheet.title}!{cell.coordinate}: {cell.value!r}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def pdf_lines(path: Path) -> list[str]:
    """Return the text of a PDF; its hash where pdftotext is not installed."""
    if shutil.which("pdftotext") is None:
        return [digest(path)]
    command = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")


READERS: dict[str, Callable[[Path], list[str]]] = {
    ".parquet": table_lines,
    ".xlsx": workbook_lines,
    ".pdf": pdf_lines,
}


def digest(path: Path) -> str:
    """Hash a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differences(path: Path, workspace: Path, other: Path) -> list[str]:
    """List how one product differs between two workspaces; empty where it is the same."""
    new, old = workspace / path, other / path
    if not new.exists() or not old.exists():
        return ["only in the first" if new.exists() else "only in the second"]
    if digest(new) == digest(old):
        return []
    read = READERS.get(path.suffix, text_lines)
    changed = [
        line
        for line in difflib.unified_diff(read(old), read(new), lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
    if path.suffix == ".parquet" and not changed:
        return []  # the same rows, written with other metadata
    return changed or ["other bytes, the same content"]


def report(workspace: Path, other: Path) -> Iterator[str]:
    """Yield a line for each product that differs, and below it what differs."""
    for path in sorted({*products(workspace), *products(other)}):
        changed = differences(path, workspace, other)
        if changed:
            yield f"{path}: {len(changed)} lines differ"
            yield from (f"    {line}" for line in changed[:LINES_SHOWN])


def main() -> int:
    """Print hashes or differences; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--against", type=Path, metavar="WORKSPACE", help="an earlier workspace to compare with")
    options = parser.parse_args()
    if options.against is None:
        for path in products(options.workspace):
            print(digest(options.workspace / path), path)
        return 0
    lines = list(report(options.workspace, options.against))
    print("\n".join(lines) or f"{len(products(options.workspace))} products, none differs")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
