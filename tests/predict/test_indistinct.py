"""Which families cannot be told apart: those whose part hardly differs among agents, against peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.predict.drivers import drivers
from attrition.predict.indistinct import indistinct_families, spread, with_indistinct_families
from tests.predict.linear_risk import LinearRisk, centre, groups


def frame(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return centre(n, pay_market_ratio=rng.normal(1, 0.1, n), workload_overtime_hours_3m=rng.normal(10, 5, n))


def test_a_family_whose_part_hardly_differs_is_marked_and_one_that_orders_people_is_not() -> None:
    model, rows = LinearRisk({"pay_market_ratio": -0.1, "workload_overtime_hours_3m": 0.3}), frame()
    assert indistinct_families(model, rows, groups(rows)) == ("pay",)


def test_what_all_peers_have_in_common_tells_nobody_apart() -> None:
    rows = frame()
    rows["pay_market_ratio"] = np.where(rows.index % 2, 0.5, 1.5)
    sites = groups(rows, site=np.where(rows.index % 2, "Foshan", "Wuhan"))
    model = LinearRisk({"pay_market_ratio": -0.5, "workload_overtime_hours_3m": 0.3})
    assert indistinct_families(model, rows, sites) == ("pay",)
    assert indistinct_families(model, rows, groups(rows)) == ()


def test_a_family_of_warning_signs_alone_is_not_marked_and_nor_is_one_without_features() -> None:
    rows = frame().assign(schedule_late_share_3m=0.1)
    model = LinearRisk({"schedule_late_share_3m": 0.0, "workload_overtime_hours_3m": 0.3})
    assert indistinct_families(model, rows, groups(rows)) == ()


def test_a_model_that_orders_nobody_has_no_mark() -> None:
    model, rows = LinearRisk({"pay_market_ratio": 0.0}), frame()
    model.orders_people = False
    assert indistinct_families(model, rows, groups(rows)) == ()


def test_what_members_do_not_agree_on_is_no_spread() -> None:
    rng = np.random.default_rng(0)
    common, own = rng.normal(size=(500, 1)), rng.normal(size=(500, 6))
    assert spread(np.repeat(common, 6, axis=1), agent_share=0.7) > 0.9
    assert spread(own, agent_share=0.7) < 0.2


def test_a_fitted_model_knows_its_marks_and_the_drivers_carry_them(month) -> None:
    outcomes = month.groups
    fitted = with_indistinct_families(month.fitted, month.frame, outcomes)
    table = drivers(fitted, month.frame, features=month.features, groups=month.groups)
    assert set(table.loc[table["is_indistinct"], "family"]) <= set(fitted.indistinct_families)
    assert "workload" not in fitted.indistinct_families
    assert fitted.indistinct_families
