"""Arithmetic on columns with the same result on every engine: ratios, days between dates, lagged values."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.data.engine import computed_once
from attrition.exposure.past import LAGS


def ratio(numerator: ir.NumericValue, denominator: ir.NumericValue) -> ir.FloatingValue:
    """Return the quotient as a double; null where the denominator is zero."""
    return numerator.cast("float64") / denominator.cast("float64").nullif(0)


def days_since(day: ir.DateValue, as_of: ir.DateValue) -> ir.FloatingValue:
    """Return the days from a date to the month-end ``as_of``, as a double."""
    return as_of.delta(day, unit="day").cast("float64")


def with_lagged(table: ir.Table, *columns: str, months: int) -> ir.Table:
    """Return the table with ``<column>_lagged``, the agent's value `months` earlier in the same spell, as known then.

    Parameters
    ----------
    table : ibis.Table
        ``agent_id``, ``month`` and ``hire_date``, one row per agent-month, and the columns.
    columns : str
        Columns to lag; null where the agent was not at risk then.
    months : int
        How many months to look back, one of `attrition.exposure.past.LAGS`; the table must hold them, as
        `attrition.exposure.past.Past.with_lags` does.

    Raises
    ------
    LookupError
        The months are none of `LAGS`.
    """
    if months not in LAGS:
        raise LookupError(f"no feature may look back {months} months: {LAGS}")
    table = computed_once(table)
    lagged = {f"{name}_lagged": table[name] for name in columns}
    earlier = table.select("agent_id", "hire_date", month=table.month + months, **lagged)
    joined = table.left_join(earlier, ["agent_id", "hire_date", "month"])
    return joined.select(*table.columns, *lagged)
