"""When each row became known, and when a later version took its place.

At month-end `t` a row is visible when ``known_on <= t`` and ``superseded_on`` is null or later than `t`.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.engine import Connection, name
from attrition.data.keys import Keyed, same
from attrition.data.schema import Table

ALWAYS = "DATE '1900-01-01'"
"""Since when a table without dates is known."""


def happened(table: Table, columns: Sequence[str]) -> str:
    """Write the SQL of the day a row of `rows` happened; a resignation happens when it is handed in."""
    if table.happened is None:
        return ALWAYS
    if table.name == "exits" and "notice_date" in columns:
        return "least(rows.exit_date, coalesce(rows.notice_date, rows.exit_date))"
    return f"rows.{name(table.happened)}"


def known(table: Table, columns: Sequence[str], delay_days: int) -> str:
    """Write the SQL of the day a row became known: when it was recorded, else so many days after it happened."""
    day = happened(table, columns)
    later = f"({day} + {delay_days})" if delay_days else day
    return f"coalesce(CAST(rows.recorded_at AS DATE), {later})" if "recorded_at" in columns else later


def dated(
    con: Connection, table: Table, relation: str, columns: Sequence[str], keyed: Keyed, *, delay_days: int
) -> str:
    """Write the query of a table's rows with `known_on` and `superseded_on`; withdrawals close and are never shown.

    Versions of a fact are the rows of one key in the order they were recorded. The later versions are few, so
    they are put in order once and looked up, and a large table is still read in one pass.
    """
    kept = [f"rows.{name(column)}" for column in columns if column != "is_retracted"]
    when = known(table, columns, delay_days)
    origin = name(relation)
    shown = " WHERE NOT coalesce(rows.is_retracted, false)" if "is_retracted" in columns else ""
    chosen = f"SELECT {', '.join(kept)}, {when} AS known_on"
    if not keyed.has_versions:
        return f"{chosen}, CAST(NULL AS DATE) AS superseded_on FROM {origin} AS rows{shown}"
    later = _put_in_order(con, table, when, keyed)
    moment = _moment(when)
    return (
        f"{chosen}, later.superseded_on FROM {origin} AS rows LEFT JOIN {name(later)} AS later "
        f"ON {same(keyed.key, 'rows', 'later')} AND {moment} = later.moment{shown}"
    )


def _moment(when: str) -> str:
    return f"coalesce(rows.recorded_at, CAST({when} AS TIMESTAMP))"


def _put_in_order(con: Connection, table: Table, when: str, keyed: Keyed) -> str:
    """Keep, for every fact with versions, the day each of them was replaced."""
    key = ", ".join(name(column) for column in keyed.key)
    relation = f"later_{table.name}"
    engine.run(
        con,
        f"CREATE TABLE {name(relation)} AS WITH versions AS (SELECT DISTINCT {key}, {when} AS known_on, "
        f"{_moment(when)} AS moment FROM {name(keyed.shared)} AS rows) "
        f"SELECT *, lead(known_on) OVER (PARTITION BY {key} ORDER BY moment) AS superseded_on FROM versions",
    )
    return relation
