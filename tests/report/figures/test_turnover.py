"""Exits by month and by year, on spells checkable by head."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from attrition.report.figures.turnover import turnover

DAY = pd.Timestamp
AS_OF = date(2026, 6, 30)


def spells(leavers: list[tuple[str, str]], *, stay: int = 100, begins: str = "2024-07-01") -> pd.DataFrame:
    """Return spells of people who stayed and of people who left on a day, by kind of exit."""
    left = [None] * stay + [day for day, _ in leavers]
    kinds = [None] * stay + [kind for _, kind in leavers]
    table = pd.DataFrame({"left": pd.to_datetime(pd.Series(left)), "exit_kind": pd.Series(kinds, dtype=object)})
    return table.assign(
        agent_id=[f"a{n}" for n in range(len(table))],
        hired=DAY("2020-01-01"),
        entered=DAY(begins),
        known_on=DAY("2020-01-01"),
        until=DAY(AS_OF),
        left_known_on=table["left"],
    )


def months(leavers: list[tuple[str, str]], **more: int | str) -> pd.DataFrame:
    return turnover(spells(leavers, **more), AS_OF, horizon=3, min_group=10).months  # type: ignore[arg-type]


def test_a_month_counts_those_who_left_in_it_by_kind_and_who_is_there_at_its_end() -> None:
    last = months([("2026-06-10", "voluntary"), ("2026-06-30", "other"), ("2026-05-31", "voluntary")]).tail(2)
    assert last["voluntary"].tolist() == [1, 1]
    assert last["otherwise"].tolist() == [0, 1]
    assert last["headcount"].tolist() == [102, 100]


def test_who_came_and_left_within_a_month_counts() -> None:
    table = spells([])
    guest = table.head(1).assign(hired=DAY("2026-06-03"), entered=DAY("2026-06-03"), left=DAY("2026-06-20"))
    guest = guest.assign(exit_kind="voluntary", left_known_on=DAY("2026-06-21"), agent_id="guest")
    result = turnover(pd.concat([table, guest]), AS_OF, horizon=3, min_group=10)
    assert result.months["voluntary"].iloc[-1] == 1
    assert result.months["headcount"].iloc[-1] == 100


def test_the_yearly_rate_is_exits_over_average_headcount() -> None:
    leavers = [(f"{end:%Y-%m-%d}", "voluntary") for end in pd.date_range("2025-07-31", periods=12, freq="ME")]
    rates = turnover(spells(leavers), AS_OF, horizon=3, min_group=10).rates.set_index(["year", "kind"])
    row = rates.loc[("this", "voluntary")]
    assert (row["exits"], row["headcount"]) == (12, np.mean(range(100, 112)))
    assert row["rate"] == pytest.approx(12 / 105.5)
    assert rates.loc[("before", "voluntary"), "rate"] == 0


def test_the_interval_of_a_rate_is_exact() -> None:
    leavers = [("2026-05-10", "voluntary")] * 9
    row = turnover(spells(leavers), AS_OF, horizon=3, min_group=10).rates.query("kind == 'voluntary'").iloc[0]
    low, high = row["low"] * row["headcount"], row["high"] * row["headcount"]
    assert poisson.sf(8, low) == pytest.approx(0.025)
    assert poisson.cdf(9, high) == pytest.approx(0.025)


@pytest.mark.parametrize(("now", "then", "is_beyond"), [(60, 20, True), (32, 28, False)])
def test_two_years_are_compared_beyond_chance(now: int, then: int, is_beyond: bool) -> None:
    leavers = [("2026-02-10", "voluntary")] * now + [("2025-02-10", "voluntary")] * then
    result = turnover(spells(leavers, stay=400), AS_OF, horizon=3, min_group=10)
    assert result.ratio_low <= result.ratio <= result.ratio_high
    assert (result.ratio_low > 1) == is_beyond


def test_the_same_months_a_year_ago_count_who_was_there_then() -> None:
    leavers = [("2025-07-10", "voluntary"), ("2025-09-30", "voluntary"), ("2025-10-01", "voluntary")]
    leavers += [("2025-06-30", "voluntary"), ("2025-08-10", "other")]
    assert turnover(spells(leavers), AS_OF, horizon=3, min_group=10).resigned_a_year_ago == 2


def test_without_a_year_of_data_there_is_no_rate() -> None:
    result = turnover(spells([], begins="2026-01-01"), AS_OF, horizon=3, min_group=10)
    assert result.rates.empty
    assert np.isnan([result.ratio, result.resigned_a_year_ago]).all()
    assert len(result.months) == 6


def test_a_centre_under_the_smallest_group_shows_no_month() -> None:
    result = turnover(spells([("2026-06-10", "voluntary")], stay=7), AS_OF, horizon=3, min_group=10)
    assert result.months[["headcount", "voluntary"]].isna().all(axis=None)
    assert result.rates.empty


def test_months_after_the_list_of_exits_ends_are_not_shown_and_the_year_ends_before_them() -> None:
    leavers = [(f"{end:%Y-%m-%d}", "voluntary") for end in pd.date_range("2024-07-31", "2026-03-31", freq="ME")]
    table = spells(leavers).assign(observed_to=DAY("2026-03-31"))
    result = turnover(table, AS_OF, horizon=3, min_group=10, complete_to=date(2026, 3, 31))
    assert result.months["as_of"].iloc[-1] == DAY("2026-03-31")
    assert result.rates.query("year == 'this' and kind == 'voluntary'")["exits"].tolist() == [12]
