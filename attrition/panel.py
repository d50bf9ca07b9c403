"""Write the panel: features as known then, what followed, and what all of it was made from; whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition import __version__
from attrition.data.centre import Centre
from attrition.data.whole import whole_file
from attrition.exposure.opening import GROUPS
from attrition.features.declare import Feature
from attrition.labels.following import labels
from attrition.runs import Runs, described

PARTS = ("panel.parquet", "outcomes.parquet", "quality.parquet", "panel.json")
"""In the order they are written: the last one says that the others are there."""


def write_panel(
    runs: Runs, table: ir.Table, outcomes: pd.DataFrame, *, features: Sequence[Feature], centre: Centre
) -> list[Path]:
    """Write the panel, its outcomes, the quality of its sources, and the facts about it.

    Parameters
    ----------
    runs : Runs
        Where products lie.
    table : ibis.Table
        ``agent_id``, ``as_of``, the groups and the features.
    outcomes : DataFrame
        What followed each agent-month, sorted by agent and month.
    features : sequence of Feature
        The declarations of the features in `table`.
    centre : Centre
        What the panel was made from.
    """
    ends = pd.Timestamp(centre.data_ends)
    followed = ibis.memtable(labels(outcomes, ends).astype({"as_of": "datetime64[us]"}))
    followed = followed.mutate(as_of=followed["as_of"].cast("date"))
    rows = table.drop(*GROUPS).inner_join(followed, ["agent_id", "as_of"])
    with whole_file(runs.panel) as path:
        rows.order_by("agent_id", "as_of").to_parquet(path)
    with whole_file(runs.folder / "outcomes.parquet") as path:
        outcomes.to_parquet(path, index=False)
    with whole_file(runs.folder / "quality.parquet") as path:
        centre.quality.assign(as_of=ends).to_parquet(path, index=False)
    with whole_file(runs.folder / "panel.json") as path:
        path.write_text(described(features, **facts(centre)), encoding="utf-8")
    return [runs.panel]


def facts(centre: Centre) -> dict[str, Any]:
    """Say what a panel is made from; the same facts give the same panel."""
    return {
        "data_ends": f"{centre.data_ends}",
        "assumptions": list(centre.assumptions),
        "manifest": [entry._asdict() for entry in centre.manifest],
        "site": centre.site.model_dump(),
        "version": __version__,
    }
