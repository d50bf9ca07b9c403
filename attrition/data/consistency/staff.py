"""Who was employed at which site on a day, for checks that judge a site by its own numbers."""

from __future__ import annotations

import ibis.expr.types as ir

NO_SITE = ""
"""The site of agents without one; the whole centre, where the roster names no sites."""


def staff_on(spells: ir.Table, days: ir.Table) -> ir.Table:
    """Return who was employed before and on each of some days: ``agent_id``, ``site`` and ``day``.

    Parameters
    ----------
    spells : ibis.Table
        From `attrition.data.consistency.employment`.
    days : ibis.Table
        ``day`` and, where only some sites are asked for, ``site``.
    """
    spells = spells.mutate(site=spells.site.fill_null(NO_SITE))
    is_there = [spells.hired < days.day, spells.exit_date.isnull() | (spells.exit_date >= days.day)]
    same_site = [spells.site == days.site] if "site" in days.columns else []
    return spells.join(days, [*is_there, *same_site]).select("agent_id", "site", "day").distinct()
