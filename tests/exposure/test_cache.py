"""A table that several families share is built once, however many threads need it."""

from __future__ import annotations

import time

import ibis
import pytest

from attrition.data import engine
from attrition.exposure.cache import Cache


def test_a_table_is_built_once_even_when_threads_need_it_at_the_same_time() -> None:
    con = engine.open_duckdb()
    rows = con.create_table("rows", ibis.range(4).unnest().name("n").as_table())
    cache, built = Cache(), []

    def build() -> ibis.Table:
        built.append(1)
        time.sleep(0.1)
        return rows.mutate(twice=rows.n * 2)

    totals = engine.run_in_parallel(con, [lambda: cache.get_or_build("doubled", build).twice.sum().execute()] * 4)
    assert totals == [12] * 4
    assert len(built) == 1


def test_one_that_failed_is_tried_again() -> None:
    cache = Cache()

    def fail() -> ibis.Table:
        raise ValueError("no such column")

    for _ in range(2):
        with pytest.raises(ValueError, match="no such column"):
            cache.get_or_build("rows", fail)
