"""Count what the supplied tables hold, in one pass over each: filled values, categories, and rows by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from attrition.data.engine import fetch_rows, is_read_by_workers, quote_name, run_in_parallel
from attrition.data.rows.agent_months import agent_months, has_agent_months
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

ADDED_COLUMNS = ("known_on", "superseded_on")
"""Columns that `attrition.data.centre` adds to every table; no site supplies them."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a table holds, in numbers of rows.

    Parameters
    ----------
    newest : int
        Rows that no later version replaces.
    filled : mapping of str to int
        By column, those of the newest rows in which it has a value.
    categories : mapping of str to mapping of str to int
        By column of choices, the rows of each choice, all versions counted.
    months : mapping of int to int
        By the number of the month (year * 12 + month - 1), the rows that happened in it, all versions counted.
    """

    newest: int
    filled: Mapping[str, int]
    categories: Mapping[str, Mapping[str, int]]
    months: Mapping[int, int]


def count_contents(
    tables: Mapping[str, ir.Table], before_pseudonyms: Mapping[str, ir.Table] | None = None
) -> dict[str, Contents]:
    """Count what each of the validated input tables holds.

    Parameters
    ----------
    before_pseudonyms : mapping of str to ibis.Table, optional
        Tables with the same rows and columns, none of which replaces another, that are read more quickly.
    """
    plain = {
        name: rows for name, rows in (before_pseudonyms or {}).items() if has_agent_months(TABLES[name], rows.columns)
    }
    tasks = [
        partial(_plain_contents, name, table, plain[name]) if name in plain else partial(_contents, name, table)
        for name, table in tables.items()
    ]
    counted = run_in_parallel(next(iter(tables.values())).get_backend(), tasks) if tasks else []
    return dict(zip(tables, counted, strict=True))


def filled_shares(contents: Mapping[str, Contents]) -> pd.DataFrame:
    """Return the share of rows in which each supplied column has a value; of several versions the newest counts.

    A feature of a mostly empty column is mostly unknown.

    Returns
    -------
    DataFrame
        ``table``, ``column``, ``filled_share`` (0 to 1); a table without rows is left out.
    """
    import pandas as pd

    shares = [
        (name, column, filled / of_table.newest)
        for name, of_table in contents.items()
        for column, filled in of_table.filled.items()
        if of_table.newest
    ]
    return pd.DataFrame(shares, columns=["table", "column", "filled_share"])


def _contents(name: str, table: ir.Table) -> Contents:
    """Count a table: grouped by month and choices, which have few values, in one pass over its rows."""
    columns, choices = _columns(name, table)
    day = TABLES[name].happened
    groups = {f"choice_{column}": table[column] for column in choices}
    if day in table.columns:
        groups["month"] = table[day].year() * 12 + table[day].month() - 1
    if "superseded_on" in table.columns:
        groups["is_replaced"] = table.superseded_on.notnull()
    filled = {f"filled_{column}": table[column].count() for column in columns}
    counts = (table.group_by(**groups) if groups else table).aggregate(rows=table.count(), **filled).to_pandas()
    newest = counts[~counts["is_replaced"].astype(bool)] if "is_replaced" in counts else counts
    return Contents(
        newest=int(newest["rows"].sum()),
        filled={column: int(newest[f"filled_{column}"].sum()) for column in columns},
        categories={column: _rows_by(counts, f"choice_{column}") for column in choices},
        months={int(month): rows for month, rows in _rows_by(counts, "month").items()},
    )


def _plain_contents(name: str, table: ir.Table, rows: ir.Table) -> Contents:
    """Count a table without versions. Its months are those in which rows of its agents were counted."""
    columns, choices = _columns(name, table)
    newest, *filled = fetch_rows(rows.get_backend(), _numbers_of_values(rows, columns))[0]
    by_choice = {
        column: rows.group_by(**{f"choice_{column}": rows[column]}).aggregate(rows=rows.count()).to_pandas()
        for column in choices
    }
    months = agent_months(table.get_backend(), TABLES[name], name)
    month = months.month_end.year() * 12 + months.month_end.month() - 1
    by_month = months.group_by(month=month).aggregate(rows=months.rows.sum().cast("int64")).to_pandas()
    return Contents(
        newest=newest,
        filled=dict(zip(columns, filled, strict=True)),
        categories={column: _rows_by(by_choice[column], f"choice_{column}") for column in choices},
        months={int(number): rows for number, rows in _rows_by(by_month, "month").items()},
    )


def _numbers_of_values(rows: ir.Table, columns: Sequence[str]) -> str:
    """Return the query that counts rows and the values of each column.

    It counts each column by itself on DuckDB, which knows of many, unread, that none is null; and all at once where
    Spark's workers read the table, each of whose queries takes a second, however few rows there are.
    """
    counts, source = [f"count({one})" for one in ("*", *map(quote_name, columns))], quote_name(rows.get_name())
    if is_read_by_workers(rows.get_backend(), rows.get_name()):
        numbered = (f"{count} AS c{place}" for place, count in enumerate(counts))
        return f"SELECT {', '.join(numbered)} FROM {source}"
    queries = [f"(SELECT {count} FROM {source})" for count in counts]
    return f"SELECT * FROM {' CROSS JOIN '.join(queries)}"


def _columns(name: str, table: ir.Table) -> tuple[list[str], list[str]]:
    """Return the columns that a site supplies, and those of them that hold one of a few choices."""
    columns = [column for column in table.columns if column not in ADDED_COLUMNS]
    return columns, [column for column in columns if column in TABLES[name].names and TABLES[name][column].choices]


def _rows_by(counts: pd.DataFrame, group: str) -> dict[Any, int]:
    """Return the rows of each value of a group in their order; empty where there is no such group."""
    if group not in counts:
        return {}
    rows = counts.groupby(group)["rows"].sum()
    return {value: int(number) for value, number in rows.items()}
