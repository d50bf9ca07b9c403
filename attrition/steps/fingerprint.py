"""Fingerprints: one hash of everything that a product's numbers depend on, to tell whether it is up to date."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.jobs import PanelJob

PANEL_CODE = (
    *("declared.py", "data", "exposure", "features", "labels", "runs.py"),
    *("steps/panel.py", "steps/panel_files.py"),
)
"""The code that can change a number of the panel; the wording of a report cannot."""

MONTH_CODE = ("declared.py", "data", "exposure", "labels", "model", "pilot", "predict", "report", "runs.py", "steps")
"""The code that can change a scored month or its report."""


def panel_fingerprint(workspace: Path, job: PanelJob) -> str | None:
    """Hash what a panel is built from: declarations, code and every input file; null where a database is a source."""
    from attrition.data import files, sources
    from attrition.model.provenance import code_hash

    declaration = sources.read(workspace)
    if any(source.path is None for source in declaration.tables.values()):
        return None
    digest = hashlib.sha256(job.model_dump_json().encode())
    digest.update((workspace / "pipelines" / "sources.toml").read_bytes())
    digest.update(code_hash(PANEL_CODE).encode())
    for name, source in declaration.tables.items():
        for path in files.find_files(workspace, str(source.path), name):
            digest.update(f"{name} {path.name}".encode())
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()
