"""Digests of the rows of each table by month: from which month on what is computed from them is another.

What a month-end sees are the rows that were known by then and not yet replaced. Where every digest by the month in
which rows became known is, up to a month, as it was, that month-end sees what it saw, and its features are the same to
the last bit. What is on file today are the rows that were not replaced. Where their digest by the month in which they
happened is as it was, their sums of that month are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from attrition.data.engine import run_in_parallel
from attrition.data.events import Reorganisation
from attrition.data.tables import TABLES
from attrition.exposure.calendar import month_number

Digests = Mapping[str, Mapping[str, str]]
"""By table and month ("2026-03"): a digest of some of its rows."""
ALWAYS = ""
"""In the place of a month: rows of which nobody knows when they became known, or happened."""
REORGANISATIONS = "reorganisations"
"""Stands among the tables, dated by the days of the reorganisations, from which on they are known."""
FIRST_SEEN = "snapshots"
"""The table whose rows say since when an agent was seen; a row counts for that as of its own month, however late it
became known."""


@dataclass(frozen=True)
class MonthDigests:
    """The digests of tables.

    Parameters
    ----------
    by_month_known : mapping of str to mapping of str to str
        By the month in which rows became known or were replaced.
    on_file : mapping of str to mapping of str to str
        Of rows that were not replaced, by the month in which they happened; of tables whose rows happen on a day.
    """

    by_month_known: Digests
    on_file: Digests


@ibis.udf.scalar.builtin(name="hash")
def _hash(value) -> dt.uint64:  # type: ignore[no-untyped-def]  # noqa: ANN001  # of any type
    ...


def month_digests(tables: Mapping[str, ir.Table], reorganisations: Iterable[Reorganisation] = ()) -> MonthDigests:
    """Return the digests of every table, which do not depend on the order of rows.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables with ``known_on`` and ``superseded_on``, on DuckDB, whose `hash` is used: the digests of
        another version of DuckDB are others.
    reorganisations : iterable of Reorganisation
        The days on which the teams of a site were changed.

    Returns
    -------
    MonthDigests
        Months without rows are left out.
    """
    if not tables:
        return MonthDigests({}, {})
    tasks = [partial(_digests_of, name, table) for name, table in tables.items()]
    digests = run_in_parallel(next(iter(tables.values())).get_backend(), tasks)
    by_month = {name: of_table for name, (of_table, _) in zip(tables, digests, strict=True)}
    on_file = {name: of_table for name, (_, of_table) in zip(tables, digests, strict=True) if TABLES[name].happened}
    return MonthDigests(by_month | {REORGANISATIONS: _digests_of_days(reorganisations)}, on_file)


def changes(before: Digests, after: Digests, *, until: str) -> dict[str, list[str]]:
    """Return the tables by each month up to `until` in which their digest is another, oldest month first.

    Examples
    --------
    >>> before = {"pay": {"2026-01": "a", "2026-02": "b"}, "exits": {"2026-02": "c"}}
    >>> after = {"pay": {"2026-01": "a", "2026-02": "B", "2026-03": "d"}, "exits": {}}
    >>> changes(before, after, until="2026-02")
    {'2026-02': ['exits', 'pay']}
    """
    changed: dict[str, list[str]] = {}
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        for month in {*old, *new}:
            if month <= until and old.get(month) != new.get(month):
                changed.setdefault(month, []).append(table)
    return dict(sorted(changed.items()))


def _digests_of(name: str, table: ir.Table) -> tuple[dict[str, str], dict[str, str]]:
    """Return the digests of one table: by the month in which rows became known, and on file by that of their day.

    To the first, a row that was replaced is added twice: without the day of that in the month in which it became known,
    since earlier month-ends cannot know of it, and with it in the month in which it was replaced. A row's hash is
    hashed once more, so that no sum of hashes stays as it was where two rows swap a value.
    """
    values = [column for column in table.columns if column != "superseded_on"]
    known_month, no_month = month_number(table.known_on), ibis.null("int64")
    if name == FIRST_SEEN:
        known_month = ibis.least(known_month, month_number(table["as_of"]))
    day = TABLES[name].happened
    rows = table.select(
        known_month=known_month,
        happened_month=no_month if day is None else month_number(table[day].cast("date")),
        is_on_file=table.superseded_on.isnull(),
        row=_row_hash(table, values),
    )
    replaced = table.filter(table.superseded_on.notnull())
    replaced = replaced.select(
        known_month=month_number(replaced.superseded_on),
        happened_month=no_month,
        is_on_file=ibis.literal(False),
        row=_row_hash(replaced, table.columns),
    )
    both = rows.union(replaced)
    sums = both.group_by("known_month", "happened_month", "is_on_file").aggregate(digest=both.row.sum().cast("string"))
    parts = sums.to_pyarrow().to_pylist()
    on_file = [part for part in parts if part["is_on_file"]]
    return _added(parts, "known_month"), _added(on_file, "happened_month")


def _added(parts: Iterable[Mapping[str, Any]], month: str) -> dict[str, str]:
    """Return the sums of digests by one of their months."""
    sums: Counter[int | None] = Counter()
    for part in parts:
        sums[part[month]] += int(part["digest"])
    return {_named(number): f"{total:x}" for number, total in sums.items()}


def _row_hash(rows: ir.Table, columns: Iterable[str]) -> ir.IntegerValue:
    hashed: ir.IntegerValue = _hash(_hash(ibis.struct({name: rows[name] for name in columns})))
    return hashed


def _named(month: int | None) -> str:
    """Return a number of a month as text whose order is that of time."""
    return ALWAYS if month is None else f"{month // 12:04}-{month % 12 + 1:02}"


def _digests_of_days(reorganisations: Iterable[Reorganisation]) -> dict[str, str]:
    """Return a digest of the reorganisations of each month."""
    by_month: dict[str, list[str]] = {}
    for item in reorganisations:
        content = [f"{item.day}", sorted(item.sites), sorted(item.teams.items())]
        by_month.setdefault(f"{item.day:%Y-%m}", []).append(json.dumps(content))
    return {month: hashlib.sha256("\n".join(sorted(items)).encode()).hexdigest() for month, items in by_month.items()}
