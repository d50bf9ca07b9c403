"""When an agent's team, leader, role, grade or account last changed, as it was known at each month-end."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past

ALL_HISTORY = 1200
"""Months of job history searched: all that a site has."""
FOLLOWED = ("team_id", "supervisor_id", "job_role", "grade", "account")
WINDOWS = (3, 6, 12)
KEPT = "changes of assignments"


def changes(past: Past) -> ir.Table:
    """Date and count the changes in ``assignments`` within the present spell; worked out once per past.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``; for each of `FOLLOWED` that the site has ``<column>_since`` (date; the day of hire
        where nothing changed) and ``<column>_changes_<n>m`` for each of `WINDOWS`.
    """
    if KEPT not in past.kept:
        known = [name for name in FOLLOWED if past.has("assignments", name)]
        past.kept[KEPT] = _changes(past, known).cache()
    return past.kept[KEPT]


def _changes(past: Past, columns: list[str]) -> ir.Table:
    spells = past.months.select("agent_id", "as_of", "hire_date")
    rows = past.events("assignments", months=ALL_HISTORY).inner_join(spells, ["agent_id", "as_of"])
    history = ibis.window(group_by=["agent_id", "as_of"], order_by="effective_date")
    rows = rows.mutate(**{f"_{name}": _is_change(rows, name, rows[name].lag().over(history)) for name in columns})
    found = {}
    for name in columns:
        changed = rows[f"_{name}"]
        found[f"{name}_since"] = rows.effective_date.max(where=changed)
        found |= {f"{name}_changes_{n}m": rows.count(where=changed & (rows.age < n)) for n in WINDOWS}
    last = rows.group_by("agent_id", "as_of", "hire_date").aggregate(**found)
    since = {f"{name}_since": last[f"{name}_since"].fill_null(last.hire_date) for name in columns}
    return last.mutate(**since).drop("hire_date")


def _is_change(rows: ir.Table, column: str, before: ir.Value) -> ir.BooleanValue:
    """Tell whether a row brought something new; what a rehire starts with is a start, not a change."""
    return ((rows[column] != before) & (rows.effective_date > rows.hire_date)).fill_null(False)
