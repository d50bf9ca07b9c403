"""Histories of an effective-dated table as known at each month-end, stored once per stretch without changes."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.exposure.visibility import NEVER, is_visible, with_month_numbers


def history(past: Past, table: str, columns: Sequence[str]) -> ir.Table:
    """List the rows of an effective-dated table as known at the time, each with the values of the row before it.

    What is known of an agent changes only in months in which a row happens, becomes known or is replaced. So the
    history is listed once per stretch of months between such changes, and not once per month.

    Parameters
    ----------
    past : Past
        The past of the agent-months.
    table : str
        An effective-dated table with ``agent_id``.
    columns : sequence of str
        Columns of the table to list.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``from_month``, ``until_month`` (the stretch; the last month is outside), the effective date,
        the columns, and ``<column>_before``: the value of the row before it, null in the first.
    """
    start = past.date_columns[table]
    rows = with_month_numbers(past.tables[table], start)
    rows = rows.select("agent_id", start, *columns, "happened_month", "known_month", "replaced_month")
    stretches = _stretches(rows)
    visible = stretches.join(rows, ["agent_id", is_visible(rows, stretches.from_month)])
    order = ibis.window(group_by=["agent_id", "from_month"], order_by=start)
    before = {f"{name}_before": visible[name].lag().over(order) for name in columns}
    return visible.select("agent_id", "from_month", "until_month", start, *columns, **before)


def join_agent_months(past: Past, rows: ir.Table) -> ir.Table:
    """Join rows of a `history` to the agent-months at which they were known.

    Returns
    -------
    ibis.Table
        The rows with ``as_of``, ``month`` and the ``hire_date`` of the spell.
    """
    months = past.months.select("agent_id", "as_of", "month", "hire_date")
    is_within = [rows.from_month <= months.month, rows.until_month > months.month]
    return months.join(rows, ["agent_id", *is_within]).drop("from_month", "until_month")


def _stretches(rows: ir.Table) -> ir.Table:
    """List the stretches of months in which what was known of an agent did not change."""
    appeared = rows.select("agent_id", from_month=ibis.greatest(rows.happened_month, rows.known_month))
    replaced = rows.filter(rows.replaced_month < NEVER)
    changes = appeared.union(replaced.select("agent_id", from_month=replaced.replaced_month)).distinct()
    next_change = changes.from_month.lead().over(ibis.window(group_by="agent_id", order_by="from_month"))
    return changes.mutate(until_month=next_change.fill_null(NEVER))
