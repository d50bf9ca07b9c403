"""The future can be rewritten, deleted or added to: no feature of the past changes by a bit (rules L1, L2).

Every family in the registry is covered the moment it is registered.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from attrition.data.events import Reorganisation
from attrition.exposure.open_past import open_past
from attrition.features.registry import build_features
from tests.everyday import some_every_day
from tests.rules.worlds import (
    Tables,
    World,
    as_known,
    differing,
    features,
    of_centre,
    parquet_bytes,
    side_by_side,
    until,
    with_another_future,
    with_silent_months,
    world,
)

CENTRES = {"first-": 1, "second-": 2, "third-": 3}
"""Names and seeds of the centres that stand side by side in one set of tables.

The second has a month without shifts and contacts; in the third those of a month come three months late.
"""

MONTHS_BEFORE_THE_END = some_every_day([1, 3, 6, 10], everyday=[3, 10])


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    worlds = {name: world(tmp_path_factory.mktemp("world"), seed=seed) for name, seed in CENTRES.items()}
    return with_silent_months(side_by_side(worlds), missing="second-", late="third-")


@pytest.fixture(scope="module")
def with_future(here: World) -> pa.Table:
    """All features of all agent-months, built with the whole future on file."""
    return features(here, here.tables, here.last)


@pytest.fixture(scope="module", params=MONTHS_BEFORE_THE_END)
def day(here: World, request: pytest.FixtureRequest) -> pd.Timestamp:
    """The last day of a month before the end."""
    return (here.last.to_period("M") - request.param).to_timestamp(how="end").normalize()


@pytest.fixture(scope="module")
def known_tables(here: World, day: pd.Timestamp) -> Tables:
    return as_known(here.tables, day)


@pytest.fixture(scope="module")
def without_future(here: World, known_tables: Tables, day: pd.Timestamp) -> pa.Table:
    return features(here, known_tables, day)


@pytest.fixture(scope="module")
def with_rewritten_future(here: World, known_tables: Tables, day: pd.Timestamp) -> pa.Table:
    return features(here, with_another_future(known_tables, day), day)


@pytest.mark.parametrize("centre", CENTRES)
def test_deleting_everything_that_came_later_changes_no_feature(
    with_future: pa.Table, without_future: pa.Table, day: pd.Timestamp, centre: str
) -> None:
    then, now = of_centre(without_future, centre), of_centre(until(with_future, day), centre)
    assert len(now) > 0
    assert parquet_bytes(then) == parquet_bytes(now), f"saw what came after {day.date()}: {differing(then, now)}"


@pytest.mark.parametrize("centre", CENTRES)
def test_adding_and_rewriting_what_is_recorded_later_changes_no_feature(
    with_future: pa.Table, with_rewritten_future: pa.Table, day: pd.Timestamp, centre: str
) -> None:
    then, now = of_centre(with_rewritten_future, centre), of_centre(until(with_future, day), centre)
    assert len(now) > 0
    assert parquet_bytes(then) == parquet_bytes(now), f"saw what was recorded later: {differing(then, now)}"


def test_the_last_months_built_alone_have_the_features_that_they_have_among_all(
    here: World, with_future: pa.Table
) -> None:
    day = (here.last.to_period("M") - 3).to_timestamp(how="end").normalize()
    alone = build_features(open_past(here.tables, here.first, here.last).since(day, sums_since=day))
    among_all = with_future.filter(pc.greater_equal(with_future["as_of"], day.date()))
    assert parquet_bytes(alone) == parquet_bytes(among_all), differing(alone, among_all)


def test_the_silent_months_are_seen(with_future: pa.Table, here: World) -> None:
    months = with_future["as_of"].to_pandas().astype(str).str[:7]
    shares = (
        with_future["schedule_weekend_share_1m"].to_pandas().isna().groupby([with_future["site"].to_pandas(), months])
    )
    silent = {
        (str(site).split("-")[0], month) for (site, month), unknown in shares if unknown.all() and len(unknown) > 4
    }
    last = here.last.to_period("M")
    assert silent == {("second", str(last - 4)), ("third", str(last - 7))}


def test_a_reorganisation_changes_no_feature_of_the_months_before_it(here: World, with_future: pa.Table) -> None:
    teams = sorted(set(here.tables["assignments"].team_id.to_pandas()))
    first = (here.last.to_period("M") - 4).to_timestamp().date()
    rotated = dict(zip(teams, [*teams[1:], None], strict=True))
    reorganised = features(here, here.tables, here.last, reorganisations=(Reorganisation(day=first, teams=rotated),))
    before = pd.Timestamp(first) - pd.Timedelta(days=1)
    assert parquet_bytes(until(reorganised, before)) == parquet_bytes(until(with_future, before))
    assert "team_resignation_share_3m" in differing(reorganised, with_future)
