"""Offers across groups that are only audited, on tables checkable by head."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.report.figures.offer_audit import NOT_STATED, offer_audit

MONTH = pd.Timestamp("2026-10-31")


def centre(**sizes: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw agents in need, so many of each group, beside as many calm ones of nobody knows which."""
    groups = [name for name, size in sizes.items() for _ in range(size)]
    names = [f"{number:03d}" for number in range(2 * len(groups))]
    agents = pd.DataFrame({"agent_id": names, "risk": [0.5] * len(groups) + [0.1] * len(groups)})
    return agents, pd.DataFrame({"agent_id": names[: len(groups)], "gender": groups})


def audited(agents: pd.DataFrame, attributes: pd.DataFrame, offered: list[str], min_group: int = 10) -> pd.DataFrame:
    table = offer_audit(agents, pd.Series(offered), attributes, as_of=MONTH, min_group=min_group)
    return table.set_index("group")


def test_a_group_is_set_beside_all_others_in_need() -> None:
    agents, attributes = centre(female=20, male=30)
    audit = audited(agents, attributes, [*attributes["agent_id"].iloc[:5], *attributes["agent_id"].iloc[20:35]])
    assert audit.loc["female", ["in_need", "offered", "share", "others_share"]].tolist() == [20, 5, 0.25, 0.5]
    assert audit["gap"].to_dict() == {"female": -0.25, "male": 0.25}
    assert audit.loc["female", "gap_low"] < -0.25 < audit.loc["female", "gap_high"]


def test_the_interval_is_newcombe_s() -> None:
    """His example, 56 of 70 against 48 of 80: 0.2 (0.0524 to 0.3339), Newcombe 1998, method 10, row a."""
    agents, attributes = centre(a=70, b=80)
    offered = [*attributes["agent_id"].iloc[:56], *attributes["agent_id"].iloc[70:118]]
    audit = audited(agents, attributes, offered).loc["a"]
    assert audit[["gap", "gap_low", "gap_high"]].tolist() == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_calm_agents_do_not_count() -> None:
    agents, attributes = centre(female=20, male=20)
    assert audited(agents, attributes, ["079"])["offered"].tolist() == [0, 0]


def test_a_group_of_nine_is_hidden_with_the_one_that_would_give_it_away() -> None:
    agents, attributes = centre(female=9, male=30, other=20)
    audit = audited(agents, attributes, attributes["agent_id"].tolist())
    assert audit["is_hidden"].to_dict() == {"female": True, "male": False, "other": True}
    assert audit.loc[["female", "other"], ["in_need", "offered", "share", "gap"]].isna().all(axis=None)


def test_nobody_is_left_out_whose_attribute_is_not_known() -> None:
    agents, attributes = centre(female=20, male=20)
    assert audited(agents, attributes.iloc[:30], [])["in_need"].to_dict() == {"female": 20, "male": 10, NOT_STATED: 10}


def test_a_day_of_birth_becomes_a_band_of_age_on_that_day() -> None:
    agents, attributes = centre(x=24)
    born = pd.to_datetime(["2001-11-01", "2001-10-30"] * 12)
    audit = audited(agents, attributes[["agent_id"]].assign(birth_date=born), [])
    assert audit["in_need"].to_dict() == {"25-34": 12, "under 25": 12}


def test_a_site_that_supplies_nothing_is_not_audited() -> None:
    agents, attributes = centre(x=20)
    assert audited(agents, attributes[["agent_id"]], []).empty
