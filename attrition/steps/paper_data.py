"""The data sheet of a workspace: people, rows, columns and repairs of the tables that its panel was built from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.phrase import Phrase
from attrition.runs import Runs, features_of

if TYPE_CHECKING:
    from attrition.data.source import Source
    from attrition.report.papers.facts import DataSheet, TableRead


def read_data_sheet(workspace: Path, *, fitted_at: date) -> DataSheet:
    """Return the data sheet of the panel as it was built last.

    Raises
    ------
    MissingProduct
        There is no panel.
    """
    import pandas as pd

    from attrition.report.papers.facts import DataSheet

    runs = Runs(workspace)
    about = runs.panel_provenance()
    features, spells, audit = features_of(about), runs.read_spells(), runs.read_audit()
    rows = runs.read_outcomes()[["agent_id", "as_of"]]
    months = sorted(rows["as_of"].unique())
    protected = [name for name in audit.columns if name != "agent_id" and audit[name].notna().any()]
    return DataSheet(
        begins=pd.Timestamp(months[0]).date(),
        ends=pd.Timestamp(months[-1]).date(),
        people=int(spells["agent_id"].nunique()),
        employments=len(spells),
        agents=int(rows["agent_id"].nunique()),
        agent_months=len(rows),
        months=len(months),
        scored_people=int((rows["as_of"] == months[-1]).sum()),
        protected_people=int(audit[protected].notna().any(axis=1).sum()) if protected else 0,
        protected=protected,
        tables=_tables(workspace, about),
        features=features,
        quality=runs.read_quality(),
        assumptions=about["assumptions"],
        is_of_version=about["data_ends"] == fitted_at.isoformat(),
    )


def _tables(workspace: Path, about: Mapping[str, Any]) -> list[TableRead]:
    from attrition.data import sources

    declared = sources.read(workspace)
    return [_table(workspace, name, source, about) for name, source in declared.tables.items()]


def _table(workspace: Path, name: str, source: Source, about: Mapping[str, Any]) -> TableRead:
    from attrition.data.tables import TABLES
    from attrition.report.papers.facts import TableRead

    table, newest = TABLES[name], about["newest"].get(name)
    read, entries = _columns_read(workspace, name, source), _entries(source.path, about["manifest"])
    return TableRead(
        name=name,
        grain=Phrase(table.grain_en, table.grain_zh),
        rows=None if entries is None else sum(entry["rows"] for entry in entries),
        newest=None if newest is None else date.fromisoformat(newest[:10]),
        columns=[column for column in table.columns if column.name in read],
        has_record_time="recorded_at" in read or source.recorded_at_from is not None,
        delay_days=source.recording_delay_days,
    )


def _columns_read(workspace: Path, name: str, source: Source) -> set[str]:
    """Return the contract's columns that a source has: those it maps, and headings that have the contract's names."""
    from attrition.data.faults import TableError
    from attrition.data.files.reading import source_headings

    mapped = set(source.columns.values()) | set(source.constants) | set(source.derive)
    try:
        headings = source_headings(workspace, name, source) if source.path else ()
    except TableError:  # the export was moved since the panel was built: what is mapped is known all the same
        headings = ()
    return mapped | {source.columns.get(heading, heading) for heading in headings}


def _entries(pattern: str | None, manifest: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
    """Return the files of a table by its declared pattern; null for a database."""
    if pattern is None:
        return None
    from attrition.data.files.manifest import is_matched

    return [entry for entry in manifest if is_matched(entry["path"], pattern)]
