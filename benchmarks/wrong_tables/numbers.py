"""Corruptions of staff numbers: case, leading zeros, `.0`, a prefix, in one table, one site or the roster."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from wrong_tables.exports import Exports

Spelling = Callable[[pd.Series], pd.Series]


def without_zeros(column: pd.Series) -> pd.Series:
    """Return numbers as a spreadsheet reads them."""
    return column.str.lstrip("0")


def as_floats(column: pd.Series) -> pd.Series:
    """Return numbers with a decimal, as a spreadsheet writes a column that had an empty cell."""
    return column.str.lstrip("0") + ".0"


def with_prefix(column: pd.Series) -> pd.Series:
    """Return numbers with the letters of a system before them."""
    return "CC" + column


def in_lower_case(column: pd.Series) -> pd.Series:
    """Return numbers with small letters."""
    return column.str.lower()


def respelt(table: str, spelling: Spelling) -> Callable[[Exports], None]:
    """Return a corruption that writes every number of one table otherwise."""

    def corrupt(exports: Exports) -> None:
        exports.change(table, lambda rows: rows.assign(agent_id=spelling(rows["agent_id"])))

    return corrupt


def respelt_for_one_site(table: str, spelling: Spelling) -> Callable[[Exports], None]:
    """Return a corruption that writes the numbers of one site otherwise in one table."""

    def corrupt(exports: Exports) -> None:
        agents = exports.agents_of_one_site()
        exports.change(
            table,
            lambda rows: rows.assign(
                agent_id=rows["agent_id"].mask(rows["agent_id"].isin(agents), spelling(rows["agent_id"]))
            ),
        )

    return corrupt
