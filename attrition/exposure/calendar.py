"""Number months and list month-ends, in expressions that give the same result on DuckDB and Spark."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.engine import is_on_spark


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Return the number of a date's month: year * 12 + month - 1."""
    return (day.year() * 12 + day.month() - 1).cast("int64")


def whole_numbers(name: str, first: int, last: int) -> ir.Table:
    """Return a table of the whole numbers from `first` to `last`, both included; it can be joined on any engine."""
    return ibis.range(first, last + 1).unnest().name(name).as_table().cast({name: "int64"})


def with_each_number(table: ir.Table, name: str, first: int, last: int) -> ir.Table:
    """Return the rows of a table once with each of the whole numbers from `first` to `last`, both included.

    Spark's workers write them where the row is; a join would be a query of its own there.
    """
    if is_on_spark(table):
        return table.mutate(**{name: ibis.range(first, last + 1).unnest()}).cast({name: "int64"})
    return table.cross_join(whole_numbers(name, first, last))


def calendar(first: pd.Timestamp, last: pd.Timestamp) -> ir.Table:
    """Return the month-ends from the month of `first` to that of `last`: ``as_of`` (date) and ``month`` (number).

    Examples
    --------
    >>> calendar(pd.Timestamp("2026-01-31"), pd.Timestamp("2026-03-02")).to_pandas()["as_of"].astype(str).tolist()
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    numbers = whole_numbers("month", number_of_month(first), number_of_month(last))
    next_month = numbers.month + 1
    next_month_start = ibis.date((next_month // 12).cast("int32"), (next_month % 12 + 1).cast("int32"), 1)
    return numbers.select(as_of=(next_month_start - ibis.interval(days=1)).cast("date"), month=numbers.month)


def number_of_month(day: pd.Timestamp) -> int:
    """Return the number of a day's month, as `month_number` does for a column."""
    return day.year * 12 + day.month - 1
