"""Joins to each agent-month the exit that ended its employment spell.

Exits after ``as_of`` are what the model learns to predict, so this module does not use `attrition.exposure.past`, which
hides them from features.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.rows.versions import newest
from attrition.exposure.agent_months import departures
from attrition.exposure.open_past import CUT_COLUMNS, GROUP_COLUMNS
from attrition.labels.outcomes import VOLUNTARY, exit_within

HORIZONS = (1, 3, 6, 12)
"""Horizons of the labels, in months."""


def next_exits(months: ir.Table, exits: ir.Table) -> ir.Table:
    """Return each agent-month with the first exit of its spell, as known today.

    Parameters
    ----------
    months : ibis.Table
        ``agent_id``, ``as_of``, ``hire_date`` and the groups.
    exits : ibis.Table
        The checked exits; only the newest version of each is used.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``exit_kind``, ``left_on``, ``known_on`` (null where the spell has no exit) and the
        groups. The exit of an agent who was rehired later still counts.
    """
    recorded = departures(newest(exits))
    later_exits = months.inner_join(
        recorded, [months.agent_id == recorded.agent_id, recorded.exit_date >= months.hire_date]
    )
    first = later_exits.group_by("agent_id", "as_of").aggregate(exit_date=later_exits.exit_date.min())
    exit_ = first.inner_join(recorded, ["agent_id", "exit_date"]).select(
        "agent_id", "as_of", "left_on", "known_on", exit_kind="exit_type"
    )
    rows = months.left_join(exit_, ["agent_id", "as_of"])
    return rows.select("agent_id", "as_of", "exit_kind", "left_on", "known_on", *GROUP_COLUMNS, *CUT_COLUMNS)


def horizon_labels(outcomes: pd.DataFrame, known_at: pd.Timestamp) -> pd.DataFrame:
    """Return the labels of every agent-month at every horizon, as known at `known_at`.

    A label is null where its horizon had not ended by then (immature), or where the agent had left by ``as_of``.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``resigned_within_<h>m`` (0.0, 1.0 or null) and ``exit_kind`` (``none`` where no exit
        was known).
    """
    columns = {f"resigned_within_{h}m": exit_within(outcomes, h, known_at=known_at, kind=VOLUNTARY) for h in HORIZONS}
    kind = outcomes["exit_kind"].where(outcomes["known_on"] <= known_at, "none").fillna("none")
    return outcomes[["agent_id", "as_of"]].assign(**columns, exit_kind=kind)


def read_outcomes(months: ir.Table, exits: ir.Table) -> pd.DataFrame:
    """Return the table of `next_exits` in memory, sorted by agent and month, with dates as timestamps."""
    return with_timestamps(next_exits(months, exits).order_by(ibis.asc("agent_id"), ibis.asc("as_of")).to_pandas())


def with_timestamps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the table of `next_exits` with dates as timestamps."""
    dates = ("as_of", "left_on", "known_on")
    return rows.assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in dates})
