"""Read the sheets of each workbook of a table as text, and count the cells that the workbook stores as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from attrition.data.engine import Connection
from attrition.data.faults import TableError
from attrition.data.files.date_system import DAY_ZERO_1900, day_zero
from attrition.data.files.differing_headings import differing_headings, partial_columns
from attrition.data.files.headings import SEARCHED_ROWS, Expected, Heading, find_heading
from attrition.data.files.manifest import did_you_mean_zh, display_path, manifest_entry
from attrition.data.files.merged_cells import MERGED, fill_merged
from attrition.data.files.raw_table import (
    ABOVE_HEADING,
    FILE,
    Part,
    RawTable,
    column_types,
    copy_into,
    text_batches,
    to_text,
)
from attrition.data.files.totals import TOTAL_ROWS, has_totals, without_totals
from attrition.data.files.workbook_process import (
    NotAWorkbook,
    Sheet,
    TooLarge,
    Workbook,
    last_cell,
    read_sheets,
    sheets_named,
)
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.errors import Fault, did_you_mean

_TAIL_ROWS = 20
_SHOWN_SHEETS = 12


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """One sheet: its headings, its records with their numbers in Excel, and what was set aside or filled.

    `label` names it in messages: the path of the file, with the sheet where several of the file are read.
    """

    label: str
    shown_path: str
    name: str
    heading: Heading
    records: list[list[object]]
    numbers: list[int]
    totals: int
    merged: int
    has_other_sheets: bool
    day_zero: str


def headers(path: Path, *, table: str, source: Source) -> tuple[str, ...]:
    """Return the headers of the first sheet that is declared, or of the first sheet.

    Raises
    ------
    TableError
        The file is no workbook, or has no such sheet, or it is empty or does not fit into memory.
    """
    return _sheets_of(path, path.name, Expected(table, source), source.sheet)[0].heading.names


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Copy the sheets of each workbook into one DuckDB table.

    Raises
    ------
    TableError
        A file is no workbook or does not fit into memory, has no such sheet, an empty one, or lacks a header that the
        others have; or some files count days from 1900 and others from 1904.
    """
    expected = Expected(table, source)
    by_file = {path: _sheets_of(path, display_path(path, workspace), expected, source.sheet) for path in files}
    sheets = [sheet for of_file in by_file.values() for sheet in of_file]
    names = {sheet.label: sheet.heading.names for sheet in sheets}
    if faults := [*differing_headings(table, source, names), *_differing_days(table, sheets)]:
        raise TableError(*faults)
    columns = list(dict.fromkeys(name for sheet in sheets for name in sheet.heading.names))
    relation = f"source_{table}"
    copy_into(con, relation, text_batches([*columns, FILE], _records(sheets, columns)))
    manifest = [
        manifest_entry(path, workspace, sum(len(sheet.records) for sheet in of_file))
        for path, of_file in by_file.items()
    ]
    return RawTable(
        relation=relation,
        source_name=sheets[0].shown_path if len(files) == 1 else source.source_name,
        types=column_types(con, relation),
        manifest=tuple(manifest),
        lines=tuple(partial_columns(table, source, names)),
        parts={sheet.label: Part(sheet.shown_path, sheet.name, sheet.heading.names) for sheet in sheets},
        day_zero=sheets[0].day_zero,
        numeric_cells=_numeric_cells(sheets),
        row_numbers={sheet.label: partial(list, sheet.numbers) for sheet in sheets},
        notes=tuple(_notes(table, source, sheets)),
        set_aside={
            ABOVE_HEADING: sum(sheet.heading.rows_above for sheet in sheets),
            TOTAL_ROWS: sum(sheet.totals for sheet in sheets),
        },
        repaired={MERGED: sum(sheet.merged for sheet in sheets)},
    )


def _sheets_of(path: Path, shown_path: str, expected: Expected, patterns: Sequence[str]) -> list[_Sheet]:
    """Return the sheets of one workbook that fit the patterns, or else the first; raise a fault where one is not there.

    Of the sheets that fit a pattern, empty ones are left out.
    """
    workbook = _workbook(path, shown_path, expected.table.name, patterns)
    for pattern in patterns:
        if not sheets_named(workbook.names, [pattern]):
            raise TableError(_no_sheet(shown_path, expected.table.name, pattern, workbook.names))
    filled = [sheet for sheet in workbook.sheets if any(sheet.rows)]
    if not filled or any(sheet.name in patterns for sheet in workbook.sheets if sheet not in filled):
        rule = Phrase("empty sheet", "工作表为空")
        advice = Phrase("name the right one with sheet", "请用 sheet 指明正确的工作表")
        raise TableError(_fault(shown_path, expected.table.name, rule, advice))
    days = day_zero(path)
    return [
        _split(
            sheet,
            f"{shown_path}!{sheet.name}" if len(filled) > 1 else shown_path,
            shown_path,
            expected,
            has_other_sheets=len(workbook.names) > 1,
            days=days,
        )
        for sheet in filled
    ]


def _workbook(path: Path, shown_path: str, table: str, patterns: Sequence[str]) -> Workbook:
    """Return the sheets of a workbook; raise a fault where it cannot be read."""
    try:
        return read_sheets(path, patterns)
    except NotAWorkbook:
        rule = Phrase("not an Excel workbook", "不是 Excel 工作簿")
        advice = Phrase(
            "export it again as .xlsx, without a password; it may be cut off",
            "请重新导出为不带密码的 .xlsx；文件可能被截断",
        )
        raise TableError(_fault(shown_path, table, rule, advice)) from None
    except TooLarge:
        raise TableError(_too_large(path, shown_path, table)) from None


def _no_sheet(shown_path: str, table: str, pattern: str, names: Sequence[str]) -> Fault:
    advice = Phrase(
        "name one of its sheets under [tables.{table}]{near}; it has: {names}",
        "请在 [tables.{table}] 下写出其中一个工作表的名称{near_zh}；文件中有：{names_zh}",
        table=table,
        near=did_you_mean(pattern, names),
        near_zh=did_you_mean_zh(pattern, names),
        names=", ".join(names[:_SHOWN_SHEETS]),
        names_zh="、".join(names[:_SHOWN_SHEETS]),
    )
    rule = Phrase('no sheet "{name}"', "没有名为“{name}”的工作表", name=pattern)
    return _fault(shown_path, table, rule, advice)


def _too_large(path: Path, shown_path: str, table: str) -> Fault:
    rule = Phrase("sheet does not fit into memory", "工作表超出可用内存")
    cell = last_cell(path)
    if cell:
        advice = Phrase(
            "its last cell is {cell}; copy the table into a workbook of its own, or save it as CSV",
            "其最后一个单元格是 {cell}；请将表格复制到单独的工作簿，或另存为 CSV",
            cell=cell,
        )
    else:
        advice = Phrase(
            "copy the table into a workbook of its own, or save it as CSV",
            "请将表格复制到单独的工作簿，或另存为 CSV",
        )
    return _fault(shown_path, table, rule, advice)


def _split(
    sheet: Sheet, label: str, shown_path: str, expected: Expected, *, has_other_sheets: bool, days: str
) -> _Sheet:
    """Return the headings of a sheet, and the rows below them that are neither empty nor totals."""
    rows = sheet.rows
    top = [_texts(row) for row in rows[:SEARCHED_ROWS]]
    heading = find_heading(top, expected, shown_path=label, first_row=sheet.first_row)
    places = [index for index in range(heading.row, len(rows)) if rows[index]]
    totals = 0
    if has_totals([_texts(rows[index]) for index in places[-_TAIL_ROWS:]], heading):
        kept, totals = without_totals([_texts(rows[index]) for index in places], heading)
        places = [places[index] for index in kept]
    records, merged = fill_merged(rows, sheet.merged, places=places, used=expected.used(heading.names))
    return _Sheet(
        label=label,
        shown_path=shown_path,
        name=sheet.name,
        heading=heading,
        records=list(records.values()),
        numbers=[sheet.first_row + index + 1 for index in places],
        totals=totals,
        merged=merged,
        has_other_sheets=has_other_sheets,
        day_zero=days,
    )


def _records(sheets: Sequence[_Sheet], columns: Sequence[str]) -> Iterator[list[object]]:
    """Yield every record with its cells in the order of `columns` and its file last."""
    for sheet in sheets:
        positions = {name: index for index, name in enumerate(sheet.heading.names)}
        order = [positions.get(name) for name in columns]
        for row in sheet.records:
            yield [*(None if index is None else row[index] for index in order), sheet.label]


def _numeric_cells(sheets: Sequence[_Sheet]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for sheet in sheets:
        for index, name in enumerate(sheet.heading.names):
            counts[name] += sum(_is_number(row[index]) for row in sheet.records)
    return dict(counts)


def _notes(table: str, source: Source, sheets: Sequence[_Sheet]) -> Iterator[dict[str, str]]:
    """Yield what is assumed: that the first of several sheets is the right one, and from when days are counted."""
    for sheet in sheets:
        if not source.sheet and sheet.has_other_sheets:
            yield {
                "en": f"{table}: {sheet.shown_path} has several sheets; the first one is read",
                "zh": f"{table}：{sheet.shown_path} 含多个工作表，只读取第一个",
            }
    if sheets[0].day_zero != DAY_ZERO_1900:
        yield {
            "en": f"{table}: {sheets[0].shown_path} counts days from 1904; numbers in its date columns are read so",
            "zh": f"{table}：{sheets[0].shown_path} 采用 1904 日期系统；日期列中的数字按此读取",
        }


def _differing_days(table: str, sheets: Sequence[_Sheet]) -> list[Fault]:
    """Return a fault for each workbook that counts days from another year than the first."""
    rule = Phrase("days counted from another year than in the first file", "日期系统与第一个文件不同")
    advice = Phrase(
        "save all workbooks of a table with the same date system (Excel: Options, Advanced, Use 1904 date system)",
        "请以同一日期系统保存该表的所有工作簿（Excel：选项、高级、使用 1904 日期系统）",
    )
    return [_fault(sheet.shown_path, table, rule, advice) for sheet in sheets if sheet.day_zero != sheets[0].day_zero]


def _texts(row: Sequence[object]) -> list[str]:
    return [to_text(cell) or "" for cell in row]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _fault(shown_path: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=shown_path, table=table, column="", rule=rule, rows=None, advice=advice)
