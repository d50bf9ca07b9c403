"""Tables of a lake give the panel that their rows give as files, and it is built again where these rows change."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from attrition import workspace as workspaces
from attrition.cli import app
from attrition.data.centre import open_centre
from attrition.data.files.watched import refuse_replaced
from attrition.data.spark_tables import SparkTables
from attrition.data.synthetic import sources_toml, write_centre
from attrition.errors import DataError
from attrition.runs import Runs
from attrition.steps import panel

deltalake = pytest.importorskip("deltalake", reason="the extra lake is not installed")
pytest.importorskip("pyiceberg", reason="the extra lake is not installed")
pytest.importorskip("sqlalchemy", reason="a catalog in SQLite needs SQLAlchemy")

FOR_A_FEW_ROWS = """
[spark.settings]
"spark.sql.codegen.wholeStage" = "false"
"spark.sql.codegen.factoryMode" = "NO_CODEGEN"
"spark.sql.shuffle.partitions" = "1"
"spark.driver.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""
TABLES = ("shifts", "contacts", "qa_evaluations", "interactions", "service_levels", "pay", "exits", "agents")
Write = Callable[[Path, str, pa.Table], None]


@pytest.fixture(scope="module")
def of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose tables are Parquet and CSV, with its panel."""
    workspace = tmp_path_factory.mktemp("files")
    workspaces.write_starter(workspace)
    write_centre(workspace / "exports", agents=15, months=5, seed=1)
    (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
    assert run("panel", workspace) == 0
    return workspace


@pytest.fixture(scope="module")
def of_delta(tmp_path_factory: pytest.TempPathFactory, of_files: Path) -> Path:
    """A workspace whose larger tables, and some small ones, are Delta tables, with its panel."""
    workspace = tmp_path_factory.mktemp("delta")
    in_lake(workspace, of_files, write_delta)
    assert run("panel", workspace) == 0
    return workspace


def test_the_panel_of_delta_tables_is_that_of_their_rows_as_files(of_files: Path, of_delta: Path) -> None:
    assert products(of_delta) == products(of_files)
    about = pq.ParquetFile(of_files / "runs" / "panel.parquet").metadata
    assert (about.num_rows, about.num_columns > 170) == (71, True)
    assert run("check", of_delta) == 0


def test_the_panel_of_iceberg_tables_is_that_of_their_rows_as_files(tmp_path: Path, of_files: Path) -> None:
    in_lake(tmp_path, of_files, write_iceberg)
    assert run("panel", tmp_path) == 0
    assert products(tmp_path) == products(of_files)


def test_the_panel_is_built_again_after_an_update_of_a_table_and_not_otherwise(tmp_path: Path, of_delta: Path) -> None:
    workspace = shutil.copytree(of_delta, tmp_path / "copy")
    before = products(workspace)
    contacts = deltalake.DeltaTable(workspace / "lake" / "contacts")
    contacts.alter.set_table_properties({"delta.logRetentionDuration": "interval 60 days"})
    assert not steps_of_an_update(workspace)
    contacts.update({"talk_seconds": "talk_seconds + 1"}, predicate="handled > 10")
    assert steps_of_an_update(workspace)
    assert products(workspace) != before


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
def test_workers_of_spark_build_the_same_panel_from_tables_of_a_lake(
    tmp_path: Path, of_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    monkeypatch.setattr("attrition.data.spark_tables.MANY_ROWS", 1_450)  # shifts have 1,493 rows
    read_by_workers = tables_of_workers(monkeypatch)
    in_lake(tmp_path, of_files, write_delta)
    (tmp_path / "pipelines" / "panel.toml").write_text('engine = "spark"' + FOR_A_FEW_ROWS, encoding="utf-8")
    panel.build_panel(tmp_path, progress=lambda _: None)
    on_spark, on_duckdb = (Runs(workspace).read_panel() for workspace in (tmp_path, of_files))
    pd.testing.assert_frame_equal(on_spark.rows, on_duckdb.rows, check_exact=True)
    pd.testing.assert_frame_equal(on_spark.outcomes, on_duckdb.outcomes, check_exact=True)
    assert read_by_workers == {"source_shifts"}


def test_files_that_a_vacuum_removes_while_they_are_read_are_named(
    tmp_path: Path, of_delta: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(of_delta / "lake", tmp_path / "lake")
    shutil.copytree(of_delta / "pipelines", tmp_path / "pipelines")
    build = panel._panel_in_memory

    def vacuumed(*args: object, **options: object) -> object:
        contacts = deltalake.DeltaTable(tmp_path / "lake" / "contacts")
        contacts.update({"talk_seconds": "talk_seconds + 1"})
        contacts.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(panel, "_panel_in_memory", vacuumed)
    with pytest.raises(DataError, match=r"lake/contacts: 1 of its files were removed while it was read"):
        panel.build_panel(tmp_path, progress=lambda _: None)
    assert not (tmp_path / "runs" / "panel.parquet").exists()


def test_a_commit_while_a_table_is_read_leaves_the_version_that_was_read(tmp_path: Path, of_delta: Path) -> None:
    shutil.copytree(of_delta / "lake", tmp_path / "lake")
    shutil.copytree(of_delta / "pipelines", tmp_path / "pipelines")
    centre = open_centre(tmp_path)
    rows = centre.tables["contacts"].count().to_pyarrow().as_py()
    deltalake.DeltaTable(tmp_path / "lake" / "contacts").delete()
    refuse_replaced(centre.manifest, tmp_path)
    assert centre.tables["contacts"].count().to_pyarrow().as_py() == rows > 500


@pytest.mark.parametrize(("kind", "module"), [("Delta", "deltalake"), ("Iceberg", "pyiceberg.io.pyarrow")])
def test_without_the_extra_one_line_says_what_to_install(
    tmp_path: Path, of_files: Path, monkeypatch: pytest.MonkeyPatch, kind: str, module: str
) -> None:
    in_lake(tmp_path, of_files, {"Delta": write_delta, "Iceberg": write_iceberg}[kind])
    monkeypatch.setitem(sys.modules, module, None)
    table = f"a{'n' * (kind == 'Iceberg')} {kind} table"
    line = f'attrition: reading {table} needs the extra "lake": pip install "attrition[lake]"'
    for command in ("check", "panel"):
        result = CliRunner().invoke(app, [command, "--workspace", str(tmp_path)])
        assert (result.exit_code, " ".join(result.stderr.split())) == (2, line)
    result = CliRunner().invoke(app, ["doctor", "--workspace", str(tmp_path)])
    assert line.removeprefix("attrition: ") in " ".join(result.output.split())


def in_lake(workspace: Path, of_files: Path, write: Write) -> None:
    """Make a workspace of the same rows, in tables that were written anew, appended to, and had rows deleted."""
    workspaces.write_starter(workspace)
    shutil.copytree(of_files / "people", workspace / "people", dirs_exist_ok=True)  # the key of the pseudonyms
    declared = sources_toml(str(of_files / "exports"))
    for name in TABLES:
        [file] = (of_files / "exports").glob(f"{name}.*")
        text = dict.fromkeys(heading(file), pa.string())
        as_text = pa.csv.ConvertOptions(column_types=text, strings_can_be_null=True)
        is_parquet = file.suffix == ".parquet"
        rows = pq.ParquetFile(file).read() if is_parquet else pa.csv.read_csv(file, convert_options=as_text)
        write(workspace, name, rows)
        declared = declared.replace(f'path = "{file}"', f'path = "lake/{name}"')
    assert declared.count('path = "lake/') == len(TABLES)
    (workspace / "pipelines" / "sources.toml").write_text(declared, encoding="utf-8")


def heading(file: Path) -> list[str]:
    if file.suffix != ".csv":
        return []
    with file.open(encoding="utf-8") as lines:
        return next(csv.reader(lines))


def write_delta(workspace: Path, name: str, rows: pa.Table) -> None:
    folder = workspace / "lake" / name
    deltalake.write_deltalake(folder, rows)
    deltalake.write_deltalake(folder, rows.slice(0, 9), mode="overwrite")
    deltalake.write_deltalake(folder, rows, mode="append")
    deltalake.write_deltalake(folder, rows, mode="overwrite")


def write_iceberg(workspace: Path, name: str, rows: pa.Table) -> None:
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("lake", uri=f"sqlite:///{workspace}/catalog.db", warehouse=f"file://{workspace}")
    catalog.create_namespace_if_not_exists("lake")
    table = catalog.create_table(f"lake.{name}", schema=rows.schema)
    table.append(rows)
    table.append(rows.slice(0, 9))
    table.overwrite(rows)
    catalog.engine.dispose()


def run(command: str, workspace: Path) -> int:
    result = CliRunner().invoke(app, [command, "--workspace", str(workspace)])
    assert result.exit_code == 0, result.output
    return result.exit_code


def tables_of_workers(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set to which each table is added that Spark's workers read themselves."""
    names: set[str] = set()
    offer = SparkTables.offer

    def watched(self: SparkTables, *table: object, **how: object) -> None:
        offer(self, *table, **how)  # type: ignore[arg-type]
        names.update(self._columns)

    monkeypatch.setattr(SparkTables, "offer", watched)
    return names


def products(workspace: Path) -> list[bytes]:
    return [(workspace / "runs" / name).read_bytes() for name in ("panel.parquet", "outcomes.parquet")]


def steps_of_an_update(workspace: Path) -> list[str]:
    steps: list[str] = []
    panel.build_if_outdated(workspace, progress=steps.append)
    return steps
