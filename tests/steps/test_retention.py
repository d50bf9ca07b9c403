"""What is kept longer than declared goes, what later reports need stays, and a trial removes nothing."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition import workspace as workspaces
from attrition.cli import app
from attrition.errors import UserError
from attrition.jobs import Retention
from attrition.runs import Runs
from attrition.steps.months import require_scored
from attrition.steps.replay import is_up_to_date
from attrition.steps.report_history import earlier_scores
from attrition.steps.retention import list_expired, remove_expired

TODAY = date(2026, 11, 28)
OLD, NEW = date(2023, 1, 31), date(2026, 10, 31)
KEEP = Retention()
SCORES = pd.DataFrame(
    {"agent_id": ["1"], "as_of": [pd.Timestamp(OLD)], "horizon_months": [3], "risk": [0.1], "abstained": [False]}
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with an old and a new month, each scored, planned and reported."""
    workspaces.write_starter(tmp_path)
    for month in (OLD, NEW):
        folder, report = Runs(tmp_path).month(month), tmp_path / "reports" / f"{month:%Y-%m}"
        (folder / "plan").mkdir(parents=True)
        (folder / "plan" / "plan.json").write_text("{}")
        for name in ("scores", "drivers", "expected_leavers"):
            SCORES.assign(as_of=pd.Timestamp(month)).to_parquet(folder / f"{name}.parquet")
        (report / "agents").mkdir(parents=True)
        for name in ("partner.en.html", "centre.en.html", "agents/1.en.html"):
            (report / name).write_text("page")
    return tmp_path


def expired(workspace: Path, keep: Retention = KEEP) -> list[str]:
    found = list_expired(workspace, keep, month=TODAY, today=TODAY)
    return [product.path.relative_to(workspace).as_posix() for product in found]


def test_only_what_is_older_than_declared_goes(workspace: Path) -> None:
    old = "runs/2023-01-31"
    assert expired(workspace) == [
        "reports/2023-01/partner.en.html",
        *(f"{old}/plan", f"{old}/drivers.parquet", f"{old}/scores.parquet"),
    ]
    assert expired(workspace, Retention(partner_months=60, plan_months=60, individual_months=60)) == []


def test_pages_of_agents_and_of_checks_go_by_the_day_they_were_written(workspace: Path) -> None:
    for name in ("runs/check.xlsx", "reports/2026-10/agents/1.en.html"):
        (workspace / name).write_text("rows")
        days_ago = time.mktime(TODAY.timetuple()) - 100 * 86400
        os.utime(workspace / name, (days_ago, days_ago))
    assert {"runs/check.xlsx", "reports/2026-10/agents/1.en.html"} <= set(expired(workspace))


def test_of_an_old_month_the_groups_stay_and_nobody_can_be_found(workspace: Path) -> None:
    remove_expired(list_expired(workspace, KEEP, month=TODAY, today=TODAY))
    left = sorted(path.name for path in Runs(workspace).month(OLD).iterdir())
    assert left == ["expected_leavers.parquet", "scores.parquet"]
    assert (Runs(workspace).months(), Runs(workspace).is_emptied(OLD)) == ([OLD, NEW], True)
    assert expired(workspace) == []


def test_a_month_that_lost_its_agents_is_neither_explained_nor_scored_again(workspace: Path) -> None:
    remove_expired(list_expired(workspace, KEEP, month=TODAY, today=TODAY))
    with pytest.raises(UserError, match="2023-01 were removed"):
        require_scored(workspace, OLD)
    assert is_up_to_date(workspace, OLD, "another fingerprint")


def test_reports_look_back_on_the_months_that_still_have_agents(workspace: Path) -> None:
    remove_expired(list_expired(workspace, KEEP, month=TODAY, today=TODAY))
    issued = earlier_scores(Runs(workspace), pd.DataFrame(), date(2026, 11, 30)).issued
    assert issued["as_of"].dt.date.tolist() == [NEW]


def test_a_trial_says_what_would_go_and_removes_nothing(workspace: Path) -> None:
    before = sorted(workspace.rglob("*"))
    result = CliRunner().invoke(app, ["sweep", "--dry-run", "--workspace", str(workspace)])
    assert (result.exit_code, "would be removed: files of partner editions 1, plans 1" in result.output) == (0, True)
    assert [path for path in before if not path.exists()] == []


def test_what_goes_is_said_in_counts(workspace: Path) -> None:
    result = CliRunner().invoke(app, ["sweep", "--workspace", str(workspace)])
    assert (result.exit_code, "removed: files of partner editions 1, plans 1" in result.output) == (0, True)
    again = CliRunner().invoke(app, ["sweep", "--workspace", str(workspace)])
    assert "nothing is kept longer than declared" in again.output


def test_without_a_declaration_nothing_is_removed(workspace: Path) -> None:
    (workspace / "pipelines" / "retention.toml").unlink()
    result = CliRunner().invoke(app, ["sweep", "--workspace", str(workspace)])
    assert (result.exit_code, "retention.toml" in result.output) == (2, True)
    assert (workspace / "reports" / "2023-01" / "partner.en.html").exists()
