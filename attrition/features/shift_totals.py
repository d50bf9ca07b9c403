"""Totals of shifts per agent-month and window, computed once and shared by several families of features."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past, RowValue
from attrition.features.totals import Total, shared_totals, totals_on_file

SATURDAY = 5
"""Index of Saturday in ibis, where Monday is 0."""


def shift_totals(past: Past) -> ir.Table | None:
    """Return the totals of shifts of every agent-month, computed once per `past`; None without a table of shifts.

    Returns
    -------
    ibis.Table or None
        ``agent_id``, ``as_of`` and ``<name>_<w>m`` for each of `TOTALS` whose columns the site supplies.
        Denominators of shares are among them: ``days`` (scheduled days), ``worked_days`` and minutes.
    """
    return shared_totals(past, "shifts", TOTALS)


def shifts_on_file(past: Past) -> ir.Table:
    """Return the totals of shifts of each agent and month, from the rows that are on file today."""
    return totals_on_file(past, "shifts", TOTALS)


def _is_scheduled(t: ir.Table) -> ir.BooleanValue:
    return t.scheduled_minutes > 0


def _is_worked(t: ir.Table) -> ir.BooleanValue:
    """Return whether the day was worked, without absences, which must not count as lateness too."""
    if "absence" not in t.columns:
        return _is_scheduled(t)
    return _is_scheduled(t) & (t.absence.fill_null("none") == "none")


def _is_absent(t: ir.Table) -> ir.BooleanValue:
    return _is_scheduled(t) & t.absence.isin(("unplanned", "no_show"))


def _is_mandatory(t: ir.Table) -> ir.BooleanValue:
    return t.overtime_mandatory.fill_null(False)


def _is_recorded(column: str) -> RowValue:
    """Return the function that says whether the day was worked and the column is filled."""
    return lambda t: _is_worked(t) & t[column].notnull()


def _notice_days(t: ir.Table) -> ir.NumericValue:
    """Return the days from publication to the shift; 0 where it was published afterwards."""
    return ibis.greatest(t.shift_date.delta(t.published_on, unit="day"), 0)


def _start_squared(t: ir.Table) -> ir.NumericValue:
    """Return the square of the start as a double, so that extreme values do not overflow."""
    start = t.start_minute.cast("float64")
    return start * start


TOTALS: dict[str, Total] = {
    "days": ((), (1, 3, 6), _is_scheduled),
    "scheduled": ((), (3,), lambda t: t.scheduled_minutes),
    "worked": (("worked_minutes",), (3,), lambda t: t.worked_minutes),
    "worked_days": ((), (1, 3), _is_worked),
    "overtime": (("overtime_minutes",), (1, 3, 6), lambda t: t.overtime_minutes),
    "mandatory_overtime": (
        ("overtime_minutes", "overtime_mandatory"),
        (3,),
        lambda t: _is_mandatory(t).ifelse(t.overtime_minutes, 0),
    ),
    "adherent": (("adherent_minutes",), (1, 3, 6), lambda t: _is_worked(t).ifelse(t.adherent_minutes, 0)),
    "adherence_base": (
        ("adherent_minutes",),
        (1, 3, 6),
        lambda t: (_is_worked(t) & t.adherent_minutes.notnull()).ifelse(t.scheduled_minutes, 0),
    ),
    "late": (("late_minutes",), (1, 3), lambda t: _is_worked(t).ifelse(t.late_minutes, 0)),
    "night": (("is_night",), (3,), lambda t: t.is_night & _is_scheduled(t)),
    "weekend": ((), (1, 3, 6), lambda t: (t.shift_date.day_of_week.index() >= SATURDAY) & _is_scheduled(t)),
    "changed": (("changed",), (1, 3), lambda t: t.changed & _is_scheduled(t)),
    "notice": (("published_on",), (3,), _notice_days),
    "published": (("published_on",), (3,), lambda t: t.published_on.notnull()),
    "starts": (("start_minute",), (3,), lambda t: t.start_minute.notnull()),
    "start": (("start_minute",), (3,), lambda t: t.start_minute),
    "start_squared": (("start_minute",), (3,), _start_squared),
    "absent": (("absence",), (1, 3, 6), _is_absent),
    "no_show": (("absence",), (6,), lambda t: t.absence == "no_show"),
    "field": (("work_place",), (1, 3), lambda t: _is_worked(t) & (t.work_place == "field")),
    "field_base": (("work_place",), (1, 3), _is_recorded("work_place")),
    "clock_missing": (("clock_missing",), (1, 3), lambda t: _is_worked(t) & t.clock_missing),
    "clock_missing_base": (("clock_missing",), (1, 3), _is_recorded("clock_missing")),
    "clock_corrected": (("clock_corrected",), (1, 3), lambda t: _is_worked(t) & t.clock_corrected),
    "clock_corrected_base": (("clock_corrected",), (1, 3), _is_recorded("clock_corrected")),
}
"""The totals by name, as `attrition.features.totals.Total`: columns needed, windows in months, number to add up."""
