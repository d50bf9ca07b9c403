"""Read one sheet of Excel workbooks as text, and count the cells that Excel stored as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrition.data.engine import Connection
from attrition.data.faults import TableRefused
from attrition.data.files import display_path, manifest_entry
from attrition.data.raw_table import FILE, RawTable, column_types, copy_into, text_batches
from attrition.data.sources import Source
from attrition.errors import Fault, nearest


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Read the headers of the first sheet.

    Raises
    ------
    TableRefused
        The file is no workbook, or its first sheet is empty.
    """
    return tuple(_split_header(_sheet(path, path.name, table, None)[1], path.name, table)[0])


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Read one sheet of each workbook; the first row that is not empty is the header.

    Raises
    ------
    TableRefused
        No such sheet, an empty sheet, a file that is no workbook, or workbooks with different headers.
    """
    headers: list[str] = []
    records: list[list[object]] = []
    counts, notes = [], []
    for path in files:
        label = display_path(path, workspace)
        has_other_sheets, cells = _sheet(path, label, table, source.sheet)
        if source.sheet is None and has_other_sheets:
            notes.append(
                {
                    "en": f"{table}: {label} has several sheets; the first one is read",
                    "zh": f"{table}：{label} 含多个工作表，只读取第一个",
                }
            )
        file_headers, body = _split_header(cells, label, table)
        if headers and file_headers != headers:
            raise TableRefused(
                _fault(label, table, "headers differ from the first file's", "give all files the same headers")
            )
        headers = file_headers
        records.extend([*row, label] for row in body)
        counts.append(len(body))
    relation = f"source_{table}"
    copy_into(con, relation, text_batches([*headers, FILE], iter(records)))
    manifest = tuple(manifest_entry(path, workspace, count) for path, count in zip(files, counts, strict=True))
    return RawTable(
        relation=relation,
        place=manifest[0].path if len(files) == 1 else source.place,
        types=column_types(con, relation),
        manifest=manifest,
        is_excel=True,
        numeric_cells={header: sum(_is_number(row[i]) for row in records) for i, header in enumerate(headers)},
        notes=tuple(notes),
    )


def _sheet(path: Path, label: str, table: str, name: str | None) -> tuple[bool, list[list[object]]]:
    """Return whether the workbook has several sheets, and the cells of one: the named or the first."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if name is not None and name not in names:
            advice = f"name one that is there under [tables.{table}]{nearest(name, names)}"
            raise TableRefused(_fault(label, table, f'no sheet "{name}"', advice))
        return len(names) > 1, book.get_sheet_by_name(name or names[0]).to_python()
    except (CalamineError, OSError):
        raise TableRefused(_fault(label, table, "not an Excel workbook", "export it again as .xlsx")) from None


def _split_header(cells: list[list[object]], label: str, table: str) -> tuple[list[str], list[list[object]]]:
    rows = [row for row in cells if any(cell not in ("", None) for cell in row)]
    if not rows:
        raise TableRefused(_fault(label, table, "empty sheet", "name the right one with sheet"))
    headers = [str(cell).strip() or f"column {place}" for place, cell in enumerate(rows[0], start=1)]
    if len(set(headers)) < len(headers):
        raise TableRefused(_fault(label, table, "header used twice", "rename one of them"))
    return headers, rows[1:]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _fault(label: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=label, table=table, column="", rule=rule, rows=None, advice=advice)
