"""What reading a source gives: its rows, and the one line with which it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attrition.data import engine
from attrition.data.faults import TableError
from attrition.data.files.raw_table import RawTable
from attrition.data.files.reading import read_source
from attrition.data.source import Source


def read(workspace: Path, source: Source) -> tuple[Any, RawTable]:
    con = engine.open_duckdb()
    return con, read_source(con, "contacts", source, workspace)


def rows(workspace: Path, source: Source) -> list[tuple[object, ...]]:
    con, raw_table = read(workspace, source)
    return sorted(engine.fetch_rows(con, f"FROM {raw_table.relation}"), key=str)


def refusal(workspace: Path, source: Source) -> tuple[str, str, str]:
    with pytest.raises(TableError) as refused:
        read(workspace, source)
    [fault] = refused.value.faults
    return fault.file, str(fault.rule), str(fault.advice)
