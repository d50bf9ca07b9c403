"""What agents' shifts add up to, window by window: one reading of a large table, shared by the families."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past

Measure = tuple[tuple[str, ...], tuple[int, ...], Callable[[ir.Table], ir.Value]]

SATURDAY = 5
KEPT = "totals of shifts"


def shift_totals(past: Past) -> ir.Table | None:
    """Add up the shifts of every agent-month, once per past; None where a site has no shifts.

    Returns
    -------
    ibis.Table or None
        ``agent_id``, ``as_of`` and ``<measure>_<w>m`` for each of `MEASURES` whose columns the site supplies.
        Shares are of ``days`` (scheduled days), ``present`` (days that were worked) or of minutes.
    """
    if not past.has("shifts"):
        return None
    usable = {name: measure for name, measure in MEASURES.items() if past.has("shifts", *measure[0])}
    sums = {name: add_up for name, (_, _, add_up) in usable.items()}
    windows = {name: months for name, (_, months, _) in usable.items()}
    return past.cache.get_or_build(KEPT, lambda: past.totals("shifts", sums, windows=windows))


def _is_scheduled(t: ir.Table) -> ir.BooleanValue:
    return t.scheduled_minutes > 0


def _is_present(t: ir.Table) -> ir.BooleanValue:
    """Tell whether the day was worked: absence is its own symptom, and must not count as lateness or drift as well."""
    if "absence" not in t.columns:
        return _is_scheduled(t)
    return _is_scheduled(t) & (t.absence.fill_null("none") == "none")


def _is_away(t: ir.Table) -> ir.BooleanValue:
    return _is_scheduled(t) & t.absence.isin(("unplanned", "no_show"))


def _is_ordered(t: ir.Table) -> ir.BooleanValue:
    return t.overtime_mandatory.fill_null(False)


def _notice_days(t: ir.Table) -> ir.NumericValue:
    """Count the days from publication to the shift; a shift published afterwards had no notice at all."""
    return ibis.greatest(t.shift_date.delta(t.published_on, unit="day"), 0)


def _start_squared(t: ir.Table) -> ir.NumericValue:
    """Square as a double, which no absurd number overflows."""
    start = t.start_minute.cast("float64")
    return start * start


MEASURES: dict[str, Measure] = {
    "days": ((), (1, 3, 6), _is_scheduled),
    "scheduled": ((), (3,), lambda t: t.scheduled_minutes),
    "worked": (("worked_minutes",), (3,), lambda t: t.worked_minutes),
    "present": ((), (1, 3), _is_present),
    "overtime": (("overtime_minutes",), (1, 3, 6), lambda t: t.overtime_minutes),
    "ordered": (
        ("overtime_minutes", "overtime_mandatory"),
        (3,),
        lambda t: _is_ordered(t).ifelse(t.overtime_minutes, 0),
    ),
    "adherent": (("adherent_minutes",), (1, 3, 6), lambda t: _is_present(t).ifelse(t.adherent_minutes, 0)),
    "adherable": (
        ("adherent_minutes",),
        (1, 3, 6),
        lambda t: (_is_present(t) & t.adherent_minutes.notnull()).ifelse(t.scheduled_minutes, 0),
    ),
    "late": (("late_minutes",), (1, 3), lambda t: _is_present(t).ifelse(t.late_minutes, 0)),
    "night": (("is_night",), (3,), lambda t: t.is_night & _is_scheduled(t)),
    "weekend": ((), (1, 3, 6), lambda t: (t.shift_date.day_of_week.index() >= SATURDAY) & _is_scheduled(t)),
    "changed": (("changed",), (1, 3), lambda t: t.changed & _is_scheduled(t)),
    "notice": (("published_on",), (3,), _notice_days),
    "published": (("published_on",), (3,), lambda t: t.published_on.notnull()),
    "starts": (("start_minute",), (3,), lambda t: t.start_minute.notnull()),
    "start": (("start_minute",), (3,), lambda t: t.start_minute),
    "start_squared": (("start_minute",), (3,), _start_squared),
    "away": (("absence",), (1, 3, 6), _is_away),
    "no_show": (("absence",), (6,), lambda t: t.absence == "no_show"),
}
"""By name: the optional columns it needs, the windows that features ask for, and what is added up per shift."""
