"""The point-in-time rule: a row is visible at a month-end if it had happened, was recorded, and was not replaced."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.exposure.calendar import month_number

NEVER = 10**6
"""A month number greater than any real one, for rows that were never replaced."""

MONTHS = ("happened_month", "known_month", "replaced_month")
"""Numbers of the months of a row; rows with the same ones are visible at the same month-ends."""


def with_month_numbers(rows: ir.Table, date_column: str) -> ir.Table:
    """Add the numbers ``happened_month``, ``known_month`` and ``replaced_month`` (`NEVER` if not replaced).

    An ``as_of`` is always the last day of its month, so "known on or before ``as_of``" is the same as "known in or
    before the month of ``as_of``", and whole numbers are compared.
    """
    rows = rows.mutate(happened_month=month_number(rows[date_column]), known_month=month_number(rows["known_on"]))
    return rows.mutate(replaced_month=month_number(rows["superseded_on"]).fill_null(NEVER))


def is_visible(rows: ir.Table, month: ir.IntegerValue) -> ir.BooleanValue:
    """Return the condition that a row had happened, was recorded, and was not replaced by the end of `month`."""
    return (rows.happened_month <= month) & (rows.known_month <= month) & (rows.replaced_month > month)
