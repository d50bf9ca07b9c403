"""Every thread has a connection of its own to one database: told the same, seeing what others keep, losing nothing."""

from __future__ import annotations

import gc
import time
from functools import partial

import duckdb
import ibis
import pytest

from attrition.data import engine


def names(con: engine.Connection) -> set[str]:
    return {row[0] for row in engine.rows(con, "SELECT table_name FROM duckdb_tables()")}


def test_each_thread_reads_the_clock_of_the_site() -> None:
    con = engine.duckdb(time_zone="Asia/Shanghai")
    asked = partial(engine.rows, con, "SELECT current_setting('TimeZone')")
    assert engine.run_in_parallel(con, [asked] * 8) == [[("Asia/Shanghai",)]] * 8


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(duckdb.Error):
        engine.duckdb(time_zone="Mars/Olympus")


def test_answers_come_in_the_order_of_the_tasks() -> None:
    con = engine.duckdb()
    sizes = [3_000_000, 10, 1_000_000, 1]
    tasks = [partial(engine.rows, con, f"SELECT sum(range) FROM range({size})") for size in sizes]
    assert engine.run_in_parallel(con, tasks) == [[(size * (size - 1) // 2,)] for size in sizes]


def test_a_task_that_fails_is_heard_and_those_not_begun_are_left() -> None:
    begun: list[int] = []

    def task(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise ValueError("the first")
        time.sleep(0.02)

    con = engine.duckdb()
    with pytest.raises(ValueError, match="the first"):
        engine.run_in_parallel(con, [partial(task, number) for number in range(500)])
    assert len(begun) < 500


def test_what_one_thread_keeps_every_thread_reads() -> None:
    con = engine.duckdb()
    kept = con.create_table("five", ibis.range(5).unnest().name("n").as_table())
    doubled = engine.run_in_parallel(con, [lambda: kept.mutate(twice=kept.n * 2).cache()])[0]
    assert engine.run_in_parallel(con, [lambda: doubled.twice.sum().execute()] * 4) == [20] * 4
    assert doubled.twice.sum().execute() == 20


def test_what_is_kept_goes_when_nothing_refers_to_it_and_what_was_made_of_it_stays() -> None:
    con = engine.duckdb()
    five = con.create_table("five", ibis.range(5).unnest().name("n").as_table())
    first = five.mutate(twice=five.n * 2).cache()
    second = first.mutate(thrice=first.n * 3).cache()
    assert len(names(con)) == 3
    del first
    gc.collect()
    assert len(names(con)) == 2
    assert second.thrice.sum().execute() == 30
    assert second.twice.sum().execute() == 20


def test_a_connection_that_is_not_ours_is_never_used_by_two_tasks_at_once() -> None:
    busy: list[int] = []

    def task() -> int:
        busy.append(1)
        time.sleep(0.02)
        return busy.pop() + len(busy)

    assert engine.run_in_parallel(ibis.duckdb.connect(), [task] * 4) == [1] * 4
