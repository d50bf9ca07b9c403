"""Delta tables: the rows are those that the package `deltalake` reads itself, or the table is refused in one line."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from attrition.data import engine
from attrition.data.files.reading import source_headings
from attrition.data.lake.folders import DELTA, TableFolder
from attrition.data.lake.reading import digest_of_table
from attrition.data.source import Source
from tests.data.lake.as_read import MANY_TYPES, read, refusal, rows
from tests.data.lake.logs import add, column, commit, metadata, protocol

deltalake = pytest.importorskip("deltalake", reason="the extra lake is not installed")

SOURCE = Source(path="lake/contacts")
ROWS = pa.table(
    {
        "agent_id": ["001", "002", "003"],
        "contact_date": [date(2026, 1, day) for day in (1, 2, 3)],
        "handled": pa.array([10, 20, 30], pa.int32()),
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "contacts"


def test_files_that_the_log_removed_are_not_read_and_a_wildcard_into_the_folder_is_refused(
    tmp_path: Path, folder: Path
) -> None:
    deltalake.write_deltalake(folder, ROWS)
    deltalake.write_deltalake(folder, ROWS, mode="overwrite")
    deltalake.DeltaTable(folder).delete("agent_id = '002'")
    plain = "SELECT count(*), sum(handled), count(*) FILTER (agent_id = '002') FROM read_parquet"
    assert engine.fetch_rows(engine.open_duckdb(), f"{plain}('{folder}/*.parquet')") == [(8, 160, 2)]
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(folder)
    assert [row[0] for row in rows(tmp_path, SOURCE)] == ["001", "003"]
    for path in ("lake/contacts/*.parquet", "lake/**/*.parquet", f"{folder}/part*.parquet"):
        assert refusal(tmp_path, Source(path=path)) == (
            path,
            "files of a table of Delta, whose log says which of them count; the others hold rows that were removed",
            'declare the folder of the table, path = "lake/contacts", which needs the extra "lake": '
            'pip install "attrition[lake]"',
        )


def test_the_manifest_has_the_live_files_and_the_file_with_the_version(tmp_path: Path, folder: Path) -> None:
    deltalake.write_deltalake(folder, ROWS)
    deltalake.write_deltalake(folder, ROWS.slice(0, 2), mode="append")
    deltalake.write_deltalake(folder, ROWS.slice(0, 1), mode="append")
    deltalake.DeltaTable(folder).optimize.compact()
    [file, log] = read(tmp_path, SOURCE)[1].manifest
    assert (tmp_path / file.path).name in [Path(uri).name for uri in deltalake.DeltaTable(folder).file_uris()]
    assert (file.rows, log.rows, log.path) == (6, 0, "lake/contacts/_delta_log/00000000000000000003.json")


def test_partitions_by_texts_days_and_numbers_with_odd_values_and_none(tmp_path: Path, folder: Path) -> None:
    table = pa.table(
        {
            "agent_id": ["1", "2", "3", "4"],
            "site of work": ["a/b=c% é'", None, "佛山 ? #", ""],
            "day": [date(2026, 1, 1), None, date(2026, 2, 1), date(2026, 2, 1)],
            "hour": pa.array([8, 9, None, 9], pa.int16()),
            "rate": [Decimal("1.50"), Decimal("2.25"), None, Decimal("2.25")],
            "open": [True, False, None, True],
        }
    )
    deltalake.write_deltalake(folder, table, partition_by=["site of work", "day", "hour", "rate", "open"])
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(folder)
    assert read(tmp_path, SOURCE)[1].types == {
        "agent_id": "VARCHAR",
        "site of work": "VARCHAR",
        "day": "DATE",
        "hour": "SMALLINT",
        "rate": "DECIMAL(3,2)",
        "open": "BOOLEAN",
    }


def test_values_of_every_type_are_those_of_the_table(tmp_path: Path, folder: Path) -> None:
    table = MANY_TYPES.append_column("byte", pa.array([1, None], pa.int8()))
    deltalake.write_deltalake(folder, table)
    con, raw_table = read(tmp_path, SOURCE)
    assert raw_table.types == {
        "text": "VARCHAR",
        "decimal": "DECIMAL(10,3)",
        "instant": "TIMESTAMP WITH TIME ZONE",
        "moment": "TIMESTAMP",
        "day": "DATE",
        "float": "FLOAT",
        "double": "DOUBLE",
        "byte": "TINYINT",
    }
    stored = con.table(raw_table.relation).to_pyarrow().to_pylist()
    expected = deltalake.DeltaTable(folder).to_pyarrow_table().drop_columns("list").to_pylist()
    assert sorted(stored, key=str) == sorted(expected, key=str)


def test_a_column_that_was_added_has_no_value_in_older_files(tmp_path: Path, folder: Path) -> None:
    deltalake.write_deltalake(folder, ROWS)
    later = ROWS.append_column("queue", pa.array(["a", None, "b"]))
    deltalake.write_deltalake(folder, later, mode="append", schema_mode="merge")
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(folder)
    assert source_headings(tmp_path, "contacts", SOURCE) == ("agent_id", "contact_date", "handled", "queue")


def test_an_empty_table_has_its_columns_and_no_rows(tmp_path: Path, folder: Path) -> None:
    deltalake.DeltaTable.create(folder, schema=deltalake.Schema.from_arrow(ROWS.schema))
    con, raw_table = read(tmp_path, SOURCE)
    assert raw_table.types == {"agent_id": "VARCHAR", "contact_date": "DATE", "handled": "INTEGER"}
    assert engine.fetch_rows(con, f"SELECT count(*) FROM {raw_table.relation}") == [(0,)]


def test_older_commits_are_read_from_a_checkpoint(tmp_path: Path, folder: Path) -> None:
    for _ in range(3):
        deltalake.write_deltalake(folder, ROWS, mode="append")
    deltalake.DeltaTable(folder).delete("handled = 30")
    deltalake.DeltaTable(folder).create_checkpoint()
    deltalake.write_deltalake(folder, ROWS.slice(0, 1), mode="append")
    (folder / "_delta_log" / f"{0:020}.json").unlink()
    assert rows(tmp_path, SOURCE) == as_read_by_its_package(folder)
    assert len(rows(tmp_path, SOURCE)) == 7


def test_a_checkpoint_of_the_second_form_is_read(tmp_path: Path, folder: Path) -> None:
    columns = metadata([column("agent_id", "string")])
    first, second = (add(folder, f"{name}.parquet", ROWS.select(["agent_id"])) for name in "ab")
    kept = [{"checkpointMetadata": {"version": 1}}, protocol("v2Checkpoint"), columns, first]
    commit(folder, 1, *kept)
    log = folder / "_delta_log"
    (log / f"{1:020}.json").rename(log / f"{1:020}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json")
    commit(folder, 2, second)
    assert len(rows(tmp_path, SOURCE)) == 6


@pytest.mark.parametrize("mode", ["name", "id"])
def test_renamed_columns_are_read_by_their_names_or_numbers_in_files(tmp_path: Path, folder: Path, mode: str) -> None:
    first = pa.table(
        {"col-1": ["1"], "agent": ["of a column that was dropped"]}, schema=numbered(("col-1", 1), ("agent", 3))
    )
    second = pa.table(
        {"other" if mode == "id" else "col-1": ["2"]}, schema=numbered(("other" if mode == "id" else "col-1", 1))
    )
    commit(
        folder,
        0,
        protocol("columnMapping"),
        metadata(
            [
                column("agent", "string", physical="col-1", number=1),
                column("site", "string", physical="col-2", number=2),
                column("later", "long", physical="col-9", number=9),
            ],
            partitions=["site"],
            columnMapping_mode=mode,
        ),
        add(folder, "x1/first.parquet", first, {"col-2": "F"}),
        add(folder, "x2/second.parquet", second, {"col-2": "G"}),
    )
    query = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(folder)).execute("SELECT * FROM t")
    assert rows(tmp_path, SOURCE) == [("1", "F", None), ("2", "G", None)]
    if mode == "name":
        columns = pa.table(query.read_all()).select(["agent", "site", "later"]).to_pylist()
        assert sorted(tuple(row.values()) for row in columns) == rows(tmp_path, SOURCE)


def test_columns_whose_type_was_widened_have_the_type_of_the_table(tmp_path: Path, folder: Path) -> None:
    columns = [column("number", "long"), column("amount", "decimal(12,3)"), column("moment", "timestamp_ntz")]
    before = pa.table(
        {
            "number": pa.array([1], pa.int32()),
            "amount": pa.array([Decimal("1.5")], pa.decimal128(4, 1)),
            "moment": [date(2026, 1, 1)],
        }
    )
    after = pa.table(
        {
            "number": [2**40],
            "amount": pa.array([Decimal("123456789.125")], pa.decimal128(12, 3)),
            "moment": pa.array([datetime(2026, 1, 2, 3)], pa.timestamp("us")),
        }
    )
    features = protocol("typeWidening", "timestampNtz")
    commit(folder, 0, features, metadata(columns), add(folder, "a.parquet", before), add(folder, "b.parquet", after))
    assert rows(tmp_path, SOURCE) == [
        (1, Decimal("1.500"), datetime(2026, 1, 1)),
        (2**40, Decimal("123456789.125"), datetime(2026, 1, 2, 3)),
    ]


def test_moments_of_sparks_older_form_are_instants(tmp_path: Path, folder: Path) -> None:
    table = pa.table({"at": pa.array([datetime(2026, 1, 1, 12)], pa.timestamp("us"))})
    action = add(folder, "a.parquet", table)
    pa.parquet.write_table(table, folder / "a.parquet", use_deprecated_int96_timestamps=True)
    commit(folder, 0, protocol(), metadata([column("at", "timestamp")]), action)
    con, raw_table = read(tmp_path, SOURCE)
    assert raw_table.types == {"at": "TIMESTAMP WITH TIME ZONE"}
    assert engine.fetch_rows(con, f'SELECT epoch("at") FROM {raw_table.relation}') == [(1767268800.0,)]


DELETED = {
    "storageType": "u",
    "pathOrInlineDv": "ab^-aqEH.-t@S}K{vb[*k^",
    "offset": 4,
    "sizeInBytes": 40,
    "cardinality": 1,
}


@pytest.mark.parametrize(
    ("features", "more", "rule"),
    [
        (("deletionVectors",), {"deletionVector": DELETED}, "some rows of its files are deleted by deletion vectors"),
        (("icebergCompatV9",), {}, "the log of the Delta table cannot be read (DeltaError)"),
        (("variantType",), {}, "the Delta table demands variantType of its readers"),
    ],
)
def test_what_files_alone_do_not_say_is_refused(
    tmp_path: Path, folder: Path, features: tuple[str, ...], more: dict[str, Any], rule: str
) -> None:
    columns = metadata([column("agent_id", "string")])
    commit(folder, 0, protocol(*features), columns, add(folder, "a.parquet", ROWS.select(["agent_id"]), **more))
    assert refusal(tmp_path, SOURCE)[:2] == ("lake/contacts", rule)


def test_a_table_that_may_have_deletion_vectors_and_has_none_is_read(tmp_path: Path, folder: Path) -> None:
    columns = metadata([column("agent_id", "string")])
    commit(folder, 0, protocol("deletionVectors"), columns, add(folder, "a.parquet", ROWS.select(["agent_id"])))
    assert len(rows(tmp_path, SOURCE)) == 3


def test_a_partition_by_a_moment_is_refused(tmp_path: Path, folder: Path) -> None:
    table = ROWS.append_column("at", pa.array([datetime(2026, 1, 1)] * 3, pa.timestamp("us")))
    deltalake.write_deltalake(folder, table, partition_by=["at"])
    rule = "values of the partition column at (timestamp_ntz) are not read from the log"
    assert refusal(tmp_path, SOURCE)[1] == rule


def test_a_partition_by_people_is_refused_since_names_of_files_would_show_them(tmp_path: Path, folder: Path) -> None:
    staff = ROWS.rename_columns(["staff", "contact_date", "handled"])
    deltalake.write_deltalake(folder, staff, partition_by=["staff"])
    source = Source(path="lake/contacts", columns={"staff": "agent_id"})
    assert refusal(tmp_path, source)[1] == "partitioned by staff, so that names of files show people"
    assert len(rows(tmp_path, SOURCE)) == 3


def test_files_that_are_gone_or_on_other_storage_are_refused(tmp_path: Path, folder: Path) -> None:
    deltalake.write_deltalake(folder, ROWS)
    next(folder.glob("*.parquet")).unlink()
    assert refusal(tmp_path, SOURCE)[1] == "this machine does not see 1 of its files"
    shutil.rmtree(folder)
    action = add(folder, "a.parquet", ROWS.select(["agent_id"]))
    action["add"]["path"] = "s3://bucket/a.parquet"
    commit(folder, 0, protocol(), metadata([column("agent_id", "string")]), action)
    assert refusal(tmp_path, SOURCE)[1] == "this machine does not see 1 of its files"


def test_a_damaged_file_and_a_damaged_log_are_refused(tmp_path: Path, folder: Path) -> None:
    deltalake.write_deltalake(folder, ROWS)
    file = next(folder.glob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-20])
    assert refusal(tmp_path, SOURCE)[1] == "one of its files is damaged"
    next((folder / "_delta_log").glob("*.json")).write_text("{", encoding="utf-8")
    assert refusal(tmp_path, SOURCE)[1].startswith("the log of the Delta table cannot be read")


def test_columns_of_one_name_but_for_upper_case_are_refused(tmp_path: Path, folder: Path) -> None:
    table = pa.table({"col-1": ["1"], "COL-1": ["2"]})
    columns = [column("agent", "string", physical="col-1", number=1)]
    mapped = metadata(columns, columnMapping_mode="name")
    commit(folder, 0, protocol("columnMapping"), mapped, add(folder, "a.parquet", table))
    assert refusal(tmp_path, SOURCE)[1] == "a file has two columns whose names differ in upper case only"


def test_the_hash_changes_with_the_rows_and_not_with_commits_that_leave_them(tmp_path: Path, folder: Path) -> None:
    deltalake.write_deltalake(folder, ROWS)
    digests = [digest(folder)]
    deltalake.DeltaTable(folder).alter.set_table_properties({"delta.logRetentionDuration": "interval 60 days"})
    digests.append(digest(folder))
    deltalake.DeltaTable(folder).delete("agent_id = '002'")
    digests.append(digest(folder))
    deltalake.write_deltalake(folder, ROWS, mode="append")
    digests.append(digest(folder))
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ({"from_file_name": {"contact_date": "month"}}, "from_file_name"),
        ({"recorded_at_from": "file name", "duplicates": "last"}, "recorded_at_from, duplicates"),
        ({"fill_down": ["handled"]}, "fill_down"),
    ],
)
def test_keys_about_names_and_order_of_files_are_refused(
    tmp_path: Path, folder: Path, keys: dict[str, Any], names: str
) -> None:
    deltalake.write_deltalake(folder, ROWS)
    rule = f"{names} goes by names of files or the order of rows, which such a table does not have"
    assert refusal(tmp_path, Source(path="lake/contacts", **keys))[1] == rule


def test_folders_with_odd_names_are_read_and_one_that_stands_for_another_name_is_refused(tmp_path: Path) -> None:
    deltalake.write_deltalake(tmp_path / "plain", ROWS, partition_by=["contact_date", "handled"])
    deltalake.write_deltalake(tmp_path / "a b", ROWS.slice(0, 1))
    for name in ("座席 2026 %#[x]?'", "a%20b"):
        shutil.copytree(tmp_path / "plain", tmp_path / name)
    assert rows(tmp_path, Source(path="座席 2026 %#[x]?'")) == as_read_by_its_package(tmp_path / "plain")
    assert refusal(tmp_path, Source(path="a%20b"))[1] == "a folder with a percent sign and a number in its path"


def as_read_by_its_package(folder: Path) -> list[tuple[object, ...]]:
    listed = deltalake.DeltaTable(folder).to_pyarrow_table().to_pylist()
    return sorted((tuple(row.values()) for row in listed), key=str)


def digest(folder: Path) -> bytes:
    return digest_of_table("contacts", SOURCE, TableFolder(folder, DELTA))


def numbered(*columns: tuple[str, int]) -> pa.Schema:
    return pa.schema(
        [pa.field(name, pa.string(), metadata={"PARQUET:field_id": str(number)}) for name, number in columns]
    )
