"""Months as whole numbers, the same on every engine; a month is named by its last day."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Number the month of a date: year times twelve plus the month, counted from zero."""
    return (day.year() * 12 + day.month() - 1).cast("int64")


def whole_numbers(name: str, first: int, last: int) -> ir.Table:
    """Make a table of the whole numbers from `first` to `last`; it belongs to no engine and joins with any."""
    return ibis.range(first, last + 1).unnest().name(name).as_table().cast({name: "int64"})


def calendar(first: pd.Timestamp, last: pd.Timestamp) -> ir.Table:
    """Make the table of month-ends: ``as_of`` (date) and ``month`` (number).

    Examples
    --------
    >>> calendar(pd.Timestamp("2026-01-31"), pd.Timestamp("2026-03-02")).to_pandas()["as_of"].astype(str).tolist()
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    numbers = whole_numbers("month", _number(first), _number(last))
    following = numbers.month + 1
    first_after = ibis.date((following // 12).cast("int32"), (following % 12 + 1).cast("int32"), 1)
    return numbers.select(as_of=(first_after - ibis.interval(days=1)).cast("date"), month=numbers.month)


def _number(day: pd.Timestamp) -> int:
    return day.year * 12 + day.month - 1
