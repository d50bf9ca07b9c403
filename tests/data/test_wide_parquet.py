"""A panel is written month by month, in groups of rows that a reader of one month can pass over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attrition.data import wide_parquet as module
from attrition.data.products import read_wide
from attrition.data.wide_parquet import write_wide

MONTHS = [date(2026, month, 28) for month in (1, 2, 3)]
ROWS = pa.table(
    {
        "agent_id": [*"abcd"] * 3,
        "as_of": [month for month in MONTHS for _ in "abcd"],
        "word": [None if number % 4 else f"{number}" for number in range(12)],
    }
)
EXTRA = pa.table({"double": [2.0 * number for number in range(12)]})


@pytest.mark.parametrize(
    ("fewest", "most", "sizes"), [(1, 9, [4, 4, 4]), (5, 9, [8, 4]), (1, 3, [3, 1] * 3), (99, 99, [12])]
)
def test_a_group_of_rows_is_of_few_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewest: int, most: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(module, "FEWEST_ROWS", fewest)
    monkeypatch.setattr(module, "MOST_ROWS", most)
    write_wide(ROWS, EXTRA, tmp_path / "panel.parquet")
    file = pq.ParquetFile(tmp_path / "panel.parquet")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == sizes
    assert file.read().select(ROWS.column_names).equals(ROWS)


@pytest.mark.parametrize("fewest", [1, 99])
def test_rows_are_read_by_agent_and_month_with_their_extra_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewest: int
) -> None:
    monkeypatch.setattr(module, "FEWEST_ROWS", fewest)
    write_wide(ROWS, EXTRA, tmp_path / "panel.parquet")
    rows = read_wide(tmp_path / "panel.parquet", remedy="")
    assert rows["agent_id"].tolist() == [agent for agent in "abcd" for _ in MONTHS]
    assert rows["as_of"].dt.date.tolist() == MONTHS * 4
    assert rows["double"].tolist() == [0.0, 8.0, 16.0, 2.0, 10.0, 18.0, 4.0, 12.0, 20.0, 6.0, 14.0, 22.0]
    assert rows["word"].dropna().tolist() == ["0", "4", "8"]
    february = read_wide(tmp_path / "panel.parquet", where={"as_of": MONTHS[1:2]}, columns=["double"], remedy="")
    assert february["double"].tolist() == [8.0, 10.0, 12.0, 14.0]
