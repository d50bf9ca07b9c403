"""Excel workbooks: the cells of one sheet as text, remembering which columns Excel had stored as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrition.data.engine import Connection
from attrition.data.faults import Refused
from attrition.data.files import entry, shown
from attrition.data.raw_table import FILE, Landed, as_text, put, types
from attrition.data.sources import Source
from attrition.errors import Fault, nearest


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Read the headers of the first sheet.

    Raises
    ------
    Refused
        The file is no workbook, or its first sheet is empty.
    """
    return tuple(_split(_sheet(path, path.name, table, None)[1], path.name, table)[0])


def land(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> Landed:
    """Land one sheet of each workbook; the first row that holds anything is the header.

    Raises
    ------
    Refused
        No such sheet, an empty sheet, a file that is no workbook, or workbooks with different headers.
    """
    headers: list[str] = []
    records: list[list[object]] = []
    counts, notes = [], []
    for path in files:
        label = shown(path, workspace)
        sheet, cells = _sheet(path, label, table, source.sheet)
        if source.sheet is None and sheet:
            notes.append(
                {
                    "en": f"{table}: {label} has several sheets; the first one is read",
                    "zh": f"{table}：{label} 含多个工作表，只读取第一个",
                }
            )
        found, body = _split(cells, label, table)
        if headers and found != headers:
            raise Refused(
                _fault(label, table, "headers differ from the first file's", "give all files the same headers")
            )
        headers = found
        records.extend([*row, label] for row in body)
        counts.append(len(body))
    relation = f"source_{table}"
    put(con, relation, as_text([*headers, FILE], iter(records)))
    manifest = tuple(entry(path, workspace, count) for path, count in zip(files, counts, strict=True))
    return Landed(
        relation=relation,
        place=manifest[0].path if len(files) == 1 else source.place,
        types=types(con, relation),
        manifest=manifest,
        is_excel=True,
        numbers={header: sum(_is_number(row[at]) for row in records) for at, header in enumerate(headers)},
        notes=tuple(notes),
    )


def _sheet(path: Path, label: str, table: str, wanted: str | None) -> tuple[bool, list[list[object]]]:
    """Read the cells of a sheet, and say whether there were others to choose from."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if wanted is not None and wanted not in names:
            advice = f"name one that is there under [tables.{table}]{nearest(wanted, names)}"
            raise Refused(_fault(label, table, f'no sheet "{wanted}"', advice))
        return len(names) > 1, book.get_sheet_by_name(wanted or names[0]).to_python()
    except (CalamineError, OSError):
        raise Refused(_fault(label, table, "not an Excel workbook", "export it again as .xlsx")) from None


def _split(cells: list[list[object]], label: str, table: str) -> tuple[list[str], list[list[object]]]:
    filled = [row for row in cells if any(cell not in ("", None) for cell in row)]
    if not filled:
        raise Refused(_fault(label, table, "empty sheet", "name the right one with sheet"))
    headers = [str(cell).strip() or f"column {place}" for place, cell in enumerate(filled[0], start=1)]
    if len(set(headers)) < len(headers):
        raise Refused(_fault(label, table, "header used twice", "rename one of them"))
    return headers, filled[1:]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _fault(label: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=label, table=table, column="", rule=rule, rows=None, advice=advice)
