"""Exactly one statement that asks for rows is sent to a database."""

from __future__ import annotations

import pytest

from attrition.data.databases.kinds import KINDS
from attrition.data.databases.one_query import one_query
from attrition.data.faults import Refused

DIALECTS = sorted({kind.dialect for kind in KINDS.values()})


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "select * from staff",
        "SELECT no, 'a;b' AS x FROM staff WHERE name <> 'insert; drop'",
        "with s as (select 1 as n) select n from s order by n",
        "(select 1) union all (select 2)",
    ],
)
def test_a_query_passes_in_every_dialect(dialect: str, query: str) -> None:
    assert one_query(query, dialect=dialect) == query


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "-- nothing",
        "delete from staff",
        "select 1; select 2",
        "select 1; drop table staff; --",
        "attach 'other.db' as other",
        "copy staff to 'x'",
        "pragma writable_schema = 1",
        "install httpfs",
        "select 1) as a; drop table staff; select * from (select 1",
        "select 1 where 'open",
    ],
)
def test_anything_else_is_refused_in_every_dialect(dialect: str, query: str) -> None:
    with pytest.raises(Refused):
        one_query(query, dialect=dialect)


@pytest.mark.parametrize("end", ["", ";", " ; ;\n", " -- a remark;", " /* a remark */;"])
def test_the_semicolon_and_the_remark_at_the_end_go(end: str) -> None:
    assert one_query(f"select 1{end}", dialect="postgres") == "select 1"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refused_word_may_stand_in_quotation_marks(dialect: str) -> None:
    one_query("select 'into' as x from staff", dialect=dialect, refused_words=("INTO",))
    with pytest.raises(Refused, match='"into" in a query'):
        one_query("select 1 InTo x", dialect=dialect, refused_words=("INTO",))
