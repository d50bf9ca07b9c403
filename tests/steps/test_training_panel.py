"""A retrain of a large centre reads a sample of agents in all months, and everybody in the newest month."""

import shutil

import pandas as pd
import pytest

from attrition.data.progress import silent
from attrition.runs import Runs
from attrition.steps.declarations import read_spec
from attrition.steps.training_panel import load_training_panel


@pytest.fixture
def workspace(with_panel, tmp_path):
    return shutil.copytree(with_panel, tmp_path / "workspace")


def training_panel(workspace, most_agent_months, progress=silent):
    job = f'model = "resignation"\nmost_agent_months = {most_agent_months}\n'
    (workspace / "pipelines" / "retrain.toml").write_text(job, encoding="utf-8")
    return load_training_panel(workspace, read_spec(workspace), progress=progress)


def test_whole_agents_are_read_as_they_are_in_the_panel_and_everybody_in_the_newest_month(workspace):
    steps: list[str] = []
    whole = Runs(workspace).read_panel()
    data = training_panel(workspace, len(whole.rows) // 3, steps.append)
    agents = set(data.panel.rows["agent_id"])
    for part, table in ((data.panel.rows, whole.rows), (data.panel.outcomes, whole.outcomes)):
        pd.testing.assert_frame_equal(part, table[table["agent_id"].isin(agents)].reset_index(drop=True))
    pd.testing.assert_frame_equal(data.newest.rows, whole.month(whole.data_ends).rows)
    month = whole.data_ends.replace(day=1) - pd.Timedelta(days=1)
    pd.testing.assert_frame_equal(data.everybody_in([pd.Timestamp(month)]).rows, whole.month(month).rows)
    assert (data.sample.drawn.agent_months, data.sample.drawn.agents) == (len(data.panel.rows), len(agents))
    assert data.counts["agent_months"] == data.sample.centre.agent_months == len(whole.rows)
    assert f"{len(agents):,} of {whole.rows['agent_id'].nunique():,} agents" in steps[-1]


def test_everybody_is_read_where_the_panel_is_small_enough(workspace):
    whole = Runs(workspace).read_panel()
    data = training_panel(workspace, len(whole.rows))
    assert data.sample is None
    assert data.newest is data.panel is data.everybody_in([])
    pd.testing.assert_frame_equal(data.panel.rows, whole.rows)
