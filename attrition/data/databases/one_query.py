"""Let exactly one statement through that asks for rows; the database's own read-only mode stands behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrition.data.faults import Refused
from attrition.data.phrase import Phrase

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_BEGINNINGS = ("SELECT", "WITH", "VALUES", "FROM", "TABLE", "(")
_ADVICE = Phrase(
    "write one query that begins with select or with, and nothing after it",
    "请只写一条以 select 或 with 开头的查询，其后不要有其他语句",
)


def one_query(query: str, *, dialect: str, refused_words: Sequence[str] = (), hints: Sequence[str] = ()) -> str:
    """Return a query without the semicolon and remarks at its end, if it is one statement that asks for rows.

    Parameters
    ----------
    query : str
        What the site declared.
    dialect : str
        The name of the database's dialect in sqlglot, which knows its quotation marks and remarks.
    refused_words : sequence of str
        Words in capitals that must not stand in the query outside quotation marks, where the database has no mode in
        which nothing can be written; a word with "(" at its end is refused as the name of a function only.
    hints : sequence of str
        Beginnings of remarks that this database executes.

    Raises
    ------
    Refused
        It is empty, several statements, a statement of another kind, or has a refused word.

    Examples
    --------
    >>> one_query("select * from staff -- everybody;", dialect="postgres")
    'select * from staff'
    """
    from sqlglot import tokenize
    from sqlglot.errors import SqlglotError

    try:
        tokens = tokenize(query, read=dialect)
    except SqlglotError:
        raise Refused(Phrase("query cannot be read", "无法解析查询语句"), _ADVICE) from None
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    written = _words(tokens, query)
    if not written or written[0] not in _BEGINNINGS or ";" in written or not _is_balanced(written):
        raise Refused(Phrase("not one query that reads", "不是单条只读查询"), _ADVICE)
    calls = [f"{name}(" for name, sign in pairwise(written) if sign == "("]
    if words := sorted({*written, *calls} & {*refused_words}) or [hint for hint in hints if hint in query]:
        rule = Phrase('"{word}" in a query', "查询中含有 {word}", word=words[0].lower())
        raise Refused(rule, Phrase("leave it out; a query only reads tables", "请去掉；查询只能读取表"))
    return query[: tokens[-1].end + 1]


def outer_words(query: str, *, dialect: str) -> list[str]:
    """Return the words of a query in capitals that stand outside parentheses and quotation marks.

    Examples
    --------
    >>> outer_words("select (select a from b limit 1) from c", dialect="mysql")
    ['SELECT', 'FROM', 'C']
    """
    from sqlglot import tokenize

    words, depth = [], 0
    for word in _words(tokenize(query, read=dialect), query):
        depth += (word == "(") - (word == ")")
        words += [word] if depth == 0 and word.isidentifier() else []
    return words


def _words(tokens: Sequence[Token], query: str) -> list[str]:
    """Return the words and signs of tokens in capitals; what stands in quotation marks is left out."""
    written = [query[token.start : token.end + 1].upper() for token in tokens]
    return [word for part in written if not re.search(r"['\"`$\[]", part) for word in part.split()]


def _is_balanced(words: Sequence[str]) -> bool:
    """Return whether every parenthesis closes one that was opened, so that the query can stand in parentheses."""
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return False
    return depth == 0
