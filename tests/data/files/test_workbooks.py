"""Workbooks: titles and totals, files with other columns, date systems, and sheets that would fill the memory."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from attrition.data.files import workbook_process
from attrition.data.files.date_system import DAY_ZERO_1900, DAY_ZERO_1904, day_zero
from attrition.data.files.workbook_process import NotAWorkbook, TooLarge, last_cell, read_sheet, read_sheet_here
from tests.data.sites import AGENTS, faults_of, open_site, quality_rows, sorted_rows

ROWS = [line.split(",") for line in AGENTS.splitlines()]


def workbook(path: Path, rows: list[list[str]], first_row: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=first_row):
        for column, cell in enumerate(row, start=1):
            book.active.cell(number, column, cell or None)
    book.save(path)
    return path.read_bytes()


def with_cell(path: Path, name: str) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"], book.active[name] = "agent_id", 1
    book.save(path)
    return path


def test_titles_and_totals_of_a_sheet_are_set_aside_and_counted(tmp_path: Path) -> None:
    rows = [["Staff"], [], ["Who", ""], *ROWS, ["Total", ""], ["Printed on Monday"]]
    content = workbook(tmp_path / "book.xlsx", rows, first_row=3)
    centre = open_site(tmp_path, {"agents/agents.xlsx": content}, agents='path = "exports/agents.xlsx"')
    counts = quality_rows(centre, "agents")
    assert (counts["set aside: above the heading"], counts["set aside: total or note"]) == (5, 2)
    assert (counts["rows used"], counts["rows read"]) == (3, 10)


def test_the_row_of_headings_is_counted_as_excel_counts_it(tmp_path: Path) -> None:
    content = workbook(tmp_path / "book.xlsx", [["agent_id", "hire_date"], *ROWS], first_row=4)
    path = 'path = "exports/agents.xlsx"\n'
    centre = open_site(tmp_path, {"agents/agents.xlsx": content}, agents=path + "header_row = 5")
    assert quality_rows(centre, "agents")["rows used"] == 3


def test_workbooks_of_one_table_may_differ_in_columns_that_nobody_uses(tmp_path: Path) -> None:
    first = workbook(tmp_path / "1.xlsx", ROWS[:3])
    second = workbook(tmp_path / "2.xlsx", [["remark", "hire_date", "agent_id"], ["x", "2025-03-01", "1E5"]])
    exports = {"agents/agents_1.xlsx": first, "agents/agents_2.xlsx": second}
    centre = open_site(tmp_path, exports, agents='path = "exports/agents_*.xlsx"')
    assert sorted_rows(centre, "agents")["agent_id"].tolist() == ["001", "002", "1E5"]


def test_a_cell_in_the_last_corner_is_a_fault_and_no_abort(tmp_path: Path) -> None:
    content = with_cell(tmp_path / "far.xlsx", "XFD1048576").read_bytes()
    faults = faults_of(tmp_path, {"agents/agents.xlsx": content}, agents='path = "exports/agents.xlsx"')
    assert [(fault.file, fault.rule) for fault in faults] == [("exports/agents.xlsx", "sheet does not fit into memory")]
    assert "its last cell is XFD1048576" in faults[0].advice


def test_the_other_process_reads_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook(tmp_path / "book.xlsx", ROWS)
    expected = read_sheet_here(tmp_path / "book.xlsx", None)
    monkeypatch.setattr(workbook_process, "_SMALL_BYTES", 0)
    assert read_sheet(tmp_path / "book.xlsx", None) == expected
    assert expected.rows == ROWS


def test_a_damaged_workbook_is_told_from_one_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(path, ROWS)[:-200])
    with pytest.raises(NotAWorkbook):
        read_sheet(path, None)
    with pytest.raises(TooLarge):
        read_sheet(with_cell(path, "XFD1048576"), None)
    assert last_cell(path) == "XFD1048576"


def test_the_date_system_is_read_from_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook(path, ROWS)
    assert day_zero(path) == DAY_ZERO_1900
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = re.sub(rb"<workbookPr[^>]*/>", rb'<workbookPr date1904="1"/>', parts["xl/workbook.xml"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert day_zero(path) == DAY_ZERO_1904


def test_a_workbook_that_is_damaged_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    whole = workbook(path, ROWS)
    refused = 0
    for position in range(40, len(whole), 300):
        path.write_bytes(
            whole[:position] + bytes(byte ^ 0x5A for byte in whole[position : position + 40]) + whole[position + 40 :]
        )
        try:
            assert read_sheet(path, None).names
        except NotAWorkbook:
            refused += 1
        assert day_zero(path) == DAY_ZERO_1900
    assert refused > 5


def test_the_date_system_of_an_old_workbook_is_read_from_its_records(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    for flag, expected in ((b"\x00", DAY_ZERO_1900), (b"\x01", DAY_ZERO_1904)):
        path.write_bytes(bytes(64) + b"\x22\x00\x02\x00" + flag + b"\x00" + b"\x0e\x00\x02\x00\x01\x00")
        assert day_zero(path) == expected
