"""Read the log of an Iceberg table with the package `pyiceberg`: its live files, types, and columns by number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrition.data.databases.driver import driver
from attrition.data.faults import Refused
from attrition.data.lake.iceberg_metadata import newest_metadata
from attrition.data.lake.live import INSTANT, LiveFile, LiveTable, opened
from attrition.data.lake.places import files_here, path_of_location
from attrition.data.lake.refusals import headings_by_number, rewrite
from attrition.data.phrase import Phrase
from attrition.errors import MissingExtra

TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "binary": "BLOB",
    "date": "DATE",
    "time": "TIME",
    "uuid": "UUID",
    "timestamp": "TIMESTAMP",
    "timestamptz": INSTANT,
    "timestamp_ns": "TIMESTAMP_NS",
    "timestamptz_ns": INSTANT,
}
"""DuckDB's type of each of Iceberg's; columns of others, such as lists, are left out."""
_DECIMAL = re.compile(r"decimal\(\d+, \d+\)")


def read_log(folder: Path) -> LiveTable:
    """Return a table as its newest metadata file has it.

    Raises
    ------
    MissingExtra
        The package is not installed.
    Refused
        The newest metadata file is in doubt or cannot be read, or the rows are not those of the live files alone.
    """
    driver("pyiceberg.io.pyarrow", MissingExtra("lake", "reading an Iceberg table"))
    log = newest_metadata(folder)
    try:
        table = _table(log)
        live_files = _live_files(table)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # the package has no class of its own for a damaged log
        raise rewrite(
            Phrase(
                "the log of the Iceberg table cannot be read ({kind})",
                "无法读取 Iceberg 表的日志（{kind}）",
                kind=type(error).__name__,
            )
        ) from None
    fields = [field for field in table.schema().fields if _type(field)]
    paths = [_below(path, folder) for path in files_here([file.file_path for file in live_files], path_of_location)]
    pairs = sorted(zip(paths, live_files, strict=True), key=lambda pair: pair[0])
    files = [_file(path, fields, _numbers_of_names(table), _identities(table, file.spec_id)) for path, file in pairs]
    return LiveTable(types={field.name: _type(field) for field in fields}, files=files, log=log)


def _table(log: Path) -> Any:
    """Return the table of a metadata file, read with files of this machine only, whatever its properties demand."""
    from pyiceberg.catalog.noop import NoopCatalog
    from pyiceberg.io.pyarrow import PyArrowFileIO
    from pyiceberg.serializers import FromInputFile
    from pyiceberg.table import StaticTable

    files, address = PyArrowFileIO(), str(log.absolute())
    metadata = FromInputFile.table_metadata(files.new_input(address))
    return StaticTable(
        identifier=("table",), metadata=metadata, metadata_location=address, io=files, catalog=NoopCatalog("none")
    )


def _live_files(table: Any) -> list[Any]:
    """Return the live files of the current snapshot; none of a table that nothing was written to."""
    from pyiceberg.manifest import FileFormat, ManifestContent

    snapshot = table.current_snapshot()
    if snapshot is None:
        return []
    files_here([snapshot.manifest_list], path_of_location)
    manifests = snapshot.manifests(table.io)
    files_here([manifest.manifest_path for manifest in manifests], path_of_location)
    entries = [
        (manifest.content, entry.data_file)
        for manifest in manifests
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True)
    ]
    if any(content == ManifestContent.DELETES for content, _ in entries):
        raise Refused(
            Phrase(
                "some rows of its files are deleted by delete files", "其文件中有些行已被删除文件（delete file）删除"
            ),
            Phrase(
                "compact it in Spark: CALL system.rewrite_data_files(table => '...', "
                "options => map('delete-file-threshold', '1')), then CALL system.rewrite_position_delete_files",
                "请在 Spark 中合并：CALL system.rewrite_data_files(table => '...', "
                "options => map('delete-file-threshold', '1'))，再执行 CALL system.rewrite_position_delete_files",
            ),
        )
    files = [file for _, file in entries]
    if others := {file.file_format.value for file in files if file.file_format != FileFormat.PARQUET}:
        names = ", ".join(sorted(others))
        raise rewrite(Phrase("files of another kind ({names})", "文件不是 Parquet（{names}）", names=names))
    return files


def _type(field: Any) -> str:
    """Return DuckDB's type of a column, "" where it has none here."""
    kind = str(field.field_type)
    return kind.upper() if _DECIMAL.fullmatch(kind) else TYPES.get(kind, "")


def _below(path: Path, folder: Path) -> Path:
    """Return a file's path by way of the folder as it is declared, where it lies in there."""
    whole = folder.resolve()
    return folder / path.resolve().relative_to(whole) if path.resolve().is_relative_to(whole) else path


def _numbers_of_names(table: Any) -> dict[str, int]:
    """Return the numbers of headings in files without numbers, which were another table's before."""
    mapping = table.name_mapping()
    fields = [] if mapping is None else mapping.root
    return {name: field.field_id for field in fields for name in field.names if field.field_id is not None}


def _identities(table: Any, spec: int) -> set[int]:
    """Return the numbers of the columns that files of a partitioning need not hold, since they partition them."""
    from pyiceberg.transforms import IdentityTransform

    fields = table.specs()[spec].fields
    return {field.source_id for field in fields if isinstance(field.transform, IdentityTransform)}


def _file(path: Path, fields: Sequence[Any], numbers_of_names: Mapping[str, int], identities: set[int]) -> LiveFile:
    """Return a live file, in which each column stands under its number."""
    layout, rows = opened(path)
    numbers = {field.name: field.field_id for field in fields}
    headings = headings_by_number(layout, numbers, numbers_of_names)
    for field in fields:
        if field.name not in headings and (field.field_id in identities or field.initial_default is not None):
            raise rewrite(
                Phrase(
                    "files without the column {name}, whose value stands in the log alone",
                    "文件缺少列 {name}，其值仅在日志中",
                    name=field.name,
                )
            )
    return LiveFile(path=path, layout=layout, rows=rows, headings=headings)
