"""Files that are missing, damaged, empty of sense or replaced during a run each end with a sentence that names them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from attrition.data.centre import inspect, open_centre
from attrition.data.files import parquet
from attrition.data.files.manifest import manifest_entry
from attrition.data.files.watched import naming_damage, refuse_replaced
from attrition.data.spark import SparkFailed
from attrition.errors import DataError
from tests.data.sites import faults_of, open_site, write_site
from tests.everyday import some_every_day

PAY = pd.DataFrame(
    {
        "agent_id": [f"{number:05d}" for number in range(5000)],
        "effective_date": pd.Timestamp("2025-01-06"),
        "base_pay": [float(number % 977) for number in range(5000)],
    }
)
ROSTER = {
    "agents": "agent_id,hire_date\n" + "".join(f"{agent},2025-01-06\n" for agent in PAY["agent_id"]),
    "assignments": "agent_id,effective_date,team_id\n",
    "exits": "agent_id,exit_date,exit_type\n00001,2025-09-30,voluntary\n",
}
PARQUET = 'path = "exports/pay.parquet"'


def rules(folder: Path, name: str, content: bytes) -> list[tuple[str, str]]:
    faults = faults_of(folder, {f"pay/{name}": content}, pay=f'path = "exports/{name}"')
    return [(fault.file, fault.rule) for fault in faults]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("pay.csv", "zero bytes in a text file"),
        ("pay.parquet", "not a Parquet file"),
        ("pay.xlsx", "not an Excel workbook"),
        ("pay.xls", "not an Excel workbook"),
    ],
)
def test_a_file_of_zeros_is_a_fault(tmp_path: Path, name: str, rule: str) -> None:
    assert rules(tmp_path, name, bytes(4096)) == [(f"exports/{name}", rule)]


@pytest.mark.parametrize("name", ["pay.csv", "pay.parquet", "pay.xlsx"])
def test_an_empty_file_is_a_fault(tmp_path: Path, name: str) -> None:
    assert len(rules(tmp_path, name, b"")) == 1


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("keep", some_every_day([0, 1000, 6000], everyday=[1000]))
def test_a_database_that_is_cut_off_is_a_fault(tmp_path: Path, kind: str, keep: int) -> None:
    path = tmp_path / "hr.db"
    con = sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(str(path))
    con.execute("CREATE TABLE pay (agent_id VARCHAR, effective_date VARCHAR, base_pay DOUBLE)")
    con.executemany("INSERT INTO pay VALUES (?, ?, ?)", [(f"{n:05d}", "2025-01-06", 1.0) for n in range(500)])
    _ = con.commit()
    con.close()
    path.write_bytes(path.read_bytes()[:keep])
    faults = faults_of(tmp_path, {"pay": ""}, pay=f'url = "{kind}:///hr.db"\nquery = "select * from pay"')
    assert [fault.rule.split(" (")[0] for fault in faults] == ["could not read from the database"]


def test_a_parquet_file_that_is_damaged_in_its_middle_is_named(tmp_path: Path) -> None:
    content = PAY.to_parquet(compression="snappy")
    middle = len(content) // 3
    folder = write_site(tmp_path, ROSTER | {"pay/pay.parquet": content}, pay=PARQUET)
    (folder / "exports" / "pay.parquet").write_bytes(content[:middle] + b"\xff" * 4000 + content[middle + 4000 :])
    faults = inspect(folder)[1]
    assert [(fault.file, fault.rule) for fault in faults] == [("exports/pay.parquet", "damaged Parquet file")]


def test_a_damaged_file_is_named_where_spark_met_it(tmp_path: Path) -> None:
    content = PAY.to_parquet(compression="snappy")
    path = tmp_path / "pay.parquet"
    path.write_bytes(content[: len(content) // 3] + b"\xff" * 4000 + content[len(content) // 3 + 4000 :])
    entries = [manifest_entry(path, tmp_path, len(PAY))]
    with pytest.raises(DataError, match=r"pay\.parquet: damaged Parquet file"), naming_damage(entries, tmp_path):
        raise SparkFailed("Spark could not read the tables")


def test_a_file_that_is_replaced_while_it_is_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_site(tmp_path, ROSTER | {"pay/pay.parquet": PAY.to_parquet()}, pay=PARQUET)
    read = parquet.rows_query

    def replaced(files: dict[str, Path]) -> str:
        PAY.tail(10).to_parquet(folder / "exports" / "pay.parquet")
        return read(files)

    monkeypatch.setattr(parquet, "rows_query", replaced)
    assert [(fault.file, fault.rule) for fault in inspect(folder)[1]] == [
        ("exports/pay.parquet", "replaced while it was read")
    ]


def test_what_was_made_from_a_file_that_is_replaced_later_is_refused(tmp_path: Path) -> None:
    centre = open_site(tmp_path, ROSTER | {"pay/pay.parquet": PAY.to_parquet()}, pay=PARQUET)
    refuse_replaced(centre.manifest, tmp_path)
    PAY.tail(10).to_parquet(tmp_path / "exports" / "pay.parquet")
    with pytest.raises(DataError, match="replaced while it was read"):
        refuse_replaced(centre.manifest, tmp_path)


def test_a_file_that_nobody_touches_is_not_refused(tmp_path: Path) -> None:
    write_site(tmp_path, ROSTER | {"pay/pay.parquet": PAY.to_parquet()}, pay=PARQUET)
    refuse_replaced(open_centre(tmp_path).manifest, tmp_path)
