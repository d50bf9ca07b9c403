"""Reads and writes one tag of a registered version in MLflow's tables, since MLflow takes seconds to import."""

from __future__ import annotations

from pathlib import Path

from attrition.model.registry_file import open_for_reading, open_for_writing


def read_tag(workspace: Path, version: str, key: str, *, name: str) -> str | None:
    """Return the value of a version's tag; None where it has none."""
    with open_for_reading(workspace) as registry:
        row = registry.execute(
            "select value from model_version_tags where name = ? and cast(version as text) = ? and key = ?",
            (name, version, key),
        ).fetchone()
    return None if row is None else str(row[0])


def write_tag(workspace: Path, version: str, key: str, value: str, *, name: str) -> None:
    """Give a version a tag, or its tag another value."""
    with open_for_writing(workspace) as registry:
        registry.execute(
            "insert into model_version_tags (key, value, name, version) values (?, ?, ?, ?) "
            "on conflict (workspace, key, name, version) do update set value = excluded.value",
            (key, value, name, int(version)),
        )
