"""List the history of an effective-dated table, such as pay, as it was known at each month-end."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.exposure.visibility import NEVER, is_visible, with_month_numbers


def history(past: Past, table: str, columns: Sequence[str]) -> ir.Table:
    """Return the rows of an effective-dated table as known at each time, each with the values of the row before it.

    What is known of an agent changes only in months in which a row happens, becomes known or is replaced. Between two
    such changes (a stretch of months) the history is the same, so it is listed once per stretch instead of per month.

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
        ``agent_id``; ``from_month`` and ``until_month``, the first month of the stretch and the first after it; the
        effective date; the columns; and ``<column>_before``, their values in the row before, null in the first row.
    """
    start = past.date_columns[table]
    rows = with_month_numbers(past.tables[table], start)
    rows = rows.select("agent_id", start, *columns, "happened_month", "known_month", "replaced_month")
    stretches = _stretches(rows)
    if past.first is not None:
        stretches = stretches.filter(stretches.until_month > past.first)
    visible = stretches.join(rows, ["agent_id", is_visible(rows, stretches.from_month)])
    order = ibis.window(group_by=["agent_id", "from_month"], order_by=start)
    previous_values = {f"{name}_before": visible[name].lag().over(order) for name in columns}
    return visible.select("agent_id", "from_month", "until_month", start, *columns, **previous_values)


def join_agent_months(past: Past, rows: ir.Table) -> ir.Table:
    """Join rows of a `history` to the agent-months at which they were known.

    Returns
    -------
    ibis.Table
        The rows with ``as_of``, ``month``, and the ``hire_date`` and ``site`` of the spell.
    """
    months = past.months.select("agent_id", "as_of", "month", "hire_date", "site")
    is_within = [rows.from_month <= months.month, rows.until_month > months.month]
    return months.join(rows, ["agent_id", *is_within]).drop("from_month", "until_month")


def _stretches(rows: ir.Table) -> ir.Table:
    """Return the stretches of months in which what was known of an agent did not change."""
    appearances = rows.select("agent_id", from_month=ibis.greatest(rows.happened_month, rows.known_month))
    replacements = rows.filter(rows.replaced_month < NEVER)
    changes = appearances.union(replacements.select("agent_id", from_month=replacements.replaced_month)).distinct()
    next_change = changes.from_month.lead().over(ibis.window(group_by="agent_id", order_by="from_month"))
    return changes.mutate(until_month=next_change.fill_null(NEVER))
