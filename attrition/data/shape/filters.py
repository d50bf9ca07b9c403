"""Set aside the rows that a source declares not to be of its table, by the values under a heading."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.engine import quote_text
from attrition.data.phrase import Phrase
from attrition.data.shape.draft import Draft


def only_where(draft: Draft) -> Draft:
    """Set aside the rows without one of the declared values."""
    for heading, values in draft.source.only_where.items():
        draft.check_heading(heading, "only_where")
        rule = Phrase('other values of "{heading}"', "“{heading}”为其他取值", heading=heading)
        draft = _without(draft, heading, f"NOT {_is_one_of(draft, heading, values)}", rule)
    return draft


def except_where(draft: Draft) -> Draft:
    """Set aside the rows with one of the declared values."""
    for heading, values in draft.source.except_where.items():
        draft.check_heading(heading, "except_where")
        rule = Phrase('declared values of "{heading}"', "“{heading}”为所声明的取值", heading=heading)
        draft = _without(draft, heading, _is_one_of(draft, heading, values), rule)
    return draft


def _is_one_of(draft: Draft, heading: str, values: Sequence[str]) -> str:
    """Return the SQL condition that a cell holds one of the values; "" is an empty cell."""
    words = [value.strip() for value in values]
    return f"list_contains([{', '.join(map(quote_text, words))}], coalesce({draft.text(heading)}, ''))"


def _without(draft: Draft, heading: str, condition: str, rule: Phrase) -> Draft:
    """Return the draft without the rows that meet a condition, which are counted."""
    draft = _with_idle_values(draft, heading)
    rows = draft.count(condition)
    return draft.then(f"SELECT * FROM ({draft.query}) WHERE NOT ({condition})").counted(set_aside={rule: rows})


def _with_idle_values(draft: Draft, heading: str) -> Draft:
    """Note the declared values that no row has, since one may be misspelt."""
    declared = {*draft.source.only_where.get(heading, ()), *draft.source.except_where.get(heading, ())}
    query = f"SELECT DISTINCT coalesce({draft.text(heading)}, '') AS value FROM ({draft.query})"
    words = ", ".join(quote_text(value.strip()) for value in declared)
    present = {row[0] for row in engine.fetch_rows(draft.con, f"SELECT value FROM ({query}) WHERE value IN ({words})")}
    idle = sorted(value for value in declared if value.strip() not in present)
    if not idle:
        return draft
    return draft.noted(
        f'{draft.table.name}: no row has {", ".join(repr_of(value) for value in idle)} under "{heading}"',
        f"{draft.table.name}：“{heading}”下没有任何行的取值为 {'、'.join(repr_of(value) for value in idle)}",
    )


def repr_of(value: str) -> str:
    """Return a declared value in quotation marks."""
    return f'"{value}"'
