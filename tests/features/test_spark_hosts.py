"""A cluster of several hosts, which share one folder and nothing else, builds the panel that DuckDB builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from attrition.data.progress import silent
from attrition.model.panel import Panel
from attrition.runs import Runs
from attrition.steps.panel import build_panel
from tests.spark_build import build_in_a_process, write_workspace

if TYPE_CHECKING:
    from tests.spark_cluster import Cluster, Host

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here"),
]
AGENTS, MONTHS = int(os.environ.get("HOSTS_AGENTS", "60")), int(os.environ.get("HOSTS_MONTHS", "12"))
TASKS_BEFORE_A_HOST_FAILS = 150


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in the shared folder."""
    folder = tmp_path / "shared"
    write_workspace(folder / "workspace", agents=AGENTS, months=MONTHS)
    return folder / "workspace"


@pytest.fixture
def on_duckdb(workspace: Path) -> Panel:
    """The panel as DuckDB builds it; its files are gone."""
    build_panel(workspace, progress=silent)
    panel = Runs(workspace).read_panel()
    shutil.rmtree(workspace / "runs")
    return panel


@pytest.fixture
def network(workspace: Path):
    """A host for the command, one for the master and two for workers."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    from tests.spark_hosts import hosts, why_not

    if reason := why_not():
        pytest.skip(reason)
    with hosts(workspace.parent, ["command", "master", "one", "two"]) as places:
        yield places


def test_hosts_see_the_shared_folder_and_nothing_else_of_each_other(network, workspace: Path) -> None:
    (workspace.parent / "there").touch()
    (workspace.parent.parent / "not_there").touch()
    seen = subprocess.run(
        [*network[0].there, "find", "/tmp", "-name", "*there"], capture_output=True, text=True, check=True
    )
    assert seen.stdout.split() == [str(workspace.parent / "there")]


def test_hosts_that_share_one_folder_build_the_panel_of_duckdb(network, workspace: Path, on_duckdb: Panel) -> None:
    from tests.spark_cluster import spark_cluster

    command, *places = network
    with spark_cluster(workspace.parent, places=places) as cluster:
        assert build_in_a_process(workspace, cluster.declaration(), place=command) == ""
    _assert_equal(Runs(workspace).read_panel(), on_duckdb)
    assert {task["Executor"] for task in cluster.tasks()} == {place.address for place in places[1:]}


def test_the_panel_is_that_of_duckdb_also_where_a_host_fails_amid(network, workspace: Path, on_duckdb: Panel) -> None:
    from tests.spark_cluster import spark_cluster

    command, *places = network
    is_over = threading.Event()
    with spark_cluster(workspace.parent, places=places) as cluster, ThreadPoolExecutor(1) as beside:
        failed = beside.submit(_fail_amid, cluster, places[1], is_over)
        messages = build_in_a_process(workspace, cluster.declaration(), place=command)
        is_over.set()
        assert failed.result()
    assert "Traceback" not in messages
    executors = [task["Executor"] for task in cluster.tasks()]
    assert 0 < executors.count(places[1].address) < executors.count(places[2].address)
    _assert_equal(Runs(workspace).read_panel(), on_duckdb)


def _fail_amid(cluster: Cluster, host: Host, is_over: threading.Event) -> bool:
    """Let a host fail once some of the panel is computed; return whether it came to that."""
    from tests.spark_hosts import fail

    while cluster.tasks_written() < TASKS_BEFORE_A_HOST_FAILS:
        if is_over.wait(timeout=0.5):
            return False
    fail(host)
    return True


def _assert_equal(panel: Panel, other: Panel) -> None:
    pd.testing.assert_frame_equal(panel.rows, other.rows, check_exact=True)
    pd.testing.assert_frame_equal(panel.outcomes, other.outcomes, check_exact=True)
