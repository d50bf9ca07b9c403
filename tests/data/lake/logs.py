"""Logs of Delta tables written by hand as the protocol says: what the package `deltalake` reads and does not write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def commit(folder: Path, version: int, *actions: Mapping[str, Any]) -> None:
    log = folder / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{version:020}.json").write_text("\n".join(map(json.dumps, actions)), encoding="utf-8")


def protocol(*features: str) -> dict[str, Any]:
    names = list(features)
    return {
        "protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": names, "writerFeatures": names}
    }


def column(name: str, kind: object, *, physical: str = "", number: int = 0) -> dict[str, Any]:
    mapped = {"delta.columnMapping.id": number, "delta.columnMapping.physicalName": physical} if physical else {}
    return {"name": name, "type": kind, "nullable": True, "metadata": mapped}


def metadata(
    columns: Sequence[Mapping[str, Any]], *, partitions: Sequence[str] = (), **configuration: str
) -> dict[str, Any]:
    return {
        "metaData": {
            "id": "9f1d2c1e-0d5c-4f6a-9f0e-2b5a3c1d7e8f",
            "format": {"provider": "parquet", "options": {}},
            "schemaString": json.dumps({"type": "struct", "fields": columns}),
            "partitionColumns": list(partitions),
            "createdTime": 1,
            "configuration": {f"delta.{name.replace('_', '.')}": value for name, value in configuration.items()},
        }
    }


def add(
    folder: Path, name: str, rows: pa.Table, values: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path)
    written = {"path": name, "partitionValues": values or {}, "size": path.stat().st_size, "modificationTime": 1}
    return {"add": written | {"dataChange": True} | more}
