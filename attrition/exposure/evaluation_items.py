"""Roll the items of an evaluation form up to whole evaluations, as each was known from day to day."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

TABLE = "qa_evaluations"
_ONE = ("agent_id", "evaluator_id", "evaluated_on", "contact_id")
_VALUES = {
    "score": lambda column: column.mean(),
    "critical_errors": lambda column: column.sum(),
    "noncritical_errors": lambda column: column.sum(),
    "appealed": lambda column: column.any(),
    "appeal_upheld": lambda column: column.any(),
    "appeal_resolved_on": lambda column: column.max(),
    "feedback_on": lambda column: column.min(),
}
"""How an evaluation's value follows from those of its items."""


def with_whole_evaluations(tables: Mapping[str, ir.Table]) -> Mapping[str, ir.Table]:
    """Return the input tables with one row per evaluation and version, where the site supplies one per item."""
    if TABLE not in tables or "item" not in tables[TABLE].columns:
        return tables
    return {**tables, TABLE: whole_evaluations(tables[TABLE])}


def whole_evaluations(items: ir.Table) -> ir.Table:
    """Return one row per evaluation, and one more for each later day on which more of it became known.

    Parameters
    ----------
    items : ibis.Table
        ``evaluation_id``, ``item``, ``score``, ``known_on``, ``superseded_on`` and any of the contract's columns.

    Returns
    -------
    ibis.Table
        The columns of `items` but ``item``. The score is the mean of the items that were known on the day, errors are
        added up; an evaluation counts as appealed where an item of it was, and as decided when the last of them was.
    """
    became_known = items.select("evaluation_id", day=items.known_on)
    replaced = items.filter(items.superseded_on.notnull()).select("evaluation_id", day=items.superseded_on)
    days = became_known.union(replaced).distinct()
    order = ibis.window(group_by="evaluation_id", order_by="day")
    days = days.mutate(next_day=days.day.lead().over(order))
    rows = days.join(items, "evaluation_id")
    rows = rows.filter(rows.known_on <= rows.day, rows.superseded_on.isnull() | (rows.superseded_on > rows.day))
    ones = {name: rows[name].min() for name in _ONE if name in items.columns}
    values = {name: rule(rows[name]) for name, rule in _VALUES.items() if name in items.columns}
    whole = rows.group_by("evaluation_id", "day", "next_day").aggregate(**ones, **values)
    return whole.rename(known_on="day", superseded_on="next_day")
