"""Make the panel: features as known then, what followed, and what all of it was made from; whole or not at all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pandas as pd

from attrition.data import files, sources
from attrition.data.atomic import atomic_file
from attrition.data.centre import Centre, open_centre
from attrition.data.protected import protected_attributes
from attrition.data.sorted_parquet import sort_order, write_sorted
from attrition.data.spark import from_spark, to_spark
from attrition.exposure.data_start import data_start
from attrition.exposure.open_past import GROUPS, open_past
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.registry import FAMILIES, build_features, declared_features
from attrition.features.snapshots import snapshot_families
from attrition.jobs import PanelJob
from attrition.labels.interventions_received import read_interventions
from attrition.labels.next_exits import horizon_labels, read_outcomes
from attrition.labels.outcomes import KEYS
from attrition.labels.spells import read_spells
from attrition.runs import Runs, described

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str], None]


def make_panel(workspace: Path, job: PanelJob, *, progress: Progress) -> list[Path]:
    """Read, check, and build every feature of every agent-month at risk; write the panel and what followed.

    Returns
    -------
    list of Path
        ``runs/panel.parquet``.
    """
    made_from = fingerprint(workspace, job)
    progress("reading and checking the tables")
    centre = open_centre(workspace)
    progress("finding who was there to be lost")
    with tempfile.TemporaryDirectory() as scratch:
        tables = to_spark(centre.tables, Path(scratch)) if job.engine == "spark" else centre.tables
        past = past_of(centre, tables)
        progress("building the features")
        families = families_of(centre)
        table = build_features(past, families).drop(*GROUPS)
        table = from_spark(table, centre.con, Path(scratch)) if job.engine == "spark" else table
        rows = table.to_pyarrow_batches().read_all()  # in batches, so that two copies never stand side by side
        progress("writing the panel")
        outcomes = read_outcomes(past.months, tables["exits"])
        ends = pd.Timestamp(centre.data_ends)
        spells = read_spells(centre.tables, data_start=data_start(centre.tables), data_end=ends)
        return _write(Runs(workspace), rows, (outcomes, spells), declared_features(families), centre, made_from)


def past_of(centre: Centre, tables: Mapping[str, ir.Table]) -> Past:
    """Open the past of a centre from its first month to the last complete one, on the engine of the tables."""
    return open_past(tables, data_start(centre.tables), pd.Timestamp(centre.data_ends))


def families_of(centre: Centre) -> tuple[Family, ...]:
    """List the families of features, the site's own monthly columns last."""
    return (*FAMILIES, *snapshot_families(centre.snapshot_features))


def fingerprint(workspace: Path, job: PanelJob) -> str | None:
    """Hash what a panel is made from: declarations, code and every input file; null where a database is a source."""
    declaration = sources.read(workspace)
    if any(source.path is None for source in declaration.tables.values()):
        return None
    digest = hashlib.sha256(job.model_dump_json().encode())
    digest.update((workspace / "pipelines" / "sources.toml").read_bytes())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    for name, source in declaration.tables.items():
        for path in files.find_files(workspace, str(source.path), name):
            digest.update(f"{name} {path.name}".encode())
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _write(
    runs: Runs,
    rows: pa.Table,
    happened: tuple[pd.DataFrame, pd.DataFrame],
    known: Mapping[str, Feature],
    centre: Centre,
    made_from: str | None,
) -> list[Path]:
    """Write every part; the description comes last and says that the others are there."""
    ends, (outcomes, spells) = pd.Timestamp(centre.data_ends), happened
    features = [known[name] for name in rows.column_names if name in known]
    places = sort_order(rows, KEYS)
    followed = _followed(rows, places, horizon_labels(outcomes, ends))
    (runs.folder / "panel.json").unlink(missing_ok=True)
    with atomic_file(runs.panel) as path:
        write_sorted(rows, places, followed, path)
    with atomic_file(runs.folder / "outcomes.parquet") as path:
        outcomes.to_parquet(path, index=False)
    with atomic_file(runs.folder / "spells.parquet") as path:
        spells.to_parquet(path, index=False)
    with atomic_file(runs.folder / "interventions.parquet") as path:
        read_interventions(centre.tables.get("interventions")).to_parquet(path, index=False)
    with atomic_file(runs.audit) as path:
        protected_attributes(centre.tables).to_parquet(path, index=False)
    with atomic_file(runs.folder / "quality.parquet") as path:
        centre.quality.assign(as_of=ends).to_parquet(path, index=False)
    with atomic_file(runs.folder / "panel.json") as path:
        path.write_text(described(features, made_from=made_from, **facts(centre)), encoding="utf-8")
    return [runs.panel]


def _followed(rows: pa.Table, places: pa.Array, labelled: pd.DataFrame) -> pa.Table:
    """Give what followed each agent-month, in the panel's order; both list the same agent-months."""
    import pyarrow as pa

    theirs = pa.Table.from_pandas(labelled, preserve_index=False)
    mine = rows.select(KEYS).take(places)
    if not all(mine[key].equals(theirs[key].cast(mine[key].type)) for key in KEYS):
        raise LookupError("the panel and what followed list different agent-months")
    types = [(name, pa.string() if name == "exit_kind" else pa.float64()) for name in theirs.column_names[len(KEYS) :]]
    return theirs.select([name for name, _ in types]).cast(pa.schema(types))


def facts(centre: Centre) -> dict[str, Any]:
    """Say what is known about a centre besides its rows, as plain values."""
    newest = zip(centre.coverage["table"], centre.coverage["last"], strict=True)
    return {
        "data_ends": f"{centre.data_ends}",
        "assumptions": list(centre.assumptions),
        "manifest": [entry._asdict() for entry in centre.manifest],
        "site": centre.site.model_dump(),
        "newest": {table: f"{day}" if pd.notna(day) else None for table, day in newest},
    }
