"""Pay features compare an agent's pay with the market, with peers, with its own past, and with its targets."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.features.pay import PAY
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date  | site
A        | 2025-01-01 | S
"""
POSTS = """
agent_id | effective_date | team_id | job_role
A        | 2025-01-01     | T       | agent
"""
NO_EXITS = "agent_id | exit_date | exit_type"
STEADY = """
agent_id | effective_date | base_pay
A        | 2025-01-01     | 4000
A        | 2026-01-01     | 4400
"""


def pay(agent_id: str = "A", **table_texts: str) -> pd.DataFrame:
    """Return the features of an agent by month."""
    table_texts = {"agents": AGENTS, "assignments": POSTS, "exits": NO_EXITS, "pay": STEADY} | table_texts
    return feature_rows(PAY, first="2025-01-31", last="2026-04-30", **table_texts).loc[agent_id]


def test_without_pay_nothing_is_said() -> None:
    table_texts = {"agents": AGENTS, "assignments": POSTS, "exits": NO_EXITS}
    rows = feature_rows(PAY, first="2026-01-31", last="2026-04-30", **table_texts)
    assert not [name for name in rows if name.startswith("pay_")]


def test_a_raise_is_dated_and_sized_and_before_it_the_days_count_from_hire() -> None:
    rows = pay()
    assert rows.loc[["2025-12", "2026-02"], "pay_since_raise_days"].tolist() == [364, 58]
    assert pd.isna(rows.loc["2025-12", "pay_last_raise_share"])
    assert rows.loc["2026-02", "pay_last_raise_share"] == pytest.approx(0.1)


def test_growth_compares_with_what_was_paid_a_year_before() -> None:
    assert pay()["pay_base_change_12m"].dropna().to_dict() == pytest.approx(
        {"2026-01": 0.1, "2026-02": 0.1, "2026-03": 0.1, "2026-04": 0.1}
    )


def test_a_cut_is_no_raise() -> None:
    cut = STEADY.replace("4400", "3600")
    rows = pay(pay=cut)
    assert rows.loc["2026-02", "pay_since_raise_days"] == 423
    assert rows.loc["2026-02", "pay_base_change_12m"] == pytest.approx(-0.1)


def test_what_a_rehire_starts_with_is_no_raise() -> None:
    exits = "agent_id | exit_date | exit_type\nA | 2025-11-30 | voluntary"
    rows = pay(agents=AGENTS + "A | 2026-01-01 | S\n", exits=exits)
    assert rows.loc["2026-02", "pay_since_raise_days"] == 58
    assert pd.isna(rows.loc["2026-02", "pay_last_raise_share"])


def test_a_corrected_raise_counts_as_it_was_known() -> None:
    corrected = """
    agent_id | effective_date | base_pay | known_on   | superseded_on
    A        | 2025-01-01     | 4000     | 2025-01-01 |
    A        | 2026-01-01     | 4800     | 2026-01-01 | 2026-03-05
    A        | 2026-01-01     | 4400     | 2026-03-05 |
    """
    share = pay(pay=corrected)["pay_last_raise_share"]
    assert share[["2026-02", "2026-03"]].tolist() == pytest.approx([0.2, 0.1])


MARKET = """
effective_date | job_role | site | p50  | p25
2025-01-01     | agent    | S    | 5000 | 4000
2026-03-01     | agent    | S    | 5500 | 4400
2025-01-01     | agent    | Z    | 9000 | 9000
"""


def test_pay_is_compared_with_the_benchmark_of_role_and_site() -> None:
    rows = pay(market_pay=MARKET)
    assert rows.loc[["2025-12", "2026-01", "2026-03"], "pay_market_ratio"].tolist() == pytest.approx([0.8, 0.88, 0.8])
    assert rows.loc["2026-03", "pay_market_low_ratio"] == pytest.approx(1)


def test_a_market_that_moved_while_pay_stood_still_shows_as_a_change() -> None:
    rows = pay(market_pay=MARKET, pay=STEADY.replace("4400", "4000"))
    assert rows.loc["2026-03", "pay_market_ratio_change_6m"] == pytest.approx(4 / 5.5 - 0.8)


def test_a_benchmark_without_role_or_site_holds_for_everybody() -> None:
    rows = pay(market_pay="effective_date | p50\n2025-01-01 | 5000")
    assert rows.loc["2025-12", "pay_market_ratio"] == pytest.approx(0.8)


def test_a_benchmark_by_a_grade_that_agents_do_not_have_is_left_away() -> None:
    rows = pay(market_pay="effective_date | grade | p50\n2025-01-01 | G1 | 5000")
    assert "pay_market_ratio" not in rows
    assert "pay_base_amount" in rows


BONUSES = """
agent_id | pay_date   | amount | target_amount
A        | 2025-11-20 | 200    | 400
A        | 2026-01-20 | 300    | 400
A        | 2026-02-20 | 600    | 400
A        | 2026-02-25 | 50     |
"""


def test_bonuses_are_measured_against_their_targets_and_against_base_pay() -> None:
    row = pay(bonuses=BONUSES).loc["2026-02"]
    assert row["pay_bonus_attainment_3m"] == pytest.approx(900 / 800)
    assert row["pay_bonus_attainment_12m"] == pytest.approx(1100 / 1200)
    assert row["pay_bonus_share_3m"] == pytest.approx(950 / (950 + 3 * 4400))
    assert row["pay_since_bonus_days"] == 3


def test_the_bonus_lately_against_the_year_is_per_month_here() -> None:
    assert pay(bonuses=BONUSES).loc["2026-02", "pay_bonus_change_share"] == pytest.approx((950 / 3) / (1150 / 12))
    new = pay(agents="agent_id | hire_date | site\nA | 2026-01-05 | S", bonuses=BONUSES)
    assert new.loc["2026-02", "pay_bonus_change_share"] == 1


def test_bonuses_without_targets_say_what_they_can() -> None:
    rows = pay(bonuses="agent_id | pay_date | amount\nA | 2026-02-20 | 600")
    assert "pay_bonus_attainment_3m" not in rows
    assert rows.loc["2026-02", "pay_bonus_share_3m"] == pytest.approx(600 / (600 + 3 * 4400))


def test_pay_against_peers_leaves_the_agent_out() -> None:
    names = "ABCDEF"
    agents = "agent_id | hire_date | site\n" + "\n".join(f"{name} | 2025-01-01 | S" for name in names)
    posts = "agent_id | effective_date | team_id | job_role\n"
    posts += "\n".join(f"{name} | 2025-01-01 | T | agent" for name in names)
    wages = "agent_id | effective_date | base_pay\n"
    wages += "\n".join(f"{name} | 2025-01-01 | {3000 if name == 'A' else 4000}" for name in names)
    rows = pay(agents=agents, assignments=posts, pay=wages)
    assert rows.loc["2025-06", ["pay_peer_ratio", "pay_role_ratio"]].tolist() == [0.75, 0.75]
