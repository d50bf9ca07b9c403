"""Read one sheet of each workbook of a table as text, and count the cells that the workbook stores as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrition.data.engine import Connection
from attrition.data.faults import TableError
from attrition.data.files import display_path, manifest_entry
from attrition.data.raw_table import FILE, RawTable, column_types, copy_into, text_batches
from attrition.data.sources import Source
from attrition.errors import Fault, did_you_mean


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Return the headers of the first sheet.

    Raises
    ------
    TableError
        The file is no workbook, or its first sheet is empty or has a header twice.
    """
    return tuple(_split_header(_sheet(path, path.name, table, None)[1], path.name, table)[0])


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Copy one sheet of each workbook into one DuckDB table; the first row that is not empty is the header.

    Raises
    ------
    TableError
        A file is no workbook, has no such sheet, an empty sheet or a header twice, or other headers than the first.
    """
    headers: list[str] = []
    records: list[list[object]] = []
    counts, notes = [], []
    for path in files:
        shown_path = display_path(path, workspace)
        has_other_sheets, cells = _sheet(path, shown_path, table, source.sheet)
        if source.sheet is None and has_other_sheets:
            notes.append(
                {
                    "en": f"{table}: {shown_path} has several sheets; the first one is read",
                    "zh": f"{table}：{shown_path} 含多个工作表，只读取第一个",
                }
            )
        file_headers, rows = _split_header(cells, shown_path, table)
        if headers and file_headers != headers:
            raise TableError(
                _fault(shown_path, table, "headers differ from the first file's", "give all files the same headers")
            )
        headers = file_headers
        records.extend([*row, shown_path] for row in rows)
        counts.append(len(rows))
    relation = f"source_{table}"
    copy_into(con, relation, text_batches([*headers, FILE], iter(records)))
    manifest = tuple(manifest_entry(path, workspace, count) for path, count in zip(files, counts, strict=True))
    return RawTable(
        relation=relation,
        source_name=manifest[0].path if len(files) == 1 else source.source_name,
        types=column_types(con, relation),
        manifest=manifest,
        is_excel=True,
        numeric_cells={header: sum(_is_number(row[i]) for row in records) for i, header in enumerate(headers)},
        notes=tuple(notes),
    )


def _sheet(path: Path, shown_path: str, table: str, name: str | None) -> tuple[bool, list[list[object]]]:
    """Return whether the workbook has several sheets, and the rows of the sheet of this name, or else of the first."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if name is not None and name not in names:
            advice = f"name one of its sheets under [tables.{table}]{did_you_mean(name, names)}"
            raise TableError(_fault(shown_path, table, f'no sheet "{name}"', advice))
        return len(names) > 1, workbook.get_sheet_by_name(name or names[0]).to_python()
    except (CalamineError, OSError):
        raise TableError(_fault(shown_path, table, "not an Excel workbook", "export it again as .xlsx")) from None


def _split_header(cells: list[list[object]], shown_path: str, table: str) -> tuple[list[str], list[list[object]]]:
    """Return the headers and the rows below them, empty rows left out; an empty header is called by its number."""
    rows = [row for row in cells if any(cell not in ("", None) for cell in row)]
    if not rows:
        raise TableError(_fault(shown_path, table, "empty sheet", "name the right one with sheet"))
    headers = [str(cell).strip() or f"column {number}" for number, cell in enumerate(rows[0], start=1)]
    if len(set(headers)) < len(headers):
        raise TableError(_fault(shown_path, table, "header used twice", "rename one of them"))
    return headers, rows[1:]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _fault(shown_path: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=shown_path, table=table, column="", rule=rule, rows=None, advice=advice)
