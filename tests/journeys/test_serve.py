"""`attrition serve` as a process: its exit codes, what it does at its end, and another champion while it runs."""

from __future__ import annotations

import signal
import threading
import time

import httpx
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.model import aliases
from attrition.model.registry_records import AliasChange
from tests.predict.service.process import kept_workspace, serving_process

ROW = {"dataframe_records": [{"pay_market_ratio": 0.9, "tenure_days": 400}]}


@pytest.fixture
def workspace(tmp_path):
    return kept_workspace(tmp_path)


def run(*words):
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_with_the_documented_code_after_the_requests_that_have_begun(workspace, sent, code):
    with serving_process(workspace) as server:
        replies = []
        rows = {"dataframe_records": ROW["dataframe_records"] * 3000, "drivers": False}
        asking = threading.Thread(target=lambda: replies.append(server.client.post("/score", json=rows)), daemon=True)
        with httpx.Client(base_url=server.client.base_url, timeout=60) as watching:
            asking.start()
            while "attrition_requests_in_flight 1" not in watching.get("/metrics").text:
                assert asking.is_alive()
        server.process.send_signal(sent)
        asking.join()
        assert replies[0].status_code == 200
        assert len(replies[0].json()["predictions"]) == 3000
        assert server.process.wait(60) == code


def test_a_taken_port_is_exit_code_2(workspace):
    with serving_process(workspace) as server:
        port = str(server.client.base_url.port)
        result = run("serve", "--port", port, "--workspace", str(workspace))
    assert result.exit_code == 2
    assert f"port {port} is taken" in result.output.replace("\n", " ")


def test_another_champion_and_a_rollback_answer_within_seconds_and_no_request_is_dropped(workspace):
    with serving_process(workspace) as server:
        other = next(v.number for v in aliases.registered_versions(workspace) if v.number != server.version)
        seen, stop = [], threading.Event()

        def ask():
            with httpx.Client(base_url=server.client.base_url, timeout=30) as client:
                while not stop.is_set():
                    reply = client.post("/score", json=ROW)
                    seen.append(
                        (reply.status_code, reply.headers["X-Model-Version"], reply.json()["about"]["model_version"])
                    )

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        for version in (other, server.version):
            _make_champion(workspace, version)
            _wait_for(server, version)
        stop.set()
        asking.join()
    assert {status for status, _, _ in seen} == {200}
    assert all(header == about for _, header, about in seen)
    assert {header for _, header, _ in seen} == {other, server.version}


def test_a_champion_with_a_changed_file_is_not_taken_and_the_old_one_goes_on(workspace):
    with serving_process(workspace) as server:
        other = next(v.number for v in aliases.registered_versions(workspace) if v.number != server.version)
        booster = next(aliases.folder_of(workspace, other).glob("*.txt"))
        booster.write_text(booster.read_text().replace("leaf_value=", "leaf_value=9", 1))
        _make_champion(workspace, other)
        for _ in range(1200):
            ready = server.client.get("/ready").json()
            if "version_not_loaded" in ready:
                break
            time.sleep(0.1)
        assert (ready["model_version"], ready["version_not_loaded"]) == (server.version, other)
        assert server.client.post("/score", json=ROW).headers["X-Model-Version"] == server.version
        (workspace / "mlflow.db").rename(workspace / "away.db")
        time.sleep(1.5)
        assert server.client.post("/score", json=ROW).status_code == 200


def _make_champion(workspace, version):
    change = AliasChange("promoted", version, "2026-11-28T00:00:00+00:00", "test", "test")
    aliases.promote(workspace, change, old_champion=aliases.current_aliases(workspace).get("champion"))


def _wait_for(server, version):
    for _ in range(1200):
        if server.client.get("/ready").headers["X-Model-Version"] == version:
            return
        time.sleep(0.1)
    raise AssertionError(f"version {version} did not answer within two minutes")
