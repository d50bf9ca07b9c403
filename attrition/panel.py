"""Make the panel: features as known then, what followed, and what all of it was made from; whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data import files, sources
from attrition.data.centre import Centre, open_centre
from attrition.data.whole import whole_file
from attrition.exposure.opening import GROUPS, open_past
from attrition.exposure.past import Past
from attrition.exposure.span import begins
from attrition.features.declare import Family, Feature
from attrition.features.registry import FAMILIES, build, declared
from attrition.features.snapshots import snapshot_families
from attrition.labels.following import labels, outcome_rows
from attrition.runs import Runs, described

Progress = Callable[[str], None]


def make_panel(workspace: Path, *, progress: Progress) -> list[Path]:
    """Read, check, and build every feature of every agent-month at risk; write the panel and what followed.

    Returns
    -------
    list of Path
        ``runs/panel.parquet``.
    """
    made_from = fingerprint(workspace)
    progress("reading and checking the tables")
    centre = open_centre(workspace)
    progress("finding who was there to be lost")
    past = past_of(centre)
    progress("building the features")
    families = families_of(centre)
    table = build(past, families).cache()
    progress("writing the panel")
    known = declared(families)
    features = [known[name] for name in table.columns if name in known]
    outcomes = outcome_rows(past.months, centre.tables["exits"])
    return _write(Runs(workspace), table, outcomes, features, centre, made_from)


def past_of(centre: Centre) -> Past:
    """Open the past of a centre from its first month to the last complete one."""
    return open_past(centre.tables, begins(centre.tables), pd.Timestamp(centre.data_ends))


def families_of(centre: Centre) -> tuple[Family, ...]:
    """List the families of features, the site's own monthly columns last."""
    return (*FAMILIES, *snapshot_families(centre.snapshot_features))


def fingerprint(workspace: Path) -> str | None:
    """Hash what a panel is made from: declarations, code and every input file; null where a database is a source."""
    declaration = sources.read(workspace)
    if any(source.path is None for source in declaration.tables.values()):
        return None
    digest = hashlib.sha256((workspace / "pipelines" / "sources.toml").read_bytes())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for name, source in declaration.tables.items():
        for path in files.find(workspace, str(source.path), name):
            digest.update(f"{name} {path.name}".encode())
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _write(
    runs: Runs,
    table: ir.Table,
    outcomes: pd.DataFrame,
    features: Sequence[Feature],
    centre: Centre,
    made_from: str | None,
) -> list[Path]:
    """Write every part; the description comes last and says that the others are there."""
    ends = pd.Timestamp(centre.data_ends)
    followed = ibis.memtable(labels(outcomes, ends))
    followed = followed.mutate(as_of=followed["as_of"].cast("date"))
    rows = table.drop(*GROUPS).inner_join(followed, ["agent_id", "as_of"])
    (runs.folder / "panel.json").unlink(missing_ok=True)
    with whole_file(runs.panel) as path:
        rows.order_by("agent_id", "as_of").to_parquet(path)
    with whole_file(runs.folder / "outcomes.parquet") as path:
        outcomes.to_parquet(path, index=False)
    with whole_file(runs.folder / "quality.parquet") as path:
        centre.quality.assign(as_of=ends).to_parquet(path, index=False)
    with whole_file(runs.folder / "panel.json") as path:
        path.write_text(described(features, made_from=made_from, **facts(centre)), encoding="utf-8")
    return [runs.panel]


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
