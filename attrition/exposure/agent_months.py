"""Who was there to be lost at each month-end, as it was known then: hired, not gone, no notice handed in."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from attrition.exposure.visibility import is_visible, with_month_numbers

TENURE_BANDS = ((31, "0-30 days"), (91, "31-90 days"), (181, "91-180 days"), (366, "181-365 days"), (731, "1-2 years"))
LONGEST_BAND = "2 years and more"


def at_risk(tables: Mapping[str, ir.Table], calendar: ir.Table) -> ir.Table:
    """List the agent-months at risk.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables: ``agents`` (or ``snapshots``) and ``exits``.
    calendar : ibis.Table
        The month-ends to ask about.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``month``, ``hire_date``, ``tenure_days`` and the other columns of the spell
        as they were known. An agent on notice, or gone, as far as that was on record, is absent.
    """
    present = employed(tables, calendar)
    gone = departures(tables["exits"])
    seen = is_visible(gone, present.month)
    left = present.semi_join(
        gone, [present.agent_id == gone.agent_id, gone.exit_date >= present.hire_date, seen]
    ).select("agent_id", "as_of")
    staying = present.anti_join(left, ["agent_id", "as_of"])
    return staying.mutate(tenure_days=staying.as_of.delta(staying.hire_date, unit="day"))


def employed(tables: Mapping[str, ir.Table], calendar: ir.Table) -> ir.Table:
    """List each agent's newest employment spell at each month-end, before anybody who left is taken out."""
    return _from_agents(tables["agents"], calendar) if "agents" in tables else _from_snapshots(tables, calendar)


def departures(exits: ir.Table) -> ir.Table:
    """Date each exit by the day the agent was lost: notice handed in, or the exit itself.

    The day is ``left_on``. An exit handed in before it was recorded stays unseen until then.
    """
    lost = exits.mutate(left_on=exits.exit_date)
    if "notice_date" in exits.columns:
        handed_in = (exits.exit_type == "voluntary") & exits.notice_date.notnull()
        day = ibis.least(exits.notice_date, exits.exit_date)
        lost = exits.mutate(left_on=ibis.ifelse(handed_in, day, exits.exit_date))
    return with_month_numbers(lost, "left_on")


def tenure_band(days: ir.NumericValue) -> ir.StringValue:
    """Name the band of tenure in which agents are compared with each other."""
    return ibis.cases(*((days < limit, name) for limit, name in TENURE_BANDS), else_=LONGEST_BAND)


def _from_agents(agents: ir.Table, calendar: ir.Table) -> ir.Table:
    rows = with_month_numbers(agents, "hire_date")
    pairs = rows.join(calendar, is_visible(rows, calendar.month))
    newest = pairs.group_by("agent_id", "as_of").aggregate(hire_date=pairs.hire_date.max())
    found = pairs.semi_join(newest, ["agent_id", "as_of", "hire_date"])
    return found.drop("happened_month", "known_month", "replaced_month", "known_on", "superseded_on")


def _from_snapshots(tables: Mapping[str, ir.Table], calendar: ir.Table) -> ir.Table:
    """Take a row of the monthly file as proof that the agent was there at the end of that month."""
    rows = with_month_numbers(tables["snapshots"], "as_of")
    first_seen = rows.group_by("agent_id").aggregate(first_seen=rows["as_of"].min())
    rows = rows.join(first_seen, "agent_id").drop("as_of")
    hired = rows.hire_date.fill_null(rows.first_seen) if "hire_date" in rows.columns else rows.first_seen
    rows = rows.mutate(hire_date=hired)
    pairs = rows.join(calendar, [rows.happened_month == calendar.month, is_visible(rows, calendar.month)])
    here = pairs.filter(pairs.hire_date <= pairs.as_of)
    return here.drop("first_seen", "happened_month", "known_month", "replaced_month", "known_on", "superseded_on")
