"""Open the past of a centre: its months, its agents at risk, and the groups they belonged to, all as known then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.tables import TABLES
from attrition.exposure.agent_months import at_risk, tenure_band
from attrition.exposure.calendar import calendar
from attrition.exposure.past import Past

GROUPS = ("site", "team_id", "supervisor_id", "job_role", "tenure_band")
"""What agents are grouped by for people and compared within for features; strings, null where unknown."""


def open_past(tables: Mapping[str, ir.Table], first: pd.Timestamp, last: pd.Timestamp) -> Past:
    """Open the past of every agent-month from the month of `first` to the month of `last`.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables with ``known_on`` and ``superseded_on``.
    first, last : Timestamp
        A day in the first and in the last month.

    Returns
    -------
    Past
        Its ``months`` are materialised on the tables' engine.
    """
    happened = {name: day for name in tables if (day := TABLES[name].happened)}
    months = calendar(first, last)
    spells = at_risk(tables, months).cache()
    bare = Past(months=spells, calendar=months, tables=tables, happened=happened)
    return replace(bare, months=_grouped(bare).cache())


def _grouped(past: Past) -> ir.Table:
    """Add the groups: the site of the spell, team and role of the assignment in force."""
    spells = past.months
    if past.has("assignments"):
        wanted = ("team_id", "supervisor_id", "job_role", "grade")
        post = past.state("assignments")
        post = post.select("agent_id", "as_of", *(name for name in wanted if name in post.columns))
        spells = spells.drop(*(name for name in wanted if name in spells.columns))
        spells = spells.left_join(post, ["agent_id", "as_of"]).drop("agent_id_right", "as_of_right")
    absent = {name: ibis.null("string") for name in GROUPS[:-1] if name not in spells.columns}
    return spells.mutate(**absent, tenure_band=tenure_band(spells.tenure_days))
