"""Make the `Past` of a centre: its month-ends, and its agents at risk with their groups as known at each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.events import Reorganisation
from attrition.data.tables import TABLES
from attrition.exposure.agent_months import agents_at_risk, tenure_band
from attrition.exposure.calendar import calendar
from attrition.exposure.evaluation_items import with_whole_evaluations
from attrition.exposure.past import Past

GROUP_COLUMNS = ("site", "team_id", "supervisor_id", "job_role", "tenure_band")
"""Columns of agent-months by which reports and comparisons with peers group agents; texts, null where unknown."""

CUT_COLUMNS = ("account", "channel")
"""Columns of agent-months by which reports alone group agents; no feature is built of them."""


def open_past(
    tables: Mapping[str, ir.Table],
    first: pd.Timestamp,
    last: pd.Timestamp,
    *,
    reorganisations: tuple[Reorganisation, ...] = (),
) -> Past:
    """Return the past of every agent-month from the month of `first` to the month of `last`.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables with ``known_on`` and ``superseded_on``.
    first, last : Timestamp
        A day in the first and in the last month.
    reorganisations : tuple of Reorganisation
        The days on which the teams of a site were changed; each is known from its day on.

    Returns
    -------
    Past
        Its ``months`` are materialised on the engine of the tables.
    """
    tables = with_whole_evaluations(tables)
    date_columns = {name: column for name in tables if (column := TABLES[name].happened)}
    month_ends = calendar(first, last)
    agent_months = agents_at_risk(tables, month_ends).cache()
    past = Past(months=agent_months, calendar=month_ends, tables=tables, date_columns=date_columns)
    return replace(past, months=_with_groups(past).cache(), reorganisations=reorganisations)


def _with_groups(past: Past) -> ir.Table:
    """Return the agent-months with `GROUP_COLUMNS` and `CUT_COLUMNS`.

    Team, supervisor, role, account and channel are those of the assignment in force; without a table of assignments,
    and for the site, the columns of the agent-month are used where it has them.
    """
    months = past.months
    if past.has("assignments"):
        columns = ("team_id", "supervisor_id", "job_role", "grade", *CUT_COLUMNS)
        assignment = past.state("assignments")
        assignment = assignment.select("agent_id", "as_of", *(name for name in columns if name in assignment.columns))
        months = months.drop(*(name for name in columns if name in months.columns))
        months = months.left_join(assignment, ["agent_id", "as_of"]).drop("agent_id_right", "as_of_right")
    absent = {name: ibis.null("string") for name in (*GROUP_COLUMNS[:-1], *CUT_COLUMNS) if name not in months.columns}
    return months.mutate(**absent, tenure_band=tenure_band(months.tenure_days))
