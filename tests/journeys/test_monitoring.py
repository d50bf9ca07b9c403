"""`attrition monitor` on a kept workspace: quiet at first, then a level promised too low alarms and is sent once."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from tests.fixtures.make_workspace import KEPT
from tests.steps.delivery.receivers import WebServer

MONTHS = pd.date_range("2025-09-30", "2026-08-31", freq="ME")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("kept") / "workspace"))


def watched(workspace: Path) -> tuple[int, str, dict[str, Any]]:
    result = CliRunner().invoke(app, ["monitor", "--workspace", str(workspace)])
    summary = json.loads((workspace / "runs" / "monitor" / "monitor.json").read_text(encoding="utf-8"))
    return result.exit_code, result.output, summary


def issue(workspace: Path, *, promised: float) -> None:
    """Write twelve months as the version in use would have issued them, had it expected so many resignations."""
    for month in MONTHS:
        folder = workspace / "runs" / f"{month:%Y-%m-%d}"
        folder.mkdir(exist_ok=True)
        expected = {"as_of": [month], "horizon_months": 1, "level": "centre", "unit": "centre", "headcount": 70}
        pd.DataFrame(expected | {"expected": promised, "low": 0.0, "high": 9.0}).to_parquet(
            folder / "expected_leavers.parquet"
        )
        score = {"agent_id": ["0"], "as_of": month, "horizon_months": 1, "risk": 0.1, "rank": pd.NA, "abstained": True}
        pd.DataFrame(score | {"model_version": "2"}).to_parquet(folder / "scores.parquet")


def test_a_workspace_whose_model_is_new_has_no_alarm(workspace: Path) -> None:
    code, output, summary = watched(workspace)
    assert (code, summary["alarms"]) == (0, []), output
    assert summary["watched"]["features"] > 100
    assert "no alarm" in output


def test_inputs_of_a_large_centre_are_compared_on_a_sample_of_agents(workspace: Path) -> None:
    job = workspace / "pipelines" / "retrain.toml"
    declared = job.read_text(encoding="utf-8")
    job.write_text(f"{declared}\nmost_agent_months = 900\n", encoding="utf-8")
    code, output, summary = watched(workspace)
    job.write_text(declared, encoding="utf-8")
    assert code == 0, output
    assert summary["watched"]["features"] > 100
    page = (workspace / "runs" / "monitor" / "monitor.html").read_text(encoding="utf-8")
    assert re.search(r"a sample of whole agents, \d+ of \d+; level and list are those of everybody", page)


def test_a_level_that_was_promised_far_too_low_alarms_and_is_sent_once(workspace: Path) -> None:
    issue(workspace, promised=0.4)
    server = WebServer([(200, "", {})])
    with server.running():
        webhook = f'[[webhooks]]\nshape = "json"\nurl = "http://127.0.0.1:{server.port}"\n'
        (workspace / "pipelines" / "monitor.toml").write_text(webhook, encoding="utf-8")
        first, again = watched(workspace), watched(workspace)
    assert (first[0], again[0]) == (4, 4), first[1]
    assert [alarm["kind"] for alarm in first[2]["alarms"]] == ["level"]
    assert "more people resigned than expected" in first[1]
    assert "what to do: runs/monitor/monitor.html#level" in first[1]
    [(_, _, body)] = server.requests
    assert json.loads(body)["alarms"][0]["key"] == "level:"
    assert 'id="level"' in (workspace / "runs" / "monitor" / "monitor.html").read_text(encoding="utf-8")


def test_a_receiver_that_fails_loses_nothing_and_gets_it_at_the_next_run(workspace: Path) -> None:
    shutil.rmtree(workspace / "runs" / "monitor")
    server = WebServer([(400, "", {}), (200, "", {})])
    with server.running():
        webhook = f'[[webhooks]]\nshape = "json"\nurl = "http://127.0.0.1:{server.port}"\n'
        (workspace / "pipelines" / "monitor.toml").write_text(webhook, encoding="utf-8")
        codes = [watched(workspace)[0] for _ in range(2)]
    assert codes == [4, 4]
    assert len(server.requests) == 2


def test_a_month_without_any_score_of_a_person_is_watched_by_its_groups(workspace: Path) -> None:
    for month in MONTHS:
        folder = workspace / "runs" / f"{month:%Y-%m-%d}"
        pd.read_parquet(folder / "scores.parquet")[["model_version"]].to_parquet(folder / "scored_by.parquet")
        (folder / "scores.parquet").rename(folder / "kept")
    (workspace / "pipelines" / "monitor.toml").unlink()
    code, _, summary = watched(workspace)
    assert (code, summary["alarms"][0]["kind"], summary["watched"]["list_months"]) == (4, "level", 0)
    for month in MONTHS:
        folder = workspace / "runs" / f"{month:%Y-%m-%d}"
        (folder / "kept").rename(folder / "scores.parquet")


def test_months_of_another_version_are_not_held_against_this_one(workspace: Path) -> None:
    for month in MONTHS:
        path = workspace / "runs" / f"{month:%Y-%m-%d}" / "scores.parquet"
        pd.read_parquet(path).assign(model_version="1").to_parquet(path)
    code, _, summary = watched(workspace)
    assert (code, summary["watched"]["level_months"]) == (0, 0)
