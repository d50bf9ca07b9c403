"""Follow teams through reorganisations: what a month-end knows of earlier months stands under its own teams' names.

A reorganisation is known from its day on, so that no month-end before it sees anything of it.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past


def is_reorganised(past: Past, day: ir.DateValue, site: ir.StringValue) -> ir.BooleanValue:
    """Return whether the teams of a site were changed on a day, so that a change of team is nobody's own move."""
    conditions = [ibis.literal(False)]
    for item in past.reorganisations:
        is_there = site.isin(item.sites).fill_null(False) if item.sites else ibis.literal(True)
        conditions.append((day == ibis.date(item.day)) & is_there)
    return ibis.or_(*conditions)


def under_present_names(past: Past, rows: ir.Table, *, then: str) -> ir.Table:
    """Return rows about teams in earlier months under the names that the teams have at the month-end that looks back.

    Parameters
    ----------
    past : Past
        With its reorganisations.
    rows : ibis.Table
        ``team_id``, as it was called in the month `then` (a number), and ``month``, which looks back on it.
    then : str
        The column of the month in which the team had that name.

    Returns
    -------
    ibis.Table
        The same columns. A row is repeated where several teams go on with the history of one, and left out where none
        does.
    """
    for item in sorted(past.reorganisations, key=lambda item: item.day):
        changed_in = _month(item.day)
        is_across = (rows[then] < changed_in) & (rows.month >= changed_in)
        own = rows.filter(~(is_across & rows.team_id.isin(list(item.teams)).fill_null(False)))
        pairs = {new: old for new, old in item.teams.items() if old is not None}
        rows = own.union(_renamed(rows.filter(is_across), pairs)) if pairs else own
    return rows


def is_history_missing(past: Past, rows: ir.Table, *, months: int) -> ir.BooleanValue:
    """Return whether the last `months` months of a row's team, before its ``month``, reach back to a team unknown."""
    conditions = [ibis.literal(False)]
    for item in past.reorganisations:
        changed_in = _month(item.day)
        is_across = (rows.month >= changed_in) & (rows.month - months < changed_in)
        without_history = [new for new, old in item.teams.items() if old is None]
        conditions.append(is_across & rows.team_id.isin(without_history).fill_null(False))
    return ibis.or_(*conditions)


def _renamed(rows: ir.Table, old_names: dict[str, str]) -> ir.Table:
    """Return the rows of old teams, once for each new team that goes on with their history, under its name."""
    names = ibis.memtable({"new": list(old_names), "old": list(old_names.values())})
    joined = rows.inner_join(names, rows.team_id == names.old)
    return joined.select(*(joined.new.name("team_id") if name == "team_id" else name for name in rows.columns))


def _month(day: date) -> int:
    """Return the number of a day's month, as `attrition.exposure.calendar.month_number` counts."""
    return day.year * 12 + day.month - 1
