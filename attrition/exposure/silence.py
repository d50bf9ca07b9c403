"""Months in which a table that has rows every month is silent at a site: what they hold is unknown, and not nothing.

As everything in the past, silence is judged by what was on record at each month-end: a month is silent as long as none
of its rows is, though rows of an earlier month were on record equally soon after its end.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.data.engine import is_on_spark, open_duckdb
from attrition.exposure.calendar import month_number, whole_numbers
from attrition.exposure.visibility import NEVER

LEAST_AGENTS = 5
"""At a site with fewer agents at risk, no row in a month may be chance."""
MONTHS_BEFORE = 12
"""How far back the earlier months reach with which a month is compared."""


def with_silence(
    totals: ir.Table, rows: ir.Table, months: ir.Table, *, windows: Sequence[int], history: ir.Table | None = None
) -> ir.Table:
    """Return totals per agent-month with ``is_silent_<w>m``: whether that window holds a silent month.

    Months before the agent's hire do not count.

    Parameters
    ----------
    totals : ibis.Table
        ``agent_id``, ``as_of`` and any other columns.
    rows : ibis.Table
        What the totals add up: ``agent_id``, ``happened_month``, ``known_month``.
    months : ibis.Table
        The agent-months, with ``site``.
    windows : sequence of int
        Months to look back.
    history : ibis.Table, optional
        The agent-months that `months` look back on, themselves included; by default `months`.
    """
    newest = _newest_silent(rows, months if history is None else history, longest=max(windows))
    agents = months.select("agent_id", "as_of", "month", hired=month_number(months.hire_date), site=_site(months))
    agents = agents.inner_join(newest, ["site", "month"])
    since_hire = agents.filter(agents.month - agents.age >= agents.hired).select("agent_id", "as_of", silent_age="age")
    joined = totals.left_join(since_hire, ["agent_id", "as_of"])
    flags = {f"is_silent_{window}m": (joined.silent_age < window).fill_null(False) for window in windows}
    return joined.select(*totals.columns, **flags)


def _newest_silent(rows: ir.Table, months: ir.Table, *, longest: int) -> ir.Table:
    """Return ``site``, ``month`` and the ``age`` of the newest silent month of the last `longest` ones, if any is.

    Where Spark's workers count, their counts by site and month, a few rows, are compared here. What follows is mostly
    that no month is silent, and Spark leaves the joins with a table without rows out.
    """
    sites = months.group_by("month", site=_site(months)).aggregate(agents=months.count())
    placed = rows.inner_join(
        months.select("agent_id", happened_month="month", site=_site(months)), ["agent_id", "happened_month"]
    )
    on_record = placed.group_by("site", month="happened_month").aggregate(known_month=placed.known_month.min())
    if not is_on_spark(rows):
        return _compared(sites, on_record, longest=longest)
    counts = [ibis.memtable(table.to_pyarrow()) for table in (sites, on_record)]
    return ibis.memtable(open_duckdb(threads=1).to_pyarrow(_compared(*counts, longest=longest)))


def _compared(sites: ir.Table, on_record: ir.Table, *, longest: int) -> ir.Table:
    """Return the newest silent month, from the agents of each site and month and when its first row was on record."""
    feed = sites.left_join(on_record, ["site", "month"])
    feed = feed.select("site", "month", "agents", known_month=feed.known_month.fill_null(NEVER))
    before = ibis.range_window(group_by="site", order_by="month", preceding=(MONTHS_BEFORE, 1))
    feed = feed.mutate(usual_lag=(feed.known_month - feed.month).min().over(before))
    pairs = feed.filter(feed.agents >= LEAST_AGENTS).cross_join(whole_numbers("age", 0, longest - 1))
    silent = pairs.filter((pairs.known_month > pairs.month + pairs.age) & (pairs.usual_lag <= pairs.age))
    return silent.group_by("site", month=silent.month + silent.age).aggregate(age=silent.age.min())


def _site(months: ir.Table) -> ir.StringValue:
    return months.site.fill_null("")
