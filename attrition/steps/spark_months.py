"""A month of the panel, put together by one of Spark's workers from what the families of features wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from attrition.exposure.open_past import GROUP_COLUMNS
from attrition.features.agent_months import KEYS, AgentMonths
from attrition.features.declare import Feature
from attrition.features.joined import features_of_month
from attrition.labels.next_exits import HORIZONS, horizon_labels

LABELS = {f"resigned_within_{horizon}m": pa.float64() for horizon in HORIZONS} | {"exit_kind": pa.string()}


@dataclass(frozen=True)
class PanelMonths:
    """Datasets with a folder for each month, from which the months of a panel are put together.

    Parameters
    ----------
    months : Path
        ``agent_id``, ``as_of`` and the groups.
    families : sequence of Path
        The features of each family.
    outcomes : Path
        When and how the employment of each agent-month ended.
    declared : mapping of str to Feature
        Every declared feature by name.
    ends : Timestamp
        The end of the data; labels are as known then.
    """

    months: Path
    families: Sequence[Path]
    outcomes: Path
    declared: Mapping[str, Feature]
    ends: pd.Timestamp

    def write(self, panel: Path, month: str) -> int:
        """Write a month, such as ``month=2026-01``, into the folder of the panel, and return its number of rows.

        The file appears whole, whichever of several attempts writes it last.
        """
        features = features_of_month(
            _read(self.months / month), (_read(family / month) for family in self.families), self.declared
        )
        rows = features.drop_columns(list(GROUP_COLUMNS))
        labels = horizon_labels(_read(self.outcomes / month).to_pandas(), self.ends)
        for name, values in _labels_of(rows, labels).items():
            rows = rows.append_column(name, values)
        (panel / month).mkdir(exist_ok=True)
        attempt = panel / month / f".{uuid4().hex}"
        pq.write_table(rows, attempt)
        attempt.replace(panel / month / "part-0.parquet")
        return len(rows)


def _labels_of(rows: pa.Table, labels: pd.DataFrame) -> dict[str, pa.ChunkedArray]:
    """Return the labels in the order of the rows."""
    keys = pa.schema([rows.schema.field(key) for key in KEYS])
    schema = pa.schema([*keys, *LABELS.items()])
    table = pa.Table.from_pandas(labels, preserve_index=False).select(schema.names)
    table = pa.table([column.cast(kind) for column, kind in zip(table.columns, schema.types, strict=True)], schema)
    aligned = AgentMonths(rows.select(list(KEYS))).aligned(table)
    return {name: aligned[name] for name in LABELS}


def _read(folder: Path) -> pa.Table:
    """Return the rows of a month of a dataset."""
    return pq.read_table(folder, partitioning=None)
