"""A starter declaration is written for a folder whose files are named after the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.centre import inspect
from attrition.data.starter_sources import starter_sources_toml
from attrition.errors import DeclarationError
from tests.data.sites import VALID


def write_files(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_the_written_declaration_opens_the_folder(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "data", {f"{name}.csv": content for name, content in VALID.items()})
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "sources.toml").write_text(starter_sources_toml(folder), encoding="utf-8")
    centre, faults = inspect(tmp_path)
    assert faults == ()
    assert centre is not None


def test_monthly_files_become_one_glob(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "data", {"exits_2026-09.csv": "a", "exits_2026-10.csv": "a", "notes.csv": "a"})
    assert 'path = "data/exits*.csv"' in starter_sources_toml(folder, shown="data")


def test_chinese_headers_of_the_contract_are_mapped(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "data", {"exits.csv": "工号,离职日期,exit_type\n"})
    assert '[tables.exits.columns]\n"工号" = "agent_id"\n"离职日期" = "exit_date"\n' in starter_sources_toml(folder)


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="named after a table"):
        starter_sources_toml(write_files(tmp_path / "data", {"notes.csv": "a"}))
