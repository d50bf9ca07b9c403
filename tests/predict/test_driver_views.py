from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.driver_views import driver_views
from tests.predict.linear_risk import MONTH, LinearRisk, centre, groups

LAST = MONTH - pd.offsets.MonthEnd(1)


@pytest.fixture
def panel():
    this = centre(4, workload_overtime_hours_3m=[30.0, 30.0, 10.0, 10.0], pay_market_ratio=1.0)
    last = this.assign(as_of=LAST, workload_overtime_hours_3m=10.0)
    return pd.concat([this, last], ignore_index=True)


@pytest.fixture
def views(panel):
    model = LinearRisk({"workload_overtime_hours_3m": 0.1, "pay_market_ratio": -2.0}, base=-1.0)
    result = groups(panel, site=["A", "A", "B", "B"] * 2)
    return (
        driver_views(model, panel, result, as_of=MONTH).set_index(["as_of", "grouping", "group", "topic"]).sort_index()
    )


def test_a_site_with_ten_more_hours_than_the_centre_is_raised_by_ten_times_the_weight(views):
    row = views.loc[(MONTH, "site", "A", "workload_overtime_hours")]
    assert (row["contribution"], row["agents"]) == (pytest.approx(1.0), 2)


def test_last_month_is_set_against_the_centre_of_this_month(views):
    row = views.loc[(LAST, "centre", "centre", "workload_overtime_hours")]
    assert row["contribution"] == pytest.approx(-1.0)  # 10 hours then, 20 now, on average


def test_points_of_a_group_sum_to_its_difference_in_typical_risk(views):
    for _, group in views.groupby(["as_of", "grouping", "group"]):
        first = group.iloc[0]
        result = 100 * (first["typical_risk"] - first["typical_risk_of_centre"])
        assert abs(group["points"].sum() - result) < 1e-9
    rows = views.xs((MONTH, "site", "A"))
    assert rows["typical_risk"].iloc[0] == pytest.approx(1 / (1 + np.exp(-(-1.0 + 3.0 - 2.0))))


def test_the_centre_of_this_month_differs_from_itself_by_nothing(views):
    assert np.abs(views.xs((MONTH, "centre"))["contribution"]).max() < 1e-12


def test_agents_of_no_known_team_are_in_no_group_of_teams(panel):
    model = LinearRisk({"workload_overtime_hours_3m": 0.1})
    views = driver_views(model, panel, groups(panel, team_id=["t1", None, "t2", None] * 2), as_of=MONTH)
    teams = views[views["grouping"] == "team_id"]
    assert teams[["group", "agents"]].drop_duplicates().values.tolist() == [["t1", 1], ["t2", 1]]
