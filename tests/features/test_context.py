"""Context features measure the season, the labour market and the growth of the site."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.features.context import CONTEXT
from tests.features.built import feature_rows

AGENTS = """
agent_id | hire_date  | site
A        | 2025-01-01 | S
B        | 2025-01-01 | S
C        | 2026-03-01 | S
D        | 2025-01-01 | Z
"""
EXITS = """
agent_id | exit_date  | exit_type
D        | 2026-02-10 | voluntary
"""
CONDITIONS = """
site | effective_date | unemployment_rate | vacancies_index | known_on
S    | 2025-10-01     | 5.0               | 100             | 2025-11-05
S    | 2026-04-01     | 4.0               | 110             | 2026-05-05
"""


def context(**table_texts: str) -> pd.DataFrame:
    """Return the features of agent A by month."""
    table_texts = {"agents": AGENTS, "exits": EXITS} | table_texts
    return feature_rows(CONTEXT, first="2025-10-31", last="2026-05-31", **table_texts).loc["A"]


def test_the_month_of_the_year_is_a_name_and_no_number() -> None:
    assert context()["context_month_of_year"].tolist() == ["10", "11", "12", "01", "02", "03", "04", "05"]


def test_growth_of_the_site_compares_heads_with_three_months_ago() -> None:
    growth = context()["context_site_headcount_change_3m"]
    assert pd.isna(growth["2025-12"])
    assert growth[["2026-02", "2026-03"]].tolist() == [0, 0.5]


def test_resignations_elsewhere_do_not_count_for_the_site() -> None:
    assert context()["context_site_resignation_share_3m"].dropna().eq(0).all()


def test_the_labour_market_is_told_as_it_was_known() -> None:
    told_of_a = context(market_conditions=CONDITIONS)
    rate = told_of_a["context_unemployment_share"]
    assert pd.isna(rate["2025-10"])
    assert rate[["2025-11", "2026-04", "2026-05"]].tolist() == [0.05, 0.05, 0.04]
    assert told_of_a.loc["2026-05", "context_unemployment_change_6m"] == pytest.approx(-0.01)
    assert told_of_a.loc["2026-05", "context_vacancies_change_6m"] == 10


def test_a_measure_the_site_does_not_have_is_left_away() -> None:
    only = CONDITIONS.replace("vacancies_index", "other_index")
    rows = context(market_conditions=only)
    assert "context_unemployment_share" in rows
    assert "context_vacancies_index" not in rows
