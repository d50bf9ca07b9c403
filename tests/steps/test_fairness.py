"""The audit of the newest month names those whom the month itself lists, offers something, and abstains from."""

import shutil

import pandas as pd
import pytest

from attrition.data.progress import silent
from attrition.runs import Runs
from attrition.steps.fairness import newest_month
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.month import score_month
from attrition.steps.panel import build_panel
from tests.house.places import REPOSITORY


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    kept = REPOSITORY / "tests" / "fixtures" / "workspace"
    folder = shutil.copytree(kept, tmp_path_factory.mktemp("kept") / "workspace")
    build_panel(folder, progress=silent)
    return folder


def test_the_audit_sees_the_month_as_it_is_issued(workspace):
    panel, model = Runs(workspace).read_panel(), load_model_in_use(workspace)
    audited = newest_month(workspace, panel, model.fitted).set_index("agent_id")
    issued = score_month(workspace, panel, panel.rows["as_of"].max().date(), model=model)
    scores = issued["scores"].query("horizon_months == 3").set_index("agent_id")
    offers = issued["recommendations"]
    pd.testing.assert_series_equal(audited["abstained"], scores["abstained"])
    assert set(audited.index[audited["is_offered"]]) == set(offers.loc[offers["chosen"], "agent_id"])
    assert set(audited.index[audited["is_listed"]]) == set(offers["agent_id"])
    assert audited["is_listed"].sum() > 0
