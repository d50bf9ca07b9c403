"""Iceberg tables: the rows are those that the package `pyiceberg` reads itself, or the table is refused in one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attrition.data import engine
from attrition.data.faults import Refused
from attrition.data.files.reading import source_headings
from attrition.data.lake.folders import ICEBERG, TableFolder
from attrition.data.lake.iceberg_metadata import newest_metadata
from attrition.data.lake.reading import digest_of_table
from attrition.data.source import Source
from tests.data.lake.as_read import MANY_TYPES, read, refusal, rows

pytest.importorskip("pyiceberg", reason="the extra lake is not installed")
pytest.importorskip("sqlalchemy", reason="a catalog in SQLite needs SQLAlchemy")
pytestmark = pytest.mark.filterwarnings("ignore:Delete operation did not match any records:UserWarning")

SOURCE = Source(path="lake/hr/contacts")
ROWS = pa.table(
    {
        "agent_id": ["001", "002", "003"],
        "contact_date": [date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 3)],
        "handled": pa.array([10, 20, 30], pa.int32()),
    }
)


@pytest.fixture
def catalog(tmp_path: Path) -> Any:
    from pyiceberg.catalog.sql import SqlCatalog

    (tmp_path / "lake").mkdir()
    opened = SqlCatalog("hr", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/lake")
    opened.create_namespace("hr")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "hr" / "contacts"


def test_files_that_the_log_removed_are_not_read_and_a_wildcard_into_the_folder_is_refused(
    tmp_path: Path, folder: Path, catalog: Any
) -> None:
    table = made(catalog, ROWS)
    table.overwrite(ROWS)
    table.delete("agent_id = '002'")
    plain = "SELECT count(*), sum(handled), count(*) FILTER (agent_id = '002') FROM read_parquet"
    assert engine.fetch_rows(engine.open_duckdb(), f"{plain}('{folder}/data/*.parquet')") == [(8, 160, 2)]
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(table)
    assert [row[0] for row in rows(tmp_path, SOURCE)] == ["001", "003"]
    for path in ("lake/hr/contacts/data/*.parquet", "lake/**/*.parquet"):
        file, rule, advice = refusal(tmp_path, Source(path=path))
        assert (file, rule.split(",")[0]) == (path, "files of a table of Iceberg")
        assert 'path = "lake/hr/contacts"' in advice


def test_the_manifest_has_the_live_files_and_the_file_with_the_version(tmp_path: Path, catalog: Any) -> None:
    table = made(catalog, ROWS)
    table.append(ROWS.slice(0, 1))
    *files, log = read(tmp_path, SOURCE)[1].manifest
    live = table.inspect.files()["file_path"].to_pylist()
    assert {(tmp_path / file.path).as_uri() for file in files} == set(live)
    assert sum(file.rows for file in files) == 4
    assert (log.rows, (tmp_path / log.path).name) == (0, Path(table.metadata_location).name)


def test_partitions_by_values(tmp_path: Path, catalog: Any) -> None:
    from pyiceberg.transforms import IdentityTransform

    odd = pa.table(
        {
            "agent_id": ["1", "2", "3"],
            "site of work": ["a/b=c% é", None, "佛山 ? #"],
            "contact_date": [date(2026, 1, 1), None, date(2026, 2, 1)],
        }
    )
    table = catalog.create_table("hr.contacts", schema=odd.schema)
    with table.update_spec() as update:
        update.add_field("site of work", IdentityTransform(), "site of work")
        update.add_field("contact_date", IdentityTransform(), "contact_date")
    table.append(odd)
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(table)


def test_partitions_by_what_is_computed_from_a_column(tmp_path: Path, catalog: Any) -> None:
    from pyiceberg.transforms import MonthTransform

    table = catalog.create_table("hr.contacts", schema=ROWS.schema)
    with table.update_spec() as update:
        update.add_field("contact_date", MonthTransform(), "contact_month")
    for name, content in (("january", ROWS.slice(0, 2)), ("february", ROWS.slice(2))):
        pq.write_table(content, tmp_path / f"{name}.parquet")
        table.add_files([str(tmp_path / f"{name}.parquet")])
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(table)
    assert len(rows(tmp_path, SOURCE)) == 3


def test_columns_that_were_renamed_added_dropped_and_widened(tmp_path: Path, catalog: Any) -> None:
    from pyiceberg.types import LongType, StringType

    table = made(catalog, ROWS)
    with table.update_schema() as update:
        update.rename_column("agent_id", "agent")
        update.update_column("handled", LongType())
        update.delete_column("contact_date")
    with table.update_schema() as update:
        update.add_column("agent_id", StringType())
        update.add_column("contact_date", StringType())
    later = pa.table({"agent": ["9"], "handled": [2**40], "agent_id": ["x"], "contact_date": ["day"]})
    table.append(later)
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(table)
    assert ("001", 10, None, None) in rows(tmp_path, SOURCE)
    assert read(tmp_path, SOURCE)[1].types == {
        "agent": "VARCHAR",
        "handled": "BIGINT",
        "agent_id": "VARCHAR",
        "contact_date": "VARCHAR",
    }
    assert source_headings(tmp_path, "contacts", SOURCE) == ("agent", "handled", "agent_id", "contact_date")


def test_values_of_every_type_are_those_of_the_table(tmp_path: Path, catalog: Any) -> None:
    table = made(catalog, MANY_TYPES)
    con, raw_table = read(tmp_path, SOURCE)
    assert raw_table.types == {
        "text": "VARCHAR",
        "decimal": "DECIMAL(10,3)",
        "instant": "TIMESTAMP WITH TIME ZONE",
        "moment": "TIMESTAMP",
        "day": "DATE",
        "float": "FLOAT",
        "double": "DOUBLE",
    }
    stored = con.table(raw_table.relation).to_pyarrow().to_pylist()
    assert sorted(stored, key=str) == sorted(table.scan().to_arrow().drop_columns("list").to_pylist(), key=str)


def test_a_table_that_nothing_was_written_to_has_its_columns_and_no_rows(tmp_path: Path, catalog: Any) -> None:
    catalog.create_table("hr.contacts", schema=ROWS.schema)
    con, raw_table = read(tmp_path, SOURCE)
    assert raw_table.types == {"agent_id": "VARCHAR", "contact_date": "DATE", "handled": "INTEGER"}
    assert engine.fetch_rows(con, f"SELECT count(*) FROM {raw_table.relation}") == [(0,)]


def test_files_of_a_table_that_was_another_before_are_read_by_its_mapping_of_names(
    tmp_path: Path, folder: Path, catalog: Any
) -> None:
    table = catalog.create_table("hr.contacts", schema=ROWS.schema)
    pq.write_table(ROWS, tmp_path / "older.parquet")
    table.add_files([str(tmp_path / "older.parquet")])
    with table.update_schema() as update:
        update.rename_column("agent_id", "agent")
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(table)
    with table.transaction() as change:
        change.remove_properties("schema.name-mapping.default")
    assert refusal(tmp_path, SOURCE)[1] == "the columns of a file have no numbers"


def test_a_value_that_stands_in_the_log_alone_is_refused(tmp_path: Path, folder: Path, catalog: Any) -> None:
    from pyiceberg.transforms import IdentityTransform

    table = catalog.create_table("hr.contacts", schema=ROWS.schema)
    with table.update_spec() as update:
        update.add_field("handled", IdentityTransform(), "handled")
    table.append(ROWS)
    for file in (folder / "data").rglob("*.parquet"):  # as in a table that was one of Hive before
        pq.write_table(pq.ParquetFile(file).read().drop_columns("handled"), file)
    assert refusal(tmp_path, SOURCE)[1] == "files without the column handled, whose value stands in the log alone"


@pytest.mark.parametrize("version", [1, 2, 3])
def test_tables_of_each_version_are_read(tmp_path: Path, folder: Path, catalog: Any, version: int) -> None:
    table = catalog.create_table("hr.contacts", schema=ROWS.schema, properties={"format-version": str(min(version, 2))})
    table.append(ROWS)
    if version == 3:  # the package reads it, and does not write it
        edit(folder, lambda log: log | {"format-version": 3, "next-row-id": 0})
    assert len(rows(tmp_path, SOURCE)) == 3


def test_a_column_with_a_value_for_older_files_is_refused(tmp_path: Path, folder: Path, catalog: Any) -> None:
    from pyiceberg.types import StringType

    table = made(catalog, ROWS)
    with table.update_schema() as update:
        update.add_column("queue", StringType())

    def with_default(log: dict[str, Any]) -> dict[str, Any]:
        log["schemas"][-1]["fields"][-1]["initial-default"] = "general"
        return log | {"format-version": 3, "next-row-id": 0}

    edit(folder, with_default)
    assert refusal(tmp_path, SOURCE)[1] == "files without the column queue, whose value stands in the log alone"


def test_rows_deleted_by_delete_files_are_refused(tmp_path: Path, folder: Path, catalog: Any) -> None:
    table = made(catalog, ROWS)
    with_delete_file(table, folder)
    assert refusal(tmp_path, SOURCE)[1] == "some rows of its files are deleted by delete files"


def test_files_that_are_gone_or_on_other_storage_are_refused(tmp_path: Path, folder: Path, catalog: Any) -> None:
    made(catalog, ROWS)
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    log = newest_metadata(moved)
    log.write_text(log.read_text(encoding="utf-8").replace(f"file://{folder}", "s3://hr/contacts"), encoding="utf-8")
    assert refusal(tmp_path, Source(path="moved"))[1] == "this machine does not see 1 of its files"
    next((folder / "data").glob("*.parquet")).unlink()
    assert refusal(tmp_path, SOURCE)[1] == "this machine does not see 1 of its files"


def test_a_damaged_log_is_refused(tmp_path: Path, folder: Path, catalog: Any) -> None:
    made(catalog, ROWS)
    newest_metadata(folder).write_text("{", encoding="utf-8")
    assert refusal(tmp_path, SOURCE)[1].startswith("the log of the Iceberg table cannot be read")


def test_nothing_that_a_table_names_is_imported(tmp_path: Path, folder: Path, catalog: Any) -> None:
    made(catalog, ROWS)
    edit(folder, lambda log: log | {"properties": {"py-io-impl": "of.somebody.Else"}})
    assert len(rows(tmp_path, SOURCE)) == 3


@pytest.mark.parametrize(
    ("files", "hint", "newest"),
    [
        (["00000-a.metadata.json", "00010-b.metadata.json", "00009-c.metadata.json"], "", "00010-b.metadata.json"),
        (["v9.metadata.json", "v10.metadata.json"], "9", "v10.metadata.json"),
        (["v9.gz.metadata.json"], "", "v9.gz.metadata.json"),
        (["00001-a.metadata.json", "00001-b.metadata.json"], "00001-b", "00001-b.metadata.json"),
        (["00001-a.metadata.json", "00001-b.metadata.json"], "", None),
        (["00001-a.metadata.json", "00002-b.metadata.json"], "00001-a.metadata.json", None),
        (["other.metadata.json"], "", None),
    ],
)
def test_the_newest_metadata_file_is_that_of_the_highest_version_or_in_doubt(
    tmp_path: Path, files: list[str], hint: str, newest: str | None
) -> None:
    log = tmp_path / "metadata"
    log.mkdir()
    for name in files:
        (log / name).touch()
    if hint:
        (log / "version-hint.text").write_text(hint, encoding="utf-8")
    if newest is None:
        with pytest.raises(Refused, match="in doubt"):
            newest_metadata(tmp_path)
    else:
        assert newest_metadata(tmp_path).name == newest


def test_the_hash_changes_with_the_rows_and_not_with_commits_that_leave_them(
    tmp_path: Path, folder: Path, catalog: Any
) -> None:
    table = made(catalog, ROWS)
    digests = [digest(folder)]
    with table.transaction() as change:
        change.set_properties({"owner": "hr"})
    digests.append(digest(folder))
    table.delete("agent_id = '002'")
    digests.append(digest(folder))
    assert digests[0] == digests[1] != digests[2]


def edit(folder: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the newest metadata file by hand."""
    log = newest_metadata(folder)
    log.write_text(json.dumps(change(json.loads(log.read_text(encoding="utf-8")))), encoding="utf-8")


def made(catalog: Any, content: pa.Table) -> Any:
    table = catalog.create_table("hr.contacts", schema=content.schema)
    table.append(content)
    return table


def as_read_by_its_package(table: Any) -> list[tuple[object, ...]]:
    return sorted((tuple(row.values()) for row in table.refresh().scan().to_arrow().to_pylist()), key=str)


def digest(folder: Path) -> bytes:
    return digest_of_table("contacts", SOURCE, TableFolder(folder, ICEBERG))


def with_delete_file(table: Any, folder: Path) -> None:
    """Write what the package reads and does not write: a file with the place of a deleted row, and its manifest."""
    from pyiceberg.manifest import (
        DataFile,
        DataFileContent,
        FileFormat,
        ManifestContent,
        ManifestEntry,
        ManifestEntryStatus,
        ManifestWriterV2,
        write_manifest_list,
    )
    from pyiceberg.typedef import Record

    class DeletesWriter(ManifestWriterV2):
        def content(self) -> ManifestContent:
            return ManifestContent.DELETES

        @property
        def _meta(self) -> dict[str, str]:
            return {**super()._meta, "content": "deletes"}

    snapshot, files = table.current_snapshot(), table.inspect.files()["file_path"].to_pylist()
    deleted = folder / "data" / "deleted.parquet"
    numbers = [{"PARQUET:field_id": str(number)} for number in (2147483546, 2147483545)]
    places = pa.schema(
        [pa.field("file_path", pa.string(), False, numbers[0]), pa.field("pos", pa.int64(), False, numbers[1])]
    )
    pq.write_table(pa.table({"file_path": files[:1], "pos": [1]}, schema=places), deleted)
    described = DataFile.from_args(
        content=DataFileContent.POSITION_DELETES,
        file_path=str(deleted),
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=1,
        file_size_in_bytes=deleted.stat().st_size,
    )
    output = table.io.new_output(str(folder / "metadata" / "deletes.avro"))
    with DeletesWriter(table.spec(), table.schema(), output, snapshot.snapshot_id, "deflate") as writer:
        writer.add_entry(
            ManifestEntry.from_args(
                status=ManifestEntryStatus.ADDED, snapshot_id=snapshot.snapshot_id, data_file=described
            )
        )
    listed = [*snapshot.manifests(table.io), writer.to_manifest_file()]
    output = table.io.new_output(snapshot.manifest_list)
    number = snapshot.sequence_number
    with write_manifest_list(2, output, snapshot.snapshot_id, None, number, "deflate") as manifests:
        manifests.add_manifests(listed)
    assert table.refresh().scan().to_arrow().num_rows == 2
