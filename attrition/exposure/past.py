"""Point-in-time access to the input tables: totals, events and states as known at each month-end.

Features use a `Past` instead of filtering dates themselves. It returns only what had happened and had been recorded by
the end of each agent-month; the rule is in `attrition.exposure.visibility`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.engine import side_by_side
from attrition.data.events import Reorganisation
from attrition.data.tables import MONTHLY_TABLES
from attrition.exposure.cache import Cache
from attrition.exposure.calendar import month_number, number_of_month, with_each_number
from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point
from attrition.exposure.silence import MONTHS_BEFORE, with_silence
from attrition.exposure.visibility import MONTHS, is_visible, with_month_numbers

RowValue = Callable[[ir.Table], ir.Value]
"""A function of a table that returns a value for each of its rows, such as ``lambda t: t.amount``."""
RowValues = Mapping[str, RowValue]
"""Such functions by the name of the resulting column."""
Windows = Sequence[int] | Mapping[str, Sequence[int]]
"""Numbers of months to look back, for all columns or by column."""
LOOKS_BACK = 24
"""No feature's window, with the months that tell whether one is silent, is longer; in months."""
LAGS = (6, 12)
"""How many months before its own a feature may read a value of the same agent, see `Past.with_lags`."""


@dataclass(frozen=True)
class Past:
    """The input tables of a centre, as they were known at each of a set of agent-months.

    Parameters
    ----------
    months : ibis.Table
        The agent-months: ``agent_id``, ``as_of``, ``month`` (number), ``hire_date`` and the groups
        ``site``, ``team_id``, ``supervisor_id``, ``job_role``, ``tenure_band``.
    calendar : ibis.Table
        ``as_of`` and ``month`` of every month-end.
    tables : mapping of str to ibis.Table
        The validated input tables, each with ``known_on`` and ``superseded_on``. Features do not read them but call
        the methods.
    date_columns : mapping of str to str
        The column of each table that holds the date on which a row happened.
    reorganisations : tuple of Reorganisation
        The days on which the teams of a site were changed; each is known from its day on.
    first : int, optional
        The number of the first of `months`, where features are built for the last months only, see `since`.
    earlier : Past, optional
        The past of all agent-months, where `months` are only the last of them.
    reach : int, optional
        How many months up to `first` are in `months_of`; all without it.
    cache : Cache
        Tables that several families of features share.
    """

    months: ir.Table
    calendar: ir.Table
    tables: Mapping[str, ir.Table]
    date_columns: Mapping[str, str]
    reorganisations: tuple[Reorganisation, ...] = ()
    first: int | None = None
    earlier: Past | None = None
    reach: int | None = None
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)

    def since(self, first: pd.Timestamp, *, sums_since: pd.Timestamp | None = None) -> Past:
        """Return the past of the agent-months from the month of `first` on, which looks back on all others as this one.

        Features of these agent-months are the same to the last bit, and take less time. With `sums_since`, `months_of`
        holds the months from that one on, or more.
        """
        number = number_of_month(first)
        months, calendar = (table.filter(table.month >= number) for table in (self.months, self.calendar))
        reach = None if sums_since is None else max(LOOKS_BACK, number - number_of_month(sums_since) + 1)
        return replace(self, months=months, calendar=calendar, first=number, earlier=self, reach=reach, cache=Cache())

    @property
    def history(self) -> ir.Table:
        """Every agent-month up to the last: those of `months`, and the earlier ones on which they look back."""
        return self.months if self.earlier is None else self.earlier.months

    @cached_property
    def with_lags(self) -> ir.Table:
        """The agent-months, and those `LAGS` months before them, from which features take an earlier value."""
        if self.earlier is None:
            return self.months
        wanted = self.calendar.select("month")
        for lag in LAGS:
            wanted = wanted.union(self.calendar.select(month=self.calendar.month - lag))
        return self.history.semi_join(wanted, "month").cache()

    def has(self, table: str, *columns: str) -> bool:
        """Return whether the site supplies a table with all these columns."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    def totals(
        self,
        table: str,
        sums: RowValues,
        *,
        windows: Windows,
        latest_dates: RowValues | None = None,
        date_column: str | None = None,
        by: Sequence[str] = (),
    ) -> ir.Table:
        """Return the sum of each measure over the last months of every agent-month, such as 1, 3 and 6.

        Rows from before the agent's hire date (their month) are left out. Of a table that has rows every month
        (`MONTHLY_TABLES`), the sums of a window are null where a month of it is silent at the agent's site, see
        `attrition.exposure.silence`; ``is_silent_<w>m`` says so.

        Parameters
        ----------
        table : str
            An input table with ``agent_id``.
        sums : mapping of name to function of the table
            Numbers of each row to add up; nulls are ignored. Decimals are rounded to ten-thousandths before they are
            added, so that sums do not depend on the order of rows.
        windows : sequence of int, or mapping of name to sequence of int
            Months to look back, the month of ``as_of`` included; for all measures, or by measure.
        latest_dates : mapping of name to function of the table, optional
            Dates of each row, of which the latest within the longest window is returned.
        date_column : str, optional
            The column of the date on which a row happened, if not that of `date_columns`; for example the date of the
            decision instead of the date of the request.
        by : sequence of str
            Columns of the table to group by in addition to the agent, such as the evaluator.

        Returns
        -------
        ibis.Table
            ``agent_id``, ``as_of``, the columns of `by`, ``<sum>_<w>m`` for each measure and window, and each
            latest date. Agent-months without a visible row are left out.
        """
        windows_of = windows if isinstance(windows, Mapping) else dict.fromkeys(sums, windows)
        is_monthly = table in MONTHLY_TABLES and not by
        day = date_column or self.date_columns[table]
        months = max(map(max, windows_of.values())) + (MONTHS_BEFORE if is_monthly else 0)
        rows = with_month_numbers(self._recent(self.tables[table], day, months=months), day)
        monthly = _side_by_side(_monthly_totals(rows, sums, latest_dates or {}, by=by)).cache()
        totals = self._over_windows(monthly, windows_of, tuple(latest_dates or ()), by=by)
        return self._without_silent(totals, monthly, windows_of) if is_monthly else totals

    def months_of(self, table: str, sums: RowValues, *, by: Sequence[str] = ()) -> ir.Table:
        """Return the sums of a table of every agent and month, but see `since`, computed once.

        They are kept in the cache under the name of the table, so `sums` and `by` must be the same in every call.

        Returns
        -------
        ibis.Table
            ``agent_id``, the columns of `by`, ``happened_month``, ``known_month``, ``replaced_month`` and the sums in
            ten-thousandths.
        """
        if self.earlier is not None and self.reach is None:
            return self.earlier.months_of(table, sums, by=by)
        day = self.date_columns[table]
        rows = with_month_numbers(self._recent(self.tables[table], day, months=self.reach), day)
        return self.cache.get_or_build(
            f"months of {table}", lambda: _side_by_side(_monthly_totals(rows, sums, {}, by=by))
        )

    def totals_of_months(self, monthly: ir.Table, windows: Mapping[str, Sequence[int]]) -> ir.Table:
        """Return what `totals` returns for a table that has rows every month, from its sums in `months_of`."""
        if self.first is not None:
            looked_at = max(map(max, windows.values())) + MONTHS_BEFORE
            assert looked_at <= LOOKS_BACK
            monthly = monthly.filter(monthly.happened_month > self.first - looked_at)
        if {*monthly.columns} > {"agent_id", *MONTHS, *windows}:
            sums = {name: monthly[name].sum() for name in windows}
            monthly = _side_by_side(monthly.group_by("agent_id", *MONTHS).aggregate(**sums)).cache()
        return self._without_silent(self._over_windows(monthly, windows, (), by=()), monthly, windows)

    def events(self, table: str, *, months: int, date_column: str | None = None) -> ir.Table:
        """Return the rows of the last `months` months at each month-end at which they were visible.

        A row is repeated for every such month-end, of whatever agent it is: for small tables, and colleagues who left.

        Returns
        -------
        ibis.Table
            The columns of the table, ``as_of``, ``month`` and ``age`` (in months, 0 in the month of ``as_of``).
        """
        rows = with_month_numbers(self.tables[table], date_column or self.date_columns[table])
        rows = rows.drop(*(name for name in ("month", "as_of") if name in rows.columns))
        age = self.calendar.month - rows.happened_month
        pairs = rows.join(self.calendar, [age >= 0, age < months, is_visible(rows, self.calendar.month)])
        return pairs.mutate(age=pairs.month - pairs.happened_month)

    def state(self, table: str, *, by: Sequence[str] = ("agent_id",), lookups: ir.Table | None = None) -> ir.Table:
        """Return the row in force at each month-end, as known then.

        Parameters
        ----------
        table : str
            An effective-dated table.
        by : sequence of str
            The columns that say whose row it is: ``agent_id``, or ``site`` for a benchmark.
        lookups : ibis.Table, optional
            A table with the columns `by`, ``as_of`` and ``month`` to look up; by default the agent-months `with_lags`.

        Returns
        -------
        ibis.Table
            `by`, ``as_of`` and the table's columns, of the visible row with the latest effective date. Lookups without
            a visible row are left out.
        """
        if lookups is not None or tuple(by) != ("agent_id",):
            return self._in_force(table, by, lookups=self.with_lags if lookups is None else lookups)
        return self.cache.get_or_build(table, lambda: self._in_force(table, by, lookups=self.with_lags))

    def _in_force(self, table: str, by: Sequence[str], *, lookups: ir.Table) -> ir.Table:
        start = self.date_columns[table]
        rows = with_month_numbers(self.tables[table], start)
        keys = lookups.select(*by, "as_of", "month").distinct()
        conditions = [*by, is_visible(rows, keys.month)]
        newest = keys.join(rows, conditions).group_by(*by, "as_of", "month").aggregate(**{start: rows[start].max()})
        in_force = newest.join(rows, [*by, start, is_visible(rows, newest.month)])
        return in_force.drop("month", "happened_month", "known_month", "replaced_month", "known_on", "superseded_on")

    def _without_silent(self, totals: ir.Table, monthly: ir.Table, windows_of: Mapping[str, Sequence[int]]) -> ir.Table:
        windows = sorted({window for windows in windows_of.values() for window in windows})
        table = with_silence(totals, monthly, self.months, windows=windows, history=self.history)
        sums = [(f"{name}_{window}m", window) for name, windows in windows_of.items() for window in windows]
        known = {name: table[f"is_silent_{window}m"].ifelse(ibis.null("float64"), table[name]) for name, window in sums}
        return table.mutate(**known)

    def _recent(self, rows: ir.Table, date_column: str, *, months: int | None) -> ir.Table:
        """Return the rows of the last `months` months at any of the agent-months; all rows where all are built."""
        if self.first is None or months is None:
            return rows
        begins = self.first - months + 1
        return rows.filter(rows[date_column] >= ibis.date(begins // 12, begins % 12 + 1, 1))

    def _over_windows(
        self, monthly: ir.Table, windows: Mapping[str, Sequence[int]], latest_dates: Sequence[str], *, by: Sequence[str]
    ) -> ir.Table:
        """Return the sums of monthly totals over the windows of every agent-month, and the latest dates."""
        visible = self._visible_totals(monthly, months=max(map(max, windows.values())))
        sums = {
            f"{name}_{window}m": from_fixed_point(
                ibis.ifelse(visible.age < window, visible[name], ibis.null("float64")).sum()
            )
            for name in windows
            for window in windows[name]
        }
        latest = {name: visible[name].max() for name in latest_dates}
        return visible.group_by("agent_id", "as_of", *by).aggregate(**sums, **latest)

    def _visible_totals(self, monthly: ir.Table, *, months: int) -> ir.Table:
        """Return the monthly totals of the last `months` months at every agent-month at which they are visible.

        Each total is copied to every month that looks back on it, so that tables are joined on equal months, which is
        fast on every engine.
        """
        copies = with_each_number(monthly, "age", 0, months - 1)
        copies = copies.mutate(month=copies.happened_month + copies.age)
        copies = copies.filter(is_visible(copies, copies.month))
        spells = self.months.select("agent_id", "as_of", "month", hired_month=month_number(self.months.hire_date))
        pairs = spells.join(copies, ["agent_id", "month"])
        return pairs.filter(pairs.happened_month >= pairs.hired_month)


def _monthly_totals(rows: ir.Table, sums: RowValues, latest_dates: RowValues, *, by: Sequence[str]) -> ir.Table:
    """Return totals per agent and per months in which rows happened, became known and were replaced.

    Rows with equal months are visible at the same month-ends; their totals can be added up further.
    """
    keys = ("agent_id", *by, *MONTHS)
    numbers = {name: measure(rows) for name, measure in sums.items()}
    whole = {name: number.cast("float64") for name, number in numbers.items() if _is_whole(number)}
    decimal = {name: to_fixed_point(number) for name, number in numbers.items() if name not in whole}
    values = rows.select(*keys, **whole, **decimal, **{name: day(rows) for name, day in latest_dates.items()})
    totals = {name: to_fixed_point(values[name].sum()) for name in whole} | {
        name: values[name].sum() for name in decimal
    }
    return values.group_by(*keys).aggregate(**totals, **{name: values[name].max() for name in latest_dates})


def _side_by_side(monthly: ir.Table) -> ir.Table:
    """Return monthly totals with those of an agent side by side, since each adds to several months of the agent."""
    return side_by_side(monthly, "agent_id", "happened_month")


def _is_whole(number: ir.Value) -> bool:
    """Return whether values are booleans or integers, which need not be rounded before they are added as doubles.

    Those are exact up to 2**53, and faster to add up than integers, whose sums have 128 bits in DuckDB.
    """
    return bool(number.type().is_boolean() or number.type().is_integer())
