"""Somebody who objected is not scored, listed, planned for or drawn into a pilot; groups count them at their mean."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from attrition import pipeline
from attrition.data.people.people_key import make_key
from attrition.data.progress import silent
from attrition.errors import UserError
from attrition.ledger.persons import find_person, objectors
from attrition.model.abstention import OBJECTED
from attrition.pilot.draw import DesignRequest
from attrition.pilot.preregistration import read_preregistered
from attrition.runs import Runs
from attrition.steps.backtest import write_backtest
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.month import scores_by
from attrition.steps.person_request import PersonRequest
from attrition.steps.serve import CurrentObjectors
from attrition.steps.what_if import WhatIfRequest
from tests.kept import copy_with_panel
from tests.people_search import find_people

OCTOBER = date(2026, 10, 31)
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = copy_with_panel(tmp_path_factory)
    pipeline.score(copy, OCTOBER, progress=silent)
    return copy


@pytest.fixture(scope="module")
def before(workspace: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in (workspace / "runs" / f"{OCTOBER}").glob("*.parquet")}


@pytest.fixture(scope="module")
def objector(workspace: Path, before: dict[str, pd.DataFrame]) -> str:
    """The riskiest agent, who is on every list, objects; the month is scored again."""
    agent = str(before["scores"].set_index("rank")["agent_id"].loc[1].iloc[0])
    pipeline.object_to_scoring(workspace, PersonRequest(agent, NOW, "Li Na", "their letter"))
    pipeline.score(workspace, OCTOBER, progress=silent)
    return agent


def stored(workspace: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(workspace / "runs" / f"{OCTOBER}" / f"{name}.parquet")


def test_their_scores_are_an_abstention_with_its_reason_and_no_figure(workspace: Path, objector: str) -> None:
    own = stored(workspace, "scores").query("agent_id == @objector")
    assert own["abstain_reason"].unique().tolist() == [OBJECTED]
    assert own[["risk", "risk_low", "risk_high", "involuntary_risk", "band", "rank"]].isna().all(axis=None)


@pytest.mark.parametrize("table", ["drivers", "recommendations", "survival"])
def test_no_other_table_of_the_month_names_them(
    workspace: Path, before: dict[str, pd.DataFrame], objector: str, table: str
) -> None:
    assert objector in set(before[table]["agent_id"])
    assert objector not in set(stored(workspace, table)["agent_id"])


def test_the_columns_of_the_scores_keep_their_types(
    workspace: Path, before: dict[str, pd.DataFrame], objector: str
) -> None:
    assert stored(workspace, "scores").dtypes.to_dict() == before["scores"].dtypes.to_dict()


def test_their_groups_count_as_many_people_at_the_mean_of_the_others(
    workspace: Path, before: dict[str, pd.DataFrame], objector: str
) -> None:
    counted = stored(workspace, "expected_leavers").query("level == 'centre'").set_index("horizon_months")
    assert counted["headcount"].tolist() == before["expected_leavers"].query("level == 'centre'")["headcount"].tolist()
    risks = stored(workspace, "scores").query("horizon_months == 3 and abstain_reason != @OBJECTED")["risk"]
    assert counted.loc[3, "expected"] == pytest.approx(risks.mean() * counted.loc[3, "headcount"])


def test_they_are_offered_nothing(workspace: Path, objector: str) -> None:
    pipeline.plan(workspace, OCTOBER, budget=3000, progress=silent)
    assert objector not in set(pd.read_parquet(workspace / "runs" / f"{OCTOBER}" / "plan" / "plan.parquet")["agent_id"])


def test_a_month_scored_before_the_objection_names_them_in_no_plan_and_no_pilot(
    workspace: Path, before: dict[str, pd.DataFrame], objector: str
) -> None:
    now = stored(workspace, "scores")
    place = workspace / "runs" / f"{OCTOBER}" / "scores.parquet"
    before["scores"].to_parquet(place, index=False)
    panel = Runs(workspace).read_panel()
    try:
        assert objector not in set(scores_by(load_model_in_use(workspace), workspace, panel, OCTOBER)["agent_id"])
        request = DesignRequest("drawn", OCTOBER, 6)
        pipeline.design_pilot(workspace, request, intervention="leader_coaching", progress=silent)
    finally:
        now.to_parquet(place, index=False)
    design, members = read_preregistered(workspace, "drawn")
    assert (objector in set(members["agent_id"]), design.left_out[OBJECTED]) == (False, 1)


def test_the_service_knows_them_by_number_and_pseudonym_and_forgets_an_objection_that_is_withdrawn(
    tmp_path: Path,
) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "people.toml").write_text("pseudonyms = true\n", encoding="utf-8")
    make_key(tmp_path, environment={})
    current, request = CurrentObjectors(tmp_path), PersonRequest("0012345", NOW, "Li Na", "their letter")
    assert current() == frozenset()
    pipeline.object_to_scoring(tmp_path, request)
    assert current() == {"0012345", find_person(tmp_path, "0012345").pseudonym}
    pipeline.withdraw_objection(tmp_path, request)
    assert current() == frozenset()


def test_their_rows_are_kept_of_no_backtest(workspace: Path, objector: str) -> None:
    write_backtest(workspace, {"scores": pd.DataFrame({"agent_id": [objector, "another"], "risk": [0.3, 0.1]})})
    assert Runs(workspace).read_backtest("scores")["agent_id"].tolist() == ["another"]
    shutil.rmtree(Runs(workspace).backtest)


def test_nothing_is_explained_or_tried_for_them(workspace: Path, objector: str) -> None:
    with pytest.raises(UserError, match="objected to being scored on 2026-11-28"):
        pipeline.explain(workspace, objector, OCTOBER, langs=["en"], progress=silent)
    with pytest.raises(UserError, match="objected to being scored on 2026-11-28"):
        pipeline.what_if(workspace, WhatIfRequest(objector, OCTOBER, {"base_pay": "6000"}), progress=silent)


def test_the_report_of_the_month_names_them_nowhere(workspace: Path, objector: str, no_pdf: None) -> None:
    pipeline.monthly(workspace, OCTOBER, langs=["en", "zh"], progress=silent)
    assert find_people(workspace / "reports", [objector]) == {}


def test_a_withdrawn_objection_scores_them_as_before(
    workspace: Path, before: dict[str, pd.DataFrame], objector: str
) -> None:
    request = PersonRequest(objector, NOW)
    pipeline.withdraw_objection(workspace, request)
    assert objectors(workspace) == set()
    with pytest.raises(UserError, match="no objection"):
        pipeline.withdraw_objection(workspace, request)
    pipeline.score(workspace, OCTOBER, progress=silent)
    pd.testing.assert_frame_equal(stored(workspace, "scores"), before["scores"])


def test_the_reason_is_on_record_sealed_and_never_in_the_clear(workspace: Path, objector: str) -> None:
    log = (workspace / "ledger" / "audit.jsonl").read_text(encoding="utf-8")
    person = find_person(workspace, objector)
    assert "person object" in log
    assert not any(name in log for name in (*person.names, "their letter"))
