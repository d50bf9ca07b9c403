"""List the agents at risk at each month-end, as known then: hired, not left, and no notice handed in."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from attrition.data.exit_day import left_on
from attrition.data.values.hire_dates import known_hire_date
from attrition.exposure.visibility import is_visible, with_month_numbers

TENURE_BANDS = ((31, "0-30 days"), (91, "31-90 days"), (181, "91-180 days"), (366, "181-365 days"), (731, "1-2 years"))
LONGEST_BAND = "2 years and more"


def agents_at_risk(tables: Mapping[str, ir.Table], calendar: ir.Table) -> ir.Table:
    """Return the agents at risk at each month-end, one row per agent and month.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables: ``agents`` (or ``snapshots``) and ``exits``.
    calendar : ibis.Table
        The month-ends, see `attrition.exposure.calendar`.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``month``, ``hire_date``, ``tenure_days`` (null where the hire date is unknown) and the
        other columns of the spell as known then. Agents whose notice or exit had happened and was recorded by then are
        absent.
    """
    agents = employed_agents(tables, calendar)
    exits = departures(tables["exits"])
    is_exit = [agents.agent_id == exits.agent_id, exits.exit_date >= agents.hire_date, is_visible(exits, agents.month)]
    left = agents.semi_join(exits, is_exit).select("agent_id", "as_of")
    remaining = agents.anti_join(left, ["agent_id", "as_of"])
    return remaining.mutate(tenure_days=remaining.as_of.delta(known_hire_date(remaining), unit="day"))


def employed_agents(tables: Mapping[str, ir.Table], calendar: ir.Table) -> ir.Table:
    """Return each agent's latest employment spell at each month-end, before exits are considered.

    Without a table of agents these are the agents with a snapshot of that month.
    """
    return _from_agents(tables["agents"], calendar) if "agents" in tables else _from_snapshots(tables, calendar)


def departures(exits: ir.Table) -> ir.Table:
    """Add ``left_on`` to exits, the day on which they count, see `attrition.data.exit_day`.

    The month numbers of `with_month_numbers` are added too, with ``left_on`` as the day on which the row happened.
    """
    return with_month_numbers(exits.mutate(left_on=left_on(exits)), "left_on")


def tenure_band(days: ir.NumericValue) -> ir.StringValue:
    """Return the band of tenure, such as "31-90 days"; agents are compared with peers of the same band.

    It is null where the tenure is unknown.
    """
    return ibis.cases(*((days < limit, name) for limit, name in TENURE_BANDS), (days.notnull(), LONGEST_BAND))


def _from_agents(agents: ir.Table, calendar: ir.Table) -> ir.Table:
    rows = with_month_numbers(agents, "hire_date")
    pairs = rows.join(calendar, is_visible(rows, calendar.month))
    latest_hires = pairs.group_by("agent_id", "as_of").aggregate(hire_date=pairs.hire_date.max())
    spells = pairs.semi_join(latest_hires, ["agent_id", "as_of", "hire_date"])
    return spells.drop("happened_month", "known_month", "replaced_month", "known_on", "superseded_on")


def _from_snapshots(tables: Mapping[str, ir.Table], calendar: ir.Table) -> ir.Table:
    """Return the snapshots: a row shows that the agent was employed at the end of its month.

    A missing ``hire_date`` is replaced by the month of the agent's first snapshot.
    """
    rows = with_month_numbers(tables["snapshots"], "as_of")
    first_seen = rows.group_by("agent_id").aggregate(first_seen=rows["as_of"].min())
    rows = rows.join(first_seen, "agent_id").drop("as_of")
    hire_date = rows.hire_date.fill_null(rows.first_seen) if "hire_date" in rows.columns else rows.first_seen
    rows = rows.mutate(hire_date=hire_date)
    pairs = rows.join(calendar, [rows.happened_month == calendar.month, is_visible(rows, calendar.month)])
    hired = pairs.filter(pairs.hire_date <= pairs.as_of)
    return hired.drop("first_seen", "happened_month", "known_month", "replaced_month", "known_on", "superseded_on")
