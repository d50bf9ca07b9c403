"""The labels of a panel in the order and the types of its file, on either engine."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from attrition.features.agent_months import KEYS, AgentMonths
from attrition.labels.next_exits import HORIZONS

TYPES = {f"resigned_within_{horizon}m": pa.float64() for horizon in HORIZONS} | {"exit_kind": pa.string()}


def labels_of(rows: pa.Table, labels: pd.DataFrame) -> pa.Table:
    """Return the labels of agent-months in the order of the rows.

    Parameters
    ----------
    rows : pyarrow.Table
        ``agent_id``, ``as_of`` and other columns, sorted by month and agent.
    labels : DataFrame
        From `attrition.labels.next_exits.horizon_labels`, of the same agent-months in any order.

    Raises
    ------
    LookupError
        The two list different agent-months.
    """
    table = AgentMonths.of(pa.Table.from_pandas(labels, preserve_index=False)).rows
    if not all(rows[key].equals(table[key].cast(rows[key].type)) for key in KEYS):
        raise LookupError("the panel and its labels list different agent-months")
    return table.select([*TYPES]).cast(pa.schema(TYPES.items()))
