"""Clockings fail most outside the office, add up to the month's counts, and move nothing else of a centre."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from attrition.data.synthetic.attendance import daily_attendance
from attrition.data.synthetic.daily_rows import roster
from attrition.data.synthetic.simulate import SimulatedMonth
from attrition.data.synthetic.worlds.catalogue import WORLDS, draw_world
from attrition.data.synthetic.worlds.reference import reference_state


def test_failed_and_corrected_clockings_add_up_to_the_counts_of_the_month(months: list[SimulatedMonth]) -> None:
    seats = months[5].seats
    rows = roster(seats, months[5].month, np.random.default_rng(1))
    days = daily_attendance(rows, seats, np.random.default_rng(2))
    for name in ("clock_missing", "clock_corrected"):
        counted = np.bincount(rows["seat"], days[name], minlength=len(seats["person"]))
        assert (counted <= seats[name]).all()
        assert counted.sum() > 0.95 * seats[name][seats["active"]].sum()


def test_the_columns_say_nothing_of_a_day_that_was_not_worked(centre: Path) -> None:
    shifts = pd.read_parquet(centre / "shifts.parquet")
    columns = shifts[["work_place", "clock_missing", "clock_corrected"]]
    is_worked = shifts["absence"] == "none"
    assert columns[is_worked].notna().all(axis=None)
    assert columns[~is_worked].isna().all(axis=None)
    assert not (shifts["clock_corrected"] == True)[shifts["clock_missing"] != True].any()  # noqa: E712 - with nulls


def test_clockings_of_agents_with_field_days_fail_more_often(centre: Path) -> None:
    shifts = pd.read_parquet(centre / "shifts.parquet").query("absence == 'none'")
    agents = shifts.groupby("agent_id").agg(
        field=("work_place", lambda p: (p == "field").mean()), failed=("clock_missing", "mean")
    )
    assert agents["failed"][agents["field"] > 0.2].mean() > 2 * agents["failed"][agents["field"] == 0].mean()


@pytest.mark.parametrize("name", WORLDS)
def test_failed_clockings_drive_people_out_in_one_world_and_in_no_other(name: str) -> None:
    state, effects = reference_state(), draw_world(name, 1).effects
    worse = state | {"clock_missing_share": state["clock_missing_share"] + 0.1}
    change = sum(effects(worse).values()) - sum(effects(state).values())
    assert (change.mean() > 0.1) == (name == "failing_clocks")
    assert np.all(change == 0) == (name != "failing_clocks")
