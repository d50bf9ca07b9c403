"""When each row became known, and when a later version replaced it.

At month-end `t` a row is visible when ``known_on <= t`` and ``superseded_on`` is null or later than `t`.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.keys import KeyCheck, same_key
from attrition.data.schema import Table

ALWAYS = "DATE '1900-01-01'"
"""The day from which a table without dates is known."""


def happened_on(table: Table, columns: Sequence[str]) -> str:
    """Return the SQL of the day on which a row of `rows` happened; a resignation happens when notice is handed in."""
    if table.happened is None:
        return ALWAYS
    if table.name == "exits" and "notice_date" in columns:
        return "least(rows.exit_date, coalesce(rows.notice_date, rows.exit_date))"
    return f"rows.{quote_name(table.happened)}"


def known_on(table: Table, columns: Sequence[str], delay_days: int) -> str:
    """Return the SQL of the day a row became known: when it was recorded, or so many days after it happened."""
    day = happened_on(table, columns)
    delayed = f"({day} + {delay_days})" if delay_days else day
    return f"coalesce(CAST(rows.recorded_at AS DATE), {delayed})" if "recorded_at" in columns else delayed


def versions_query(
    con: Connection, table: Table, relation: str, columns: Sequence[str], key_check: KeyCheck, *, delay_days: int
) -> str:
    """Return the query of a table's rows with `known_on` and `superseded_on`.

    Versions of a fact are the rows of one key in the order they were recorded. Few rows have several versions, so only
    those are sorted and joined, and a large table is still read in one pass. A withdrawal (`is_retracted`) ends the
    version before it and is no row itself.
    """
    selected = [f"rows.{quote_name(column)}" for column in columns if column != "is_retracted"]
    known = known_on(table, columns, delay_days)
    origin = quote_name(relation)
    where = " WHERE NOT coalesce(rows.is_retracted, false)" if "is_retracted" in columns else ""
    select = f"SELECT {', '.join(selected)}, {known} AS known_on"
    if not key_check.has_versions:
        return f"{select}, CAST(NULL AS DATE) AS superseded_on FROM {origin} AS rows{where}"
    later = _later_versions(con, table, known, key_check)
    return (
        f"{select}, later.superseded_on FROM {origin} AS rows LEFT JOIN {quote_name(later)} AS later "
        f"ON {same_key(key_check.key, 'rows', 'later')} AND {_recorded_at(known)} = later.moment{where}"
    )


def _recorded_at(known: str) -> str:
    return f"coalesce(rows.recorded_at, CAST({known} AS TIMESTAMP))"


def _later_versions(con: Connection, table: Table, known: str, key_check: KeyCheck) -> str:
    """Create the table of facts with several versions and the day each of them was replaced; return its name."""
    key = ", ".join(quote_name(column) for column in key_check.key)
    relation = f"later_{table.name}"
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(relation)} AS WITH versions AS (SELECT DISTINCT {key}, {known} AS known_on, "
        f"{_recorded_at(known)} AS moment FROM {quote_name(key_check.shared)} AS rows) "
        f"SELECT *, lead(known_on) OVER (PARTITION BY {key} ORDER BY moment) AS superseded_on FROM versions",
    )
    return relation
