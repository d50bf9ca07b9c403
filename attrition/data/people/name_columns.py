"""Which columns of the contract hold names of people: the one place that says so."""

from __future__ import annotations

from collections.abc import Iterable

from attrition.data.tables import TABLES

NAME = "display_name"
NAME_COLUMNS = frozenset(column.name for table in TABLES.values() for column in table.columns if column.is_name)
"""Columns that `attrition.data.people.names` alone reads; the tables of a centre do not have them."""


def without_names(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that are no names of people.

    Examples
    --------
    >>> without_names(["agent_id", "display_name", "site"])
    ('agent_id', 'site')
    """
    return tuple(column for column in columns if column not in NAME_COLUMNS)
