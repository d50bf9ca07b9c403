"""Sources of every kind are read with the same values; a source that cannot be read is refused by name."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from attrition.data.centre import Centre, inspect
from tests.data.sites import AGENTS, ASSIGNMENTS, EXITS, faults_of, open_site, sorted_rows, write_site

CHINESE = "工号,离职日期,离职类型\n002,2025-09-30,主动\n"
EXITS_MAPPING = '[tables.exits.columns]\n"工号" = "agent_id"\n"离职日期" = "exit_date"\n"离职类型" = "exit_type"\n'
EXITS_MAPPING += '[tables.exits.values.exit_type]\n"主动" = "voluntary"\n'


def sorted_ids(centre: Centre, table: str = "agents") -> list[str]:
    return sorted_rows(centre, table)["agent_id"].tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_of_a_text_file_is_detected(tmp_path: Path, encoding: str) -> None:
    centre = open_site(tmp_path, {"exits": CHINESE.encode(encoding)}, exits=EXITS_MAPPING)
    assert sorted_rows(centre, "exits")["exit_type"].tolist() == ["voluntary"]


def test_a_file_that_is_in_two_encodings_is_refused(tmp_path: Path) -> None:
    content = CHINESE.encode() + "001,2025-09-30,主动\n".encode("gb18030")
    faults = faults_of(tmp_path, {"exits": content}, exits=EXITS_MAPPING)
    assert [(fault.file, fault.rule) for fault in faults] == [("exports/exits.csv", "two encodings in one file")]


def test_a_wrongly_declared_encoding_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"exits": CHINESE.encode("gb18030")}, exits='encoding = "utf-8"\n' + EXITS_MAPPING)
    assert [fault.rule for fault in faults] == ["wrong encoding declared"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_detected_from_the_header(tmp_path: Path, delimiter: str) -> None:
    assert sorted_ids(open_site(tmp_path, {"agents": AGENTS.replace(",", delimiter)})) == ["001", "002", "1E5"]


def test_monthly_files_count_as_one_table_and_stand_in_the_manifest(tmp_path: Path) -> None:
    parts = {"exits/exits_1.csv": EXITS, "exits/exits_2.csv": "exit_type,exit_date,agent_id\nother,2025-10-31,001\n"}
    folder = write_site(
        tmp_path,
        {"agents": AGENTS, "assignments": "agent_id,effective_date,team_id\n", **parts},
        exits='path = "exports/exits_*.csv"',
    )
    centre, faults = inspect(folder)
    assert faults == ()
    assert centre is not None
    assert sorted_ids(centre, "exits") == ["001", "002"]
    assert [(entry.path, entry.rows) for entry in centre.manifest][-2:] == [
        ("exports/exits_1.csv", 1),
        ("exports/exits_2.csv", 1),
    ]


def test_monthly_files_with_other_headers_are_named(tmp_path: Path) -> None:
    parts = {
        "pay/pay_1.csv": "agent_id,effective_date,base_pay\n",
        "pay/pay_2.csv": "agent_id,effective_date,base_pay\n",
    }
    parts["pay/pay_3.csv"] = "agent_id,effective_date,basepay\n"
    faults = faults_of(tmp_path, parts, pay='path = "exports/pay_*.csv"')
    assert [(fault.file, fault.column, fault.rule) for fault in faults] == [
        ("exports/pay_3.csv", "base_pay", "header missing here"),
    ]
    assert 'it may be "basepay"' in faults[0].advice


def test_a_column_that_nobody_uses_may_stand_in_some_files_only(tmp_path: Path) -> None:
    parts = {
        "exits/exits_1.csv": "agent_id,exit_date,exit_type\n002,2025-09-30,voluntary\n",
        "exits/exits_2.csv": "agent_id,exit_date,exit_type,remark\n001,2025-10-31,other,x\n",
    }
    folder = write_site(
        tmp_path, {"agents": AGENTS, "assignments": ASSIGNMENTS, **parts}, exits='path = "exports/exits_*.csv"'
    )
    centre, faults = inspect(folder)
    assert centre is not None, faults
    assert sorted_ids(centre, "exits") == ["001", "002"]


@pytest.mark.parametrize(
    ("bad_row", "rule"),
    [
        ("003,2025-01-01,x\n", "row longer than the header"),
        ("003\n", "row shorter than the header"),
        ('003,"2025-01-01\n', "quotation mark never closed"),
    ],
)
def test_a_malformed_row_is_refused_without_its_content(tmp_path: Path, bad_row: str, rule: str) -> None:
    faults = faults_of(tmp_path, {"agents": AGENTS + bad_row})
    assert [(fault.file, fault.rule, fault.rows) for fault in faults] == [("exports/agents.csv", rule, 1)]
    assert "003" not in str(faults[0])


def test_a_header_used_twice_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"agents": "agent_id,hire_date,Hire Date\n001,2025-01-06,2025-01-06\n"})
    assert ("hire_date", "two headers for one column: hire_date, Hire Date") in [(f.column, f.rule) for f in faults]


def test_a_header_that_stands_twice_is_refused_where_it_is_needed(tmp_path: Path) -> None:
    content = "agent_id,hire_date,hire_date,remark,remark\n" + "".join(
        f"{agent},2025-01-06,2025-01-06,x,y\n" for agent in ("001", "002", "1E5")
    )
    faults = faults_of(tmp_path, {"agents": content})
    assert [(fault.column, fault.rule) for fault in faults] == [("hire_date", "header used twice")]


def test_ids_dates_and_serial_numbers_are_read_from_excel(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    content = pd.DataFrame({"agent_id": ["001", "1E5"], "hire_date": [pd.Timestamp("2025-01-06"), 45691]})
    with pd.ExcelWriter(tmp_path / "exports" / "agents.xlsx") as workbook:
        pd.DataFrame({"a": ["note"]}).to_excel(workbook, sheet_name="read me", index=False)
        content.to_excel(workbook, sheet_name="2025", index=False)
    workbook_bytes = (tmp_path / "exports" / "agents.xlsx").read_bytes()
    centre = open_site(
        tmp_path,
        {"agents/agents.xlsx": workbook_bytes, "exits": EXITS.replace("002", "001")},
        agents='path = "exports/agents.xlsx"\nsheet = "2025"',
    )
    assert sorted_rows(centre, "agents")[["agent_id", "hire_date"]].astype(str).to_numpy().tolist() == [
        ["001", "2025-01-06"],
        ["1E5", "2025-02-03"],
    ]


def test_a_sheet_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    pd.DataFrame({"agent_id": ["001"]}).to_excel(tmp_path / "exports" / "agents.xlsx", sheet_name="staff", index=False)
    faults = inspect(
        write_site(tmp_path, {"exits": EXITS, "agents": ""}, agents='path = "exports/agents.xlsx"\nsheet = "staf"')
    )[1]
    assert 'did you mean "staff"?' in faults[1].advice


def test_parquet_keeps_its_types_and_numbers_become_text_ids(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    frame = pd.DataFrame({"agent_id": [1, 2], "hire_date": pd.to_datetime(["2025-01-06", "2025-02-03"])})
    frame.to_parquet(tmp_path / "exports" / "agents.parquet")
    content = (tmp_path / "exports" / "agents.parquet").read_bytes()
    centre = open_site(
        tmp_path,
        {
            "agents/agents.parquet": content,
            "exits": EXITS.replace("002", "2"),
            "assignments": ASSIGNMENTS.replace("00", ""),
        },
        agents='path = "exports/agents.parquet"',
    )
    assert sorted_ids(centre) == ["1", "2"]
    assert "noticed: ids were stored as numbers; leading zeros would be lost" in centre.quality["rule"].tolist()


def test_a_cut_off_parquet_file_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"pay/pay.parquet": b"PAR1 and no more"}, pay='path = "exports/pay.parquet"')
    assert [(fault.file, fault.rule) for fault in faults] == [("exports/pay.parquet", "not a Parquet file")]


def test_sqlite_and_duckdb_give_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    with sqlite3.connect(tmp_path / "hr.sqlite") as sqlite_database:
        sqlite_database.execute("CREATE TABLE staff (no TEXT, hired TEXT)")
        sqlite_database.executemany("INSERT INTO staff VALUES (?, ?)", [("001", "2025-01-06"), ("002", "2025-02-03")])
    sqlite_database.close()
    with duckdb.connect(str(tmp_path / "hr.duckdb")) as duckdb_database:
        duckdb_database.execute("CREATE TABLE staff (no TEXT, hired DATE)")
        duckdb_database.execute("INSERT INTO staff VALUES ('001', '2025-01-06'), ('002', '2025-02-03')")
    query = 'query = "select no as agent_id, hired as hire_date from staff"'
    sqlite_rows = sorted_rows(open_site(tmp_path, {}, agents=f'url = "sqlite:///hr.sqlite"\n{query}'), "agents")
    duckdb_rows = sorted_rows(open_site(tmp_path, {}, agents=f'url = "duckdb:///hr.duckdb"\n{query}'), "agents")
    pd.testing.assert_frame_equal(sqlite_rows, duckdb_rows)
    assert len(sqlite_rows) == 2


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_query_that_gives_a_name_twice_is_refused_where_the_column_is_needed(tmp_path: Path, kind: str) -> None:
    con = sqlite3.connect(tmp_path / "hr") if kind == "sqlite" else duckdb.connect(str(tmp_path / "hr"))
    con.execute("CREATE TABLE staff (agent_id TEXT, hire_date TEXT, note TEXT)")
    con.commit()
    con.close()
    query = "select a.*, b.* from staff as a join staff as b on a.note = b.note"
    faults = faults_of(tmp_path, {"agents": ""}, agents=f'url = "{kind}:///hr"\nquery = "{query}"')
    assert [(fault.column, fault.rule) for fault in faults if fault.table == "agents" and "twice" in fault.rule] == [
        ("agent_id", "header used twice"),
        ("hire_date", "header used twice"),
    ]


def test_a_query_that_fails_is_a_fault_that_names_the_kind_of_error_only(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hr.sqlite"):
        pass
    faults = faults_of(tmp_path, {}, agents='url = "sqlite:///hr.sqlite"\nquery = "select * from staf"')
    assert [(fault.table, fault.rule) for fault in faults] == [
        ("agents", "could not read from the database (ProgrammingError)")
    ]


def test_a_missing_file_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {}, pay='path = "exports/x.csv"') or faults_of(
        tmp_path, {"pay": ""}, pay='path = "exports/agent.csv"'
    )
    assert 'did you mean "agents.csv"?' in faults[0].advice
