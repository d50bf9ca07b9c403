"""The workbook: real tables that Excel people can filter, and no surprises in cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.translations import translations
from attrition.report.workbook import write_workbook

# The library that reads here does not know solid data bars.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


@pytest.fixture(scope="module")
def books(inputs: ReportInputs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder, figures = tmp_path_factory.mktemp("books"), month_figures(inputs)
    for edition in EDITIONS:
        write_workbook(figures, ["en", "zh"], edition, folder / f"{edition}.xlsx")
    return {edition: openpyxl.load_workbook(folder / f"{edition}.xlsx") for edition in EDITIONS}


def column(sheet: Any, header: str) -> list[Any]:
    (table,) = sheet.tables.values()
    rows = list(sheet[table.ref])
    position = [cell.value for cell in rows[0]].index(header)
    return [row[position].value for row in rows[1:]]


def test_every_sheet_but_the_first_is_a_table_with_filters_and_frozen_headings(books: dict[str, Any]) -> None:
    for sheet in (sheet for book in books.values() for sheet in book.worksheets[1:]):
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert sheet.freeze_panes == "B5"


def test_the_purpose_stands_on_every_sheet_and_at_the_foot_of_every_page(books: dict[str, Any]) -> None:
    for sheet in (sheet for book in books.values() for sheet in book.worksheets):
        text = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=20) for cell in row if cell.value)
        for lang in ("en", "zh"):
            assert translations(lang)("purpose") in text
            assert translations(lang)("purpose") in sheet.oddFooter.left.text


def test_staff_numbers_keep_their_zeros(books: dict[str, Any], inputs: ReportInputs) -> None:
    numbers = column(books["partner"]["Watch list 关注名单"], "Staff number 工号")
    assert len(numbers) == inputs.capacity
    assert all(isinstance(number, str) and number.startswith("00") for number in numbers)


def test_the_watch_list_speaks_both_languages(books: dict[str, Any]) -> None:
    sheet = books["partner"]["Watch list 关注名单"]
    assert any("(peers:" in text for text in column(sheet, "What stands out"))
    assert any("同类座席" in text for text in column(sheet, "突出之处"))


def test_only_the_hr_partner_s_workbook_holds_people(books: dict[str, Any], inputs: ReportInputs) -> None:
    agents = set(inputs.groups["agent_id"])
    cells_of = {
        edition: {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        for edition, book in books.items()
    }
    assert {edition for edition, cells in cells_of.items() if agents & cells} == {"partner"}


def test_hidden_teams_have_empty_cells(books: dict[str, Any]) -> None:
    sheet = books["centre"]["Expected 预计离职"]
    shown = dict(zip(column(sheet, "Unit 单位"), column(sheet, "Expected 预计"), strict=True))
    assert shown["FS-05"] is None
    assert shown["FS-04"] is None
    assert shown["FS-01"] > 0


def test_numbers_are_numbers_with_formats(books: dict[str, Any]) -> None:
    sheet = books["partner"]["Suggestions 建议措施"]
    (table,) = sheet.tables.values()
    first = [cell for cell in list(sheet[table.ref])[1] if cell.number_format == '#,##0 "CNY"']
    assert first
    assert all(isinstance(cell.value, (int, float)) for cell in first)
    assert any(rule.type == "dataBar" for rules in sheet.conditional_formatting for rule in rules.rules)


def test_a_cell_that_looks_like_a_formula_stays_text(inputs: ReportInputs, tmp_path: Path) -> None:
    quality = inputs.quality.assign(rule='=HYPERLINK("x")')
    write_workbook(month_figures(replace(inputs, quality=quality)), ["en"], "centre", tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Data quality"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == '=HYPERLINK("x")'} <= {"s"}
    assert '=HYPERLINK("x")' in column(sheet, "Rule")


def test_the_same_month_gives_the_same_bytes(inputs: ReportInputs, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(month_figures(inputs), ["zh"], "partner", tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
