"""The files of a panel: they appear together, so that no reader meets two panels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data.atomic import atomic_file
from attrition.data.meanwhile import meanwhile
from attrition.data.people.protected import protected_attributes
from attrition.data.people.protection import naming_notes, read_protection
from attrition.data.phrase import in_language
from attrition.data.terms import LANGUAGES
from attrition.data.wide_parquet import write_wide
from attrition.features.registry import declared_features
from attrition.labels.evaluations import read_evaluations
from attrition.labels.interventions_received import read_interventions
from attrition.labels.next_exits import horizon_labels
from attrition.runs import Runs, panel_description
from attrition.steps.panel_basis import write_basis
from attrition.steps.panel_families import families_of
from attrition.steps.panel_labels import labels_of
from attrition.steps.presence_files import write_gone

if TYPE_CHECKING:
    from attrition.data.centre import Centre
    from attrition.errors import Fault
    from attrition.steps.panel_basis import PanelBasis
    from attrition.steps.spark_panel import SparkPanel


@dataclass(frozen=True, eq=False)
class BuiltPanel:
    """A panel in memory.

    Parameters
    ----------
    rows : pyarrow.Table
        ``agent_id``, ``as_of`` and the features, sorted by month and agent.
    outcomes, spells : DataFrame
        When and how employments ended, by agent-month and by spell.
    indicators : DataFrame
        The sums behind the indicators of operations, by group and month.
    basis : PanelBasis
        What the features depend on, so that the next run need not build all months.
    """

    rows: pa.Table
    outcomes: pd.DataFrame
    spells: pd.DataFrame
    indicators: pd.DataFrame
    basis: PanelBasis

    @property
    def columns(self) -> list[str]:
        """The columns of the panel."""
        return list(self.rows.column_names)

    def write(self, runs: Runs, ends: pd.Timestamp) -> None:
        """Write the panel with its labels, and its outcomes."""
        labels = labels_of(self.rows, horizon_labels(self.outcomes, ends))
        with atomic_file(runs.panel) as path:
            write_wide(self.rows, labels, path)
        with atomic_file(runs.folder / "outcomes.parquet") as path:
            self.outcomes.to_parquet(path, index=False)


def write_panel(runs: Runs, built: BuiltPanel | SparkPanel, centre: Centre, *, fingerprint: str | None) -> list[Path]:
    """Write the panel with its labels, and the tables that are read with it.

    The evaluations, which may be millions, are sorted and written while the panel is.
    """
    ends, declared = pd.Timestamp(centre.data_ends), declared_features(families_of(centre))
    with meanwhile(partial(_write_evaluations, runs, centre)) as evaluations_written:
        built.write(runs, ends)
        evaluations_written()
    tables = {
        "spells": built.spells,
        "indicators": built.indicators,
        "interventions": read_interventions(centre.tables.get("interventions")),
        "audit": protected_attributes(centre.tables),
        "quality": centre.quality.assign(as_of=ends),
    }
    for name, table in tables.items():
        _write(runs, name, pa.Table.from_pandas(table, preserve_index=False))
    if isinstance(built, BuiltPanel):
        write_basis(runs, built.basis)
    write_gone(runs, centre)
    features = [declared[name] for name in built.columns if name in declared]
    with atomic_file(runs.folder / "panel.json") as path:
        description = panel_description(features, made_from=fingerprint, **_provenance(centre, runs.workspace))
        path.write_text(description, encoding="utf-8")
    return [runs.panel]


def _write_evaluations(runs: Runs, centre: Centre) -> None:
    _write(runs, "evaluations", read_evaluations(centre.tables.get("qa_evaluations")))


def _write(runs: Runs, name: str, table: pa.Table) -> None:
    with atomic_file(runs.folder / f"{name}.parquet") as path:
        pq.write_table(table, path)


def _provenance(centre: Centre, workspace: Path) -> dict[str, Any]:
    """Return what a panel was built from besides its rows, as plain values."""
    newest = zip(centre.coverage["table"], centre.coverage["last"], strict=True)
    return {
        "data_ends": f"{centre.data_ends}",
        "exits_complete_to": f"{centre.extent.complete_everywhere_to}",
        "assumptions": list(centre.assumptions),
        "doubts": [_doubt(fault) for fault in centre.faults if fault.severity == "labels"],
        "reorganisations": [item.as_json() for item in centre.reorganisations],
        "events": [event.model_dump(mode="json") for event in centre.events],
        "manifest": [entry._asdict() for entry in centre.manifest],
        "site": centre.site.model_dump(),
        "naming": naming_notes(workspace),
        "has_pseudonyms": read_protection(workspace).pseudonyms,
        "newest": {table: f"{day:%Y-%m-%d}" if pd.notna(day) else None for table, day in newest},
    }


def _doubt(fault: Fault) -> dict[str, str]:
    """Return what a fault says to readers of the report, by language: the rule, how many rows, and what it touches."""
    count = f" ({fault.rows:,})" if fault.rows else ""
    rules = {language: in_language(fault.rule, language) + count for language in LANGUAGES}
    effects = {language: in_language(fault.effect, language) for language in LANGUAGES}
    return {language: "; ".join(filter(None, [rules[language], effects[language]])) for language in LANGUAGES}
