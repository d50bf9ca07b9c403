"""Small arithmetic on feature columns that gives the same on every engine: ratios, days, and values some months ago."""

from __future__ import annotations

import ibis.expr.types as ir


def ratio(part: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    """Divide, with nothing over nothing being null rather than infinite."""
    return part.cast("float64") / whole.cast("float64").nullif(0)


def days_since(day: ir.DateValue, as_of: ir.DateValue) -> ir.FloatingValue:
    """Count the days from a date to the cut-off."""
    return as_of.delta(day, unit="day").cast("float64")


def with_lagged(table: ir.Table, *columns: str, months: int) -> ir.Table:
    """Add ``<column>_earlier``: the agent's value some months before, in the same spell, as it was known then.

    Parameters
    ----------
    table : ibis.Table
        ``agent_id``, ``month`` and ``hire_date``, one row per agent-month, and the columns.
    columns : str
        Columns to look back upon; null where the agent was not at risk then.
    months : int
        How many months before.
    """
    renamed = {f"{name}_earlier": table[name] for name in columns}
    then = table.select("agent_id", "hire_date", month=table.month + months, **renamed)
    joined = table.left_join(then, ["agent_id", "hire_date", "month"])
    return joined.select(*table.columns, *renamed)
