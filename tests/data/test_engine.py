"""Every thread has its own connection to one database, with the same settings and the same cached results."""

from __future__ import annotations

import gc
import resource
import time
from functools import partial
from pathlib import Path

import duckdb
import ibis
import pytest

from attrition.data import engine


def table_names(con: engine.Connection) -> set[str]:
    return {row[0] for row in engine.fetch_rows(con, "SELECT table_name FROM duckdb_tables()")}


def test_each_thread_works_in_the_time_zone_of_the_site() -> None:
    con = engine.open_duckdb(time_zone="Asia/Shanghai")
    query = partial(engine.fetch_rows, con, "SELECT current_setting('TimeZone')")
    assert engine.run_in_parallel(con, [query] * 8) == [[("Asia/Shanghai",)]] * 8


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(duckdb.Error):
        engine.open_duckdb(time_zone="Mars/Olympus")


def test_results_come_in_the_order_of_the_tasks() -> None:
    con = engine.open_duckdb()
    sizes = [3_000_000, 10, 1_000_000, 1]
    tasks = [partial(engine.fetch_rows, con, f"SELECT sum(range) FROM range({size})") for size in sizes]
    assert engine.run_in_parallel(con, tasks) == [[(size * (size - 1) // 2,)] for size in sizes]


def test_a_failing_task_raises_and_tasks_not_yet_started_are_cancelled() -> None:
    started: list[int] = []

    def task(number: int) -> None:
        started.append(number)
        if number == 0:
            raise ValueError("the first")
        time.sleep(0.02)

    con = engine.open_duckdb()
    with pytest.raises(ValueError, match="the first"):
        engine.run_in_parallel(con, [partial(task, number) for number in range(500)])
    assert len(started) < 500


def test_every_thread_reads_what_one_thread_has_cached() -> None:
    con = engine.open_duckdb()
    five = con.create_table("five", ibis.range(5).unnest().name("n").as_table())
    doubled = engine.run_in_parallel(con, [lambda: five.mutate(twice=five.n * 2).cache()])[0]
    assert engine.run_in_parallel(con, [lambda: doubled.twice.sum().execute()] * 4) == [20] * 4
    assert doubled.twice.sum().execute() == 20


def test_a_cached_table_is_dropped_when_nothing_refers_to_it_and_tables_made_from_it_stay() -> None:
    con = engine.open_duckdb()
    five = con.create_table("five", ibis.range(5).unnest().name("n").as_table())
    first = five.mutate(twice=five.n * 2).cache()
    second = first.mutate(thrice=first.n * 3).cache()
    assert len(table_names(con)) == 3
    del first
    gc.collect()
    assert len(table_names(con)) == 2
    assert second.thrice.sum().execute() == 30
    assert second.twice.sum().execute() == 20


def threads(con: engine.Connection) -> int:
    return int(engine.fetch_rows(con, "SELECT current_setting('threads')")[0][0])


def test_a_query_has_all_cores_and_half_of_them_beside_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CORES", 4)
    con = engine.open_duckdb()

    def task() -> tuple[int, list[int]]:
        return threads(con), engine.run_in_parallel(con, [partial(threads, con)] * 2)

    assert engine.run_in_parallel(con, [task] * 3) == [(2, [2, 2])] * 3
    assert threads(con) == 4


def test_a_query_has_all_cores_again_after_a_task_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CORES", 4)
    con = engine.open_duckdb()
    with pytest.raises(duckdb.Error):
        engine.run_in_parallel(con, [partial(engine.fetch_rows, con, "SELECT 1 FROM nowhere")] * 2)
    assert threads(con) == 4


def test_memory_that_was_freed_is_given_back_and_the_limit_stays() -> None:
    con = engine.open_duckdb(memory_limit="300MB")
    limit = engine.fetch_rows(con, "SELECT current_setting('memory_limit')")
    engine.execute(con, "CREATE TABLE numbers AS SELECT range AS n, random() AS x FROM range(5_000_000)")
    engine.execute(con, "DROP TABLE numbers")
    before = resident_mb()
    engine.give_back(con)
    assert resident_mb() < before - 20
    assert engine.fetch_rows(con, "SELECT current_setting('memory_limit')") == limit


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def test_tables_that_no_view_reads_are_dropped() -> None:
    con = engine.open_duckdb()
    for statement in ("TABLE read AS SELECT 1 AS n", "TABLE unread AS SELECT 2 AS n", "VIEW reader AS FROM read"):
        engine.execute(con, f"CREATE {statement}")
    engine.drop_unread(con, ["read", "unread", "reader"])
    assert table_names(con) == {"read"}
    assert engine.fetch_rows(con, "SELECT n FROM reader") == [(1,)]


def test_a_connection_opened_elsewhere_is_never_used_by_two_tasks_at_once() -> None:
    busy: list[int] = []

    def task() -> int:
        busy.append(1)
        time.sleep(0.02)
        return busy.pop() + len(busy)

    assert engine.run_in_parallel(ibis.duckdb.connect(), [task] * 4) == [1] * 4
