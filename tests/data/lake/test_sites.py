"""What a site declares about a table of a lake holds as for its files, and its faults are shown without their rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from attrition.data import engine, sources
from attrition.data.centre import inspect
from attrition.data.files.evidence import Word, find_evidence
from attrition.data.people.names import names_of
from tests.data.sites import VALID, open_site, quality_rows, sorted_rows, write_site

deltalake = pytest.importorskip("deltalake", reason="the extra lake is not installed")

STAFF = pd.DataFrame(
    {
        "staff": ["001", "002", "1E5", "099"],
        "hired": ["2025-01-06", "2025-02-03", "2025-03-01", "2025-03-01"],
        "name": ["Ada", "Bo", "Cy", "nobody"],
        "state": ["active", "active", "active", "test"],
    }
)
AGENTS = """
path = "lake/agents"
recording_delay_days = 0
only_where = { state = "active" }
columns = { staff = "agent_id", hired = "hire_date", name = "display_name" }
"""
LEAVERS = pd.DataFrame(
    {"agent_id": ["002", "1E5"], "exit_date": ["2025-09-30", "soon"], "exit_type": ["voluntary", "left"]}
)


def test_rows_are_chosen_and_names_are_read(tmp_path: Path) -> None:
    deltalake.write_deltalake(tmp_path / "lake" / "agents", pa.Table.from_pandas(STAFF))
    centre = open_site(tmp_path, {}, agents=AGENTS)
    assert len(sorted_rows(centre, "agents")) == 3
    assert 1 in quality_rows(centre, "agents").values()
    assert engine.is_view(centre.con, "shaped_source_agents")
    assert names_of(tmp_path, ["001", "099"]) == {"001": "Ada"}


def test_faults_are_counted_and_their_words_listed_without_numbers_of_rows(tmp_path: Path) -> None:
    deltalake.write_deltalake(tmp_path / "lake" / "exits", pa.Table.from_pandas(LEAVERS))
    workspace = write_site(tmp_path, VALID, exits='path = "lake/exits"')
    _, faults = inspect(workspace)
    assert {(fault.file, fault.column, fault.rows) for fault in faults if fault.stops} == {
        ("lake/exits", "exit_date", 1),
        ("lake/exits", "exit_type", 1),
    }
    evidence = find_evidence(workspace, sources.read(workspace), faults)
    assert evidence.words["exits", "exit_type"] == [Word("left", 1)]
    assert not any(evidence.places.values())
    assert evidence.rows == {"exits": 2}


def test_the_headings_of_a_table_are_shown_where_a_column_is_missing(tmp_path: Path) -> None:
    deltalake.write_deltalake(
        tmp_path / "lake" / "exits", pa.Table.from_pandas(LEAVERS.rename(columns={"exit_type": "kind"}))
    )
    workspace = write_site(tmp_path, VALID, exits='path = "lake/exits"')
    evidence = find_evidence(workspace, sources.read(workspace), inspect(workspace)[1])
    assert evidence.headings == {"lake/exits": ("agent_id", "exit_date", "kind")}


def test_of_rows_that_share_a_key_the_highest_number_is_proposed_and_no_order_of_rows(tmp_path: Path) -> None:
    teams = pd.DataFrame(
        {
            "agent_id": ["001", "001", "002"],
            "effective_date": ["2025-03-01"] * 3,
            "team_id": ["T1", "T2", "T1"],
            "EFFSEQ": [0, 1, 0],
        }
    )
    deltalake.write_deltalake(tmp_path / "lake" / "teams", pa.Table.from_pandas(teams))
    declared = 'path = "lake/teams"\nrecording_delay_days = 0\n'
    _, faults = inspect(write_site(tmp_path, VALID, assignments=declared))
    [advice] = [fault.advice for fault in faults if fault.stops]
    assert 'sequence = "<heading>" under [tables.assignments] takes the row with the highest number' in advice
    assert "duplicates" not in advice
    centre = open_site(tmp_path, {}, assignments=declared + 'sequence = "EFFSEQ"')
    assert sorted(centre.tables["assignments"].execute()["team_id"]) == ["T1", "T2"]
