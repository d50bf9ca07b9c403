"""Tables of a real catalog of Spark: they are read as their files are, by every command, or refused in one line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from attrition import workspace as workspaces
from attrition.data import engine
from attrition.data.centre import Centre, examine
from attrition.data.faults import Refused, TableError
from attrition.data.files.catalog import _own_log, _seen, digest_of_table
from attrition.data.files.raw_table import RawTable
from attrition.data.files.reading import read_source
from attrition.data.lake.folders import TableFolder
from attrition.data.source import Source
from attrition.data.spark import SparkCluster, session_of
from attrition.data.spark_parts import SparkWorkers
from attrition.data.spark_storage import SparkStorage, spark_storage
from attrition.data.spark_tables import SparkTables
from attrition.data.synthetic import sources_toml, write_centre

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]

FOR_A_FEW_ROWS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
ROWS = """
CREATE TABLE hr.days USING parquet PARTITIONED BY (site, `day of work`, hour) AS SELECT * FROM VALUES
    ('a', TIMESTAMP '2026-01-31 23:00:00', 'x:y%', DATE '2026-01-31', 8),
    ('b', NULL, NULL, DATE '2026-02-01', 9) AS (agent, moment, site, `day of work`, hour)
"""


NUMBERS = pa.table({"n": pa.array([n % 3 for n in range(30)], pa.int32()), "part": ["a/b"] * 15 + ["c"] * 15})


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkStorage]:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    place = tmp_path_factory.mktemp("座席 2026")
    with spark_storage(SparkCluster(settings=FOR_A_FEW_ROWS), place) as running:
        session_of(running.backend).sql(f"CREATE DATABASE hr LOCATION '{(place / 'warehouse').as_posix()}'")
        yield running
        session_of(running.backend).sql("DROP DATABASE hr CASCADE")


@pytest.mark.exhaustive
def test_tables_of_the_catalog_are_checked_as_their_files_are(tmp_path: Path, storage: SparkStorage) -> None:
    session = session_of(storage.backend)
    workspaces.write_starter(tmp_path)
    write_centre(tmp_path / "exports", agents=15, months=3, seed=1)
    files = sources_toml("exports")
    contacts, shifts = (session.read.parquet(f"file://{tmp_path}/exports/{name}.parquet") for name in TABLES)
    contacts.write.saveAsTable("hr.contacts")
    shifts.write.partitionBy("absence").saveAsTable("hr.shifts")
    (tmp_path / "pipelines" / "panel.toml").write_text('engine = "spark"', encoding="utf-8")
    of_files = _examined(tmp_path, files)
    of_catalog = _examined(tmp_path, _with_catalog(files))
    for name in TABLES:
        assert _rows(of_catalog, name) == _rows(of_files, name)
        assert len(_rows(of_files, name)) > 500
    assert of_catalog.faults == of_files.faults


def test_values_in_names_of_folders_have_the_types_of_the_catalog_and_moments_are_instants(
    tmp_path: Path, storage: SparkStorage
) -> None:
    session_of(storage.backend).sql(ROWS)
    con, raw_table = _read(tmp_path, storage, "hr.days")
    assert raw_table.types == {
        "agent": "VARCHAR",
        "moment": "TIMESTAMP WITH TIME ZONE",
        "site": "VARCHAR",
        "day of work": "DATE",
        "hour": "INTEGER",
    }
    text = 'SELECT agent, epoch(moment), site, CAST("day of work" AS TEXT), hour FROM source_contacts ORDER BY 1'
    moment = 1769900400.0  # 23:00 UTC
    assert engine.fetch_rows(con, text) == [("a", moment, "x:y%", "2026-01-31", 8), ("b", None, None, "2026-02-01", 9)]
    assert sum(entry.rows for entry in raw_table.manifest) == 2


def test_workers_read_a_large_table_of_the_catalog_where_it_lies(
    tmp_path: Path, storage: SparkStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrition.data.spark_tables.MANY_ROWS", 1)
    session_of(storage.backend).sql("CREATE TABLE hr.numbers USING parquet AS SELECT id, id % 3 AS n FROM range(30)")
    con, raw_table = _read(tmp_path, storage, "hr.numbers")
    assert con.workers.tables.is_of_files(raw_table.relation)
    counted = con.with_parts_run("SELECT n, count(*) AS rows FROM source_contacts GROUP BY ALL")
    assert "source_contacts" not in counted
    assert sorted(con.con.execute(counted).fetchall()) == [(0, 10), (1, 10), (2, 10)]


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_workers_read_a_large_table_of_a_lake_where_it_lies(
    tmp_path: Path, storage: SparkStorage, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("attrition.data.spark_tables.MANY_ROWS", 1)
    (delta if kind == "delta" else iceberg)(tmp_path)
    con = engine.open_duckdb()
    con.workers = SparkWorkers(SparkTables(storage, [tmp_path]))
    raw_table = read_source(con, "contacts", Source(path="lake/contacts"), tmp_path)
    assert con.workers.tables.is_of_files(raw_table.relation)
    answers = {
        "SELECT n, count(*) AS rows FROM source_contacts GROUP BY ALL": [(0, 10), (1, 10), (2, 11)],
        "SELECT part, count(*) AS rows FROM source_contacts GROUP BY ALL": [("a/b", 15), ("c", 16)],
        "SELECT n, count(more) AS filled FROM source_contacts GROUP BY ALL": [(0, 0), (1, 0), (2, 1)],
    }
    translated = {query: con.with_parts_run(query) for query in answers}
    for query, answer in answers.items():
        assert sorted(con.con.execute(query).fetchall()) == answer
        assert sorted(con.con.execute(translated[query]).fetchall()) == answer
    of_workers = [query != text for query, text in translated.items()]
    # A value that stands in the log, and columns that have another's name in older files, are read by DuckDB alone.
    assert of_workers == [True, False, kind == "delta"]


def delta(workspace: Path) -> None:
    deltalake = pytest.importorskip("deltalake", reason="the extra lake is not installed")
    folder = workspace / "lake" / "contacts"
    deltalake.write_deltalake(folder, NUMBERS, partition_by=["part"])
    deltalake.write_deltalake(folder, NUMBERS, mode="overwrite")
    more = pa.table({"n": pa.array([2], pa.int32()), "part": ["c"], "more": ["x"]})
    deltalake.write_deltalake(folder, more, mode="append", schema_mode="merge")


def iceberg(workspace: Path) -> None:
    """A table whose column "part" was called "more" before, and whose column "more" is another one."""
    pytest.importorskip("pyiceberg", reason="the extra lake is not installed")
    sql = pytest.importorskip("pyiceberg.catalog.sql", reason="a catalog in SQLite needs SQLAlchemy")
    from pyiceberg.types import StringType

    catalog = sql.SqlCatalog("hr", uri=f"sqlite:///{workspace}/catalog.db", warehouse=f"file://{workspace}")
    catalog.create_namespace("lake")
    before = NUMBERS.rename_columns(["n", "more"])
    table = catalog.create_table("lake.contacts", schema=before.schema)
    table.append(before)
    table.overwrite(before)
    with table.update_schema() as update:
        update.rename_column("more", "part")
    with table.update_schema() as update:
        update.add_column("more", StringType())
    table.append(pa.table({"n": pa.array([2], pa.int32()), "part": ["c"], "more": ["x"]}))
    catalog.engine.dispose()


def test_a_table_with_a_log_of_its_own_is_read_where_the_catalog_says_that_it_lies(tmp_path: Path) -> None:
    place = tmp_path / "座席 2026" / "contacts"
    (place / "_delta_log").mkdir(parents=True)
    described = {"Type": "EXTERNAL", "Provider": "delta", "Location": place.as_uri()}
    assert _own_log(described) == TableFolder(place, "Delta")
    with pytest.raises(Refused, match="no log of a table of iceberg where the catalog says that it lies"):
        _own_log(described | {"Provider": "iceberg"})
    with pytest.raises(Refused, match="this machine does not see 1 of its files"):
        _own_log(described | {"Location": "s3://hr/contacts"})


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("CREATE TABLE hr.odd USING csv AS SELECT 1 AS n", "not a Parquet table (csv)"),
        ("CREATE VIEW hr.odd AS SELECT 1 AS n", "not a Parquet table (view)"),
        ("CREATE TABLE hr.odd (n INT) USING parquet", "a table without files"),
        ("SELECT 1", "Spark cannot read the table (AnalysisException)"),
        (
            "CREATE TABLE hr.odd USING parquet PARTITIONED BY (at) AS SELECT 1 AS n, TIMESTAMP '2026-01-31' AS at",
            "the partition column at (timestamp) cannot be read from the names of folders",
        ),
    ],
)
def test_what_cannot_be_read_by_its_files_is_refused(
    tmp_path: Path, storage: SparkStorage, capfd: pytest.CaptureFixture[str], statement: str, rule: str
) -> None:
    session = session_of(storage.backend)
    session.sql(statement)
    try:
        with pytest.raises(TableError) as refused:
            _read(tmp_path, storage, "hr.odd")
    finally:
        session.sql(f"DROP {'VIEW' if 'VIEW' in statement else 'TABLE'} IF EXISTS hr.odd")
    [fault] = refused.value.faults
    assert (fault.file, str(fault.rule)) == ("hr.odd", rule)
    assert capfd.readouterr() == ("", "")


def test_the_hash_of_a_table_changes_with_its_rows_and_not_with_a_column_that_no_file_has(
    tmp_path: Path, storage: SparkStorage
) -> None:
    session, source = session_of(storage.backend), Source(catalog="hr.hashed")
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "panel.toml").write_text('engine = "spark"', encoding="utf-8")
    session.sql("CREATE TABLE hr.hashed USING parquet AS SELECT 1 AS n")
    digests = [digest_of_table("contacts", source, tmp_path) for _ in range(2)]
    session.sql("INSERT INTO hr.hashed VALUES (2)")
    digests.append(digest_of_table("contacts", source, tmp_path))
    session.sql("ALTER TABLE hr.hashed ADD COLUMN more INT")
    digests.append(digest_of_table("contacts", source, tmp_path))
    session.sql("INSERT INTO hr.hashed VALUES (3, 4)")
    digests.append(digest_of_table("contacts", source, tmp_path))
    assert digests[0] == digests[1]
    assert digests[2] == digests[3]
    assert len(set(digests)) == 3


def test_files_are_those_of_the_table_now_whatever_the_session_saw_before(
    tmp_path: Path, storage: SparkStorage
) -> None:
    session = session_of(storage.backend)
    session.sql("CREATE TABLE hr.growing USING parquet AS SELECT 1 AS n")
    session.table("hr.growing").inputFiles()
    [file] = storage.folder.parents[1].rglob("growing/*.parquet")
    shutil.copy(file, file.with_name("later.parquet"))
    _, raw_table = _read(tmp_path, storage, "hr.growing")
    assert sum(entry.rows for entry in raw_table.manifest) == 2


def test_files_that_this_machine_does_not_see_are_refused(tmp_path: Path) -> None:
    here = tmp_path / "座席 1.parquet"
    here.touch()
    assert _seen([here.as_uri()]) == [here]
    with pytest.raises(Refused) as refused:
        _seen([here.as_uri(), (tmp_path / "gone.parquet").as_uri(), f"s3a://hr{here}"])
    assert str(refused.value.rule) == "this machine does not see 2 of its files"


def test_a_parquet_table_of_the_files_of_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_delta_log").mkdir()
    (tmp_path / "a.parquet").touch()
    with pytest.raises(Refused, match="files of a table of Delta, whose log says which of them count"):
        _seen([(tmp_path / "a.parquet").as_uri()])


def test_without_spark_a_table_of_the_catalog_is_refused_in_one_line(tmp_path: Path) -> None:
    workspaces.write_starter(tmp_path)
    with pytest.raises(TableError) as refused:
        read_source(engine.open_duckdb(), "contacts", Source(catalog="hr.contacts"), tmp_path)
    [fault] = refused.value.faults
    assert str(fault.rule) == "a table of Spark's catalog, and the engine is DuckDB"
    assert 'engine = "spark"' in fault.advice


TABLES = ("contacts", "shifts")


def _with_catalog(declared: str) -> str:
    for name in TABLES:
        declared = declared.replace(f'path = "exports/{name}.parquet"', f'catalog = "hr.{name}"')
    return declared


def _examined(workspace: Path, declared: str) -> Centre:
    (workspace / "pipelines" / "sources.toml").write_text(declared, encoding="utf-8")
    centre, _ = examine(workspace)
    assert centre is not None
    return centre


def _rows(centre: Centre, name: str) -> list[str]:
    table = centre.tables[name]
    return sorted(map(str, table.select(*sorted(table.columns)).to_pyarrow().to_pylist()))


def _read(workspace: Path, storage: SparkStorage, name: str) -> tuple[ibis.BaseBackend, RawTable]:
    con = engine.open_duckdb()
    con.workers = SparkWorkers(SparkTables(storage, [workspace]))
    return con, read_source(con, "contacts", Source(catalog=name), workspace)
