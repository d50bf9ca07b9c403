"""A changed fact moves every feature that depends on it, through the features' own code, and nobody else's."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pytest

from attrition.errors import UserError
from attrition.exposure.open_past import open_past
from attrition.features.career import CAREER
from attrition.features.pay import PAY
from attrition.features.registry import build_features
from attrition.features.schedule import SCHEDULE
from attrition.predict.facts import FACTS, reading_notes
from attrition.steps.counterfactual import CounterfactualMonth
from tests.text_tables import tables

AGENTS = """
agent_id | hire_date  | site
A        | 2025-01-01 | S
B        | 2025-01-01 | S
C        | 2025-01-01 | S
D        | 2025-01-01 | S
E        | 2025-01-01 | S
F        | 2025-01-01 | S
G        | 2025-01-01 | S
"""
POSTS = """
agent_id | effective_date | team_id | supervisor_id | job_role | work_mode | shift_pattern | contract_hours_week
A        | 2025-01-01     | T1      | L1            | agent    | hybrid    | day           | 40
B        | 2025-01-01     | T2      | L2            | agent    | office    | day           | 40
C        | 2025-01-01     | T2      | L2            | senior   | office    | day           | 40
D        | 2025-01-01     | T2      | L2            | agent    | office    | night         | 44
E        | 2025-01-01     | T2      | L2            | agent    | home      | day           | 40
F        | 2025-01-01     | T2      | L2            | agent    | office    | day           | 40
G        | 2025-01-01     | T2      | L2            | agent    | office    | day           | 40
"""
BASE_PAY = """
agent_id | effective_date | base_pay
A        | 2025-01-01     | 4000
B        | 2025-01-01     | 5000
C        | 2025-01-01     | 9000
D        | 2025-01-01     | 5000
E        | 2025-01-01     | 5000
F        | 2025-01-01     | 5000
G        | 2025-01-01     | 5000
"""
MARKET = """
effective_date | job_role | site | p50
2025-01-01     | agent    | S    | 5000
2025-01-01     | senior   | S    | 9000
"""
TALKS = """
agent_id | event_date | kind
B        | 2026-03-03 | career_talk
"""
SHIFTS = """
agent_id | shift_date | scheduled_minutes | is_night
A        | 2026-01-20 | 480               | false
A        | 2026-02-02 | 480               | true
A        | 2026-03-03 | 480               | true
A        | 2026-04-01 | 480               | false
A        | 2026-04-02 | 480               | true
B        | 2026-04-02 | 480               | true
"""
AS_OF = date(2026, 4, 30)
FACT = {fact.name: fact for fact in FACTS}
FAMILIES = (PAY, CAREER, SCHEDULE)


@pytest.fixture(scope="module")
def month() -> CounterfactualMonth:
    con = ibis.duckdb.connect(threads=2)
    texts = {"agents": AGENTS, "assignments": POSTS, "exits": "agent_id | exit_date | exit_type", "pay": BASE_PAY}
    texts |= {"market_pay": MARKET, "career_events": TALKS, "shifts": SHIFTS}
    raw = tables(con, **texts)
    panel = build_features(open_past(raw, pd.Timestamp("2025-01-31"), pd.Timestamp(AS_OF)), FAMILIES).to_pandas()
    is_month = panel["as_of"].astype(str) == f"{AS_OF}"
    frame = panel[is_month].sort_values("agent_id", ignore_index=True)
    return CounterfactualMonth(raw, AS_OF, FAMILIES, frame)


def changed_features(month: CounterfactualMonth, **facts: str) -> dict[str, object]:
    """Return the features of agent A that change, with their new values."""
    before, after = month.frame.iloc[0], month.after("A", facts).iloc[0]
    is_same = (before == after) | (before.isna() & after.isna())
    return after[~is_same].to_dict()


def test_a_raise_changes_market_ratio_peer_ratio_and_days_since_raise_together(month):
    features = changed_features(month, base_pay="4500")
    assert features["pay_base_amount"] == 4500
    assert features["pay_market_ratio"] == pytest.approx(0.9)
    assert features["pay_peer_ratio"] == pytest.approx(0.9)  # the five others alike have 5000
    assert features["pay_market_ratio_vs_peers"] == pytest.approx(-0.1)
    assert features["pay_last_raise_share"] == pytest.approx(0.125)
    assert features["pay_since_raise_days"] == 0
    assert features["pay_market_ratio_change_6m"] == pytest.approx(0.1)
    assert {name.split("_")[0] for name in features} == {"pay"}


def test_a_fact_set_to_its_present_value_changes_nothing(month):
    assert changed_features(month, base_pay="4000") == {}


def test_a_career_talk_and_a_roster_change_only_the_features_that_depend_on_them(month):
    talk = changed_features(month, career_talks="1")
    assert (talk["career_talks_6m"], talk["career_since_talk_days"]) == (1, 0)
    assert {name.split("_")[0] for name in talk} == {"career"}
    assert changed_features(month, night_share="0.5") == {"schedule_night_share_3m": 0.5}


def test_a_roster_changes_the_shifts_of_the_last_three_months_only(month):
    rows = month._roster("A", {FACT["night_share"]: 0.5})
    assert [f"{row['shift_date']}"[:10] for row in rows] == ["2026-02-02", "2026-03-03", "2026-04-01", "2026-04-02"]
    assert sum(row["is_night"] for row in rows) == 2


def test_a_note_explains_for_which_months_a_changed_roster_holds():
    assert "three months have been worked by that roster" in reading_notes(["base_pay", "night_share"])[0]


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("base_pay", "5200", "outside the site's limits, 4000 to 5000"),
        ("base_pay", "much", "is not a number"),
        ("base_pya", "4500", 'did you mean "base_pay"'),
        ("tenure", "900", "grows by itself"),
        ("hire_date", "2020-01-01", "lies in the past"),
        ("schedule_absence_share_3m", "0", "warning sign"),
        ("pay_market_ratio", "1", "is computed from facts"),
        ("job_role", "driver", "not in use at the site"),
        ("team_id", "T2", "neither better nor worse"),
        ("bonuses", "0", "is not a fact"),
        ("base_pay", "4000 USD", "is not a number"),
        ("grade", "G2", "has no assignments with grade"),
    ],
)
def test_a_fact_that_nobody_can_set_is_refused_with_the_reason(month, fact, value, message):
    with pytest.raises(UserError, match=message):
        month.after("A", {fact: value})


@pytest.mark.parametrize(
    ("agent", "facts"),
    [
        ("B", {"base_pay": "4999"}),
        ("B", {"base_pay": "4000", "career_talks": "1"}),  # something good does not pay for it
        ("C", {"job_role": "agent"}),
        ("A", {"night_share": "0.8"}),
        ("A", {"work_mode": "office", "base_pay": "4500"}),
        ("B", {"shift_pattern": "night"}),
        ("B", {"contract_hours_week": "44"}),
        ("B", {"job_role": "senior"}),  # at the pay of today: less against the market
    ],
)
def test_how_far_something_can_be_cut_is_not_answered(month, agent, facts):
    with pytest.raises(UserError, match="what-if answers only changes that are better for the agent"):
        month.after(agent, facts)


def test_a_promotion_is_answered_with_the_pay_that_goes_with_it(month):
    after = month.after("B", {"job_role": "senior", "base_pay": "9000"}).iloc[0]
    assert after["pay_base_amount"] == 9000
    assert month.after("A", {"work_mode": "home"}).iloc[0]["schedule_work_mode"] == "home"


def test_an_unknown_agent_is_not_named_in_the_error(month):
    with pytest.raises(UserError, match="nobody with that staff number") as error:
        month.after("Nemo", {"base_pay": "4500"})
    assert "Nemo" not in str(error.value)
