"""When an agent's team, leader, role, grade or account last changed, as it was known at each month-end."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past

ALL_HISTORY = 1200
"""Months of job history searched: all that a site has."""


def changes(past: Past, columns: Sequence[str], *, months: Sequence[int] = (12,)) -> ir.Table:
    """Date and count the changes of some columns of ``assignments`` within the present spell.

    Parameters
    ----------
    past : Past
        The doors to the past.
    columns : sequence of str
        Columns of ``assignments``.
    months : sequence of int
        Windows in which changes are counted.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``month``, ``hire_date``; for each column ``<column>_since`` (date; the day of hire
        where nothing changed) and ``<column>_changes_<n>m``. Every agent-month at risk with a visible row.
    """
    rows = past.events("assignments", months=ALL_HISTORY).drop("month")
    spells = past.months.select("agent_id", "as_of", "month", "hire_date")
    rows = rows.inner_join(spells, ["agent_id", "as_of"])
    history = ibis.window(group_by=["agent_id", "as_of"], order_by="effective_date")
    steps = {f"_{name}_changed": _is_change(rows, name, rows[name].lag().over(history)) for name in columns}
    rows = rows.mutate(**steps)
    found = {}
    for name in columns:
        changed = rows[f"_{name}_changed"]
        found[f"{name}_since"] = rows.effective_date.max(where=changed)
        found |= {f"{name}_changes_{n}m": rows.count(where=changed & (rows.age < n)) for n in months}
    last = rows.group_by("agent_id", "as_of", "month", "hire_date").aggregate(**found)
    return last.mutate(**{f"{name}_since": last[f"{name}_since"].fill_null(last.hire_date) for name in columns})


def _is_change(rows: ir.Table, column: str, before: ir.Value) -> ir.BooleanValue:
    """Tell whether a row brought something new; what a rehire starts with is a start, not a change."""
    return ((rows[column] != before) & (rows.effective_date > rows.hire_date)).fill_null(False)
