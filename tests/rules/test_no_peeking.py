"""The future can be rewritten, deleted or added to: no feature of the past changes by a bit (rules L1, L2).

Every family in the registry is covered the moment it is registered.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from tests.rules.worlds import (
    World,
    as_known,
    differing,
    features,
    parquet_bytes,
    until,
    with_another_future,
    world,
)

SEEDS = (1, 2, 3)
MONTHS_BEFORE_THE_END = (1, 3, 6, 10)


@pytest.fixture(scope="module", params=SEEDS)
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(Path(tmp_path_factory.mktemp("world")), seed=request.param)


@pytest.fixture(scope="module")
def told(here: World) -> pa.Table:
    """All features of all agent-months, built with the whole future on file."""
    return features(here, here.tables, here.last)


def cut_off(here: World, months_before: int) -> pd.Timestamp:
    return (here.last.to_period("M") - months_before).to_timestamp(how="end").normalize()


@pytest.mark.parametrize("months_before", MONTHS_BEFORE_THE_END)
def test_deleting_everything_that_came_later_changes_no_feature(
    here: World, told: pa.Table, months_before: int
) -> None:
    day = cut_off(here, months_before)
    then, now = features(here, as_known(here.tables, day), day), until(told, day)
    assert parquet_bytes(then) == parquet_bytes(now), f"saw what came after {day.date()}: {differing(then, now)}"


@pytest.mark.parametrize("months_before", MONTHS_BEFORE_THE_END)
def test_adding_and_rewriting_what_is_recorded_later_changes_no_feature(
    here: World, told: pa.Table, months_before: int
) -> None:
    day = cut_off(here, months_before)
    rewritten = with_another_future(as_known(here.tables, day), day)
    then, now = features(here, rewritten, day), until(told, day)
    assert parquet_bytes(then) == parquet_bytes(now), f"saw what was recorded later: {differing(then, now)}"
