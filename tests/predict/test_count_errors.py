"""Errors of expected numbers, from months checkable by head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.count_errors import (
    CENTRE_ERROR,
    OWN_ERROR,
    PRIOR_WINDOWS,
    CountErrors,
    count_errors,
)

AGENTS, RISK = 5000, 0.2
EXPECTED, CHANCE = AGENTS * RISK, AGENTS * RISK * (1 - RISK)


def past(*resigned: int, horizon: int = 1, sites: tuple[str, ...] = ("all",)) -> pd.DataFrame:
    """Draw months of 5,000 agents at a risk of one fifth; at several sites the first loses them all first."""
    months = pd.date_range("2026-01-31", periods=len(resigned), freq="ME")
    labels = [np.arange(AGENTS) < count for count in resigned]
    table = pd.DataFrame({"as_of": np.repeat(months, AGENTS), "risk": RISK, "resigned": np.concatenate(labels) * 1.0})
    of_agent = np.repeat(sites, AGENTS // len(sites))
    return table.assign(horizon_months=horizon, site=np.tile(of_agent, len(resigned)))


def windows(horizon: int) -> float:
    """Return what two months weigh at a horizon, with the little chance of 5,000 agents."""
    return 2 * (CENTRE_ERROR**2 / (CENTRE_ERROR**2 + CHANCE / EXPECTED**2)) ** 2 / horizon


@pytest.mark.parametrize("horizon", [1, 2])
def test_months_that_chance_explains_bring_the_error_down_and_not_to_nothing(horizon: int) -> None:
    error = count_errors(past(990, 1010, horizon=horizon)).deviation("centre", horizon)
    weight = windows(horizon)  # months that overlap weigh less
    assert error == pytest.approx(CENTRE_ERROR * np.sqrt(PRIOR_WINDOWS / (weight + PRIOR_WINDOWS)))


def test_months_that_miss_by_more_than_chance_show_the_error() -> None:
    observed, weight = (300**2 - CHANCE) / EXPECTED**2, windows(1)
    error = count_errors(past(700, 1300)).deviation("centre", 1)
    assert error**2 == pytest.approx((weight * observed + PRIOR_WINDOWS * CENTRE_ERROR**2) / (weight + PRIOR_WINDOWS))


def test_a_small_centre_keeps_the_default() -> None:
    few = past(1000, 1000).groupby("as_of").sample(20, random_state=0)
    assert count_errors(few).deviation("centre", 1) == pytest.approx(CENTRE_ERROR, rel=0.02)


def test_an_error_seen_at_a_short_horizon_widens_a_longer_one() -> None:
    errors = count_errors(pd.concat([past(600, 1400), past(1000, horizon=12)]))
    assert errors.deviation("centre", 12) > 1.2 * CENTRE_ERROR


def test_sites_that_share_the_centres_error_have_little_of_their_own() -> None:
    table = past(500, 1500, sites=("a", "b"))
    even = table.assign(
        resigned=(np.tile(np.arange(AGENTS // 2), 4) < np.repeat([250, 250, 750, 750], AGENTS // 2)) * 1.0
    )
    assert count_errors(even).own["site", 1] < OWN_ERROR["site"] ** 2 < count_errors(table).own["site", 1]


def test_a_unit_that_is_the_whole_centre_has_no_error_of_its_own() -> None:
    errors = CountErrors({3: 0.01}, {("site", 3): 0.03})
    assert errors.deviation("site", 3, share=1.0) == pytest.approx(0.1)
    assert errors.deviation("site", 3, share=0.0) == pytest.approx(0.2)


def test_without_a_backtest_the_errors_are_the_defaults() -> None:
    errors = count_errors(past(1000).head(0))
    assert errors == CountErrors()
    assert errors.deviation("team", 3) == pytest.approx(np.hypot(CENTRE_ERROR, OWN_ERROR["team"]))
