"""What agents' contacts add up to, window by window: one reading of a large table, shared by the families."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir

from attrition.exposure.past import Past

Measure = tuple[tuple[str, ...], tuple[int, ...], Callable[[ir.Table], ir.Value]]

KEPT = "totals of contacts"


def contact_totals(past: Past) -> ir.Table | None:
    """Add up the contacts of every agent-month, once per past; None where a site has no contacts.

    Returns
    -------
    ibis.Table or None
        ``agent_id``, ``as_of`` and ``<measure>_<w>m`` for each of `MEASURES` whose columns the site supplies.
    """
    if not past.has("contacts"):
        return None
    usable = {name: measure for name, measure in MEASURES.items() if past.has("contacts", *measure[0])}
    sums = {name: add_up for name, (_, _, add_up) in usable.items()}
    windows = {name: months for name, (_, months, _) in usable.items()}
    return past.cache.get_or_build(KEPT, lambda: past.totals("contacts", sums, windows=windows))


def _handling(t: ir.Table) -> ir.NumericValue:
    """Add hold and after-contact work to talk, where a site measures them apart."""
    apart = [name for name in ("hold_seconds", "wrap_seconds") if name in t.columns]
    return sum((t[name].fill_null(0) for name in apart), start=t.talk_seconds)


MEASURES: dict[str, Measure] = {
    "handled": ((), (1, 3, 6), lambda t: t.handled),
    "handling": (("talk_seconds",), (1, 3, 6), _handling),
    "logged_in": (("talk_seconds", "idle_seconds"), (1, 3, 6), lambda t: _handling(t) + t.idle_seconds),
    "idle": (("idle_seconds",), (3,), lambda t: t.idle_seconds),
    "wrap": (("talk_seconds", "wrap_seconds"), (1, 3, 6), lambda t: t.wrap_seconds),
    "hold": (("talk_seconds", "hold_seconds"), (3,), lambda t: t.hold_seconds),
    "transfers": (("transfers",), (3,), lambda t: t.transfers),
    "repeats": (("repeats",), (3,), lambda t: t.repeats),
    "abusive": (("abusive",), (1, 3, 6), lambda t: t.abusive),
    "complaints": (("complaints",), (6,), lambda t: t.complaints),
    "csat": (("csat_sum", "csat_count"), (3, 6), lambda t: t.csat_sum),
    "answers": (("csat_sum", "csat_count"), (3, 6), lambda t: t.csat_count),
}
"""By name: the optional columns it needs, the windows that features ask for, and what is added up per row."""
