"""Parquet: read in place by the engine, never through pandas; files of one table with the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data import engine
from attrition.data.engine import Connection, name, text
from attrition.data.faults import Refused
from attrition.data.files import entry, shown
from attrition.data.raw_table import Landed, types
from attrition.data.sources import Source
from attrition.errors import Fault


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Read the headers of one file.

    Raises
    ------
    Refused
        The file is damaged.
    """
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise Refused(
            _fault(path.name, table, "", "not a Parquet file", "export it again; it may be cut off")
        ) from None


def land(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> Landed:
    """Land the files of one table as a view on them.

    Raises
    ------
    Refused
        A file is damaged, or has other columns than the first.
    """
    faults, manifest = [], []
    first: list[str] | None = None
    for path in files:
        label = shown(path, workspace)
        try:
            meta = pq.ParquetFile(path)
        except (pa.ArrowException, OSError):
            faults.append(_fault(label, table, "", "not a Parquet file", "export it again; it may be cut off"))
            continue
        first = first or meta.schema_arrow.names
        for column in sorted(set(first) ^ set(meta.schema_arrow.names)):
            faults.append(
                _fault(label, table, column, "headers differ from the first file's", "export all files alike")
            )
        manifest.append(entry(path, workspace, meta.metadata.num_rows))
    if faults:
        raise Refused(*faults)
    relation = f"source_{table}"
    listed = ", ".join(text(str(path)) for path in files)
    engine.run(
        con,
        f"CREATE VIEW {name(relation)} AS SELECT * FROM read_parquet([{listed}], union_by_name = {len(files) > 1}, "
        "hive_partitioning = false)",
    )
    place = manifest[0].path if len(files) == 1 else source.place
    return Landed(relation=relation, place=place, types=types(con, relation), manifest=tuple(manifest), is_stored=False)


def _fault(file: str, table: str, column: str, rule: str, advice: str) -> Fault:
    return Fault(file=file, table=table, column=column, rule=rule, rows=None, advice=advice)
