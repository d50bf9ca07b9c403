"""The centre cut by account, channel, employment type and so on: whole numbers, and none of a small group."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from attrition.report.figures.cuts import all_cuts, cuts, one_cut
from attrition.report.inputs import ReportInputs
from tests.report.sample_inputs import ACCOUNTS


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


def test_account_and_channel_are_cuts_with_the_number_that_last_month_s_report_had(inputs: ReportInputs) -> None:
    table = cuts(inputs)
    assert table is not None
    assert set(table["unit"]) == {*ACCOUNTS.values(), "voice", "chat"}
    assert (table["expected"] > 0).all()
    before = replace(inputs, as_of=date(2026, 9, 30), scores=_scores_before(inputs), previous_scores=None)
    earlier = cuts(before)
    assert earlier is not None
    assert table["expected_before"].tolist() == earlier["expected"].tolist()


def _scores_before(inputs: ReportInputs) -> pd.DataFrame:
    assert inputs.previous_scores is not None
    columns = {"horizon_months": inputs.horizon, "abstained": False, "abstain_reason": ""}
    return inputs.previous_scores.assign(**columns)


def test_a_cut_along_teams_shows_no_headcount_since_it_would_count_a_hidden_team() -> None:
    people = pd.DataFrame({"risk": 0.2, "team_id": ["T1"] * 20 + ["T2"] * 20 + ["T3"] * 5})
    people = people.assign(
        account=["retail"] * 20 + ["travel"] * 25, schedule_work_mode=["home", "office", "home"] * 15
    )
    table = all_cuts(people, error=0.1, min_group=10)
    assert table is not None
    heads = table.set_index(["cut", "unit"])["headcount"]
    assert heads["account"].isna().all()
    assert heads["work_mode"].to_dict() == {"home": 30.0, "office": 15.0}
