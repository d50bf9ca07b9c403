"""Compare an agent with the others: same month, role, site and tenure band, the agent left out."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.exact import exact, inexact

ALIKE = ("job_role", "site", "tenure_band")
FEWEST = 5
"""With fewer others than this a comparison says nothing and is null."""


def beside_others(table: ir.Table, columns: Sequence[str], *, alike: Sequence[str] = ALIKE) -> ir.Table:
    """Lay the mean of the others alike beside each agent's own value, the same whatever the order of rows.

    Parameters
    ----------
    table : ibis.Table
        ``as_of``, the columns of `alike`, and `columns`; one row per agent-month.
    columns : sequence of str
        Numeric columns to compare.
    alike : sequence of str
        What the others share with the agent, besides the month; what is unknown of both is alike.

    Returns
    -------
    ibis.Table
        `table` with ``<column>_others``; null where the agent, or fewer than `FEWEST` others, have a value.
    """
    groups = totals_alike(table, columns, alike=alike)
    joined = in_groups(table, groups, alike=alike)
    return joined.select(*table.columns, **{f"{name}_others": others_mean(joined, name) for name in columns})


def totals_alike(table: ir.Table, columns: Sequence[str], *, alike: Sequence[str] = ALIKE) -> ir.Table:
    """Add up each column, and count its values, in every month and group; a group is a few rows, not a window."""
    values = table.select("as_of", *alike, **{name: exact(table[name]) for name in columns})
    sums = {f"{name}_total": values[name].sum() for name in columns}
    counts = {f"{name}_known": values[name].count() for name in columns}
    return values.group_by("as_of", *alike).aggregate(**sums, **counts)


def in_groups(table: ir.Table, groups: ir.Table, *, alike: Sequence[str] = ALIKE) -> ir.Table:
    """Lay each row's group beside it."""
    same = [table[name].identical_to(groups[name]) for name in ("as_of", *alike)]
    return table.left_join(groups, same, rname="{name}_of_group")


def others_mean(joined: ir.Table, column: str) -> ir.NumericValue:
    """Take the agent out of the total of the group, and give the mean of the rest."""
    others = joined[f"{column}_known"] - 1
    mean = inexact((joined[f"{column}_total"] - exact(joined[column])) / others.nullif(0))
    return ibis.ifelse(others >= FEWEST, mean, ibis.null("float64"))
