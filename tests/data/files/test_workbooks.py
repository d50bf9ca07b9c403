"""Workbooks: titles and totals, files with other columns, date systems, and sheets that would fill the memory."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from attrition.data.files import workbook_process
from attrition.data.files.date_system import DAY_ZERO_1900, DAY_ZERO_1904, day_zero
from attrition.data.files.evidence import find_evidence
from attrition.data.files.workbook_process import NotAWorkbook, TooLarge, last_cell, read_sheets, read_sheets_here
from attrition.data.mapping import HEADINGS
from attrition.data.sources import read
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


def sheets(path: Path, rows: dict[str, list[list[str]]], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in rows.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append([cell or None for cell in row])
        if merged:
            sheet.merge_cells(merged)
    book.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("declared", ['["在职", "离职"]', '"?职"'])
def test_sheets_with_titles_and_totals_of_their_own_are_one_table(tmp_path: Path, declared: str) -> None:
    here = [["花名册（在职）"], ["序号", *ROWS[0]], ["1", *ROWS[1]], ["2", *ROWS[2]], ["", "合计", "2"]]
    gone = [["花名册（离职）"], ["制表：人事"], [*ROWS[0], "备注"], [*ROWS[3], ""], ["合计", "1"]]
    content = sheets(tmp_path / "book.xlsx", {"在职": here, "离职": gone, "说明": [["x"]]})
    path = 'path = "exports/roster.xlsx"\n'
    centre = open_site(tmp_path, {"agents/roster.xlsx": content}, agents=path + f"sheet = {declared}")
    assert sorted_rows(centre, "agents")["agent_id"].tolist() == ["001", "002", "1E5"]
    counts = quality_rows(centre, "agents")
    assert (counts["set aside: above the heading"], counts["set aside: total or note"]) == (3, 2)


def test_a_sheet_that_is_not_there_is_refused_with_the_sheets_there_are(tmp_path: Path) -> None:
    content = sheets(tmp_path / "book.xlsx", {"在职": ROWS, "离职": ROWS})
    declared = 'path = "exports/roster.xlsx"\nsheet = ["在职", "20*"]'
    faults = faults_of(tmp_path, {"agents/roster.xlsx": content}, agents=declared)
    assert [fault.rule for fault in faults] == ['no sheet "20*"']
    assert faults[0].advice.endswith("it has: 在职, 离职")


def test_a_fault_in_one_of_several_sheets_names_the_sheet_and_the_row(tmp_path: Path) -> None:
    content = sheets(tmp_path / "book.xlsx", {"a": ROWS[:2], "b": [["title"], *ROWS[:1], *ROWS[2:3], ["7", "soon"]]})
    declared = 'path = "exports/roster.xlsx"\nsheet = "*"'
    faults = faults_of(tmp_path, {"agents/roster.xlsx": content}, agents=declared)
    unreadable = [fault for fault in faults if fault.column == "hire_date"]
    assert [(fault.file, fault.rows) for fault in unreadable] == [("exports/roster.xlsx!b", 1)]
    places = find_evidence(tmp_path, read(tmp_path), unreadable).places
    assert [place for of_fault in places.values() for place in of_fault] == [("exports/roster.xlsx!b", 4)]


def test_the_headings_of_the_sheet_with_the_fault_are_shown(tmp_path: Path) -> None:
    lacking = [["title"], ["agent_id", "started"], ["1E5", "2025-03-01"]]
    content = sheets(tmp_path / "book.xlsx", {"notes": [["x"]], "a": ROWS[:3], "b": lacking})
    declared = 'path = "exports/roster.xlsx"\nsheet = ["a", "b"]'
    faults = faults_of(tmp_path, {"agents/roster.xlsx": content}, agents=declared)
    assert [(fault.file, fault.column) for fault in faults] == [("exports/roster.xlsx!b", "hire_date")]
    headings = find_evidence(tmp_path, read(tmp_path), [replace(fault, check=HEADINGS) for fault in faults]).headings
    assert headings == {"exports/roster.xlsx!b": ("agent_id", "started")}


def test_the_month_stands_in_the_name_of_the_sheet(tmp_path: Path) -> None:
    rows = {f"{month}月": [["agent_id", "base_pay"], ["001", f"{month}000"]] for month in (5, 6)}
    content = sheets(tmp_path / "book.xlsx", rows)
    declared = 'path = "exports/pay2025.xlsx"\nsheet = "*月"\nfrom_sheet_name = { effective_date = "month" }'
    pay = sorted_rows(open_site(tmp_path, {"pay/pay2025.xlsx": content}, pay=declared), "pay")
    assert pay["effective_date"].astype(str).tolist() == ["2025-05-01", "2025-06-01"]
    assert pay["base_pay"].tolist() == [5000, 6000]


def test_headings_that_are_dates_in_the_workbook_stand_for_their_months(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["agent_id", date(2025, 5, 1), date(2025, 6, 1)])
    book.active.append(["001", 100, 200])
    book.save(tmp_path / "book.xlsx")
    declared = 'path = "exports/b.xlsx"\nwide = { columns = "month", name = "pay_date", value = "amount" }'
    centre = open_site(tmp_path, {"bonuses/b.xlsx": (tmp_path / "book.xlsx").read_bytes()}, bonuses=declared)
    assert sorted_rows(centre, "bonuses")["pay_date"].astype(str).tolist() == ["2025-05-31", "2025-06-30"]


def test_merged_cells_are_filled_among_the_records_only(tmp_path: Path) -> None:
    rows = [["班组", "agent_id", "effective_date"], ["T1", "001", "2025-01-06"], ["", "002", "2025-02-03"]]
    content = sheets(tmp_path / "book.xlsx", {"a": [*rows, ["", "1E5", "2025-03-01"]]}, merged="A2:A3")
    declared = 'path = "exports/teams.xlsx"\ncolumns = { "班组" = "team_id" }'
    faults = faults_of(tmp_path, {"assignments/teams.xlsx": content}, assignments=declared)
    assert [(fault.column, fault.rows) for fault in faults] == [("team_id", 1)]


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
    expected = read_sheets_here(tmp_path / "book.xlsx")
    monkeypatch.setattr(workbook_process, "_SMALL_BYTES", 0)
    assert read_sheets(tmp_path / "book.xlsx") == expected
    assert expected.sheets[0].rows == ROWS


def test_a_damaged_workbook_is_told_from_one_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(path, ROWS)[:-200])
    with pytest.raises(NotAWorkbook):
        read_sheets(path)
    with pytest.raises(TooLarge):
        read_sheets(with_cell(path, "XFD1048576"))
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
            assert read_sheets(path).names
        except NotAWorkbook:
            refused += 1
        assert day_zero(path) == DAY_ZERO_1900
    assert refused > 5


def test_the_date_system_of_an_old_workbook_is_read_from_its_records(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    for flag, expected in ((b"\x00", DAY_ZERO_1900), (b"\x01", DAY_ZERO_1904)):
        path.write_bytes(bytes(64) + b"\x22\x00\x02\x00" + flag + b"\x00" + b"\x0e\x00\x02\x00\x01\x00")
        assert day_zero(path) == expected
