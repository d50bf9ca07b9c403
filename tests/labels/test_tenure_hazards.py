"""Rates by tenure and group are exits over the time that was observed, compared at the same tenure."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.labels.tenure_hazards import DAYS_PER_MONTH, hazards_by_group, hazards_by_tenure, tenure_days
from tests.labels.test_life_table import TEACHERS, textbook, textbook_spells
from tests.text_tables import frame


def spells(text: str) -> pd.DataFrame:
    return frame(text).astype({"entered": int, "left": int})


@textbook
def test_the_published_hazards_of_teachers_are_met_year_by_year():
    teachers = textbook_spells("teachers").rename(columns={"years": "left"})
    table = hazards_by_tenure(teachers, edges=range(12))
    assert table["exits"].tolist() == TEACHERS["left"].tolist()
    assert (table["rate"] / DAYS_PER_MONTH).round(4).tolist() == TEACHERS["hazard"].tolist()


def test_who_was_there_before_the_data_counts_only_from_then():
    table = hazards_by_tenure(
        spells(
            """
            entered | left | exit_kind
            0       | 10   | voluntary
            20      | 40   |
            """
        ),
        edges=[0, 30],
    )
    assert (table["months"] * DAYS_PER_MONTH).round().tolist() == [10 + 10, 10]
    assert table["exits"].tolist() == [1, 0]


def test_new_hires_are_compared_with_new_hires():
    """Both groups lose half of their new hires; B has old hands beside them, of whom nobody leaves."""
    rows = [("A", 0, 30, "voluntary"), ("A", 0, 30, None), ("B", 0, 30, "voluntary"), ("B", 0, 30, None)]
    rows += [("B", 400, 430, None)] * 6
    table = hazards_by_group(pd.DataFrame(rows, columns=["site", "entered", "left", "exit_kind"]), "site")
    assert table["ratio"].round(6).tolist() == [1.0, 1.0]
    assert table["rate"].iloc[0] == pytest.approx(4 * table["rate"].iloc[1])


def test_the_first_day_of_work_is_day_one():
    day = pd.Timestamp
    rows = {"hired": day("2025-01-01"), "entered": day("2025-01-01"), "until": day("2025-12-31")}
    days = tenure_days(pd.DataFrame([rows | {"left": day("2025-01-01"), "exit_kind": "other"}]))
    assert days[["entered", "left"]].values.tolist() == [[0, 1]]
