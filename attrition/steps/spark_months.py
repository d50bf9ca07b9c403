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
from attrition.features.declare import Feature
from attrition.features.joined import features_of_month
from attrition.labels.next_exits import horizon_labels
from attrition.steps.panel_labels import labels_of


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
        labels = labels_of(rows, horizon_labels(_read(self.outcomes / month).to_pandas(), self.ends))
        rows = pa.table([*rows.columns, *labels.columns], names=[*rows.column_names, *labels.column_names])
        (panel / month).mkdir(exist_ok=True)
        attempt = panel / month / f".{uuid4().hex}"
        pq.write_table(rows, attempt)
        attempt.replace(panel / month / "part-0.parquet")
        return len(rows)


def _read(folder: Path) -> pa.Table:
    """Return the rows of a month of a dataset."""
    return pq.read_table(folder, partitioning=None)
