"""Folders of tables whose log says which files count: which they are, and that no other folder is taken for one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data import engine
from attrition.data.faults import TableError
from attrition.data.files.reading import read_source
from attrition.data.lake.folders import TableFolder, table_in
from attrition.data.source import Source

PAY = pd.DataFrame({"agent_id": ["1"], "effective_date": ["2026-01-01"], "base_pay": [1.0]})


@pytest.mark.parametrize(
    ("mark", "kind"),
    [("_delta_log/0.json", "Delta"), ("metadata/v1.metadata.json", "Iceberg"), (".hoodie/hoodie.properties", "Hudi")],
)
def test_files_in_the_folder_of_a_table_and_below_it_are_never_read_by_themselves(
    tmp_path: Path, mark: str, kind: str
) -> None:
    parts = tmp_path / "lake" / "pay" / "site=a" / "Xy"
    parts.mkdir(parents=True)
    PAY.to_parquet(parts / "part.parquet")
    file = tmp_path / "lake" / "pay" / mark
    file.parent.mkdir()
    file.touch()
    assert table_in(tmp_path / "lake" / "pay") == TableFolder(tmp_path / "lake" / "pay", kind)
    for path in ("lake/pay/site=a/Xy/part.parquet", "lake/**/*.parquet", f"{parts}/*.parquet"):
        [fault] = faults(tmp_path, path)
        assert fault.startswith(f"{path}: pay: files of a table of {kind}, whose log says which of them count")


def test_links_to_folders_and_files_of_a_table_are_refused(tmp_path: Path) -> None:
    part = tmp_path / "lake" / "pay" / "site=a"
    part.mkdir(parents=True)
    (tmp_path / "lake" / "pay" / "_delta_log").mkdir()
    PAY.to_parquet(part / "part.parquet")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "folder").symlink_to(part)
    (exports / "pay.parquet").symlink_to(part / "part.parquet")
    for path in ("exports/folder/*.parquet", "exports/pay.parquet"):
        [fault] = faults(tmp_path, path)
        assert fault.startswith(f"{path}: pay: files of a table of Delta")


def test_a_pattern_that_finds_several_tables_is_refused(tmp_path: Path) -> None:
    for name in ("pay_2025", "pay_2026"):
        (tmp_path / "lake" / name / "_delta_log").mkdir(parents=True)
    [fault] = faults(tmp_path, "lake/pay_*")
    assert 'declare the folder of the table, path = "lake/pay_2025"' in fault


def test_a_table_of_hudi_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lake" / "pay" / ".hoodie").mkdir(parents=True)
    [fault] = faults(tmp_path, "lake/pay")
    assert fault.startswith("lake/pay: pay: a Hudi table, whose log is not read; write its rows as Parquet files")


def test_a_delta_table_that_writes_the_log_of_iceberg_too_is_a_delta_table(tmp_path: Path) -> None:
    for name in ("_delta_log", "metadata"):
        (tmp_path / name).mkdir()
    (tmp_path / "metadata" / "v1.metadata.json").touch()
    assert table_in(tmp_path) == TableFolder(tmp_path, "Delta")


def test_other_folders_are_no_tables(tmp_path: Path) -> None:
    (tmp_path / "exports" / "metadata").mkdir(parents=True)
    (tmp_path / "exports" / "metadata" / "notes.json").touch()
    PAY.to_parquet(tmp_path / "exports" / "pay.parquet")
    assert table_in(tmp_path / "exports") is None
    raw_table = read_source(engine.open_duckdb(), "pay", Source(path="exports/*.parquet"), tmp_path)
    assert [entry.rows for entry in raw_table.manifest] == [1]
    [fault] = faults(tmp_path, "exports")
    assert "missing table" in fault


def faults(workspace: Path, path: str) -> list[str]:
    with pytest.raises(TableError) as refused:
        read_source(engine.open_duckdb(), "pay", Source(path=path), workspace)
    return list(map(str, refused.value.faults))
