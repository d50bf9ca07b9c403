"""A query in DuckDB's dialect as Spark runs it; refused where Spark's result could be another than DuckDB's.

Only what is listed here is translated: expressions that both engines understand alike, and those that a function below
writes in another way or allows for some types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

Columns: TypeAlias = Mapping[str, Mapping[str, str]]
"""DuckDB's type of each column by relation and name."""
Node: TypeAlias = Any
"""A part of a query; the type is `Any` because the type hints of sqlglot differ between its versions."""
Translate: TypeAlias = Callable[[Node], Node]
Type = exp.DataType.Type

SPARK_TYPES = {
    **{name: name for name in ("BOOLEAN", "TINYINT", "SMALLINT", "BIGINT", "DOUBLE", "DATE")},
    "INTEGER": "INT",
    "HUGEINT": "BIGINT",
    "VARCHAR": "STRING",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    '"NULL"': "INT",
}
"""Spark's types by DuckDB's, of the columns that a query may have; HUGEINT is that of a sum of integers."""
SAME = (
    *(
        exp.With,
        exp.CTE,
        exp.Select,
        exp.Union,
        exp.From,
        exp.Join,
        exp.Where,
        exp.Group,
        exp.Having,
        exp.Distinct,
        exp.Subquery,
    ),
    *(exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Paren, exp.Boolean, exp.Null),
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.Case, exp.If, exp.Coalesce, exp.Least, exp.Greatest, exp.Nullif),
    *(exp.Count, exp.Min, exp.Max, exp.Filter, exp.LastDay, exp.DateFromParts, exp.Var, exp.DataType),
    *(exp.Length, exp.Ascii),
)
"""What both engines understand alike, whatever the types are."""
WHOLE = {Type.TINYINT, Type.SMALLINT, Type.INT, Type.BIGINT, Type.INT128}
TEXT = {*exp.DataType.TEXT_TYPES}
MOMENT = {Type.TIMESTAMP, Type.TIMESTAMPNTZ}
FAMILIES = ({*WHOLE, Type.DOUBLE}, TEXT, {Type.DATE}, MOMENT, {Type.BOOLEAN})
"""Types whose values are compared with each other without a cast that the engines could make differently."""


class _Refused(Exception):
    """Something that is not translated."""


def spark_query(query: Node, columns: Columns) -> str | None:
    """Return a query in Spark's dialect, or None where its result is not known to be DuckDB's.

    Parameters
    ----------
    query : sqlglot.exp.Query
        A query in DuckDB's dialect; it is not changed.
    columns : mapping of str to mapping of str to str
        The columns of its relations, with DuckDB's types.

    Examples
    --------
    >>> from sqlglot import parse_one
    >>> columns = {"shifts": {"n": "BIGINT"}}
    >>> print(spark_query(parse_one("SELECT count(*) FILTER (n > 1) AS many FROM shifts", dialect="duckdb"), columns))
    SELECT COUNT(*) FILTER(WHERE `shifts`.`n` > 1) AS `many` FROM `shifts` AS `shifts`
    >>> print(spark_query(parse_one("SELECT hash(n) AS h FROM shifts", dialect="duckdb"), columns))
    None
    """
    schema: dict[str, object] = {name: dict(types) for name, types in columns.items()}
    try:
        qualified = qualify(query.copy(), schema=schema, dialect="duckdb")
        typed = annotate_types(qualified, schema=schema, dialect="duckdb")
        for node in reversed([*typed.walk()]):  # parts before what they are parts of
            _translate(node)
    except (SqlglotError, _Refused):
        return None
    return typed.sql(dialect="spark")


def _translate(node: Node) -> None:
    """Replace a node by what Spark needs; its parts have been replaced."""
    translate = TRANSLATIONS.get(type(node))
    if translate is None and not isinstance(node, SAME):
        raise _Refused
    translated = node if translate is None else translate(node)
    if translated is not node:
        translated.type = translated.to if isinstance(translated, exp.Cast) else node.type
        node.replace(translated)


def _literal(node: Node) -> Node:
    """Return a decimal number as a double, as DuckDB makes of it beside one; Spark keeps it a decimal."""
    if node.is_string or node.is_int:
        return node
    return exp.Cast(this=exp.Literal.string(node.name), to=exp.DataType.build("DOUBLE"))


def _compared(node: Node) -> Node:
    """Allow a comparison of values of one family."""
    others = [*node.expressions, *(node.args.get(key) for key in ("expression", "low", "high"))]
    kinds = {_kind(side) for side in (node.this, *others) if side is not None}
    if node.args.get("query") or not any(kinds <= family for family in FAMILIES):
        raise _Refused
    return node


def _equal(node: Node) -> Node:
    """Write whether a double is whole by `rint`; Spark has no `trunc` of numbers."""
    if not isinstance(node.expression, exp.Trunc):
        return _compared(node)
    if _kind(node.this) != Type.DOUBLE or node.this != node.expression.this:
        raise _Refused
    return exp.EQ(this=node.this.copy(), expression=exp.Anonymous(this="rint", expressions=[node.this.copy()]))


def _part_of_equal(node: Node) -> Node:
    """Allow a truncation that `_equal` replaces."""
    if not isinstance(node.parent, exp.EQ) or node.arg_key != "expression":
        raise _Refused
    return node


def _sum(node: Node) -> Node:
    """Allow a sum of whole numbers; one of others depends on the order of rows, but not whether it is finite."""
    if _kind(node.this) not in WHOLE and not _is_call(node.parent, "isfinite"):
        raise _Refused
    return node


def _arithmetic(node: Node) -> Node:
    """Allow sums and products one side of which has 64 bits, and a day some days later or earlier."""
    left, right = node.this, node.expression
    kinds = {_kind(left), _kind(right)}
    if kinds <= {*WHOLE, Type.DOUBLE} and kinds & {Type.DOUBLE, Type.BIGINT, Type.INT128}:
        return node
    if _kind(left) == Type.DATE and right.is_int and not isinstance(node, exp.Mul):
        return node
    raise _Refused


def _month(node: Node) -> Node:
    """Write the first moment of a month by the function for days; that for moments depends on the time zone."""
    if node.text("unit").upper() != "MONTH" or _kind(node.this) != Type.DATE:
        raise _Refused
    first = exp.Anonymous(this="trunc", expressions=[node.this.copy(), exp.Literal.string("MM")])
    return exp.Cast(this=first, to=exp.DataType.build("TIMESTAMP_NTZ", dialect="spark"))


def _days_between(node: Node) -> Node:
    if node.text("unit").upper() != "DAY" or {_kind(node.this), _kind(node.expression)} != {Type.DATE}:
        raise _Refused
    return exp.Cast(this=node.copy(), to=exp.DataType.build("BIGINT"))


def _day(node: Node) -> Node:
    if _kind(node.this) != Type.DATE:
        raise _Refused
    return exp.Cast(this=node.copy(), to=exp.DataType.build("BIGINT"))


def _bits(node: Node) -> Node:
    """Allow bits of integers of 64 bits."""
    if _kind(node.this) != Type.BIGINT:
        raise _Refused
    return node


def _extract(node: Node) -> Node:
    """Return a part of a day as DuckDB does, as an integer of 64 bits."""
    if node.name.upper() not in ("YEAR", "MONTH", "DAY") or _kind(node.expression) != Type.DATE:
        raise _Refused
    return exp.Cast(this=node.copy(), to=exp.DataType.build("BIGINT"))


def _character(node: Node) -> Node:
    """Write a character itself; Spark's function knows 256 of them."""
    if len(node.expressions) != 1 or not node.expressions[0].is_int:
        raise _Refused
    return exp.Literal.string(chr(int(node.expressions[0].name)))


def _function(node: Node) -> Node:
    """Write how a text begins or ends, and whether all numbers are finite."""
    if _is_call(node, "prefix") or _is_call(node, "suffix"):
        name = "startswith" if _is_call(node, "prefix") else "endswith"
        return exp.Anonymous(this=name, expressions=[part.copy() for part in node.expressions])
    inner = node.expressions[0] if node.expressions else None
    if not _is_call(node, "isfinite") or not isinstance(inner, exp.Sum) or _kind(inner.this) != Type.DOUBLE:
        raise _Refused
    total = inner.sql(dialect="spark")
    finite = f"NOT ISNAN({total}) AND ABS({total}) < CAST('Infinity' AS DOUBLE)"
    return _ready(f"CASE WHEN NOT {total} IS NULL THEN {finite} END")


def _cast(node: Node) -> Node:
    """Allow casts that lose nothing; write those of constants, and of doubles to integers, as DuckDB means them."""
    kind, target = _kind(node.this), node.to.this
    if isinstance(node.this, exp.Null) or kind == target:
        return exp.Cast(this=node.this.copy(), to=node.to.copy())
    if node.this.is_string:
        return _constant(node)
    if isinstance(node, exp.TryCast) and (kind, target) == (Type.DOUBLE, Type.BIGINT):
        return _whole_number(node.this)
    if not any(kind in kinds and target in targets for kinds, targets in LOSSLESS):
        raise _Refused
    return exp.Cast(this=node.this.copy(), to=node.to.copy())


LOSSLESS = (
    (WHOLE, {Type.BIGINT, Type.DOUBLE, *TEXT}),
    (MOMENT, {Type.DATE, *MOMENT}),
    ({Type.DATE}, MOMENT),
)
"""From which types a cast to which others gives the same on both engines; that of a moment to a day is its day."""


def _constant(node: Node) -> Node:
    """Return a constant that is written as a text: a day, a number, or a word for a boolean."""
    word = node.this.name.lower()
    if node.to.this in (Type.DATE, Type.DOUBLE):
        return exp.Cast(this=node.this.copy(), to=node.to.copy())
    if node.to.this == Type.BOOLEAN and word in ("t", "f", "true", "false"):
        return exp.Boolean(this=word.startswith("t"))
    raise _Refused


def _whole_number(value: Node) -> Node:
    """Return a double as an integer of 64 bits as DuckDB does: rounded to the even one, null beyond the limits."""
    rounded = f"rint({value.sql(dialect='spark')})"
    limit = "CAST('9223372036854775808' AS DOUBLE)"
    return _ready(f"CASE WHEN {rounded} >= -{limit} AND {rounded} < {limit} THEN CAST({rounded} AS BIGINT) END")


def _ready(text: str) -> Node:
    """Return SQL of Spark as a node."""
    return exp.Paren(this=exp.Var(this=text))


def _is_call(node: Node, name: str) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() == name


def _kind(node: Node) -> Any:
    return node.type.this if node.type is not None else None


TRANSLATIONS: dict[type, Translate] = {
    exp.Literal: _literal,
    **dict.fromkeys((exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ), _compared),
    **dict.fromkeys((exp.Between, exp.In), _compared),
    exp.EQ: _equal,
    exp.Trunc: _part_of_equal,
    exp.Sum: _sum,
    exp.Extract: _extract,
    exp.DateDiff: _days_between,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), _arithmetic),
    **dict.fromkeys((exp.BitwiseLeftShift, exp.BitwiseOrAgg), _bits),
    exp.Day: _day,
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc), _month),
    exp.Anonymous: _function,
    exp.Chr: _character,
    **dict.fromkeys((exp.Cast, exp.TryCast), _cast),
}
