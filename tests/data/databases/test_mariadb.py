"""A query in MariaDB reads, and can do nothing else; every type arrives whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.data.databases.conftest import execute_in_mariadb
from tests.data.databases.sources import mariadb_url, refusal, rows
from tests.servers import PASSWORD, Server


@pytest.fixture
def url(mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    yield mariadb_url(mariadb)
    assert execute_in_mariadb(mariadb, "hr", "SELECT count(*) FROM written") == [(0,)]
    assert execute_in_mariadb(mariadb, "hr", "SELECT next_not_cached_value FROM counter") == [(1,)]


@pytest.mark.parametrize("query", ["select writes()", "select nextval(counter)", "select * from written for update"])
def test_a_query_that_writes_is_stopped_by_the_server(url: str, query: str) -> None:
    assert "could not read from the database" in refusal(url, query)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("insert into written values (1)", "not one query that reads"),
        ("select 1; insert into written values (1)", "not one query that reads"),
        ("select 1 into outfile '/tmp/attrition-was-here'", '"into" in a query'),
        ("select load_file('/etc/passwd')", '"load_file" in a query'),
        ("select 1 /*! into outfile '/tmp/attrition-was-here' */", '"/*!" in a query'),
    ],
)
def test_what_is_not_one_query_or_names_files_is_not_sent(url: str, query: str, reason: str) -> None:
    assert reason in refusal(url, query)


def test_an_account_that_may_use_files_of_the_server_is_refused(mariadb: Server, url: str) -> None:
    assert "account may use files of the server" in refusal(mariadb_url(mariadb, user="root"), "select 1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("null", None),
        ("cast('0000-00-00' as date)", "0000-00-00"),
        ("cast('9999-12-31' as date)", "9999-12-31"),
        ("cast('25:30:00' as time)", "25:30:00"),
        ("cast(18446744073709551615 as unsigned)", "18446744073709551615"),
        ("12345678901234567890123456789.125", "12345678901234567890123456789.125"),
        ("cast('into; -- \"x\"' as char)", 'into; -- "x"'),
        ("'张三'", "张三"),
        ("(select is_night + 0 from shifts where agent_id = '001')", "1"),
        ("json_object('a', 1)", '{"a": 1}'),
    ],
)
def test_a_value_arrives_whole(url: str, value: str, text: str | None) -> None:
    assert rows(url, f"select {value} as value") == [(text,)]


def test_an_instant_has_its_offset_and_a_time_of_day_has_none(url: str) -> None:
    query = "select recorded_at, cast(recorded_at as datetime) as clock from shifts where agent_id = '001'"
    assert rows(url, query)[0][0] == "2025-03-04 17:00:00+00:00"


@pytest.mark.parametrize(
    ("option", "reason"),
    [("ssl-mode=required", "could not read"), ("ssl-mode=none", "unknown ssl-mode"), ("timeout=1", "unknown option")],
)
def test_an_option_that_cannot_be_kept_is_no_connection(url: str, option: str, reason: str) -> None:
    assert reason in refusal(f"{url}?{option}", "select 1 as n")


@pytest.mark.parametrize("beginning", ["", "with everybody as (select * from shifts) "])
def test_rows_come_in_the_order_that_the_query_asks_for(url: str, beginning: str) -> None:
    query = f"{beginning}select agent_id from shifts order by agent_id desc -- the last first"
    assert rows(url, query) == [("1E5",), ("002",), ("001",)]


def test_a_name_that_stands_twice_is_numbered(url: str) -> None:
    assert rows(url, "select 1 as a, 2 as a") == [("1", "2")]
