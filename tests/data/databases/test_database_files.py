"""A query in a SQLite or DuckDB file reads that file, and can do nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tests.data.databases.sources import refusal, rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table in a file of each kind, and a file that is none of their business."""
    with closing(sqlite3.connect(tmp_path / "hr.sqlite")) as con:
        con.execute("CREATE TABLE shifts (agent_id, worked_minutes)")
        con.executemany(
            "INSERT INTO shifts VALUES (?, ?)", [(None, None)] * 2000 + [("001", 1), (7, 1.375), (8.0, "x")]
        )
        con.commit()
    with duckdb.connect(str(tmp_path / "hr.duckdb")) as con:
        con.execute("CREATE TABLE shifts AS SELECT '001' AS agent_id")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    return tmp_path


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{folder}/secret.csv')",
        "select * from '{folder}/secret.csv'",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select getenv('HOME')",
    ],
)
def test_a_query_in_duckdb_reads_no_other_file(folder: Path, query: str) -> None:
    fault = refusal("duckdb:///hr.duckdb", query.format(folder=folder), folder=folder)
    assert "could not read from the database" in fault


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("duckdb:///hr.duckdb", "attach '{folder}/new.db' as other"),
        ("duckdb:///hr.duckdb", "set enable_external_access = true"),
        ("duckdb:///hr.duckdb", "install httpfs"),
        ("duckdb:///hr.duckdb", "select 1; copy shifts to '{folder}/new.db'"),
        ("duckdb:///hr.duckdb", "insert into shifts values (1)"),
        ("sqlite:///hr.sqlite", "attach '{folder}/new.db' as other"),
        ("sqlite:///hr.sqlite", "pragma query_only = 0"),
        ("sqlite:///hr.sqlite", "select 1; create table other (n)"),
        ("sqlite:///hr.sqlite", "delete from shifts"),
    ],
)
def test_what_is_not_one_query_is_not_run(folder: Path, url: str, query: str) -> None:
    assert "not one query that reads" in refusal(url, query.format(folder=folder), folder=folder)
    assert not (folder / "new.db").exists()


@pytest.mark.parametrize("query", ["select load_extension('x')", "with x as (select 1) delete from shifts"])
def test_a_query_in_sqlite_loads_no_code_and_deletes_nothing(folder: Path, query: str) -> None:
    assert "could not read from the database" in refusal("sqlite:///hr.sqlite", query, folder=folder)
    assert rows("sqlite:///hr.sqlite", "select count(*) as n from shifts", folder=folder) == [("2003",)]


def test_cells_of_several_types_in_one_column_of_sqlite_become_text_after_any_number_of_nulls(folder: Path) -> None:
    cells = rows("sqlite:///hr.sqlite", "select * from shifts", folder=folder)
    assert cells[1999:] == [(None, None), ("001", "1"), ("7", "1.375e0"), ("8", "x")]


def test_numbers_of_sqlite_stay_numbers_where_they_are_wanted(folder: Path) -> None:
    query = "select worked_minutes as agent_id, worked_minutes from shifts where worked_minutes between 1 and 2"
    assert rows("sqlite:///hr.sqlite", query, folder=folder) == [("1", "1.0"), ("1.375e0", "1.375")]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, kind: str) -> None:
    assert "file not found" in refusal(f"{kind}:///new.db", "select 1", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
