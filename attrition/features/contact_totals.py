"""Totals of contacts per agent-month and window, computed once and shared by several families of features."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.totals import Total, shared_totals, totals_on_file


def contact_totals(past: Past) -> ir.Table | None:
    """Return the totals of contacts of every agent-month, computed once per `past`; None without a table of contacts.

    Returns
    -------
    ibis.Table or None
        ``agent_id``, ``as_of`` and ``<name>_<w>m`` for each of `TOTALS` whose columns the site supplies.
    """
    return shared_totals(past, "contacts", TOTALS, by=BY)


def contacts_on_file(past: Past) -> ir.Table:
    """Return the totals of contacts of each agent, queue and month, from the rows that are on file today."""
    return totals_on_file(past, "contacts", TOTALS, by=BY)


def _handling(t: ir.Table) -> ir.NumericValue:
    """Return the handling time: talk, and hold and after-contact work where a site measures them separately."""
    parts = [name for name in ("hold_seconds", "wrap_seconds") if name in t.columns]
    return sum((t[name].fill_null(0) for name in parts), start=t.talk_seconds)


BY = ("queue",)
"""Columns by which totals are kept apart, for the indicators of queues."""
TOTALS: dict[str, Total] = {
    "handled": ((), (1, 3, 6), lambda t: t.handled),
    "handling": (("talk_seconds",), (1, 3, 6), _handling),
    "logged_in": (("talk_seconds", "idle_seconds"), (1, 3, 6), lambda t: _handling(t) + t.idle_seconds),
    "talk": (("talk_seconds",), (), lambda t: t.talk_seconds),
    "idle": (("idle_seconds",), (3,), lambda t: t.idle_seconds),
    "wrap": (("talk_seconds", "wrap_seconds"), (1, 3, 6), lambda t: t.wrap_seconds),
    "hold": (("talk_seconds", "hold_seconds"), (3,), lambda t: t.hold_seconds),
    "transfers": (("transfers",), (3,), lambda t: t.transfers),
    "repeats": (("repeats",), (3,), lambda t: t.repeats),
    "repeats_base": (("repeats",), (3,), lambda t: t.repeats.notnull().ifelse(t.handled, 0)),
    "abusive": (("abusive",), (1, 3, 6), lambda t: t.abusive),
    "complaints": (("complaints",), (6,), lambda t: t.complaints),
    "csat": (("csat_sum", "csat_count"), (3, 6), lambda t: t.csat_sum),
    "answers": (("csat_sum", "csat_count"), (3, 6), lambda t: t.csat_count),
}
"""The totals by name, as `attrition.features.totals.Total`: columns needed, windows in months, number to add up."""
