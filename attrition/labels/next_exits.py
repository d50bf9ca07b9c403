"""The exit that ended each agent-month's employment spell: the only module that reads past the cut-off."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.exposure.agent_months import departures
from attrition.exposure.open_past import GROUP_COLUMNS
from attrition.labels.outcomes import VOLUNTARY, exit_within

HORIZONS = (1, 3, 6, 12)


def next_exits(months: ir.Table, exits: ir.Table) -> ir.Table:
    """Join to each agent-month the first exit of its spell, as known today.

    Parameters
    ----------
    months : ibis.Table
        ``agent_id``, ``as_of``, ``hire_date`` and the groups.
    exits : ibis.Table
        The checked exits; of several versions the newest counts.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``exit_kind``, ``left_on``, ``known_on`` (null where nobody left) and the groups.
        A rehire does not undo the exit before it.
    """
    newest = departures(exits.filter(exits.superseded_on.isnull()))
    later = months.inner_join(newest, [months.agent_id == newest.agent_id, newest.exit_date >= months.hire_date])
    first = later.group_by("agent_id", "as_of").aggregate(exit_date=later.exit_date.min())
    exit_ = first.inner_join(newest, ["agent_id", "exit_date"]).select(
        "agent_id", "as_of", "left_on", "known_on", exit_kind="exit_type"
    )
    rows = months.left_join(exit_, ["agent_id", "as_of"])
    return rows.select("agent_id", "as_of", "exit_kind", "left_on", "known_on", *GROUP_COLUMNS)


def horizon_labels(outcomes: pd.DataFrame, known_at: pd.Timestamp) -> pd.DataFrame:
    """Label every agent-month at every horizon, as known at `known_at`; immature labels are null.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``resigned_within_<h>m`` and ``exit_kind`` (``none`` where nobody left).
    """
    columns = {f"resigned_within_{h}m": exit_within(outcomes, h, known_at=known_at, kind=VOLUNTARY) for h in HORIZONS}
    kind = outcomes["exit_kind"].where(outcomes["known_on"] <= known_at, "none").fillna("none")
    return outcomes[["agent_id", "as_of"]].assign(**columns, exit_kind=kind)


def read_outcomes(months: ir.Table, exits: ir.Table) -> pd.DataFrame:
    """Read `next_exits` into memory, sorted by agent and month, dates as timestamps."""
    rows = next_exits(months, exits).order_by(ibis.asc("agent_id"), ibis.asc("as_of")).to_pandas()
    dates = ("as_of", "left_on", "known_on")
    return rows.assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in dates})
