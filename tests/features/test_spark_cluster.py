"""A real cluster, a master and two workers as processes of their own, builds the panel that DuckDB builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.progress import silent
from attrition.data.spark import SparkCluster, connect, session_of
from attrition.data.synthetic import sources_toml
from attrition.runs import Runs
from attrition.steps.panel import build_panel
from tests.spark_build import build_in_a_process, write_workspace

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here"),
]
AGENTS, MONTHS = int(os.environ.get("CLUSTER_AGENTS", "1200")), int(os.environ.get("CLUSTER_MONTHS", "48"))

NO_BROADCASTS = {
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": "-1",
}
"""A small side of a join goes to all workers by way of the driver otherwise."""

WITHOUT_CODE = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Generated code is for many rows."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory):
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    from tests.spark_cluster import spark_cluster

    with spark_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def test_a_cluster_builds_the_panel_of_duckdb_and_no_row_of_a_person_comes_to_the_driver(
    tmp_path: Path, cluster
) -> None:
    write_workspace(tmp_path, agents=AGENTS, months=MONTHS)
    build_panel(tmp_path, progress=silent)
    on_duckdb, sums = Runs(tmp_path).read_panel(), Runs(tmp_path).read_indicators()
    quality = pd.read_parquet(tmp_path / "runs" / "quality.parquet")
    assert build_in_a_process(tmp_path, cluster.declaration(**NO_BROADCASTS)) == ""
    on_cluster = Runs(tmp_path).read_panel()
    assert (tmp_path / "runs" / "panel.parquet").is_dir()
    pd.testing.assert_frame_equal(on_cluster.rows, on_duckdb.rows, check_exact=True)
    pd.testing.assert_frame_equal(on_cluster.outcomes, on_duckdb.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(_ordered(Runs(tmp_path).read_indicators()), _ordered(sums), rtol=1e-12)
    assert on_cluster.features == on_duckdb.features
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "runs" / "quality.parquet"), quality, check_exact=True)
    tasks = cluster.tasks()
    assert sum(task["Output Metrics"]["Bytes Written"] for task in tasks) > _bytes(tmp_path / "runs" / "panel.parquet")
    assert max(task["Result Size"] for task in tasks) < 5_000_000  # the sums behind the indicators are the largest


def test_the_guard_notices_when_a_table_is_collected(tmp_path: Path, cluster) -> None:
    write_workspace(tmp_path, agents=15, months=5)
    messages = build_in_a_process(tmp_path, cluster.declaration(), "collected")
    assert messages.endswith("AssertionError: a table with people's rows is collected on the driver\n")


def test_spark_submit_builds_the_panel_on_the_cluster_that_it_names_with_the_settings_that_it_says(
    tmp_path: Path, cluster
) -> None:
    workspace = tmp_path / "workspace"
    write_workspace(workspace, agents=15, months=5)
    build_panel(workspace, progress=silent)
    on_duckdb = Runs(workspace).read_panel()
    (workspace / "pipelines" / "panel.toml").write_text('engine = "spark"', encoding="utf-8")
    (tmp_path / "attrition_submit.py").write_text("from attrition.cli import main\n\nmain()\n", encoding="utf-8")
    settings = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": cluster.events.as_uri()}
    settings |= {"spark.eventLog.compress": "false", "spark.sql.shuffle.partitions": "3"} | WITHOUT_CODE
    run = _submit(tmp_path, cluster.master, settings, "panel", "--workspace", str(workspace))
    assert run.returncode == 0, run.stderr
    assert "runs/panel.parquet" in run.stdout
    assert (workspace / "runs" / "panel.parquet").is_dir()
    pd.testing.assert_frame_equal(Runs(workspace).read_panel().rows, on_duckdb.rows, check_exact=True)
    assert ("people", "3", None) in [
        (begun.get("spark.app.name"), begun.get("spark.sql.shuffle.partitions"), begun.get("spark.ui.enabled"))
        for begun in cluster.settings()
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
def test_a_server_of_spark_connect_builds_the_panel_of_duckdb_also_from_a_table_of_its_catalog(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("grpc_status", reason="Spark Connect needs pyspark[connect]")
    from tests.spark_cluster import spark_connect

    workspace = tmp_path / "workspace"
    write_workspace(workspace, agents=15, months=5)
    build_panel(workspace, progress=silent)
    on_duckdb = Runs(workspace).read_panel()
    with spark_connect(tmp_path, **WITHOUT_CODE) as address:
        declared = SparkCluster(remote=address)
        session = session_of(connect(declared, log=tmp_path / "log"))
        session.sql(f"CREATE DATABASE hr LOCATION '{tmp_path / 'warehouse'}'").collect()
        session.read.parquet(f"{workspace / 'exports' / 'contacts.parquet'}").write.saveAsTable("hr.contacts")
        sources = sources_toml("exports").replace('path = "exports/contacts.parquet"', 'catalog = "hr.contacts"')
        (workspace / "pipelines" / "sources.toml").write_text(sources, encoding="utf-8")
        job = f'engine = "spark"\n[spark]\nremote = "{address}"\n'
        (workspace / "pipelines" / "panel.toml").write_text(job, encoding="utf-8")
        build_panel(workspace, progress=silent)
        session.stop()
    assert (workspace / "runs" / "panel.parquet").is_dir()
    pd.testing.assert_frame_equal(Runs(workspace).read_panel().rows, on_duckdb.rows, check_exact=True)
    assert capfd.readouterr() == ("", "")


def test_under_spark_submit_an_error_ends_with_the_exit_code_of_the_command(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    (tmp_path / "attrition_submit.py").write_text("from attrition.cli import main\n\nmain()\n", encoding="utf-8")
    run = _submit(tmp_path, "local[1]", {}, "panel", "--workspace", str(tmp_path))
    assert run.returncode == 2


def _submit(folder: Path, master: str, settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Call a command by way of spark-submit, under the name "people"."""
    import pyspark

    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    options = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    command = [submit, "--master", master, "--name", "people", *options, folder / "attrition_submit.py", *words]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "SPARK_LOCAL_IP": "127.0.0.1"}
    env |= {"PYSPARK_PYTHON": sys.executable}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def _ordered(sums: pd.DataFrame) -> pd.DataFrame:
    return sums.sort_values(list(sums.columns[:5]), ignore_index=True)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet") if path.is_file())
