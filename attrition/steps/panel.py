"""The panel of a workspace: built from its tables, written whole, and read back while nothing it depends on changed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.at_work import writing
from attrition.data.swap import one_swap
from attrition.jobs import PanelJob
from attrition.runs import Runs
from attrition.steps.accepted import compared, remember
from attrition.steps.fingerprint import panel_fingerprint
from attrition.steps.one_naming import require_one_naming

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.data.progress import Progress
    from attrition.exposure.past import Past
    from attrition.features.declare import Family
    from attrition.model.panel import Panel
    from attrition.steps.panel_files import BuiltPanel


def load_or_build_panel(workspace: Path, *, months: Sequence[pd.Timestamp] | None = None, progress: Progress) -> Panel:
    """Read the panel, or the features of some months of it; build it first where it is missing or out of date."""
    build_if_outdated(workspace, progress=progress)
    progress("reading the panel")
    return Runs(workspace).read_panel(months)


def build_if_outdated(workspace: Path, *, progress: Progress) -> None:
    """Build the panel where it is missing, or where an input, a declaration or the code has changed since."""
    fingerprint = panel_fingerprint(workspace, _job(workspace))
    if fingerprint is None or Runs(workspace).panel_provenance().get("made_from") != fingerprint:
        with writing(workspace, "panel"):
            build_panel(workspace, progress=progress)


def build_panel(workspace: Path, *, progress: Progress) -> list[Path]:
    """Read and check the tables, build every feature of every agent-month at risk, and write the panel.

    Returns
    -------
    list of Path
        ``runs/panel.parquet``.

    Raises
    ------
    DataError
        The tables break the contract, a file is damaged, or one was replaced while the panel was built from it.
    """
    from attrition.data.centre import open_centre
    from attrition.data.files.watched import naming_damage, refuse_replaced
    from attrition.steps.panel_files import write_panel

    require_one_naming(workspace)
    job = _job(workspace)
    fingerprint = panel_fingerprint(workspace, job)
    progress("reading and checking the tables")
    centre, accepted = compared(workspace, open_centre(workspace))
    with naming_damage(centre.manifest, workspace):
        built = _build(centre, job, progress=progress)
    refuse_replaced(centre.manifest, workspace)
    with one_swap(workspace):
        products = write_panel(Runs(workspace), built, centre, fingerprint=fingerprint)
        remember(workspace, accepted)
    return products


def _build(centre: Centre, job: PanelJob, *, progress: Progress) -> BuiltPanel:
    """Build every feature of every agent-month at risk, on the engine of the job, and read what happened next."""
    import pandas as pd

    from attrition.data.spark import to_spark
    from attrition.exposure.open_past import GROUP_COLUMNS
    from attrition.features.registry import build_features, declared_features
    from attrition.labels.maturity import with_observation
    from attrition.labels.next_exits import read_outcomes
    from attrition.labels.spells import read_spells
    from attrition.steps.indicator_files import gather_indicators
    from attrition.steps.panel_files import BuiltPanel

    progress("listing the agents at risk in each month")
    with tempfile.TemporaryDirectory() as scratch:
        tables = to_spark(centre.tables, Path(scratch)) if job.engine == "spark" else centre.tables
        past = past_of(centre, tables)
        progress("building the features")
        families = families_of(centre)
        rows = build_features(past, families).drop_columns(list(GROUP_COLUMNS))
        progress("writing the panel")
        outcomes = read_outcomes(past.months, tables["exits"])
    begins, ends = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    spells = read_spells(centre.tables, data_start=begins, data_end=ends)
    outcomes, spells = (with_observation(table, centre.extent, centre.gone) for table in (outcomes, spells))
    indicators = gather_indicators(centre.tables, outcomes, data_end=ends)
    return BuiltPanel(rows, outcomes, spells, indicators, declared_features(families))


def past_of(centre: Centre, tables: Mapping[str, ir.Table]) -> Past:
    """Open the past of a centre from its first month to the last complete one, on the engine of the tables."""
    import pandas as pd

    from attrition.exposure.open_past import open_past

    first, last = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    return open_past(tables, first, last, reorganisations=centre.reorganisations)


def families_of(centre: Centre) -> tuple[Family, ...]:
    """List the families of features, the site's own monthly columns last."""
    from attrition.features.registry import FAMILIES
    from attrition.features.snapshots import snapshot_families

    return (*FAMILIES, *snapshot_families(centre.snapshot_features))


def _job(workspace: Path) -> PanelJob:
    return declared.read(workspace / "pipelines" / "panel.toml", PanelJob)
