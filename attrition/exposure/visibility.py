"""The point-in-time rule: a row is visible at a month-end if it had happened and was on record by then."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.exposure.calendar import month_number

NEVER = 10**6
"""A month number after all months, for rows that were never replaced."""


def with_month_numbers(rows: ir.Table, date_column: str) -> ir.Table:
    """Add the month in which each row happened, became known and was replaced by a later version.

    An ``as_of`` is always the last day of its month, so "known on or before ``as_of``" is the same as "known in or
    before the month of ``as_of``", and whole numbers are compared.
    """
    rows = rows.mutate(happened_month=month_number(rows[date_column]), known_month=month_number(rows["known_on"]))
    return rows.mutate(replaced_month=month_number(rows["superseded_on"]).fill_null(NEVER))


def is_visible(rows: ir.Table, month: ir.IntegerValue) -> ir.BooleanValue:
    """Whether a row had happened, was on record, and was the latest version at the end of `month`."""
    return (rows.happened_month <= month) & (rows.known_month <= month) & (rows.replaced_month > month)
