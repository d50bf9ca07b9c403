"""Files in folders that are named after people are refused before any list shows their names."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attrition.data.source import Source
from tests.data.lake.as_read import refusal, rows


@pytest.mark.parametrize("heading", ["agent_id", "Agent ID", "staff"])
def test_files_in_folders_of_people_are_refused(tmp_path: Path, heading: str) -> None:
    folder = tmp_path / "exports" / f"{heading}=0042"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"handled": [10, 20]}), folder / "part.parquet")
    refused = refusal(tmp_path, Source(path="exports/*/*.parquet", columns={"staff": "agent_id"}))
    assert refused[:2] == ("exports/*/*.parquet", f"partitioned by {heading}, so that names of files show people")
    assert "0042" not in "".join(refused)


def test_folders_of_months_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "exports" / "month=2026-01"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"handled": [10, 20]}), folder / "part.parquet")
    assert len(rows(tmp_path, Source(path="exports/*/*.parquet"))) == 2
