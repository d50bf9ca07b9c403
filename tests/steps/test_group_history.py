"""Where only numbers of groups were kept, what was expected of groups can be set against what happened."""

from __future__ import annotations

import pandas as pd

from attrition.steps.group_history import group_means

AS_OF = pd.Timestamp("2026-10-31")
AGENTS = [f"{number:02}" for number in range(30)]


def test_means_of_groups_add_up_to_the_numbers_that_were_announced() -> None:
    outcomes = pd.DataFrame({"agent_id": AGENTS, "as_of": AS_OF, "site": ["A"] * 12 + ["B"] * 18})
    outcomes["team_id"] = ["a"] * 12 + ["b"] * 10 + ["few"] * 8
    units = [("centre", "centre", 30, 6.0), ("site", "A", 12, 1.0), ("site", "B", 18, 5.0)]
    units += [("team", "a", 12, 1.0), ("team", "b", 10, 3.0), ("team", "few", None, None)]
    expected = pd.DataFrame(units, columns=["level", "unit", "headcount", "expected"])
    means = group_means(expected.assign(as_of=AS_OF, horizon_months=3), outcomes).merge(outcomes, on="agent_id")
    assert means["abstained"].all()
    assert means.groupby("site")["risk"].sum().round(9).to_dict() == {"A": 1.0, "B": 5.0}
    assert means.groupby("team_id")["risk"].sum().round(9).to_dict() == {"a": 1.0, "b": 3.0, "few": 2.0}
    assert means.groupby("team_id")["risk"].nunique().to_dict() == {"a": 1, "b": 1, "few": 1}


def test_who_is_in_no_shown_group_has_the_mean_of_the_rest_of_the_centre() -> None:
    outcomes = pd.DataFrame({"agent_id": AGENTS, "as_of": AS_OF, "site": ["A"] * 20 + [None] * 10})
    units = [("centre", "centre", 30, 6.0), ("site", "A", 20, 2.0)]
    expected = pd.DataFrame(units, columns=["level", "unit", "headcount", "expected"])
    means = group_means(expected.assign(as_of=AS_OF, horizon_months=3), outcomes)
    assert means["risk"].round(9).tolist() == [0.1] * 20 + [0.4] * 10
