"""Texts of a large table are checked and parsed once each: the same rows and counts come out as row by row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data import checking
from attrition.data.rows import prefilter
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows

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


TEXTS = """\
agent_id,shift_date,scheduled_minutes,worked_minutes,is_night
001,2025-04-01,480, 450 ,yes
001,2025/4/2,"1,440",n/a,no
001,2025-04-03,8h,450,是
,,,,
001,2025-04-04,480,0,
"""


@pytest.mark.parametrize("most", [prefilter.MOST_JOINED, 0])
def test_a_text_file_of_many_rows_is_read_like_one_of_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(prefilter, "MOST_JOINED", most)
    few = open_site(tmp_path / "few", {"shifts": TEXTS})
    monkeypatch.setattr(checking, "MANY_ROWS", 1)
    many = open_site(tmp_path / "many", {"shifts": TEXTS})
    pd.testing.assert_frame_equal(sorted_rows(many, "shifts"), sorted_rows(few, "shifts"))
    pd.testing.assert_frame_equal(many.quality, few.quality)
    assert len(sorted_rows(many, "shifts")) == 4


def test_faults_of_many_rows_are_those_of_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {"shifts": TEXTS.replace("8h", "eight").replace("2025-04-03", "01/02/2025")}
    few = faults_of(tmp_path / "few", bad)
    monkeypatch.setattr(checking, "MANY_ROWS", 1)
    many = faults_of(tmp_path / "many", bad)
    assert [(fault.column, str(fault.rule), fault.rows) for fault in many] == [
        (fault.column, str(fault.rule), fault.rows) for fault in few
    ]
    assert few
