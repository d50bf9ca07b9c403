"""Format numbers, dates and amounts of money by unit and language; every number on a page is formatted here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attrition.report.translations import Translations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MISSING = "–"
"""Shown where there is no value."""

CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
CURRENCY_NAMES_ZH = {
    "CNY": "元",
    "EUR": "欧元",
    "GBP": "英镑",
    "USD": "美元",
    "HKD": "港元",
    "INR": "卢比",
    "JPY": "日元",
}

PHRASES_OF_DIFFERENCE = dict.fromkeys(("minutes", "hours", "seconds", "days", "months"), ("shorter", "longer"))
PHRASES_OF_DIFFERENCE |= {"count": ("fewer", "more")}
"""Per unit the keys of the phrases for less and for more than peers; other units use "lower" and "higher"."""


@dataclass(frozen=True)
class Formatter:
    r"""Formats values in one language and currency.

    Parameters
    ----------
    text : Translations
        The phrases of the language.
    currency : str
        ISO code.

    Examples
    --------
    >>> from attrition.report.translations import translations
    >>> en, zh = Formatter(translations("en"), "CNY"), Formatter(translations("zh"), "CNY")
    >>> en.value(0.959, "ratio"), zh.value(0.959, "ratio")
    ('4.1% below', '低4.1%')
    >>> en.value(4200, "money"), zh.value(4200, "money")
    ('CNY\xa04,200', '4,200元')
    """

    text: Translations
    currency: str

    def value(self, value: float | None, unit: str) -> str:
        """Return a feature's value with its unit."""
        if value is None or math.isnan(value):
            return MISSING
        if unit == "money":
            return self.money(value)
        if unit == "share":
            return self.share(value)
        if unit == "ratio":
            return self.ratio(value)
        return self._with_unit(value, unit)

    def difference(self, value: float, unit: str) -> str:
        """Return how far a value lies above or below that of peers, with its unit.

        A share or a ratio differs in percentage points.

        Examples
        --------
        >>> from attrition.report.translations import translations
        >>> en, zh = Formatter(translations("en"), "CNY"), Formatter(translations("zh"), "CNY")
        >>> en.difference(7.0, "hours"), zh.difference(-7.0, "hours")
        ('7 hours more', '少7小时')
        """
        size = abs(value)
        text = self.text("points", n=short_number(100 * size)) if unit in ("share", "ratio") else self.value(size, unit)
        return self.text(PHRASES_OF_DIFFERENCE.get(unit, ("lower", "higher"))[value > 0], amount=text)

    def change(self, value: float, unit: str) -> str:
        """Return a difference over time with its sign; a share or a ratio changes by percentage points."""
        if math.isnan(value):
            return MISSING
        if unit in ("share", "ratio"):
            return self.points(100 * value)
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return sign + self.value(abs(value), unit)

    def ratio(self, value: float) -> str:
        """Return a ratio as its distance from one, such as "4% above", or from 2 on as a multiple of it."""
        if value >= 2:
            return self.text("times", n=short_number(value))
        percent_from_one = 100 * (value - 1)
        if abs(percent_from_one) < 0.05:
            return self.text("level")
        return self.text("above" if percent_from_one > 0 else "below", amount=f"{short_number(abs(percent_from_one))}%")

    def share(self, value: float | None, digits: int | None = None) -> str:
        """Return a share as a percentage with `digits` decimals, or as many as `short_number` gives."""
        if value is None or math.isnan(value):
            return MISSING
        return f"{short_number(100 * value)}%" if digits is None else f"{_signed(100 * value, digits)}%"

    def money(self, value: float | None) -> str:
        """Return an amount in the site's currency, without cents.

        Examples
        --------
        >>> from attrition.report.translations import translations
        >>> Formatter(translations("zh"), "CNY").money(5750000.0)
        '575万元'
        """
        if value is None or math.isnan(value):
            return MISSING
        number = f"{abs(value):,.0f}"
        minus = "−" if round(value) < 0 else ""
        if self.text.lang == "zh":
            number = in_ten_thousands(abs(round(value))) or number
            return f"{minus}{number}{CURRENCY_NAMES_ZH.get(self.currency, ' ' + self.currency)}"
        return f"{minus}{CURRENCY_SIGNS.get(self.currency, self.currency + chr(0xA0))}{number}"

    def points(self, value: float) -> str:
        """Return percentage points with a sign and one decimal."""
        text = _signed(value, 1)
        return self.text("points", n=text if text.startswith("−") or text == "0.0" else f"+{text}")

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number with thousands separators and `digits` decimals."""
        if value is None or math.isnan(value):
            return MISSING
        return _signed(value, digits)

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        """Return an interval of counts, rounded outwards so that it does not shrink."""
        if math.isnan(low) or math.isnan(high):
            return MISSING
        scale = 10**digits
        floor, ceiling = math.floor(low * scale + 1e-9) / scale, math.ceil(high * scale - 1e-9) / scale
        return self.span(_signed(floor, digits), _signed(ceiling, digits))

    def span(self, low: str, high: str) -> str:
        """Return a range from its ends as they are written; a dash beside a minus sign would be misread.

        Examples
        --------
        >>> from attrition.report.translations import translations
        >>> zh = Formatter(translations("zh"), "CNY")
        >>> zh.span("2.3", "4.0"), zh.span("−1.9", "2.0")
        ('2.3–4.0', '−1.9至2.0')
        """
        return self.text("interval.signed" if "−" in low + high else "interval", low=low, high=high)

    def share_interval(self, low: float, high: float) -> str:
        """Return two shares as a range of whole percentages, or as one where both are rounded to the same."""
        ends = (_signed(100 * low, 0), _signed(100 * high, 0))
        return f"{ends[0]}%" if ends[0] == ends[1] else self.span(*ends) + "%"

    def comma_list(self, parts: Iterable[str]) -> str:
        """Return the parts as a list in a sentence.

        Examples
        --------
        >>> from attrition.report.translations import translations
        >>> en, zh = Formatter(translations("en"), "CNY"), Formatter(translations("zh"), "CNY")
        >>> en.comma_list(["a", "b"]), zh.comma_list(["a", "b"])
        ('a, b', 'a、b')
        """
        return self.text("list.and").join(parts)

    def sentences(self, *sentences: str) -> str:
        """Return sentences one after the other: with a space between them in English, without in Chinese."""
        return (" " if self.text.lang == "en" else "").join(sentences)

    def day(self, value: date) -> str:
        """Return a date."""
        month = self.text(f"month.{value.month}")
        return self.text("date.day", year=value.year, month=month, day=value.day)

    def month(self, value: date) -> str:
        """Return a month with its year."""
        return self.text("date.month", year=value.year, month=self.text(f"month.{value.month}"))

    def short_month(self, value: date) -> str:
        """Return the short name of a month, without the year, for an axis."""
        return self.text(f"month.short.{value.month}")

    def _with_unit(self, value: float, unit: str) -> str:
        number = short_number(value, one_decimal_from=0.995) if value % 1 else f"{value:,.0f}".replace("-", "−")
        if f"unit.{unit}.one" not in self.text:
            return number
        return self.text(f"unit.{unit}.one" if number == "1" else f"unit.{unit}", n=number)


def in_ten_thousands(amount: int) -> str:
    """Return a large round amount as Chinese readers count it, in ten thousands; "" where that would lose digits.

    Examples
    --------
    >>> in_ten_thousands(816000), in_ten_thousands(2663040), in_ten_thousands(9000)
    ('81.6万', '', '')
    """
    if amount < 100_000 or amount % 1000:
        return ""
    return f"{amount / 10_000:,.1f}".removesuffix(".0") + "万"


def short_number(value: float, *, one_decimal_from: float = 0.095) -> str:
    """Return a number with as many digits as a reader can use: 4.1, 28, 1,240.

    Numbers from 10 on have no decimals, those from `one_decimal_from` on have one, smaller ones two; final zeros are
    dropped.

    Examples
    --------
    >>> short_number(4.123), short_number(28.4), short_number(0.034), short_number(1240.4), short_number(-3.0)
    ('4.1', '28', '0.03', '1,240', '−3')
    """
    size = abs(value)
    if size >= 9.95 or size == 0:
        return _signed(value, 0)
    return _signed(value, 1 if size >= one_decimal_from else 2).rstrip("0").removesuffix(".")


def _signed(value: float, digits: int) -> str:
    """Return a number with a true minus sign, and never a negative zero."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")
