"""Employment spells by the roster and the list of exits, for checks of one against the other."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from attrition.data.rows.versions import newest


def employment_spells(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return the employment spells: one row per hire.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``site`` (null where none is supplied), ``hired``, ``next_hire`` and ``exit_date`` (null where
        there is none). The exit is the first one from the hire to the day before the next hire. With snapshots alone
        the hire is the newest known hire date or, where none is known, the first month-end.
    """
    hires = _hires(tables)
    hires = hires.mutate(next_hire=hires.hired.lead().over(ibis.window(group_by="agent_id", order_by="hired")))
    columns = ("agent_id", "site", "hired", "next_hire")
    if "exits" not in tables:
        return hires.select(*columns, exit_date=ibis.null("date")).cache()
    exits = newest(tables["exits"]).select("agent_id", "exit_date")
    is_before_next = hires.next_hire.isnull() | (exits.exit_date < hires.next_hire)
    ends = hires.join(exits, [hires.agent_id == exits.agent_id, exits.exit_date >= hires.hired, is_before_next])
    first = ends.group_by("agent_id", "hired").aggregate(exit_date=ends.exit_date.min())
    return hires.left_join(first, ["agent_id", "hired"]).select(*columns, "exit_date").cache()


def _hires(tables: Mapping[str, ir.Table]) -> ir.Table:
    name = "agents" if "agents" in tables else "snapshots"
    rows = newest(tables[name])
    site = rows.site if "site" in rows.columns else ibis.null("string")
    if name == "agents":
        spells = rows.select("agent_id", hired=rows.hire_date, site=site)
        return spells.group_by("agent_id", "hired").aggregate(site=spells.site.max())
    hired = rows.hire_date if "hire_date" in rows.columns else ibis.null("date")
    months = rows.select("agent_id", "as_of", hire_date=hired, site=site)
    spells = months.group_by("agent_id")
    return spells.aggregate(
        hired=ibis.coalesce(months.hire_date.max(), months.as_of.min()), site=months.site.argmax(months.as_of)
    )
