"""Features about leave: denied requests, and the time since approved leave last began."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.operators import days_since, ratio

YEAR_MONTHS, YEAR_DAYS = 12, 365


def denied_requests(past: Past) -> ir.Table:
    """Return denied requests, and their share of decided ones, in six months.

    Requests count on the day of the decision; pending ones do not count.
    """
    sums = {"denied": lambda t: t.status == "denied", "decided": lambda t: t.status.isin(("approved", "denied"))}
    totals = past.totals("leave_requests", sums, windows=(6,), date_column="decided_on")
    return totals.select(
        "agent_id",
        "as_of",
        schedule_leave_denied_6m=totals.denied_6m,
        schedule_leave_denied_share_6m=ratio(totals.denied_6m, totals.decided_6m),
    )


def time_since_leave(past: Past) -> ir.Table:
    """Return the days since leave last began, or since the hire without leave, at most a year.

    Only leave that was approved before it began counts.
    """
    approved_start = {
        "began": lambda t: ibis.ifelse((t.status == "approved") & (t.decided_on <= t.start_date), t.start_date, None)
    }
    requests = {"requests": lambda t: t.start_date.notnull()}
    windows = {"requests": (YEAR_MONTHS,)}
    last = past.totals(
        "leave_requests", requests, windows=windows, latest_dates=approved_start, date_column="start_date"
    )
    months = past.months.select("agent_id", "as_of", "hire_date").left_join(last, ["agent_id", "as_of"])
    since = days_since(ibis.greatest(months.began.fill_null(months.hire_date), months.hire_date), months.as_of)
    return months.select("agent_id", "as_of", schedule_since_leave_days=ibis.least(since, float(YEAR_DAYS)))
