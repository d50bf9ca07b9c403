"""Quality evaluations with all their versions, so that a report of any month sees them as they were known then."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

DATE_COLUMNS = ("evaluated_on", "appeal_resolved_on", "feedback_on", "known_on", "superseded_on")
COLUMNS = (
    *("evaluation_id", "item", "agent_id", "evaluator_id", "contact_id", "score"),
    *("critical_errors", "noncritical_errors", "appealed", "appeal_upheld", *DATE_COLUMNS),
)

ORDER = ("evaluated_on", "evaluation_id", "item", "known_on", "superseded_on")
"""Versions of one day stand in the order in which they replaced each other, so that every run writes the same."""


def read_evaluations(evaluations: ir.Table | None) -> pa.Table:
    """Return those of `COLUMNS` that the site supplies; an empty table where evaluators are not on record.

    Rows are in the order of their days. They may be millions, so they do not become a data frame.
    """
    if evaluations is None or "evaluator_id" not in evaluations.columns:
        return pa.table({name: pa.nulls(0) for name in COLUMNS})
    days = {name: evaluations[name].cast("timestamp(6)") for name in DATE_COLUMNS if name in evaluations.columns}
    rows = evaluations.select([name for name in COLUMNS if name in evaluations.columns]).mutate(**days)
    return rows.order_by([name for name in ORDER if name in rows.columns]).to_pyarrow()


def evaluations_known_at(rows: pd.DataFrame, as_of: pd.Timestamp, *, months: int) -> pd.DataFrame:
    """Return the evaluations of the last months as they were known at a month-end."""
    is_known = (rows["known_on"] <= as_of) & (rows["superseded_on"].isna() | (rows["superseded_on"] > as_of))
    first = as_of - pd.offsets.MonthEnd(months)
    is_within = (rows["evaluated_on"] > first) & (rows["evaluated_on"] <= as_of)
    return rows[is_known & is_within].drop(columns=["known_on", "superseded_on"]).reset_index(drop=True)
