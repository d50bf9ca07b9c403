"""Faults are looked up in their sources: the rows as Excel numbers them, the words, the headings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data import sources
from attrition.data.centre import inspect
from attrition.data.files.evidence import Evidence, Place, Word, find_evidence
from tests.data.sites import VALID, write_site

HEAD = "agent_id,exit_date,exit_type"


def evidence(folder: Path, exports: dict[str, str | bytes], **declarations: str) -> Evidence:
    workspace = write_site(folder, VALID | exports, **declarations)
    return find_evidence(workspace, sources.read(workspace), inspect(workspace)[1])


def test_rows_have_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    text = f"{HEAD}\n001,03/04/2025,other\n\n002,2025-09-30,other\n\n\n1E5,05/06/2025,other\n"
    places = evidence(tmp_path, {"exits": text}).places
    assert places["exits", "exit_date", "ambiguous"] == [Place("exports/exits.csv", 2), Place("exports/exits.csv", 7)]


def test_a_text_of_several_lines_is_one_row(tmp_path: Path) -> None:
    text = f'{HEAD},reason\n001,2025-09-30,other,"moved,\n\n""away"""\n002,03/04/2025,other,\n'
    assert evidence(tmp_path, {"exits": text}).places["exits", "exit_date", "ambiguous"] == [
        Place("exports/exits.csv", 3)
    ]


def test_the_rows_of_several_files_are_numbered_in_each(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "exits/a.csv": f"{HEAD}\n001,2025-09-30,other\n",
        "exits/b.csv": f"{HEAD}\n002,2025-09-30,other\n1E5,soon,other\n",
    }
    workspace = write_site(tmp_path, VALID | files, exits='path = "exports/[ab].csv"')
    places = find_evidence(workspace, sources.read(workspace), inspect(workspace)[1]).places
    assert places["exits", "exit_date", "unreadable"] == [Place("exports/b.csv", 3)]


def test_rows_are_numbered_below_a_title_and_over_totals(tmp_path: Path) -> None:
    text = f"All exits,,\n,,\n\n{HEAD}\n001,2025-09-30,other\nTotal: 1,,\n\n002,soon,other\nTotal: 2,,\n"
    assert evidence(tmp_path, {"exits": text}).places["exits", "exit_date", "unreadable"] == [
        Place("exports/exits.csv", 8)
    ]


def test_the_line_that_names_the_delimiter_is_no_row_as_in_excel(tmp_path: Path) -> None:
    text = f"sep=;\n{HEAD.replace(',', ';')}\n001;soon;other\n"
    assert evidence(tmp_path, {"exits": text}).places["exits", "exit_date", "unreadable"] == [
        Place("exports/exits.csv", 2)
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_empty_rows_count_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"{HEAD},reason\r\n001,2025-09-30,other,个人原因\r\n\r\n002,,other,家庭原因\r\n".encode(encoding)
    places = evidence(tmp_path, {"exits": text}).places
    assert places["exits", "exit_date", "missing"] == [Place("exports/exits.csv", 4)]


def test_rows_of_a_workbook_count_empty_ones_above_and_between(tmp_path: Path) -> None:
    workspace = write_site(tmp_path, VALID, exits='path = "exports/exits.xlsx"')
    empty = [None] * 3
    cells = [empty, HEAD.split(","), ["001", "2025-09-30", "other"], empty, ["002", "soon", "other"]]
    pd.DataFrame(cells).to_excel(tmp_path / "exports" / "exits.xlsx", header=False, index=False)
    places = find_evidence(workspace, sources.read(workspace), inspect(workspace)[1]).places
    assert places["exits", "exit_date", "unreadable"] == [Place("exports/exits.xlsx", 5)]


def test_rows_of_parquet_files_are_counted_from_one(tmp_path: Path) -> None:
    workspace = write_site(tmp_path, VALID, exits='path = "exports/exits-*.parquet"')
    for name, kind in (("1", "voluntary"), ("2", "sacked")):
        table = pd.DataFrame(
            {"agent_id": ["001", "002"], "exit_date": ["2025-09-30"] * 2, "exit_type": ["other", kind]}
        )
        table.to_parquet(tmp_path / "exports" / f"exits-{name}.parquet", index=False)
    found = find_evidence(workspace, sources.read(workspace), inspect(workspace)[1])
    assert found.places["exits", "exit_type", "not allowed"] == [Place("exports/exits-2.parquet", 2)]
    assert found.words["exits", "exit_type"] == [Word("sacked", 1)]
    assert found.rows == {"exits": 4}


def test_both_rows_of_a_key_that_differ_are_listed_and_equal_rows_are_not(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\n001,2025-01-06,4000\n002,2025-02-03,4000\n002,2025-02-03,4000\n"
    pay += "001,2025-01-06,4100\n001,2025-01-06,4000\n"
    places = evidence(tmp_path, {"pay": pay}).places
    assert places["pay", "agent_id, effective_date", "duplicate key"] == [
        Place("exports/pay.csv", 2),
        Place("exports/pay.csv", 5),
    ]


def test_words_of_a_category_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    rows = [*["主动离职"] * 3, *["辞退"] * 2, "voluntary", "转岗"]
    text = "\n".join([HEAD, *(f"001,2025-0{n + 1}-01,{word}" for n, word in enumerate(rows))])
    words = evidence(tmp_path, {"exits": text}).words["exits", "exit_type"]
    assert words == [Word("主动离职", 3), Word("辞退", 2), Word("转岗", 1)]


def test_no_words_are_shown_of_a_column_that_holds_names_or_numbers(tmp_path: Path) -> None:
    names = "\n".join([HEAD, *(f"001,2025-01-01,Person {chr(65 + n % 26)}{chr(65 + n // 26)}" for n in range(60))])
    assert evidence(tmp_path, {"exits": names}).words["exits", "exit_type"] == []
    numbers = f"{HEAD}\n001,2025-01-01,13800138000\n002,2025-01-01,{'long ' * 20}\n"
    assert evidence(tmp_path, {"exits": numbers}).words["exits", "exit_type"] == []


def test_all_headings_are_listed_where_a_column_is_not_found(tmp_path: Path) -> None:
    headings = evidence(tmp_path, {"exits": "工号,离职日,类型\n001,2025-09-30,other\n"}).headings
    assert headings["exports/exits.csv"] == ("工号", "离职日", "类型")


def test_a_first_row_of_values_is_not_shown_as_headings(tmp_path: Path) -> None:
    headings = evidence(tmp_path, {"exits": "00001,2025-09-30,other\n00002,2025-09-30,other\n"}).headings
    assert set(headings.values()) == {()}


def test_rows_of_a_database_have_no_numbers(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "hr.duckdb")) as database:
        database.execute("CREATE TABLE exits AS SELECT '001' agent_id, DATE '2025-09-30' exit_date, 'sacked' exit_type")
    workspace = write_site(tmp_path, VALID, exits='url = "duckdb:///hr.duckdb"\nquery = "FROM exits"')
    found = find_evidence(workspace, sources.read(workspace), inspect(workspace)[1])
    assert found.places["exits", "exit_type", "not allowed"] == []
    assert found.words["exits", "exit_type"] == [Word("sacked", 1)]
