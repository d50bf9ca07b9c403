"""Columns of a monthly file become features, as known at the month-end, with their mean and their change."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from attrition.exposure.open_past import open_past
from attrition.features.registry import build_features, declared_features
from attrition.features.snapshots import snapshot_families
from tests.text_tables import tables

SNAPSHOTS = """
agent_id | as_of      | hire_date  | income | rating
A        | 2026-01-31 | 2025-01-01 | 100    | 2
A        | 2026-02-28 | 2025-01-01 | 100    | 4
A        | 2026-03-31 | 2025-01-01 | 110    | 3
A        | 2026-04-30 | 2025-01-01 | 130    |
"""
NO_EXITS = "agent_id | exit_date | exit_type"
INCOME = {
    "name": "income",
    "family": "pay",
    "lever": "pay",
    "unit": "money",
    "direction": -1,
    "en": "pay",
    "zh": "月薪",
}
RATING = {"name": "rating", "family": "quality", "lever": "coaching", "unit": "score", "en": "rating", "zh": "评级"}
FAMILIES = snapshot_families([INCOME, RATING])


def features(con: ibis.BaseBackend, **table_texts: str) -> pd.DataFrame:
    """Return the features of agent A by month."""
    past = open_past(
        tables(con, **{"snapshots": SNAPSHOTS, "exits": NO_EXITS} | table_texts),
        pd.Timestamp("2026-01-31"),
        pd.Timestamp("2026-06-30"),
    )
    rows = build_features(past, FAMILIES).to_pandas()
    return rows.set_index(rows["as_of"].astype(str).str[:7]).sort_index()


def test_level_mean_and_change_of_a_column(con: ibis.BaseBackend) -> None:
    rows = features(con)
    assert rows["pay_income"].tolist() == [100, 100, 110, 130]
    assert rows["pay_income_mean_3m"].tolist() == [
        100,
        100,
        pytest.approx(310 / 3, abs=1e-4),
        pytest.approx(340 / 3, abs=1e-4),
    ]
    assert rows["pay_income_change_3m"].isna().tolist() == [True, True, True, False]
    assert rows.loc["2026-04", "pay_income_change_3m"] == 30


def test_a_missing_value_is_unknown_and_does_not_count_in_the_mean(con: ibis.BaseBackend) -> None:
    april = features(con).loc["2026-04"]
    assert pd.isna(april["quality_rating"])
    assert april["quality_rating_mean_3m"] == 3.5


def test_a_rehire_starts_without_the_rows_of_the_first_spell(con: ibis.BaseBackend) -> None:
    again = SNAPSHOTS.replace("2026-04-30 | 2025-01-01", "2026-04-30 | 2026-04-01")
    exits = "agent_id | exit_date | exit_type\nA | 2026-03-31 | voluntary"
    april = features(con, snapshots=again, exits=exits).loc["2026-04"]
    assert april["pay_income_mean_3m"] == 130
    assert pd.isna(april["pay_income_change_3m"])


def test_a_file_that_comes_late_is_used_until_it_is_stale(con: ibis.BaseBackend) -> None:
    agents = "agent_id | hire_date\nA | 2025-01-01"
    posts = "agent_id | effective_date | team_id\nA | 2025-01-01 | T"
    first = "\n".join(SNAPSHOTS.strip().splitlines()[:2])
    income = features(con, agents=agents, assignments=posts, snapshots=first)["pay_income"]
    assert income.dropna().to_dict() == {"2026-01": 100, "2026-02": 100, "2026-03": 100}


def test_a_row_recorded_next_month_is_not_known_before(con: ibis.BaseBackend) -> None:
    agents = "agent_id | hire_date\nA | 2025-01-01"
    posts = "agent_id | effective_date | team_id\nA | 2025-01-01 | T"
    late = """
    agent_id | as_of      | income | known_on
    A        | 2026-01-31 | 100    | 2026-02-03
    A        | 2026-02-28 | 120    | 2026-03-03
    """
    income = features(con, agents=agents, assignments=posts, snapshots=late)["pay_income"]
    assert pd.isna(income["2026-01"])
    assert income[["2026-02", "2026-03"]].tolist() == [100, 120]


def test_what_is_made_of_a_column_says_so_in_both_languages() -> None:
    known = declared_features(FAMILIES)
    change = known["pay_income_change_3m"]
    assert (change.en, change.zh) == ("change in pay over three months", "月薪三个月变化")
    assert (change.direction, change.lever, change.unit) == (-1, "pay", "money")
    assert (change.measure, change.topic) == ("change", "pay_income_change")
    assert known["pay_income_mean_3m"].en == "pay, mean of three months"
    assert (known["pay_income_mean_3m"].measure, known["pay_income_mean_3m"].topic) == ("level", "pay_income_mean")
    assert known["pay_income"].topic == "pay_income"


def test_the_mean_of_a_ratio_has_the_mean_of_its_norm() -> None:
    parts = {"subject_en": "pay", "subject_zh": "月薪", "norm_en": "the market", "norm_zh": "市场"}
    ratio = INCOME | parts | {"unit": "ratio", "measure": "ratio_to_norm", "topic": "pay_market_ratio"}
    known = declared_features(snapshot_families([ratio]))
    mean, change = known["pay_income_mean_3m"], known["pay_income_change_3m"]
    assert (mean.measure, mean.subject_en, mean.norm_en) == ("ratio_to_norm", "pay", "the market, mean of three months")
    assert mean.norm_zh == "市场（近三个月均值）"
    assert (change.measure, change.topic) == ("change", "pay_market_ratio_change")


def test_words_have_a_level_only() -> None:
    city = {
        "name": "context_city",
        "family": "context",
        "lever": "none",
        "unit": "category",
        "en": "city",
        "zh": "城市",
    }
    assert list(declared_features(snapshot_families([city]))) == ["context_city"]
