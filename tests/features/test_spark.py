"""The same panel on Spark: every feature of every family, and what followed, equals DuckDB's to the last bit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from attrition import workspace as workspaces
from attrition.data.progress import silent
from attrition.data.synthetic import sources_toml, write_centre
from attrition.model.panel import Panel
from attrition.runs import Runs
from attrition.steps.panel import build_panel

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]

MONTHLY_FILE = """
[tables.snapshots]
path = "exports/snapshots.csv"
recording_delay_days = 0
[tables.snapshots.features.mood]
family = "team"
lever = "team"
unit = "score"
peers = true
en = "mood"
zh = "情绪"
"""
FOR_A_FEW_ROWS = """
[spark.settings]
"spark.sql.codegen.wholeStage" = "false"
"spark.sql.adaptive.enabled" = "false"
"spark.sql.shuffle.partitions" = "1"
"spark.driver.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""
"""Spark's preparations for many rows, and those of its virtual machine, take longer than these rows."""


def test_the_panel_is_the_same_on_spark_as_on_duckdb_and_spark_prints_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    workspace = tmp_path / "座席 2026"  # no sign of the path is escaped
    workspaces.write_starter(workspace)
    write_centre(workspace / "exports", agents=15, months=5, seed=1)
    _write_monthly_file(workspace / "exports")
    declared = sources_toml("exports") + MONTHLY_FILE
    (workspace / "pipelines" / "sources.toml").write_text(declared, encoding="utf-8")
    on_duckdb, on_spark = _built(workspace, 'engine = "duckdb"'), _built(workspace, 'engine = "spark"' + FOR_A_FEW_ROWS)
    assert on_duckdb.rows.shape[1] > 170
    pd.testing.assert_frame_equal(on_spark.rows, on_duckdb.rows, check_exact=True)
    pd.testing.assert_frame_equal(on_spark.outcomes, on_duckdb.outcomes, check_exact=True)
    assert on_spark.features == on_duckdb.features
    assert capfd.readouterr() == ("", "")
    assert (workspace / "runs" / "panel.parquet" / "month=2026-09").is_dir()
    assert [*(workspace / ".attrition").glob("attrition-spark-*")] == []


def test_without_java_the_reason_is_given(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    script = "from pathlib import Path; from attrition.data.spark import SparkCluster, connect; "
    script += f"connect(SparkCluster(), log=Path({str(tmp_path / 'spark.log')!r}))"
    nowhere = {"JAVA_HOME": str(tmp_path / "nowhere"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command, env = [sys.executable, "-c", script], os.environ | nowhere
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "UserError: Spark could not start Java: " in run.stderr
    assert "nowhere" in run.stderr.splitlines()[-1]


def _write_monthly_file(exports: Path) -> None:
    """Give each agent a number at each month-end, as a site's own report would."""
    agents = pd.read_csv(exports / "agents.csv", dtype=str)["agent_id"].unique()
    dates = pd.read_csv(exports / "bonuses.csv", usecols=["pay_date"])["pay_date"]
    months = pd.date_range(dates.min(), dates.max(), freq="ME")
    rows = [
        (name, f"{month:%Y-%m-%d}", (place * 7 + month.month) % 10)
        for place, name in enumerate(agents)
        for month in months
    ]
    pd.DataFrame(rows, columns=["agent_id", "as_of", "mood"]).to_csv(exports / "snapshots.csv", index=False)


def _built(workspace: Path, declaration: str) -> Panel:
    (workspace / "pipelines" / "panel.toml").write_text(declaration, encoding="utf-8")
    build_panel(workspace, progress=silent)
    return Runs(workspace).read_panel()
