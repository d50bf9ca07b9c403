"""Texts of a typed table are looked up by value: the same rows come out as of a text file, which maps each row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.rows import prefilter
from tests.data.sites import open_site, quality_rows, sorted_rows

PLACES = ["office", "Office", " home ", "field", "居家", "n/a", "  ", None, "(blank)", "field"]
MAPPED = '[tables.shifts.values.work_place]\n"居家" = "home"\n'


def shifts() -> pd.DataFrame:
    days = pd.date_range("2025-04-01", periods=len(PLACES)).date
    return pd.DataFrame({"agent_id": "001", "shift_date": days, "scheduled_minutes": 480.0, "work_place": PLACES})


@pytest.mark.parametrize("most", [prefilter.MOST_LOOKED_UP, 1])
def test_values_of_a_parquet_file_are_those_of_a_text_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(prefilter, "MOST_LOOKED_UP", most)
    shifts().to_parquet(tmp_path / "shifts.parquet", index=False)
    files = {"parquet": (tmp_path / "shifts.parquet").read_bytes(), "csv": shifts().to_csv(index=False)}
    centres = {
        kind: open_site(tmp_path / kind, {f"shifts/shifts.{kind}": content}, shifts=MAPPED)
        for kind, content in files.items()
    }
    rows = {kind: sorted_rows(centre, "shifts") for kind, centre in centres.items()}
    pd.testing.assert_frame_equal(rows["parquet"], rows["csv"])
    places = rows["parquet"]["work_place"].tolist()
    assert [None if pd.isna(place) else place for place in places] == [
        *("office", "office", "home", "field", "home"),
        *(None, None, None, None, "field"),
    ]
    assert quality_rows(centres["parquet"], "shifts") == quality_rows(centres["csv"], "shifts")
