"""Folders of other kinds of site hold what their clean twin holds, but for what their way of writing loses."""

from __future__ import annotations

from pathlib import Path

import any_export
import pandas as pd
import pytest
from other_sites.differences import cell_differences, opened, row_differences

from attrition import pipeline
from tests.house.places import REPOSITORY


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    pipeline.draw_centre(folder, agents=120, months=6, seed=4, progress=lambda _: None)
    return folder / "exports"


@pytest.mark.parametrize(
    ("kind", "rounded"), [("chinese", {"worked_minutes", "overtime_minutes"}), ("german", {"worked_minutes"})]
)
def test_only_hours_with_two_decimals_differ_from_the_clean_twin(
    exports: Path, tmp_path: Path, kind: str, rounded: set[str]
) -> None:
    first = pd.read_parquet(exports / "shifts.parquet")["shift_date"].min()
    site = pd.read_csv(exports / "agents.csv")["site"].mode()[0]
    declaration = any_export.FOLDER / f"{kind}.toml"
    messy, twin = any_export.write(kind, exports, tmp_path, site=site, start=str(first), declaration=declaration)
    rows = row_differences(opened(messy), opened(twin))
    differing = rows[rows["differing"] > 0]
    assert set(differing["column"]) <= rounded
    assert differing["largest"].max() <= 0.6  # minutes: a hundredth of an hour, in each of two parts of a day
    assert set(rows["table"]) >= {"agents", "assignments", "exits", "pay", "shifts", "contacts", "qa_evaluations"}


def test_a_cell_that_differs_or_is_missing_on_one_side_is_counted() -> None:
    panel = pd.DataFrame(
        {"agent_id": ["1", "2", "3"], "as_of": pd.Timestamp("2026-01-31"), "pay_base": [1.0, 2.0, None]}
    )
    twin = panel.assign(pay_base=[1.0, 2.5, 3.0])
    (rows, pay) = cell_differences(panel, twin).to_dict("records")
    assert (rows["differing"], pay["cells"], pay["differing"], pay["largest"]) == (0, 3, 2, 0.5)
    assert cell_differences(panel, twin[:2]).iloc[0]["differing"] == 1


DRIVERS = REPOSITORY.parent / "shared" / "data" / "ola" / "ola_driver_scaler.csv"


@pytest.mark.skipif(not DRIVERS.exists(), reason="needs the public file of drivers, which is no part of the repository")
def test_the_drivers_file_as_it_was_exported_holds_what_its_clean_twin_holds(tmp_path: Path) -> None:
    messy, twin = any_export.ola.write(DRIVERS, tmp_path)
    rows = row_differences(opened(messy), opened(twin))
    assert rows["differing"].sum() == 0
    assert dict(zip(rows["column"], rows["compared"], strict=True))["pay_income"] == 19_104


def test_cells_are_compared_by_feature_though_one_panel_lacks_some() -> None:
    panel = pd.DataFrame({"agent_id": ["1"], "as_of": pd.Timestamp("2026-01-31"), "pay_base": [1.0], "pay_gap": [2.0]})
    cells = cell_differences(panel, panel.assign(pay_gap=3.0))
    fewer = panel.drop(columns="pay_base")
    assert any_export.differing_by_feature(cells, fewer, fewer.assign(pay_gap=3.0)).tolist() == [0, 0, 1]
