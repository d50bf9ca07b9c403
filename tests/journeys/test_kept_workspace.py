"""A workspace kept from an earlier day goes through every command: what is on people's disks still works.

`tests/fixtures/make_workspace.py` wrote it. Where a change of form is meant, a command refuses it with what to do, and
the workspace is made anew.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.model.check import FAIR_LIST, FAIR_SHARES
from tests.agreement.report import contradictions
from tests.centres import run
from tests.fixtures.make_workspace import DECISION, KEPT, PILOT, listed
from tests.house.places import REPOSITORY

OCTOBER = "2026-10-31"
TOO_FEW = ("--despite", FAIR_LIST, "--despite", FAIR_SHARES)
"""The criteria that a workspace of so few agents cannot pass."""


CHANGES = [
    ("partner.zh.html", r"共\d+名座席", "共999名座席"),
    (
        "centre.en.html",
        r"\d+ people resigned in the last twelve months",
        "999 people resigned in the last twelve months",
    ),
    ("centre.en.html", r'(<td>Resignations</td><td>last 12 months</td><td class="n">)\d+', r"\g<1>999"),
    ("centre.zh.html", r'(<meta name="expected" content=")\d+', r"\g<1>999"),
]
"""Pages of the report, a figure on them, and another in its place."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A copy of the kept workspace in another place than it was made in; commands follow each other in it."""
    return Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("kept") / "workspace"))


@pytest.fixture(scope="module")
def agent(workspace: Path) -> str:
    """An agent who was scored."""
    scores = pd.read_parquet(workspace / "runs" / OCTOBER / "scores.parquet")
    return str(scores.loc[scores["risk"].notna(), "agent_id"].iloc[0])


def test_its_tables_are_checked(workspace: Path) -> None:
    assert "agents" in run(workspace, "check")


def test_its_models_are_listed(workspace: Path) -> None:
    assert "champion" in listed(workspace, "2")
    assert "previous" in listed(workspace, "1")


def test_its_champion_answers(workspace: Path) -> None:
    with serving(workspace) as client:
        reply = client.post("/score", json={"dataframe_records": [{}]})
        assert reply.headers["X-Model-Version"] == "2"
        assert reply.status_code == 200, reply.text


@contextmanager
def serving(workspace: Path) -> Iterator[httpx.Client]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = ["from attrition.cli import main; main()", "serve", "--port", port, "--workspace", str(workspace)]
    server = subprocess.Popen([sys.executable, "-c", *words], env=os.environ | {"PYTHONPATH": str(REPOSITORY)})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_for(client, server)
            yield client
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert server.poll() is None, "the service ended"
        try:
            client.get("/ping")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the service does not answer")


def test_its_panel_is_built(workspace: Path) -> None:
    run(workspace, "panel")
    assert len(pd.read_parquet(workspace / "runs" / "panel.parquet")) > 1000


def test_its_models_are_compared(workspace: Path) -> None:
    compared = run(workspace, "models", "compare", "1", "2")
    assert "observed_over_expected" in compared
    assert "their lists were not compared" not in compared


def test_its_champion_scores_a_month_as_it_was_scored(workspace: Path) -> None:
    place = workspace / "runs" / OCTOBER / "scores.parquet"
    issued = pd.read_parquet(place)
    run(workspace, "score", "--as-of", "2026-10")
    pd.testing.assert_frame_equal(pd.read_parquet(place), issued)


def test_an_agent_s_fact_is_changed(workspace: Path, agent: str) -> None:
    changed = run(workspace, "what-if", agent, "--as-of", "2026-10", "--set", "base_pay=7500")
    assert "This is what the model expects" in changed


def test_interventions_are_planned(workspace: Path) -> None:
    assert "riskiest first" in run(workspace, "plan", "--budget", "3000", "--as-of", "2026-10")


def test_a_month_is_reported(workspace: Path) -> None:
    run(workspace, "monthly", "--as-of", "2026-10")
    assert (workspace / "reports" / "2026-10" / "centre.zh.html").exists()


def test_its_report_contradicts_neither_itself_nor_the_products(workspace: Path) -> None:
    assert contradictions(workspace, date.fromisoformat(OCTOBER), workspace / "reports" / "2026-10") == []


@pytest.mark.parametrize(("page", "old", "new"), CHANGES)
def test_one_changed_figure_is_a_contradiction(workspace: Path, tmp_path: Path, page: str, old: str, new: str) -> None:
    folder = Path(shutil.copytree(workspace / "reports" / "2026-10", tmp_path / "2026-10"))
    text = (folder / page).read_text(encoding="utf-8")
    changed, count = re.subn(old, new, text, count=1)
    (folder / page).write_text(changed, encoding="utf-8")
    assert count == 1
    assert contradictions(workspace, date.fromisoformat(OCTOBER), folder)


def test_an_issued_month_is_explained(workspace: Path, agent: str) -> None:
    run(workspace, "explain", agent, "--as-of", "2026-10", "--lang", "en")
    assert agent in next((workspace / "reports").rglob("agents/*.en.html")).read_text(encoding="utf-8")


def test_a_month_is_replayed(workspace: Path) -> None:
    run(workspace, "monthly", "--from", "2026-07", "--to", "2026-07", "--lang", "en")
    assert (workspace / "reports" / "2026-07" / "centre.en.html").exists()


def test_its_pilot_is_read_and_another_designed(workspace: Path) -> None:
    run(workspace, "pilot", "read", PILOT)
    assert (workspace / "pilots" / PILOT / "read-2026-10-31" / "reading.json").exists()
    run(workspace, "pilot", "design", "leader_coaching", "--as-of", "2026-10", "--name", "another")
    assert (workspace / "pilots" / "another").is_dir()


def test_past_months_are_measured(workspace: Path) -> None:
    run(workspace, "backtest")
    assert (workspace / "runs" / "backtest" / "metrics.parquet").exists()


def test_too_few_agents_with_an_intervention_are_not_compared(workspace: Path) -> None:
    words = ["pilot", "read", "--observed", "leader_coaching", "--workspace", str(workspace)]
    refused = CliRunner().invoke(app, words)
    assert (refused.exit_code, "20 are needed" in refused.output) == (2, True), refused.output


def test_settings_are_searched(workspace: Path) -> None:
    run(workspace, "tune")
    assert (workspace / "runs" / "tune").is_dir()


def test_a_third_version_is_trained_and_its_champions_change_places(workspace: Path) -> None:
    run(workspace, "retrain")
    assert "challenger" in listed(workspace, "3")  # groups of 77 agents are too few to show fairness
    run(workspace, "models", "promote", "3", *DECISION, *TOO_FEW)
    assert "champion" in listed(workspace, "3")
    run(workspace, "models", "rollback", *DECISION)
    assert "champion" in listed(workspace, "2")


def test_its_record_is_whole_and_anchored_by_the_retrain_and_the_rollback(workspace: Path) -> None:
    verified = run(workspace, "audit", "verify")
    assert "2 anchors in the registry of models, all found in the record" in verified
