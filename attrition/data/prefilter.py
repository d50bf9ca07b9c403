"""Which questions can have rows at all: a cheap look at a large table in its own types, before exact counting.

Counting fifty conditions over ten million rows takes longer than reading them. A column of numbers can only be out of
range when its least or greatest value is; a column of texts holds few different ones, and only those are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import column_sql, engine
from attrition.data.column_sql import Part
from attrition.data.engine import Connection, name
from attrition.data.row_checks import Question
from attrition.data.tables import TABLES

_NAMES = frozenset(table.key[0] for table in TABLES.values() if len(table.key) == 1) - {"agent_id"}
_ALWAYS = ("converted", "no rate", "not a month-end", "stored as a number")


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
    # A column that names each row has as many values as rows: to list them first would only cost.
    distinct = f"(SELECT {'' if part.column.name in _NAMES else 'DISTINCT'} {part.raw} FROM {name(relation)})"
    inner = column_sql.query([part], values, watched=True).replace(name(values), distinct)
    counted = ", ".join(f"count(*) FILTER ({item.condition})" for item in asked)
    found = engine.rows(con, f"SELECT {counted} FROM ({inner})")[0]
    return [item for item, rows in zip(asked, found, strict=True) if rows]


def _by_limits(con: Connection, relation: str, made: Sequence[Part], questions: Sequence[Question]) -> list[Question]:
    """Answer the questions about columns in their own types by their counts, least and greatest values.

    Asked of the source's own columns, these stand in a Parquet file's footer, and no row is read for them.
    """
    fields = ", ".join(_looked(part) for part in made)
    engine.run(con, f"CREATE OR REPLACE TEMP TABLE __ends AS SELECT count(*) AS n, {fields} FROM {name(relation)}")
    kept = [item for part in made for item in _meeting(con, part, _own(part, questions))]
    lossy = [part for part in made if part.steps.is_lossy]
    if lossy:
        lost = ", ".join(f"count({part.said}) - count({part.value})" for part in lossy)
        found = engine.rows(con, f"SELECT {lost} FROM ({column_sql.query(lossy, relation)})")[0]
        unread = {part.column.name for part, rows in zip(lossy, found, strict=True) if rows}
        kept += [item for item in questions if item.rule == "unreadable" and item.column in unread]
    return kept


def _looked(part: Part) -> str:
    at, raw = part.at, part.raw
    finite = f", isfinite(sum({raw})) AS finite{at}" if part.raw_type in ("DOUBLE", "FLOAT") else ""
    ends = "NULL" if part.raw_type == "BOOLEAN" else raw  # the footer has no ends of flags, and nobody asks for them
    return f"count({raw}) AS n{at}, min({ends}) AS low{at}, max({ends}) AS high{at}{finite}"


def _meeting(con: Connection, part: Part, asked: Sequence[Question]) -> list[Question]:
    """Keep the questions about one column that its counts, its least or its greatest value meet."""
    limits = [item for item in asked if item.rule in ("out of range", "open end", "not allowed")]
    conditions = {item: f"bool_or(coalesce({item.condition}, false))" for item in limits}
    conditions |= {item: f"any_value(n{part.at} < n)" for item in asked if item.rule == "missing"}
    if part.raw_type in ("DOUBLE", "FLOAT"):
        conditions |= {item: f"bool_or(NOT finite{part.at})" for item in asked if item.rule == "not finite"}
    if not conditions:
        return []
    ends = f"SELECT *, unnest([low{part.at}, high{part.at}]) AS {part.said} FROM __ends"
    value = f"SELECT *, {part.steps.value} AS {part.value} FROM ({ends})"
    found = engine.rows(con, f"SELECT {', '.join(conditions.values())} FROM ({value})")[0]
    return [item for item, is_met in zip(conditions, found, strict=True) if is_met]


def _own(part: Part, questions: Sequence[Question]) -> list[Question]:
    return [item for item in questions if item.column == part.column.name]
