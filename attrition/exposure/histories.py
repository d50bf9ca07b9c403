"""The door to a history: what was known of an agent's rows, laid out only for the months in which that changed."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.exposure.visibility import NEVER, is_visible, with_month_numbers


def history(past: Past, table: str, columns: Sequence[str]) -> ir.Table:
    """Lay out an effective-dated table as it was known, with what was in force before each row.

    Between two months in which a row happened, became known or was replaced, everybody sees the same history.
    So it is laid out once for such a stretch of months, and not once for every month.

    Parameters
    ----------
    past : Past
        The doors to the past.
    table : str
        An effective-dated table with ``agent_id``.
    columns : sequence of str
        The columns wanted.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``from_month``, ``until_month`` (the stretch; the last month is outside), the effective date,
        the columns, and ``<column>_before``: the value of the row before it, null in the first.
    """
    start = past.happened[table]
    rows = with_month_numbers(past.tables[table], start)
    rows = rows.select("agent_id", start, *columns, "happened_month", "known_month", "replaced_month")
    turns = _turns(rows)
    laid = turns.join(rows, ["agent_id", is_visible(rows, turns.from_month)])
    order = ibis.window(group_by=["agent_id", "from_month"], order_by=start)
    before = {f"{name}_before": laid[name].lag().over(order) for name in columns}
    return laid.select("agent_id", "from_month", "until_month", start, *columns, **before)


def join_agent_months(past: Past, rows: ir.Table) -> ir.Table:
    """Lay rows of a `history` beside the agent-months that saw them.

    Returns
    -------
    ibis.Table
        The rows with ``as_of``, ``month`` and the ``hire_date`` of the spell.
    """
    mine = past.months.select("agent_id", "as_of", "month", "hire_date")
    stretch = [rows.from_month <= mine.month, rows.until_month > mine.month]
    return mine.join(rows, ["agent_id", *stretch]).drop("from_month", "until_month")


def _turns(rows: ir.Table) -> ir.Table:
    """Find the months in which what was known of an agent changed, and for how long it stayed so."""
    came = rows.select("agent_id", from_month=ibis.greatest(rows.happened_month, rows.known_month))
    replaced = rows.filter(rows.replaced_month < NEVER)
    turns = came.union(replaced.select("agent_id", from_month=replaced.replaced_month)).distinct()
    following = turns.from_month.lead().over(ibis.window(group_by="agent_id", order_by="from_month"))
    return turns.mutate(until_month=following.fill_null(NEVER))
