"""What several families share is worked out once, however many ask at the same time."""

from __future__ import annotations

import time

import ibis
import pytest

from attrition.data import engine
from attrition.exposure.kept import Kept


def test_a_table_is_made_once_even_when_asked_for_at_the_same_time() -> None:
    con = engine.duckdb()
    rows = con.create_table("rows", ibis.range(4).unnest().name("n").as_table())
    kept, made = Kept(), []

    def make() -> ibis.Table:
        made.append(1)
        time.sleep(0.1)
        return rows.mutate(twice=rows.n * 2)

    told = engine.run_in_parallel(con, [lambda: kept.once("doubled", make).twice.sum().execute()] * 4)
    assert told == [12] * 4
    assert len(made) == 1


def test_one_that_failed_is_tried_again() -> None:
    kept = Kept()

    def fail() -> ibis.Table:
        raise ValueError("no such column")

    for _ in range(2):
        with pytest.raises(ValueError, match="no such column"):
            kept.once("rows", fail)
