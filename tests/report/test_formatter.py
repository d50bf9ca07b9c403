"""Numbers, dates and money as each reader writes them."""

from __future__ import annotations

from datetime import date

import pytest

from attrition.report.formatter import Formatter
from attrition.report.translations import translations

EN, ZH = Formatter(translations("en"), "CNY"), Formatter(translations("zh"), "CNY")


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (0.884, "share", "88%", "88%"),
        (0.041, "share", "4.1%", "4.1%"),
        (0.959, "ratio", "4.1% below", "低4.1%"),
        (1.003, "ratio", "0.3% above", "高0.3%"),
        (1.0, "ratio", "level", "持平"),
        (2.5, "ratio", "2.5 times", "2.5倍"),
        (12400.0, "money", "CNY\xa012,400", "12,400元"),
        (35.0, "minutes", "35 minutes", "35分钟"),
        (1.0, "days", "1 day", "1天"),
        (410.0, "days", "410 days", "410天"),
        (2.4, "count", "2.4", "2.4"),
        (3.0, "count", "3", "3"),
        (86.4, "score", "86", "86分"),
        (float("nan"), "days", "–", "–"),
        (None, "money", "–", "–"),
    ],
)
def test_a_value_carries_its_unit(value: float, unit: str, en: str, zh: str) -> None:
    assert (EN.value(value, unit), ZH.value(value, unit)) == (en, zh)


def test_dates_follow_the_language() -> None:
    day = date(2026, 10, 31)
    assert (EN.day(day), ZH.day(day)) == ("31 October 2026", "2026年10月31日")
    assert (EN.month(day), ZH.month(day)) == ("October 2026", "2026年10月")


def test_an_interval_is_rounded_outwards() -> None:
    assert EN.interval(27.6, 52.1) == "27 to 53"


def test_a_known_currency_has_its_sign() -> None:
    assert Formatter(translations("en"), "EUR").money(1500) == "€1,500"
    assert Formatter(translations("zh"), "EUR").money(1500) == "1,500欧元"


def test_a_difference_says_its_direction() -> None:
    assert EN.difference(-0.05, "share") == "5 points lower"
    assert ZH.difference(3.0, "days") == "多3天"


def test_no_number_is_a_negative_zero() -> None:
    assert EN.number(-0.2) == "0"
    assert EN.points(-0.01) == "0.0 points"


def test_negative_numbers_have_a_true_minus() -> None:
    assert EN.money(-1200) == "−CNY\xa01,200"
    assert EN.change(-0.04, "ratio") == "−4.0 points"
