"""The same panel on Spark: every feature of every family, and what followed, equals DuckDB's to the last bit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attrition import workspace as workspaces
from attrition.data import spark
from attrition.data.progress import silent
from attrition.data.synthetic import sources_toml, write_centre
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
FOR_A_FEW_ROWS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""Spark's preparations for many rows, and those of its virtual machine, take longer than these rows."""


def test_the_panel_is_the_same_on_spark_as_on_duckdb_and_spark_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    for key, value in FOR_A_FEW_ROWS.items():
        monkeypatch.setitem(spark.SETTINGS, key, value)
    workspaces.write_starter(tmp_path)
    write_centre(tmp_path / "exports", agents=15, months=5, seed=1)
    _write_monthly_file(tmp_path / "exports")
    declared = sources_toml("exports") + MONTHLY_FILE
    (tmp_path / "pipelines" / "sources.toml").write_text(declared, encoding="utf-8")
    ours, theirs = _made(tmp_path, "duckdb"), _made(tmp_path, "spark")
    assert len(ours["panel"].column_names) > 170
    assert [name for name in ours["panel"].column_names if not theirs["panel"][name].equals(ours["panel"][name])] == []
    assert theirs["outcomes"].equals(ours["outcomes"])
    assert capfd.readouterr() == ("", "")


def test_without_java_the_reason_is_given(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    script = f"from pathlib import Path; from attrition.data.spark import connect; connect(Path({str(tmp_path)!r}))"
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


def _made(workspace: Path, engine: str) -> dict[str, pa.Table]:
    (workspace / "pipelines" / "panel.toml").write_text(f'engine = "{engine}"\n', encoding="utf-8")
    build_panel(workspace, progress=silent)
    return {name: pq.read_table(workspace / "runs" / f"{name}.parquet") for name in ("panel", "outcomes")}
