"""A product that is cut off or damaged is an error that names the command which makes it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.products import read_json, read_parquet, read_wide
from attrition.errors import UserError
from attrition.runs import Runs

AGAIN = "`attrition panel` makes it again"


def written(folder: Path) -> Path:
    path = folder / "panel.parquet"
    pd.DataFrame({"agent_id": [f"{n:05}" for n in range(5000)]}).to_parquet(path, index=False)
    return path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbled(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:20] + bytes(len(content) - 28) + content[-8:])


@pytest.mark.parametrize("damage", [cut, emptied, garbled])
def test_a_damaged_table_names_its_remedy(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(path := written(tmp_path))
    with pytest.raises(UserError, match=f"panel.parquet is damaged or cut off; {AGAIN}"):
        read_parquet(path, remedy=AGAIN)


def test_a_sound_table_is_read_with_the_columns_that_were_chosen(tmp_path: Path) -> None:
    assert read_parquet(written(tmp_path), remedy=AGAIN, columns=["agent_id"]).shape == (5000, 1)


def test_a_dataset_of_months_is_read_as_one_file_is_by_agent_and_month(tmp_path: Path) -> None:
    for month, agents in (("2026-01", ["2", "1"]), ("2026-02", ["1"])):
        folder = tmp_path / "panel.parquet" / f"month={month}"
        folder.mkdir(parents=True)
        rows = pd.DataFrame({"agent_id": agents, "as_of": pd.Timestamp(f"{month}-28"), "pay": 1.0})
        rows.to_parquet(folder / "part-0.parquet", index=False)
    rows = read_parquet(tmp_path / "panel.parquet", remedy=AGAIN)
    assert list(rows.columns) == ["agent_id", "as_of", "pay"]
    assert [*zip(rows["agent_id"], rows["as_of"].dt.month, strict=True)] == [("1", 1), ("1", 2), ("2", 1)]
    february = read_parquet(
        tmp_path / "panel.parquet", remedy=AGAIN, filters=[("as_of", "in", [pd.Timestamp("2026-02-28")])]
    )
    assert february["agent_id"].tolist() == ["1"]
    of_agent = read_wide(tmp_path / "panel.parquet", where={"agent_id": ["2"]}, remedy=AGAIN, columns=["pay"])
    assert of_agent.to_dict("list") == {"pay": [1.0]}


def test_a_missing_file_is_no_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_parquet(tmp_path / "panel.parquet", remedy=AGAIN)


def test_a_cut_description_names_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "panel.json").write_text('{"format": 2, "feat', encoding="utf-8")
    with pytest.raises(UserError, match=r"panel\.json is damaged or cut off"):
        read_json(tmp_path / "panel.json", remedy=AGAIN)


def test_a_cut_panel_is_refused_by_the_products_of_a_workspace(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    runs.folder.mkdir()
    cut(written(runs.folder))
    with pytest.raises(UserError, match=f"runs/panel.parquet is damaged or cut off; {AGAIN}"):
        runs.read_panel_months([pd.Timestamp("2026-10-31")])
