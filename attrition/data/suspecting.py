"""Which questions can have rows at all: a cheap look at a large table in its own types, before exact counting.

Counting fifty conditions over ten million rows takes longer than reading them. A column of numbers can only be out of
range when its least or greatest value is; a column of texts holds few different ones, and only those are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine, parts
from attrition.data.asking import Question
from attrition.data.engine import Connection, name
from attrition.data.parts import Part

_ALWAYS = ("converted", "no rate", "not a month-end", "stored as a number")
_COUNTED = ("missing", "unreadable")


def suspected(con: Connection, relation: str, made: Sequence[Part], questions: Sequence[Question]) -> list[Question]:
    """Keep the questions that may have rows; one that is left out has none."""
    kept = [question for part in made if not part.is_native for question in _by_values(con, relation, part, questions)]
    native = [part for part in made if part.is_native]
    if native:
        kept += _by_limits(con, relation, native, questions)
    kept += [question for question in questions if question.rule in _ALWAYS]
    concerned = {question.column for question in kept}
    kept += [question for question in questions if question.rule == "given" and question.column in concerned]
    return list(dict.fromkeys(kept))


def _by_values(con: Connection, relation: str, part: Part, questions: Sequence[Question]) -> list[Question]:
    """Answer the questions about one text column on its different values."""
    asked = [item for item in _own(part, questions) if item.rule != "given"]
    values = f"__values_{part.at}"
    if part.header is None or not asked:
        return asked
    distinct = f"(SELECT DISTINCT {part.raw} FROM {name(relation)})"
    inner = parts.query([part], values, watched=True).replace(name(values), distinct)
    counted = ", ".join(f"count(*) FILTER ({item.condition})" for item in asked)
    found = engine.rows(con, f"SELECT {counted} FROM ({inner})")[0]
    return [item for item, rows in zip(asked, found, strict=True) if rows]


def _by_limits(con: Connection, relation: str, made: Sequence[Part], questions: Sequence[Question]) -> list[Question]:
    """Answer the questions about columns in their own types by their counts, least and greatest values."""
    fields = ", ".join(_looked(part) for part in made)
    found = engine.record(con, f"SELECT count(*) AS rows, {fields} FROM ({parts.query(made, relation)})")
    kept = []
    for part in made:
        said, valued, low, high = (found[f"p{part.at}{what}"] for what in ("s", "v", "low", "high"))
        is_whole = said == found["rows"] == valued
        for item in _own(part, questions):
            if item.rule in _COUNTED and not is_whole:
                kept.append(item)
            elif item.rule not in (*_COUNTED, *_ALWAYS, "given") and low is not None:
                kept += _outside(con, part, item, low, high)
    return kept


def _looked(part: Part) -> str:
    said, value, at = part.said, part.value, part.at
    valued = value if part.is_cast else said
    return f"count({said}) AS p{at}s, count({valued}) AS p{at}v, min({value}) AS p{at}low, max({value}) AS p{at}high"


def _outside(con: Connection, part: Part, item: Question, low: object, high: object) -> list[Question]:
    """Keep a question about limits when the least or the greatest value meets it."""
    ends = f"SELECT unnest([$1, $2]) AS {part.value}"
    rows = con.con.execute(f"SELECT count(*) FROM ({ends}) WHERE {item.condition}", [low, high]).fetchone()
    return [item] if rows is not None and rows[0] else []


def _own(part: Part, questions: Sequence[Question]) -> list[Question]:
    return [item for item in questions if item.column == part.column.name]
