"""Lists of actions or states, such as those of SAP, of whose rows only some are exits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from attrition.data.guess.columns import Described, describe
from attrition.data.guess.words import exit_actions, normalised

_MOST_ACTIONS = 40


def exits_among(extracts: Sequence[Described]) -> list[Described]:
    """Return of every list of actions or states the rows that are exits, as an extract of its own."""
    return [rows for described in extracts if (rows := _exit_rows(described)) is not None]


def is_list_of_actions(described: Described) -> bool:
    """Return whether some rows of an extract are exits by the word of one of its columns, and others are not."""
    return not described.extract.only_where and bool(_column_of_actions(described)[1])


def with_rows_where(described: Described, only_where: Mapping[str, Sequence[str]]) -> Described:
    """Return an extract with the rows of some values alone; headings that are not there leave every row."""
    extract = described.extract
    wanted = {
        extract.headings.index(name): set(words) for name, words in only_where.items() if name in extract.headings
    }
    records = tuple(row for row in extract.records if all(row[place] in words for place, words in wanted.items()))
    kept = {name: tuple(words) for name, words in only_where.items()}
    return describe(replace(extract, records=records, only_where=kept))


def _column_of_actions(described: Described) -> tuple[str, tuple[str, ...]]:
    """Return the column of actions and its words for exits; no words where there is no such column."""
    for heading in described.candidates:
        words = tuple(described.traits[heading].values)
        exits = tuple(word for word in words if normalised(word) in exit_actions())
        if exits and len(exits) < len(words) <= _MOST_ACTIONS:
            return heading, exits
    return "", ()


def _exit_rows(described: Described) -> Described | None:
    """Return the rows in whose column of actions stands a word for an exit; None where there is no such column."""
    heading, exits = _column_of_actions(described)
    if not exits:
        return None
    return with_rows_where(described, {heading: exits})
