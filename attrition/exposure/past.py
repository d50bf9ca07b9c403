"""Point-in-time access to the input tables: totals, events and states as known at each month-end.

Features never filter dates. They use a `Past`, which returns only what had happened and had been recorded by the
cut-off of each agent-month. The rule stands once, in `attrition.exposure.visibility`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from attrition.exposure.cache import Cache
from attrition.exposure.calendar import month_number, whole_numbers
from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point
from attrition.exposure.visibility import is_visible, with_month_numbers

RowValue = Callable[[ir.Table], ir.Value]
"""A value of each row of a table."""
RowValues = Mapping[str, RowValue]
Windows = Sequence[int] | Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Past:
    """The past of a set of agent-months.

    Parameters
    ----------
    months : ibis.Table
        The agent-months: ``agent_id``, ``as_of``, ``month`` (number), ``hire_date`` and the groups
        ``site``, ``team_id``, ``supervisor_id``, ``job_role``, ``tenure_band``.
    calendar : ibis.Table
        ``as_of`` and ``month`` of every month-end.
    tables : mapping of str to ibis.Table
        The checked input tables, each with ``known_on`` and ``superseded_on``. Features use the methods instead.
    date_columns : mapping of str to str
        The column of each table that holds the date on which a row happened.
    cache : Cache
        Tables that several families of features share.
    """

    months: ir.Table
    calendar: ir.Table
    tables: Mapping[str, ir.Table]
    date_columns: Mapping[str, str]
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)

    def has(self, table: str, *columns: str) -> bool:
        """Whether the site supplies a table with all these columns."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    def totals(
        self,
        table: str,
        sums: RowValues,
        *,
        windows: Windows,
        latest: RowValues | None = None,
        date_column: str | None = None,
        by: Sequence[str] = (),
    ) -> ir.Table:
        """Add up each measure over the last 1, 3, 6 ... months of every agent-month.

        Parameters
        ----------
        table : str
            An input table with ``agent_id``.
        sums : mapping of name to function of the table
            Row-level numbers to add up, nulls ignored. Sums are exact to a ten-thousandth and do not depend on the
            order of rows.
        windows : sequence of int, or mapping of name to sequence of int
            Months to look back, the month of ``as_of`` included; for every measure, or for each its own.
        latest : mapping of name to function of the table, optional
            Row-level dates; the latest in the longest window is returned.
        date_column : str, optional
            The date to use in place of the table's own, such as that of a decision in place of that of the request.
        by : sequence of str
            Columns of the table to group by besides the agent, such as the evaluator.

        Returns
        -------
        ibis.Table
            ``agent_id``, ``as_of``, the columns of `by`, ``<sum>_<w>m`` for each measure and window, and each
            latest date. Agent-months without a visible row are absent.
        """
        rows = with_month_numbers(self.tables[table], date_column or self.date_columns[table])
        monthly = _monthly_totals(rows, sums, latest or {}, by=by)
        windows_of = windows if isinstance(windows, Mapping) else dict.fromkeys(sums, windows)
        visible = self._visible_totals(monthly, months=max(map(max, windows_of.values())))
        aggregates = {
            f"{name}_{window}m": from_fixed_point(
                ibis.ifelse(visible.age < window, visible[name], ibis.null("float64")).sum()
            )
            for name in sums
            for window in windows_of[name]
        }
        aggregates |= {name: visible[name].max() for name in latest or {}}
        return visible.group_by("agent_id", "as_of", *by).aggregate(**aggregates)

    def events(self, table: str, *, months: int, date_column: str | None = None) -> ir.Table:
        """Join the rows of the last `months` months to each month-end at which they were visible.

        For small tables, and for events of other people, such as colleagues who left. Columns of the table, plus
        ``as_of``, ``month`` and ``age`` (in months, 0 in the month of ``as_of``).
        """
        rows = with_month_numbers(self.tables[table], date_column or self.date_columns[table])
        rows = rows.drop("month") if "month" in rows.columns else rows
        rows = rows.drop("as_of") if "as_of" in rows.columns else rows
        age = self.calendar.month - rows.happened_month
        pairs = rows.join(self.calendar, [age >= 0, age < months, is_visible(rows, self.calendar.month)])
        return pairs.mutate(age=pairs.month - pairs.happened_month)

    def state(self, table: str, *, by: Sequence[str] = ("agent_id",), of: ir.Table | None = None) -> ir.Table:
        """Find the row in force at each month-end, as known then.

        Parameters
        ----------
        table : str
            An effective-dated table.
        by : sequence of str
            The key of a row: ``agent_id``, or ``site`` for a benchmark.
        of : ibis.Table, optional
            Table with the keys, ``as_of`` and ``month`` to look up; the agent-months by default.

        Returns
        -------
        ibis.Table
            `by`, ``as_of`` and the table's columns; the row with the latest effective date wins.
        """
        if of is not None or tuple(by) != ("agent_id",):
            return self._in_force(table, by, of=self.months if of is None else of)
        return self.cache.get_or_build(table, lambda: self._in_force(table, by, of=self.months))

    def _in_force(self, table: str, by: Sequence[str], *, of: ir.Table) -> ir.Table:
        start = self.date_columns[table]
        rows = with_month_numbers(self.tables[table], start)
        keys = of.select(*by, "as_of", "month").distinct()
        on = [*by, is_visible(rows, keys.month)]
        newest = keys.join(rows, on).group_by(*by, "as_of", "month").aggregate(**{start: rows[start].max()})
        in_force = newest.join(rows, [*by, start, is_visible(rows, newest.month)])
        return in_force.drop("month", "happened_month", "known_month", "replaced_month", "known_on", "superseded_on")

    def _visible_totals(self, monthly: ir.Table, *, months: int) -> ir.Table:
        """Join monthly totals to every agent-month at which they are visible, by equality: fast on every engine."""
        copies = monthly.cross_join(whole_numbers("age", 0, months - 1))
        copies = copies.mutate(month=copies.happened_month + copies.age)
        copies = copies.filter(is_visible(copies, copies.month))
        spells = self.months.select("agent_id", "as_of", "month", hired_month=month_number(self.months.hire_date))
        pairs = spells.join(copies, ["agent_id", "month"])
        return pairs.filter(pairs.happened_month >= pairs.hired_month)


def _monthly_totals(rows: ir.Table, sums: RowValues, latest: RowValues, *, by: Sequence[str]) -> ir.Table:
    """Add up per agent, month in which rows happened, and months in which they became known and were replaced."""
    keys = ("agent_id", *by, "happened_month", "known_month", "replaced_month")
    numbers = {name: measure(rows) for name, measure in sums.items()}
    whole = {name: number.cast("int64") for name, number in numbers.items() if _is_whole(number)}
    decimal = {name: to_fixed_point(number) for name, number in numbers.items() if name not in whole}
    values = rows.select(*keys, **whole, **decimal, **{name: day(rows) for name, day in latest.items()})
    totals = {name: to_fixed_point(values[name].sum()) for name in whole} | {
        name: values[name].sum() for name in decimal
    }
    return values.group_by(*keys).aggregate(**totals, **{name: values[name].max() for name in latest}).cache()


def _is_whole(number: ir.Value) -> bool:
    """Whether a number is a flag or an integer, whose sums are exact without rounding each row."""
    return bool(number.type().is_boolean() or number.type().is_integer())
