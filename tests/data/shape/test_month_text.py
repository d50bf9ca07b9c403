"""Months in headings and names are read where they can be read in one way, and words that begin like one are none."""

from __future__ import annotations

import pytest

from attrition.data.files.file_days import day_in_name
from attrition.data.shape.month_text import month_text


@pytest.mark.parametrize(
    "heading",
    ["2024年3月", "24年3月", "2024-03", "2024/3", "3/2024", "202403", "Mar-24", "March 2024", "Mrz. 2024", "März 24"],
)
def test_a_heading_is_a_month(heading: str) -> None:
    assert month_text(heading, "effective_date") == "2024-03-01"
    assert month_text(heading, "pay_date") == "2024-03-31"


@pytest.mark.parametrize(
    "heading", ["Marketing 24", "2023-2024", "2024年13月", "2024年1月-2024年3月", "5/1/2024", "03"]
)
def test_a_heading_is_no_month(heading: str) -> None:
    assert month_text(heading, "effective_date") is None


@pytest.mark.parametrize(
    ("heading", "month"), [("3月", "2024-03-01"), ("3月工资", "2024-03-01"), ("Mai", "2024-05-01")]
)
def test_a_month_without_a_year_needs_one(heading: str, month: str) -> None:
    assert month_text(heading, "effective_date", year=2024) == month
    assert month_text(heading, "effective_date") is None


@pytest.mark.parametrize("name", ["market_2024.csv", "mail2024.csv", "decisions 2024.csv"])
def test_a_word_that_begins_like_a_month_is_none(name: str) -> None:
    assert day_in_name(name) is None
