"""Means of peers, computed in the database: the other agents of the same month, role, site and tenure band.

`attrition.predict.peers` has the peer groups of explanations, which are widened where there are too few agents.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point

PEER_GROUP = ("job_role", "site", "tenure_band")
MIN_OTHERS = 5
"""With fewer other agents than this the mean is null."""


def with_mean_of_others(table: ir.Table, columns: Sequence[str], *, group: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Return the table with the mean of the other agents of each row's group.

    Sums are exact (fixed point), so that the result does not depend on the order of rows.

    Parameters
    ----------
    table : ibis.Table
        ``as_of``, the columns of `group`, and `columns`; one row per agent-month.
    columns : sequence of str
        Numeric columns to average.
    group : sequence of str
        Columns that define the group besides the month; nulls form a group of their own.

    Returns
    -------
    ibis.Table
        `table` with ``<column>_others``; null where the agent, or fewer than `MIN_OTHERS` others, have a value.
    """
    groups = group_totals(table, columns, group=group)
    joined = join_group_totals(table, groups, group=group)
    return joined.select(*table.columns, **{f"{name}_others": mean_of_others(joined, name) for name in columns})


def group_totals(table: ir.Table, columns: Sequence[str], *, group: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Return sum and number of values of each column per month and group.

    Joining this small table is faster than a window function over all agent-months.
    """
    values = table.select("as_of", *group, **{name: to_fixed_point(table[name]) for name in columns})
    sums = {f"{name}_total": values[name].sum() for name in columns}
    counts = {f"{name}_values": values[name].count() for name in columns}
    return values.group_by("as_of", *group).aggregate(**sums, **counts)


def join_group_totals(table: ir.Table, groups: ir.Table, *, group: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Return the table with the totals of each row's group; nulls match nulls."""
    same = [table[name].identical_to(groups[name]) for name in ("as_of", *group)]
    return table.left_join(groups, same, rname="{name}_of_group")


def mean_of_others(joined: ir.Table, column: str) -> ir.NumericValue:
    """Return the mean of the group without the agent, from the columns of `group_totals`."""
    others = joined[f"{column}_values"] - 1
    mean = from_fixed_point((joined[f"{column}_total"] - to_fixed_point(joined[column])) / others.nullif(0))
    return ibis.ifelse(others >= MIN_OTHERS, mean, ibis.null("float64"))
