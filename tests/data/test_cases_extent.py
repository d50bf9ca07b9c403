"""How far the data, and the list of exits, are taken to reach, on the small inputs that went wrong once."""

from datetime import date
from pathlib import Path

import pandas as pd

from attrition.data.progress import silent
from attrition.steps.panel import build_panel
from tests.data.cases import copy_case, open_case
from tests.data.sites import EXITS, faults_of, open_site


def panel_of(workspace: Path) -> pd.DataFrame:
    (workspace / "pipelines" / "panel.toml").write_text("", encoding="utf-8")
    (path,) = build_panel(workspace, progress=silent)
    return pd.read_parquet(path)


def test_an_exit_entered_two_years_ahead_does_not_move_the_end_of_the_data(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "07")
    assert centre.data_ends == date(2026, 3, 31)
    assert panel_of(tmp_path)["as_of"].max() == date(2026, 3, 31)


def test_labels_go_only_to_where_leavers_are_entered(tmp_path: Path) -> None:
    rows = panel_of(copy_case(tmp_path, "26"))
    mature = rows.dropna(subset=["resigned_within_1m"])
    assert mature["as_of"].max() == date(2025, 12, 31)
    assert rows["as_of"].max() == date(2026, 5, 31)


def test_the_months_without_leavers_are_named_with_what_they_touch(tmp_path: Path) -> None:
    (fault,) = (fault for fault in open_case(tmp_path, "26").faults if fault.column == "exit_date")
    assert fault.rule == "exits are missing after 2026-01: 0 on file up to 2026-05, 4 expected"
    assert fault.severity == "labels"
    assert "2026-01" in fault.effect


def test_a_list_declared_complete_is_taken_at_its_word(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "26", site='exits_complete_to = "2026-05"')
    assert centre.extent.exits_complete_to == date(2026, 5, 31)


def test_a_list_of_exits_without_rows_is_refused(tmp_path: Path) -> None:
    header = EXITS.splitlines()[0] + "\n"
    assert [(fault.table, fault.rule) for fault in faults_of(tmp_path, {"exits": header})] == [("exits", "no rows")]


def test_a_declared_beginning_comes_before_what_the_tables_show(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {}, site='data_begins = "2025-04"\n')
    assert centre.extent.begins == date(2025, 4, 1)
