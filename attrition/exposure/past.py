"""The doors to the past: totals and events of a window, and the state in force, as they were known at a month-end.

Features never filter dates. They ask a `Past`, and get only what had happened and had been recorded by the
cut-off of each agent-month. The rule is in `attrition.exposure.visibility`, once.
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

Measures = Mapping[str, Callable[[ir.Table], ir.Value]]
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
        The checked input tables, each with ``known_on`` and ``superseded_on``. Private to the doors.
    happened : mapping of str to str
        The column of each table that says when a row happened.
    """

    months: ir.Table
    calendar: ir.Table
    tables: Mapping[str, ir.Table]
    happened: Mapping[str, str]
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether the site supplies a table with all these columns."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    def totals(
        self,
        table: str,
        sums: Measures,
        *,
        windows: Windows,
        latest: Measures | None = None,
        happened: str | None = None,
        by: Sequence[str] = (),
    ) -> ir.Table:
        """Total each measure over the last 1, 3, 6 ... months of every agent-month.

        Parameters
        ----------
        table : str
            An input table with ``agent_id``.
        sums : mapping of name to function of the table
            Row-level numbers to add up; nulls count as nothing. Sums are exact to a ten-thousandth and do not
            depend on the order of rows.
        windows : sequence of int, or mapping of name to sequence of int
            Months to look back, the month of ``as_of`` included; for every measure, or for each its own.
        latest : mapping of name to function of the table, optional
            Row-level dates of which the latest in the longest window is wanted.
        happened : str, optional
            The date column to use in place of the table's own (a decision rather than a request).
        by : sequence of str
            Columns of the table to keep apart (an evaluator), besides the agent.

        Returns
        -------
        ibis.Table
            ``agent_id``, ``as_of``, the columns of `by`, ``<sum>_<w>m`` for each measure and window, and each
            latest date. Agent-months without a visible row are absent.
        """
        rows = with_month_numbers(self.tables[table], happened or self.happened[table])
        cells = _cells(rows, sums, latest or {}, by=by)
        wanted = windows if isinstance(windows, Mapping) else dict.fromkeys(sums, windows)
        seen = self._unrolled(cells, months=max(map(max, wanted.values())))
        aggregates = {
            f"{name}_{window}m": from_fixed_point(
                ibis.ifelse(seen.age < window, seen[name], ibis.null("float64")).sum()
            )
            for name in sums
            for window in wanted[name]
        }
        aggregates |= {name: seen[name].max() for name in latest or {}}
        return seen.group_by("agent_id", "as_of", *by).aggregate(**aggregates)

    def events(self, table: str, *, months: int, happened: str | None = None) -> ir.Table:
        """Lay every visible row of the last `months` months beside each month-end that could see it.

        For small tables, and for what happened to other people (colleagues who left). Columns of the table, plus
        ``as_of``, ``month`` and ``age`` (0 in the month of ``as_of``).
        """
        rows = with_month_numbers(self.tables[table], happened or self.happened[table])
        rows = rows.drop("month") if "month" in rows.columns else rows
        rows = rows.drop("as_of") if "as_of" in rows.columns else rows
        age = self.calendar.month - rows.happened_month
        pairs = rows.join(self.calendar, [age >= 0, age < months, is_visible(rows, self.calendar.month)])
        return pairs.mutate(age=pairs.month - pairs.happened_month)

    def state(self, table: str, *, by: Sequence[str] = ("agent_id",), of: ir.Table | None = None) -> ir.Table:
        """Give the row in force at each month-end, as it was known then.

        Parameters
        ----------
        table : str
            An effective-dated table.
        by : sequence of str
            What a row belongs to: ``agent_id``, or ``site`` for a benchmark.
        of : ibis.Table, optional
            Pairs of `by` and ``as_of``, ``month`` to ask about; the agent-months when left away.

        Returns
        -------
        ibis.Table
            `by`, ``as_of`` and the table's columns; the row with the latest effective date wins.
        """
        if of is not None or tuple(by) != ("agent_id",):
            return self._in_force(table, by, of=self.months if of is None else of)
        return self.cache.get_or_build(table, lambda: self._in_force(table, by, of=self.months))

    def _in_force(self, table: str, by: Sequence[str], *, of: ir.Table) -> ir.Table:
        start = self.happened[table]
        rows = with_month_numbers(self.tables[table], start)
        asked = of.select(*by, "as_of", "month").distinct()
        on = [*by, is_visible(rows, asked.month)]
        newest = asked.join(rows, on).group_by(*by, "as_of", "month").aggregate(**{start: rows[start].max()})
        found = newest.join(rows, [*by, start, is_visible(rows, newest.month)])
        return found.drop("month", "happened_month", "known_month", "replaced_month", "known_on", "superseded_on")

    def _unrolled(self, cells: ir.Table, *, months: int) -> ir.Table:
        """Lay each cell beside every agent-month that may see it, by equality, which every engine does quickly."""
        laid = cells.cross_join(whole_numbers("age", 0, months - 1))
        laid = laid.mutate(month=laid.happened_month + laid.age)
        laid = laid.filter(is_visible(laid, laid.month))
        mine = self.months.select("agent_id", "as_of", "month", hired_month=month_number(self.months.hire_date))
        pairs = mine.join(laid, ["agent_id", "month"])
        return pairs.filter(pairs.happened_month >= pairs.hired_month)


def _cells(rows: ir.Table, sums: Measures, latest: Measures, *, by: Sequence[str]) -> ir.Table:
    """Add up per agent, month of happening, and month of becoming known: the rows shrink to what can differ."""
    keys = ("agent_id", *by, "happened_month", "known_month", "replaced_month")
    numbers = {name: measure(rows) for name, measure in sums.items()}
    counted = {name: number.cast("int64") for name, number in numbers.items() if _is_whole(number)}
    measured = {name: to_fixed_point(number) for name, number in numbers.items() if name not in counted}
    values = rows.select(*keys, **counted, **measured, **{name: day(rows) for name, day in latest.items()})
    totals = {name: to_fixed_point(values[name].sum()) for name in counted} | {
        name: values[name].sum() for name in measured
    }
    return values.group_by(*keys).aggregate(**totals, **{name: values[name].max() for name in latest}).cache()


def _is_whole(number: ir.Value) -> bool:
    """Tell flags and integers, whose sums are exact without rounding each row."""
    return bool(number.type().is_boolean() or number.type().is_integer())
