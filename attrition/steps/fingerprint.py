"""Fingerprints: one hash of everything that a product's numbers depend on, to tell whether it is up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.data.panel_job import PanelJob
    from attrition.data.source import Source
    from attrition.data.sources import Site

PANEL_CODE = (
    *("declared.py", "data", "exposure", "features", "labels", "report/disclosure.py", "runs.py"),
    *("steps/indicator_files.py", "steps/kept_months.py", "steps/panel.py", "steps/panel_basis.py"),
    *("steps/panel_families.py", "steps/panel_files.py", "steps/spark_panel.py"),
)
"""The code that can change a number of the panel; the wording of a report cannot."""
PANEL_BASIS = "panel_basis.json"
"""Among the products: what the panel was built from, month by month; without it the next one is built whole."""

MONTH_CODE = ("declared.py", "data", "exposure", "labels", "model", "pilot", "predict", "report", "runs.py", "steps")
"""The code that can change a scored month or its report."""


def panel_fingerprint(workspace: Path, job: PanelJob) -> str | None:
    """Hash what a panel is built from: declarations, code, every input file and what every query gives.

    Null where a source is a database of a kind that cannot hash rows; and where a source cannot be read, which is
    reported when the tables are read.

    Raises
    ------
    MissingExtra
        The driver of a database, the reader of a table's log, or Spark, is not installed.
    """
    from attrition.data import sources
    from attrition.data.faults import TableError
    from attrition.data.people.naming import naming
    from attrition.model.provenance import code_hash

    declaration = sources.read(workspace)
    digest = hashlib.sha256(job.engine.encode())
    digest.update((workspace / "pipelines" / "sources.toml").read_bytes())
    digest.update(naming(workspace).encode())
    digest.update(code_hash(PANEL_CODE).encode())
    try:
        for name, source in declaration.tables.items():
            for part in _source_digests(workspace, name, source, declaration.site):
                if part is None:
                    return None
                digest.update(part)
    except TableError:
        return None
    return digest.hexdigest()


def _source_digests(workspace: Path, table: str, source: Source, site: Site) -> Iterator[bytes | None]:
    """Yield what tells whether the rows of a source have changed; null where nothing does."""
    from attrition.data.databases.reading import digest_of_rows
    from attrition.data.files import catalog
    from attrition.data.files.manifest import find_table
    from attrition.data.lake import reading as lake

    if source.path is not None and (place := find_table(workspace, source.path)) is not None:
        yield lake.digest_of_table(table, source, place)
    elif source.path is not None:
        yield from _file_digests(workspace, table, source.path)
    elif source.catalog is not None:
        yield catalog.digest_of_table(table, source, workspace)
    else:
        yield digest_of_rows(table, source, workspace, time_zone=site.time_zone)


def _file_digests(workspace: Path, table: str, pattern: str) -> Iterator[bytes]:
    """Yield the name and the hash of every file of a table."""
    from attrition.data.files.manifest import find_files

    for path in find_files(workspace, pattern, table):
        yield f"{table} {path.name}".encode()
        with path.open("rb") as content:
            yield hashlib.file_digest(content, "sha256").digest()
