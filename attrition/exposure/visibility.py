"""What was known at a month-end: the one rule that every door to the past applies."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.exposure.calendar import month_number

NEVER = 10**6
"""A month number beyond all months: a row that was never replaced."""


def with_month_numbers(rows: ir.Table, happened: str) -> ir.Table:
    """Add the month in which each row happened, became known and was replaced by a later version.

    Because an ``as_of`` is always the last day of its month, "known on or before ``as_of``" and
    "known in or before the month of ``as_of``" are the same thing, and whole numbers are compared.
    """
    known = rows.mutate(happened_month=month_number(rows[happened]), known_month=month_number(rows["known_on"]))
    return known.mutate(replaced_month=month_number(rows["superseded_on"]).fill_null(NEVER))


def is_visible(rows: ir.Table, month: ir.IntegerValue) -> ir.BooleanValue:
    """Tell whether a dated row had happened, was on record, and was the latest version at the end of `month`."""
    return (rows.happened_month <= month) & (rows.known_month <= month) & (rows.replaced_month > month)
