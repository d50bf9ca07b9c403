"""The centre cut by employment type, work mode and role: whole numbers, and none of a small group."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from attrition.report.figures.cuts import cuts, one_cut
from attrition.report.inputs import ReportInputs


def groups(**people: int) -> pd.DataFrame:
    units = pd.Series([name for name, count in people.items() for _ in range(count)])
    risks = pd.Series(0.1, index=units.index)
    return one_cut(risks, units, error=0.1, min_group=10).set_index("unit")


def test_a_group_s_number_is_the_sum_of_its_risks_as_a_whole_one() -> None:
    assert groups(agency=20, permanent=44)["expected"].to_dict() == {"agency": 2.0, "permanent": 4.0}


def test_a_small_group_hides_another_beside_it() -> None:
    table = groups(agency=4, seasonal=12, permanent=60)
    assert table["is_hidden"].to_dict() == {"agency": True, "permanent": False, "seasonal": True}
    assert table.loc["agency", ["headcount", "expected", "low", "high"]].isna().all()


def test_who_has_no_risk_counts_at_the_mean_of_their_group() -> None:
    risks = pd.Series([0.5] * 10 + [None] * 10 + [0.0] * 20)
    table = one_cut(risks, pd.Series(["a"] * 20 + ["b"] * 20), error=0.1, min_group=10).set_index("unit")
    assert table["expected"].to_dict() == {"a": 10.0, "b": 0.0}


def test_a_mode_that_keeps_no_figures_of_persons_has_no_cuts(inputs: ReportInputs) -> None:
    assert cuts(replace(inputs, mode="banded")) is None
