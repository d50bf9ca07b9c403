"""The one door to group figures: groups too small to publish are hidden, and so are those that would give them away.

Hiding a small team alone is no protection where its site's total is printed: the total minus the other teams is
the hidden figure. So within each total at least two groups are hidden, with at least `minimum` people together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOR = 5
"""No declaration can make a smaller group visible."""


def suppress(
    table: pd.DataFrame,
    *,
    minimum: int,
    values: Sequence[str],
    within: str | None = None,
    count: str = "headcount",
) -> pd.DataFrame:
    """Hide the values of groups under the minimum, and of the fewest others that would give them away.

    Parameters
    ----------
    table : DataFrame
        One row per group.
    minimum : int
        Smallest group that is shown, at least `FLOOR`.
    values : sequence of str
        Columns to hide.
    within : str, optional
        Column that names the total the groups add up to (a team's site); without it all rows make one total.
    count : str
        Column with the number of people.

    Returns
    -------
    DataFrame
        The table with nulls in `values` and a column ``is_hidden``.

    Raises
    ------
    DeclarationError
        The minimum lies under the floor.

    Examples
    --------
    >>> teams = pd.DataFrame({"team": ["A", "B", "C"], "headcount": [4, 12, 30], "expected": [1.0, 2.0, 3.0]})
    >>> suppress(teams, minimum=10, values=["expected"])["expected"].tolist()
    [nan, nan, 3.0]
    """
    if minimum < FLOOR:
        raise DeclarationError(f"the smallest group shown is {minimum}; it cannot be under {FLOOR}")
    totals = pd.Series(0, index=table.index) if within is None else table[within]
    hidden = pd.Series(False, index=table.index)
    for _, rows in table.groupby(totals, dropna=False):
        hidden[rows.index] = _hidden(rows[count].to_numpy(), minimum)
    return hide(table, hidden, values=values)


def hide(table: pd.DataFrame, hidden: pd.Series, *, values: Sequence[str]) -> pd.DataFrame:
    """Put nulls into the values of the rows to hide and mark them in ``is_hidden``."""
    shown = {column: table[column].astype(float).mask(hidden) for column in values}
    return table.assign(**shown, is_hidden=hidden)


def _hidden(counts: np.ndarray, minimum: int) -> np.ndarray:
    """Choose the groups to hide under one total: the small ones, then the next smallest until they hide each other."""
    hidden = counts < minimum
    for place in np.argsort(counts, kind="stable"):
        if not hidden.any() or (hidden.sum() >= 2 and counts[hidden].sum() >= minimum):
            break
        hidden[place] = True
    return hidden


def hidden_units(expected: pd.DataFrame, homes: pd.Series, *, minimum: int) -> pd.DataFrame:
    """Suppress a table of centre, site and team figures, so that no level gives away another.

    Parameters
    ----------
    expected : DataFrame
        ``level`` (centre, site, team), ``unit``, ``headcount``, ``expected``, ``low``, ``high``.
    homes : Series
        Site of each team, by team; empty where the teams do not nest in sites.
    minimum : int
        Smallest group that is shown.

    Returns
    -------
    DataFrame
        The same rows with ``site`` (of a team) and ``is_hidden``; a hidden site hides its teams.
    """
    values = ["expected", "low", "high"]
    levels = {str(level): rows for level, rows in expected.groupby("level")}
    parts = []
    if "centre" in levels:
        parts.append(hide(levels["centre"], levels["centre"]["headcount"] < minimum, values=values))
    if "site" in levels:
        parts.append(suppress(levels["site"], minimum=minimum, values=values).assign(site=levels["site"]["unit"]))
    if "team" in levels:
        known = homes.to_dict()
        teams = levels["team"].assign(site=[known.get(team, "") for team in levels["team"]["unit"]])
        teams = suppress(teams, minimum=minimum, values=values, within="site")
        sites = parts[-1] if "site" in levels else None
        gone = set() if sites is None else set(sites.loc[sites["is_hidden"], "unit"])
        parts.append(hide(teams, teams["is_hidden"] | teams["site"].isin(gone), values=values))
    shown = pd.concat(parts, ignore_index=True)
    return shown.assign(site=shown["site"].fillna("") if "site" in shown else "")
