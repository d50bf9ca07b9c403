"""The same panel on Spark: every feature of every family, and what followed, equals DuckDB's to the last bit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlglot import parse_one

from attrition import workspace as workspaces
from attrition.data import spark_tables
from attrition.data.progress import silent
from attrition.data.spark import SparkCluster, options_of_java, session_of
from attrition.data.spark_sql import spark_query
from attrition.data.spark_storage import SparkStorage, spark_storage
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
"spark.sql.codegen.factoryMode" = "NO_CODEGEN"
"spark.sql.adaptive.enabled" = "false"
"spark.sql.shuffle.partitions" = "1"
"spark.driver.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""
"""Spark's preparations for many rows, and those of its virtual machine, take longer than these rows."""
VALUES = """
CREATE TABLE cells (agent TEXT, n SMALLINT, x DOUBLE, day DATE, moment TIMESTAMP, yes BOOLEAN, word TEXT);
INSERT INTO cells VALUES
    ('a', 1, 2.5, '2026-01-31', '2026-01-31 23:59:59.5', true, ' so'), ('a', 2, -3.5, '2024-02-29', NULL, NULL, '座'),
    ('a', NULL, 'nan', '1969-12-31', '1969-12-31 12:00:00', false, 'it''s \\ "'), ('b', 3, 'inf', NULL, NULL, true, ''),
    ('b', 3, 1e19, '2026-01-31', '2026-02-01 00:00:00', true, NULL), (NULL, -4, 4, '2026-03-01', NULL, false, 'so　');
"""
OF_ROWS = """
SELECT agent, n, day, word, CAST(n AS BIGINT) * 2 AS twice, CAST(n AS DOUBLE) * 0.1 AS tenth, CAST(n AS TEXT) AS t,
    TRY_CAST(x AS BIGINT) AS rounded, CASE WHEN x = trunc(x) THEN TRY_CAST(x AS BIGINT) END AS whole, x > 2.4 AS more,
    CASE WHEN n IN (0, 1) THEN n = 1 END AS is_one, CAST(moment AS DATE) AS its_day, CAST(day AS TIMESTAMP) AS midnight,
    last_day(day) AS month_end, day + 3 AS later, date_trunc('month', day) AS d, least(day, DATE '2025-01-01') AS old,
    extract(year FROM day) * 12 + extract(month FROM day) - 1 AS month, datediff('day', DATE '1900-01-01', day) AS days,
    CASE word WHEN '座' THEN 'seat' WHEN 'it''s \\ "' THEN NULL ELSE word END AS mapped, length(word) AS letters,
    ascii(word) <= 32 OR suffix(word, chr(12288)) AS has_blanks, coalesce(NOT yes, false) AS no, word < 't' AS is_less
FROM cells WHERE n IS DISTINCT FROM 99
"""
OF_GROUPS = """
SELECT agent, count(*) AS rows, count(*) FILTER (x > 1) AS many, count(DISTINCT day) AS days, sum(n) AS total,
    min(x) AS low, max(x) AS high, min(word) AS word, max(day) AS last, isfinite(sum(x)) AS finite, min(NULL) AS none,
    bit_or(CAST(1 AS BIGINT) << (day(day) - 1)) AS bits
FROM cells GROUP BY ALL HAVING count(*) > 0
"""
OF_KEYS = """
WITH twice AS (SELECT day FROM cells GROUP BY ALL HAVING count(*) > 1)
SELECT one.* EXCLUDE (x) REPLACE (upper.n AS n) FROM cells AS one LEFT JOIN cells AS upper ON one.word = upper.word
    SEMI JOIN twice ON one.day IS NOT DISTINCT FROM twice.day
"""


@pytest.mark.parametrize("query", [OF_ROWS, OF_GROUPS, OF_KEYS], ids=["rows", "groups", "keys"])
def test_a_translated_query_gives_on_spark_what_it_gives_on_duckdb(tmp_path: Path, con, query: str) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    (tmp_path / "w").mkdir()
    con.con.execute(VALUES)
    types = {row[0]: row[1] for row in con.con.execute("DESCRIBE cells").fetchall()}
    with spark_storage(
        SparkCluster(settings=tomllib.loads(FOR_A_FEW_ROWS)["spark"]["settings"]), tmp_path / "w"
    ) as storage:
        storage.of_duckdb("cells", con.table("cells"))
        on_spark = session_of(storage.backend).sql(spark_query(parse_one(query, dialect="duckdb"), {"cells": types}))
        rows = [tuple(row) for row in on_spark.collect()]
    assert sorted(map(str, rows)) == sorted(map(str, con.con.execute(query).fetchall()))


def test_the_panel_is_the_same_on_spark_as_on_duckdb_and_spark_prints_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    workspace = tmp_path / "座席 2026"  # no sign of the path is escaped
    workspaces.write_starter(workspace)
    write_centre(workspace / "exports", agents=15, months=5, seed=1)
    _write_monthly_file(workspace / "exports")
    _leave_out(workspace / "exports" / "contacts.parquet", day="contact_date", month="2026-09")  # a silent month
    declared = sources_toml("exports") + MONTHLY_FILE
    (workspace / "pipelines" / "sources.toml").write_text(declared, encoding="utf-8")
    on_duckdb, quality = _built(workspace, 'engine = "duckdb"'), _quality(workspace)
    monkeypatch.setattr(spark_tables, "MANY_ROWS", 1_450)  # shifts have 1,493 rows, contacts 1,409
    copied = _names_of_copies(monkeypatch)
    on_spark = _built(workspace, 'engine = "spark"' + FOR_A_FEW_ROWS)
    assert on_duckdb.rows.shape[1] > 170
    assert on_duckdb.rows["workload_occupancy_1m"].isna().sum() == 15  # of everybody in September
    pd.testing.assert_frame_equal(on_spark.rows, on_duckdb.rows, check_exact=True)
    pd.testing.assert_frame_equal(on_spark.outcomes, on_duckdb.outcomes, check_exact=True)
    assert on_spark.features == on_duckdb.features
    pd.testing.assert_frame_equal(_quality(workspace), quality, check_exact=True)
    assert "shifts" not in copied
    assert "contacts" in copied
    assert capfd.readouterr() == ("", "")
    assert (workspace / "runs" / "panel.parquet" / "month=2026-09").is_dir()
    assert [*(workspace / ".attrition").glob("attrition-spark-*")] == []


def test_options_of_a_driver_are_those_of_its_java_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-Dsite=Foshan")
    with options_of_java("-XX:TieredStopAtLevel=1"):
        assert os.environ["JDK_JAVA_OPTIONS"] == "-XX:TieredStopAtLevel=1 -Dsite=Foshan"
    assert os.environ["JDK_JAVA_OPTIONS"] == "-Dsite=Foshan"


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


def _leave_out(path: Path, *, day: str, month: str) -> None:
    """Remove the rows of a month from a Parquet file."""
    rows = pq.read_table(path)
    pq.write_table(rows.filter(pc.strftime(rows[day], format="%Y-%m").to_pandas().ne(month).to_numpy()), path)


def _names_of_copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each table is added that passes this process on its way to Spark."""
    names: list[str] = []
    copy = SparkStorage.of_duckdb
    monkeypatch.setattr(SparkStorage, "of_duckdb", lambda *table: (names.append(table[1]), copy(*table))[1])
    return names


def _quality(workspace: Path) -> pd.DataFrame:
    return pd.read_parquet(workspace / "runs" / "quality.parquet")


def _built(workspace: Path, declaration: str) -> Panel:
    (workspace / "pipelines" / "panel.toml").write_text(declaration, encoding="utf-8")
    build_panel(workspace, progress=silent)
    return Runs(workspace).read_panel()
