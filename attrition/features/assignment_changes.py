"""Dates and counts of changes of team, leader, role, grade and account, as known at each month-end."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from attrition.data.values.hire_dates import known_hire_date
from attrition.exposure.calendar import month_number
from attrition.exposure.histories import history, join_agent_months
from attrition.exposure.past import Past
from attrition.exposure.team_names import is_reorganised

COLUMNS = ("team_id", "supervisor_id", "job_role", "grade", "account")
WINDOWS = (3, 6, 12)
"""Windows of the counts, in months."""
REORGANISED = ("team_id", "supervisor_id")
"""Columns that a reorganisation changes for everybody."""
CACHE_KEY = "changes of assignments"


def assignment_changes(past: Past) -> ir.Table:
    """Return dates and counts of the changes in ``assignments`` within the current spell.

    The table is kept in the cache of `past`, since several families use it.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``; for each of `COLUMNS` that the site has ``<column>_since`` (date of the last
        change, or of hire where nothing changed) and ``<column>_changes_<n>m`` for each of `WINDOWS`. Changes of team
        and leader on the day of a reorganisation are not counted, since they are nobody's own move.
    """
    columns = [name for name in COLUMNS if past.has("assignments", name)]
    return past.cache.get_or_build(CACHE_KEY, lambda: _changes(past, columns))


def _changes(past: Past, columns: list[str]) -> ir.Table:
    """Return the table of `assignment_changes` for these columns."""
    rows = history(past, "assignments", columns)
    rows = rows.mutate(**{f"_{name}": (rows[name] != rows[f"{name}_before"]).fill_null(False) for name in columns})
    changes = join_agent_months(past, rows.filter(ibis.or_(*(rows[f"_{name}"] for name in columns))))
    # The first assignment of a rehire is a start, not a change.
    changes = changes.filter(changes.effective_date > changes.hire_date)
    changes = changes.mutate(months_ago=changes.month - month_number(changes.effective_date))
    is_own_move = ~is_reorganised(past, changes.effective_date, changes.site)
    dates = {f"{name}_since": changes.effective_date.max(where=changes[f"_{name}"]) for name in columns}
    counts = {
        f"{name}_changes_{n}m": changes.count(where=_counts(changes, name, is_own_move) & (changes.months_ago < n))
        for name in columns
        for n in WINDOWS
    }
    totals = changes.group_by("agent_id", "as_of").aggregate(**dates, **counts)
    assigned = past.state("assignments").select("agent_id", "as_of")
    months = past.months.select("agent_id", "as_of", "hire_date").semi_join(assigned, ["agent_id", "as_of"])
    months = months.left_join(totals, ["agent_id", "as_of"])
    last_dates = {name: months[name].fill_null(known_hire_date(months)) for name in dates}
    return months.select("agent_id", "as_of", **last_dates, **{name: months[name].fill_null(0) for name in counts})


def _counts(changes: ir.Table, column: str, is_own_move: ir.BooleanValue) -> ir.BooleanValue:
    """Return whether a row is a change of the column that counts as the agent's."""
    return changes[f"_{column}"] & is_own_move if column in REORGANISED else changes[f"_{column}"]
