"""The track record of earlier months, on tables checkable by head."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.report.figures.track_record import (
    COLUMNS,
    TrackRecordVerdict,
    calibration_groups,
    latest_year,
    track_record,
)
from attrition.report.figures.track_record import verdict as verdict_at
from tests.text_tables import frame

MONTHS = """
    as_of      | expected | low | high | resigned | flagged | flagged_resigned | rest | rest_resigned
    2026-01-31 | 10       | 5   | 15   | 11       | 10      | 5                | 90   | 6
    2026-02-28 | 10       | 5   | 15   | 9        | 10      | 4                | 90   | 5
    2026-03-31 | 10       | 5   | 15   | 10       | 10      | 3                | 90   | 7
"""


def verdict(record: pd.DataFrame) -> TrackRecordVerdict:
    return verdict_at(record, horizon=3)


def history(text: str = MONTHS) -> pd.DataFrame:
    table = frame(text)
    return table.drop(columns="as_of").astype(float).assign(as_of=pd.to_datetime(table["as_of"]))


def test_a_verdict_counts_months_inside_their_range() -> None:
    result = verdict(latest_year(history()))
    assert (result.grade, result.months, result.months_in_interval, result.expected, result.resigned) == (
        "held",
        3,
        3,
        10,
        10,
    )
    assert (result.flagged_share, result.rest_share) == (12 / 30, 18 / 270)
    assert result.lift == pytest.approx(6)


def test_a_right_number_with_a_useless_list_held_in_part() -> None:
    table = history().assign(flagged_resigned=1, rest_resigned=9)
    assert verdict(latest_year(table)).grade == "partly"


def test_neither_number_nor_list_did_not_hold() -> None:
    table = history().assign(resigned=20, flagged_resigned=2, rest_resigned=18)
    assert verdict(latest_year(table)).grade == "failed"


def test_in_a_small_centre_a_number_that_chance_explains_held() -> None:
    """2 expected and 3 resigned each month: half more, but one person who resigns counts in up to three months."""
    table = history().assign(expected=2, resigned=3, low=0, flagged_resigned=2, rest_resigned=1)
    assert verdict(latest_year(table)).grade == "held"
    assert verdict(latest_year(table.assign(expected=20, resigned=30, low=10, high=40))).grade == "partly"


def test_two_months_are_too_few_for_a_verdict() -> None:
    assert verdict(latest_year(history().head(2))).grade == "too_few"


def test_no_month_gives_no_verdict() -> None:
    assert verdict(latest_year(history().head(0))).grade == "too_few"


def test_a_table_without_any_month_may_be_untyped() -> None:
    assert verdict(latest_year(pd.DataFrame(columns=COLUMNS))).grade == "too_few"


def test_only_the_latest_year_is_shown() -> None:
    table = pd.concat([history()] * 5, ignore_index=True)
    table["as_of"] = pd.date_range("2025-01-31", periods=15, freq="ME")
    assert latest_year(table)["as_of"].min() == pd.Timestamp("2025-04-30")


SCORES = """
    agent_id | as_of      | risk | abstained
    a        | 2026-01-31 | 0.6  |
    b        | 2026-01-31 | 0.3  |
    c        | 2026-01-31 | 0.9  | yes
    a        | 2026-07-31 | 0.6  |
"""
OUTCOMES = """
    agent_id | as_of      | exit_kind | left_on    | known_on
    a        | 2026-01-31 | voluntary | 2026-03-10 | 2026-03-12
    b        | 2026-01-31 |           |            |
    c        | 2026-01-31 | voluntary | 2026-04-02 | 2026-04-02
    a        | 2026-07-31 |           |            |
"""


def earlier() -> tuple[pd.DataFrame, pd.DataFrame]:
    scores, outcomes = frame(SCORES), frame(OUTCOMES)
    scores = scores.assign(
        as_of=pd.to_datetime(scores["as_of"]),
        risk=scores["risk"].astype(float),
        horizon_months=3,
        abstained=scores["abstained"].notna(),
    )
    days = {name: pd.to_datetime(outcomes[name]) for name in ("as_of", "left_on", "known_on")}
    return scores, outcomes.assign(**days)


KNOWN_AT = pd.Timestamp("2026-09-30").date()


def test_earlier_scores_are_set_against_what_happened() -> None:
    table = track_record(*earlier(), horizon=3, flagged_share=0.5, known_at=KNOWN_AT)
    (row,) = table.to_dict("records")  # July's three months have not passed
    assert row["expected"] == pytest.approx(1.8)
    assert (row["resigned"], row["flagged"], row["flagged_resigned"]) == (2, 1, 1)
    assert (row["rest"], row["rest_resigned"]) == (2, 1)


def test_a_published_interval_is_kept() -> None:
    published = pd.DataFrame({"as_of": [pd.Timestamp("2026-01-31")], "low": [0.5], "high": [2.5]})
    table = track_record(*earlier(), horizon=3, flagged_share=0.5, known_at=KNOWN_AT, intervals=published)
    assert table[["low", "high"]].to_numpy().tolist() == [[0.5, 2.5]]


def test_estimates_are_set_against_outcomes_in_groups_of_similar_estimates() -> None:
    groups = calibration_groups(*earlier(), horizon=3, known_at=KNOWN_AT, groups=3)
    assert groups["expected"].tolist() == [0.3, 0.6, 0.9]
    assert groups["observed"].tolist() == [0, 1, 1]
    assert ((groups["low"] <= groups["observed"]) & (groups["observed"] <= groups["high"])).all()


def test_without_earlier_months_there_are_no_groups() -> None:
    scores, outcomes = earlier()
    assert calibration_groups(scores.head(0), outcomes, horizon=3, known_at=KNOWN_AT).empty
