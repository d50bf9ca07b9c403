"""One table gives the same cells, whatever it is read from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.data.databases.sources import mariadb_url, postgresql_url
from tests.data.sites import open_site, sorted_rows
from tests.servers import PASSWORD, Server

CSV = """\
agent_id,shift_date,scheduled_minutes,worked_minutes,is_night,absence,recorded_at
001,2025-03-04,480,1.375,1,none,2025-03-04 17:00+00:00
002,2025-03-04,480,470,0,unplanned,2025-03-04 23:30+01:00
1E5,2025-03-05,240,,,,2025-03-05 09:00+08:00
"""
QUERY = 'query = "select * from shifts"'
DECIMAL = 'decimal = "."\n'
TYPED = """
CREATE TABLE shifts AS SELECT column0 AS agent_id, column1::DATE AS shift_date, column2::SMALLINT AS scheduled_minutes,
column3::DECIMAL(8, 3) AS worked_minutes, column4::BOOLEAN AS is_night, column5::ENUM('none', 'unplanned') AS absence,
column6::TIMESTAMPTZ AS recorded_at FROM (VALUES
('001', '2025-03-04', 480, 1.375, true, 'none', '2025-03-04 17:00:00+00'),
('002', '2025-03-04', 480, 470, false, 'unplanned', '2025-03-04 23:30:00+01'),
('1E5', '2025-03-05', 240, NULL, NULL, NULL, '2025-03-05 09:00:00+08')) AS rows
(column0, column1, column2, column3, column4, column5, column6)
"""


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return shifts_of(tmp_path_factory.mktemp("csv"), DECIMAL, CSV)


def shifts_of(folder: Path, declaration: str, content: str = "") -> pd.DataFrame:
    return sorted_rows(open_site(folder, {"shifts": content}, shifts=declaration), "shifts")


def test_the_rows_of_the_text_file_are_those_that_were_written(expected: pd.DataFrame) -> None:
    assert expected["agent_id"].tolist() == ["001", "002", "1E5"]
    assert expected["worked_minutes"].tolist()[:2] == [1.375, 470]
    assert expected["recorded_at"].tolist() == [
        pd.Timestamp("2025-03-05 01:00"),
        pd.Timestamp("2025-03-05 06:30"),
        pd.Timestamp("2025-03-05 09:00"),
    ]


def test_postgresql(
    tmp_path: Path, postgresql: Server, expected: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    pd.testing.assert_frame_equal(
        shifts_of(tmp_path, f'url = "{postgresql_url(postgresql)}"\n{QUERY}'), expected, check_dtype=False
    )


def test_mariadb(tmp_path: Path, mariadb: Server, expected: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    pd.testing.assert_frame_equal(
        shifts_of(tmp_path, f'url = "{mariadb_url(mariadb)}"\n{QUERY}'), expected, check_dtype=False
    )


def test_parquet(tmp_path: Path, expected: pd.DataFrame) -> None:
    with duckdb.connect() as con:
        con.execute(TYPED)
        con.execute(f"COPY shifts TO '{tmp_path / 'shifts.parquet'}'")
    pd.testing.assert_frame_equal(shifts_of(tmp_path, 'path = "shifts.parquet"'), expected, check_dtype=False)


def test_duckdb(tmp_path: Path, expected: pd.DataFrame) -> None:
    with duckdb.connect(str(tmp_path / "hr.duckdb")) as con:
        con.execute(TYPED)
    pd.testing.assert_frame_equal(
        shifts_of(tmp_path, f'url = "duckdb:///hr.duckdb"\n{QUERY}'), expected, check_dtype=False
    )


def test_sqlite(tmp_path: Path, expected: pd.DataFrame) -> None:
    cells = [[cell or None for cell in line.split(",")] for line in CSV.splitlines()]
    with closing(sqlite3.connect(tmp_path / "hr.sqlite")) as con:
        con.execute(
            "CREATE TABLE shifts (agent_id TEXT, shift_date DATE, scheduled_minutes INT, worked_minutes NUMERIC, "
            "is_night BOOLEAN, absence TEXT, recorded_at TEXT)"
        )
        con.executemany("INSERT INTO shifts VALUES (?, ?, ?, ?, ?, ?, ?)", cells[1:])
        con.commit()
    pd.testing.assert_frame_equal(
        shifts_of(tmp_path, f'url = "sqlite:///hr.sqlite"\n{QUERY}'), expected, check_dtype=False
    )
