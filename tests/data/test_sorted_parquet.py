"""A table is written sorted by its keys, every row once, with the extra columns of its row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attrition.data import sorted_parquet as module
from attrition.data.sorted_parquet import sort_order, write_sorted


@pytest.mark.parametrize("slice_rows", [7, 100_000])
def test_rows_are_sorted_and_extra_columns_stay_with_their_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slice_rows: int
) -> None:
    monkeypatch.setattr(module, "SLICE_ROWS", slice_rows)
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"agent_id": [f"{n // 4:03d}" for n in range(60)], "month": [n % 4 for n in range(60)]})
    rows["value"] = rows["agent_id"].astype(float) * 10 + rows["month"]
    rows["word"] = rows["agent_id"].where(rows["month"] > 0)
    shuffled = pa.Table.from_pandas(rows.iloc[rng.permutation(60)], preserve_index=False)
    extra = pa.table({"same": rows["value"].to_numpy()})
    write_sorted(shuffled, sort_order(shuffled, ["agent_id", "month"]), extra, tmp_path / "rows.parquet")
    written = pq.read_table(tmp_path / "rows.parquet").to_pandas()
    pd.testing.assert_frame_equal(written.drop(columns="same"), rows, check_dtype=False)
    assert written["same"].eq(written["value"]).all()
