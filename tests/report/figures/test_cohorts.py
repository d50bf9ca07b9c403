"""New hires who are still here: the life table read at days, and no further than there are people to watch."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from attrition.labels.life_table import life_table
from attrition.report.figures.cohorts import TABLE_DAYS, cohorts, survival_by_day
from tests.report.sample_inputs import spells

AS_OF = date(2026, 10, 31)


def sample_spells(hires: int = 900) -> pd.DataFrame:
    return spells(np.random.default_rng(3), hires)


def test_survival_at_the_days_of_the_table_is_kaplan_meier_up_to_rounding() -> None:
    table = sample_spells()
    curves = cohorts(table, AS_OF, min_group=10)
    for cohort, curve in curves.groupby("cohort"):
        hired = table[(table["hired"] >= cohort) & (table["hired"] < cohort + pd.DateOffset(months=6))]
        days = (hired["left"].fillna(hired["until"]) - hired["hired"]).dt.days + 1
        whole = life_table(pd.DataFrame({"entered": 0, "left": days, "exit_kind": hired["exit_kind"]}))
        for day in (30, 90):
            true = whole.loc[whole["time"] <= day, "survival"].iloc[-1]
            there = (days > day).sum()
            assert curve.set_index("day").at[day, "survival"] == pytest.approx(true, abs=5 / there)


def test_a_curve_never_rises_and_lies_in_its_band() -> None:
    curves = cohorts(sample_spells(), AS_OF, min_group=10)
    for _, curve in curves.groupby("cohort"):
        assert (np.diff(curve["survival"]) <= 1e-9).all()
        assert (curve["low"] <= curve["survival"] + 1e-9).all()
        assert (curve["survival"] <= curve["high"] + 1e-9).all()


def test_no_curve_is_drawn_where_fewer_than_ten_are_left_to_watch() -> None:
    table = sample_spells()
    curves = cohorts(table, AS_OF, min_group=10)
    last = table[table["hired"] >= "2026-07-01"]
    watched = (last["left"].fillna(last["until"]) - last["hired"]).dt.days + 1
    reached = curves[curves["cohort"] == "2026-07-01"]["day"].max()
    assert (watched > reached).sum() >= 10
    assert (watched > reached + 15).sum() < 10


def test_where_nobody_is_seen_before_a_month_end_curves_begin_with_those_who_reached_one() -> None:
    table = sample_spells()
    late = table.assign(entered=table["hired"] + pd.Timedelta(days=20))
    curves = cohorts(late[late["left"].isna() | (late["left"] > late["entered"])], AS_OF, min_group=10)
    assert set(curves["start_day"]) == {31}
    assert curves.groupby("cohort")["day"].min().eq(31).all()
    assert curves[curves["day"] == 31]["survival"].eq(1.0).all()
    whole = cohorts(table, AS_OF, min_group=10).set_index(["cohort", "day"])["survival"]
    ratio = whole.xs(180, level="day") / whole.xs(30, level="day")
    survival = curves.set_index(["cohort", "day"])["survival"].xs(180, level="day")
    assert (survival - ratio).abs().max() < 0.06


def test_half_years_with_few_hires_are_not_shown() -> None:
    assert cohorts(sample_spells(40), AS_OF, min_group=10).empty


def test_an_exit_recorded_later_is_not_there_yet() -> None:
    table = sample_spells()
    later = table.assign(
        left_known_on=table["left_known_on"].where(table["left"] < "2026-08-01", pd.Timestamp("2027-01-01"))
    )
    assert cohorts(later, AS_OF, min_group=10)["survival"].sum() > cohorts(table, AS_OF, min_group=10)["survival"].sum()


def test_there_is_one_row_per_half_year_with_the_days_of_the_table() -> None:
    rows = survival_by_day(cohorts(sample_spells(), AS_OF, min_group=10))
    assert rows["cohort"].is_monotonic_increasing
    assert {f"survival_{day}" for day in TABLE_DAYS} <= set(rows.columns)
    assert np.isnan(rows["survival_365"].iloc[-1])
