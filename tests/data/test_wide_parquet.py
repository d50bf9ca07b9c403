"""A table is written in slices, in its order, with the extra columns of its rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attrition.data import wide_parquet as module
from attrition.data.wide_parquet import write_wide


@pytest.mark.parametrize("slice_rows", [7, 100_000])
def test_rows_keep_their_order_and_extra_columns_stay_with_their_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slice_rows: int
) -> None:
    monkeypatch.setattr(module, "SLICE_ROWS", slice_rows)
    rows = pa.table({"number": range(60), "word": [None if n % 4 else f"{n}" for n in range(60)]})
    extra = pa.table({"double": [2.0 * n for n in range(60)]})
    write_wide(rows, extra, tmp_path / "rows.parquet")
    written = pq.read_table(tmp_path / "rows.parquet")
    assert written.select(["number", "word"]).equals(rows)
    assert written.select(["double"]).equals(extra)
