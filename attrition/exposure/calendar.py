"""Months as plain numbers, so that every engine counts them alike; a month is named by its last day."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Number the month of a date: year times twelve plus the month, counted from zero."""
    return (day.year() * 12 + day.month() - 1).cast("int64")


def months_between(first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """List the month-ends from the month of `first` to the month of `last`, with their numbers.

    Examples
    --------
    >>> months_between(pd.Timestamp("2026-01-31"), pd.Timestamp("2026-02-28"))["month"].tolist()
    [24312, 24313]
    """
    periods = pd.period_range(first, last, freq="M")
    ends = periods.to_timestamp(how="end").normalize()
    return pd.DataFrame({"as_of": ends.date, "month": periods.year * 12 + periods.month - 1})


def calendar(first: pd.Timestamp, last: pd.Timestamp) -> ir.Table:
    """Make the table of months that everything is joined to: ``as_of`` (date) and ``month`` (number)."""
    return ibis.memtable(months_between(first, last), schema={"as_of": "date", "month": "int64"})
