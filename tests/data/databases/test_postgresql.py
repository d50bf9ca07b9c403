"""A query in PostgreSQL reads, and can do nothing else; every type arrives whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.data.databases.conftest import execute_in_postgresql
from tests.data.databases.sources import postgresql_url, refusal, rows
from tests.servers import PASSWORD, Server


@pytest.fixture
def url(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    yield postgresql_url(postgresql)
    assert execute_in_postgresql(postgresql, "SELECT count(*) FROM written") == [(0,)]
    assert execute_in_postgresql(postgresql, "SELECT is_called FROM counter") == [(False,)]


@pytest.mark.parametrize(
    "query",
    [
        "with new as (insert into written values (1) returning n) select * from new",
        "select write()",
        "select nextval('counter')",
        "select set_config('transaction_read_only', 'off', false), write()",
        "select query_to_xml('insert into written values (1)', true, true, '')",
        "select 1 as n into written_too",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
    ],
)
def test_a_query_that_writes_or_reads_files_is_stopped_by_the_server(url: str, query: str) -> None:
    assert "could not read from the database" in refusal(url, query)


@pytest.mark.parametrize(
    "query",
    [
        "copy written to program 'touch /tmp/attrition-was-here'",
        "insert into written values (1)",
        "select 1; insert into written values (1)",
        "select 1) as q; insert into written values (1); select * from (select 1",
    ],
)
def test_what_is_not_one_query_is_not_sent(url: str, query: str) -> None:
    assert "not one query that reads" in refusal(url, query)


def test_an_account_that_may_use_files_of_the_server_is_refused(postgresql: Server, url: str) -> None:
    assert "account may use files of the server" in refusal(postgresql_url(postgresql, user="postgres"), "select 1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("null::date", None),
        ("'infinity'::date", "9999-12-31"),
        ("'-infinity'::timestamp", "0001-01-01 00:00:00"),
        ("'infinity'::timestamptz", "9999-12-31 08:00:00+08"),
        ("timestamptz '2025-03-04 23:30+01'", "2025-03-05 06:30:00+08"),
        ("(timestamptz '2025-03-04 23:30+01')::date", "2025-03-05"),
        ("123456789012345678901234567890.5::numeric", "123456789012345678901234567890.5"),
        ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("interval '1 hour 30 minutes'", "01:30:00"),
        ("""'{"a": [1, 2]}'::jsonb""", '{"a": [1, 2]}'),
        ("'{1,2}'::int[]", "{1,2}"),
        ("'<a/>'::xml", "<a/>"),
        ("12.5::float8::numeric::money", "12.50"),
    ],
)
def test_a_value_arrives_whole(url: str, value: str, text: str | None) -> None:
    assert rows(url, f"select {value} as value") == [(text,)]


def test_a_number_of_a_person_in_a_numeric_column_keeps_its_digits_and_an_amount_is_a_number(url: str) -> None:
    query = "select 123456789012345678::numeric as agent_id, 1.375::numeric(8, 3) as worked_minutes"
    assert rows(url, query) == [("123456789012345678", "1.375")]


def test_rows_come_in_the_order_that_the_query_asks_for(url: str) -> None:
    query = "select n::numeric from generate_series(1, 30000) as s(n) order by -n -- newest first"
    assert [row[0] for row in rows(url, query)] == [str(n) for n in range(30000, 0, -1)]
