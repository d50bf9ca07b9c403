"""When an agent's team, leader, role, grade or account last changed, as it was known at each month-end."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from attrition.exposure.calendar import month_number
from attrition.exposure.histories import history, join_agent_months
from attrition.exposure.past import Past

COLUMNS = ("team_id", "supervisor_id", "job_role", "grade", "account")
WINDOWS = (3, 6, 12)
KEPT = "changes of assignments"


def assignment_changes(past: Past) -> ir.Table:
    """Date and count the changes in ``assignments`` within the present spell; worked out once per past.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``; for each of `COLUMNS` that the site has ``<column>_since`` (date; the day of hire
        where nothing changed) and ``<column>_changes_<n>m`` for each of `WINDOWS`.
    """
    known = [name for name in COLUMNS if past.has("assignments", name)]
    return past.cache.get_or_build(KEPT, lambda: _changes(past, known))


def _changes(past: Past, columns: list[str]) -> ir.Table:
    rows = history(past, "assignments", columns)
    rows = rows.mutate(**{f"_{name}": (rows[name] != rows[f"{name}_before"]).fill_null(False) for name in columns})
    moved = join_agent_months(past, rows.filter(ibis.or_(*(rows[f"_{name}"] for name in columns))))
    # What a rehire starts with is a start, not a change.
    moved = moved.filter(moved.effective_date > moved.hire_date)
    moved = moved.mutate(age=moved.month - month_number(moved.effective_date))
    found = {f"{name}_since": moved.effective_date.max(where=moved[f"_{name}"]) for name in columns}
    counted = {
        f"{name}_changes_{n}m": moved.count(where=moved[f"_{name}"] & (moved.age < n))
        for name in columns
        for n in WINDOWS
    }
    last = moved.group_by("agent_id", "as_of").aggregate(**found, **counted)
    posts = past.state("assignments").select("agent_id", "as_of")
    mine = past.months.select("agent_id", "as_of", "hire_date").semi_join(posts, ["agent_id", "as_of"])
    mine = mine.left_join(last, ["agent_id", "as_of"])
    since = {name: mine[name].fill_null(mine.hire_date) for name in found}
    return mine.select("agent_id", "as_of", **since, **{name: mine[name].fill_null(0) for name in counted})
