"""Ids are text from end to end, whatever a spreadsheet would make of them (rule L12)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import open_centre
from attrition.data.progress import silent
from attrition.errors import DataError
from attrition.steps.panel import build_panel

IDS = ["007", "7", "NA", "1E5", "TRUE", "nulla", "00123", "2026-01-01", "=1+1", "0x1F"]
SOURCES = """
[site]
name = "Ids"
time_zone = "Asia/Shanghai"
currency = "CNY"
data_ends = "2026-03"
[tables.agents]
path = "agents.csv"
recording_delay_days = 0
[tables.assignments]
path = "assignments.csv"
recording_delay_days = 0
[tables.exits]
path = "exits.csv"
recording_delay_days = 0
"""


def workspace(folder: Path, ids: list[str]) -> Path:
    files = {
        "pipelines/sources.toml": SOURCES,
        "pipelines/panel.toml": "",
        "agents.csv": "\n".join(["agent_id,hire_date", *(f"{name},2026-01-05" for name in ids)]),
        "assignments.csv": "\n".join(["agent_id,effective_date,team_id", *(f"{name},2026-01-05,NA" for name in ids)]),
        "exits.csv": "agent_id,exit_date,exit_type\nNA,2026-03-10,voluntary\n7,2026-01-20,other\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_ids_come_out_of_the_panel_as_they_went_in(tmp_path: Path) -> None:
    (panel,) = build_panel(workspace(tmp_path, IDS), progress=silent)
    rows = pd.read_parquet(panel)
    months = rows.groupby("agent_id").size().to_dict()
    assert months == {name: 3 for name in IDS if name not in ("7", "NA")} | {"NA": 2}, "7 left in January, NA in March"


def test_a_team_called_na_is_a_team(tmp_path: Path) -> None:
    build_panel(workspace(tmp_path, IDS), progress=silent)
    assert set(pd.read_parquet(tmp_path / "runs" / "outcomes.parquet")["team_id"]) == {"NA"}


def test_a_duplicate_key_stops_with_a_count_and_without_the_value(tmp_path: Path) -> None:
    folder = workspace(tmp_path, IDS)
    with (folder / "assignments.csv").open("a", encoding="utf-8") as file:
        file.write("\n00123,2026-01-05,other team")
    with pytest.raises(DataError) as refused:
        open_centre(folder)
    fault = next(fault for fault in refused.value.faults if "key" in fault.rule)
    assert (fault.table, fault.rows) == ("assignments", 2)
    assert "00123" not in str(refused.value) + repr(refused.value.faults)
