"""`month.json`: the figures of the editions of groups for machines, the same as on their pages and in workbooks."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from attrition.report.edition_names import CENTRE, OPERATIONS
from attrition.report.figures.month_figures import MonthFigures, month_figures
from attrition.report.formatter import Formatter
from attrition.report.inputs import ReportInputs
from attrition.report.month_json import month_json
from attrition.report.pages import edition_page
from attrition.report.translations import translations
from attrition.report.workbook import edition_sheets

KEYS = {CENTRE: "sections", OPERATIONS: "operations"}
"""The key of each edition that is there."""
EN = Formatter(translations("en"), "CNY")


@pytest.fixture(scope="module")
def content(month: MonthFigures) -> dict[str, Any]:
    return json.loads(month_json(month, ["en", "zh"]))


def tables(content: dict[str, Any], edition: str) -> list[tuple[str, dict[str, Any]]]:
    return [(section["name"], table) for section in content[KEYS[edition]] for table in section["tables"]]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("edition", KEYS)
def test_each_sentence_stands_on_the_page_of_its_language(
    content: dict[str, Any], month: MonthFigures, edition: str, lang: str
) -> None:
    page = html.unescape(edition_page(month, lang, edition))
    sentences = [text for section in content[KEYS[edition]] for text in section["sentences"][lang]]
    assert sentences
    assert [text for text in sentences if text not in page] == []


def test_no_section_is_empty(content: dict[str, Any]) -> None:
    for key in KEYS.values():
        assert all(section["tables"] or section["sentences"]["en"] for section in content[key])


@pytest.mark.parametrize("edition", KEYS)
def test_each_table_has_the_numbers_of_its_sheet(content: dict[str, Any], month: MonthFigures, edition: str) -> None:
    sheets = {sheet.title: sheet for sheet in edition_sheets(month, [EN], edition)}
    assert tables(content, edition)
    for _, table in tables(content, edition):
        names = [column["name"] for column in table["columns"] if column["kind"] in ("people", "share", "money")]
        columns = [c for c in sheets[table["title"]["en"]].columns if c.cell_format in ("count", "share", "money")]
        assert [[row[name] for row in table["rows"]] for name in names] == [list(column.values) for column in columns]


def written(value: Any, kind: str) -> str:
    writers = {"people": EN.number, "money": EN.money, "points": lambda points: EN.number(points, 1)}
    return writers[kind](value)


def test_each_number_is_written_in_its_row_of_the_page(content: dict[str, Any], month: MonthFigures) -> None:
    page = edition_page(month, "en", CENTRE)
    for name, table in tables(content, CENTRE):
        (section,) = re.findall(f'<section id="{name}".*?</section>', page, re.DOTALL)
        rows = [re.findall("<td[^>]*>(.*?)</td>", row) for row in re.findall("<tr.*?</tr>", section)]
        for row in filter(None, [*table["rows"], table["total"]]):
            shown = [(row[c["name"]], c["kind"]) for c in table["columns"] if c["kind"] in ("money", "points")]
            numbers = {written(value, kind) for value, kind in shown if value is not None}
            assert any(numbers <= set(cells) for cells in rows), (name, row)


def test_no_agent_is_in_it(content: dict[str, Any], inputs: ReportInputs) -> None:
    assert not set(re.findall(r'"([^"]+)"', json.dumps(content))) & set(inputs.groups["agent_id"])


def test_it_says_of_a_small_group_no_more_than_the_page(inputs: ReportInputs) -> None:
    small = month_figures(replace(inputs, min_group=10_000))
    content = json.loads(month_json(small, ["en"]))
    of_people = [
        table
        for edition in KEYS
        for name, table in tables(content, edition)
        if name != "health" and table["name"] != "lessons"
    ]
    rows = [row for table in of_people for row in table["rows"]]
    assert not [value for row in rows for value in row.values() if isinstance(value, float)]
