"""What reading a source gives, its rows or the one line with which it is refused; and rows of many types to read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from attrition.data import engine
from attrition.data.faults import TableError
from attrition.data.files.raw_table import RawTable
from attrition.data.files.reading import read_source
from attrition.data.source import Source

NOON = datetime(2026, 1, 1, 12, 0, 0, 123456)
MANY_TYPES = pa.table(
    {
        "text": ["a", None],
        "decimal": pa.array([Decimal("12.345"), None], pa.decimal128(10, 3)),
        "instant": pa.array([NOON.replace(tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        "moment": pa.array([NOON, None], pa.timestamp("us")),
        "day": [date(2026, 1, 1), None],
        "float": pa.array([0.1, None], pa.float32()),
        "double": [0.1, None],
        "list": [[1, 2], None],
    }
)


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
