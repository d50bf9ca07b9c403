"""How a number, date or amount is written for a reader, per unit and language; no number reaches a page elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attrition.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MISSING = "–"
"""Stands where there is no value."""

SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
MONEY_ZH = {"CNY": "元", "EUR": "欧元", "GBP": "英镑", "USD": "美元", "HKD": "港元", "INR": "卢比", "JPY": "日元"}

FARTHER = dict.fromkeys(("minutes", "hours", "seconds", "days", "months"), ("shorter", "longer"))
FARTHER |= {"count": ("fewer", "more")}
"""How a unit says below and above; every other is lower or higher."""


@dataclass(frozen=True)
class Form:
    r"""Writes values in one language and currency.

    Examples
    --------
    >>> from attrition.report.words import words
    >>> en, zh = Form(words("en"), "CNY"), Form(words("zh"), "CNY")
    >>> en.value(0.959, "ratio"), zh.value(0.959, "ratio")
    ('4.1% below', '低4.1%')
    >>> en.value(4200, "money"), zh.value(4200, "money")
    ('CNY\xa04,200', '4,200元')
    """

    words: Words
    currency: str

    def value(self, value: float | None, unit: str) -> str:
        """Write a feature's value with its unit."""
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
        """Write how far a value lies above or below the peers', with its unit.

        A share or a ratio differs in percentage points.

        Examples
        --------
        >>> from attrition.report.words import words
        >>> Form(words("en"), "CNY").difference(7.0, "hours"), Form(words("zh"), "CNY").difference(-7.0, "hours")
        ('7 hours more', '少7小时')
        """
        size = abs(value)
        text = self.words("points", n=plain(100 * size)) if unit in ("share", "ratio") else self.value(size, unit)
        return self.words(FARTHER.get(unit, ("lower", "higher"))[value > 0], amount=text)

    def change(self, value: float, unit: str) -> str:
        """Write a difference over time with its sign; a share or a ratio changes by percentage points."""
        if math.isnan(value):
            return MISSING
        if unit in ("share", "ratio"):
            return self.points(100 * value)
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return sign + self.value(abs(value), unit)

    def ratio(self, value: float) -> str:
        """Write a ratio as its distance from one."""
        if value >= 2:
            return self.words("times", n=plain(value))
        away = 100 * (value - 1)
        if abs(away) < 0.05:
            return self.words("level")
        return self.words("above" if away > 0 else "below", amount=f"{plain(abs(away))}%")

    def share(self, value: float | None, digits: int | None = None) -> str:
        """Write a share as a percentage."""
        if value is None or math.isnan(value):
            return MISSING
        return f"{plain(100 * value)}%" if digits is None else f"{_signed(100 * value, digits)}%"

    def money(self, value: float | None) -> str:
        """Write an amount in the site's currency, without cents."""
        if value is None or math.isnan(value):
            return MISSING
        number = f"{abs(value):,.0f}"
        minus = "−" if round(value) < 0 else ""
        if self.words.lang == "zh":
            return f"{minus}{number}{MONEY_ZH.get(self.currency, ' ' + self.currency)}"
        return f"{minus}{SIGNS.get(self.currency, self.currency + chr(0xA0))}{number}"

    def points(self, value: float) -> str:
        """Write percentage points with a sign."""
        text = _signed(value, 1)
        return self.words("points", n=text if text.startswith("−") or text == "0.0" else f"+{text}")

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a plain number with thousands separators."""
        if value is None or math.isnan(value):
            return MISSING
        return _signed(value, digits)

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        """Write the two ends of an interval of counts, rounded outwards so that it does not shrink."""
        if math.isnan(low) or math.isnan(high):
            return MISSING
        scale = 10**digits
        floor, ceiling = math.floor(low * scale + 1e-9) / scale, math.ceil(high * scale - 1e-9) / scale
        return self.words("interval", low=_signed(floor, digits), high=_signed(ceiling, digits))

    def between(self, low: float, high: float) -> str:
        """Write two shares as one range of whole percentages."""
        ends = (_signed(100 * low, 0), _signed(100 * high, 0))
        return f"{ends[0]}%" if ends[0] == ends[1] else self.words("interval", low=ends[0], high=ends[1]) + "%"

    def listed(self, parts: Iterable[str]) -> str:
        """Write one thing after the other.

        Examples
        --------
        >>> from attrition.report.words import words
        >>> Form(words("en"), "CNY").listed(["a", "b"]), Form(words("zh"), "CNY").listed(["a", "b"])
        ('a, b', 'a、b')
        """
        return self.words("list.and").join(parts)

    def day(self, value: date) -> str:
        """Write a date."""
        month = self.words(f"month.{value.month}")
        return self.words("date.day", year=value.year, month=month, day=value.day)

    def month(self, value: date) -> str:
        """Write a month with its year."""
        return self.words("date.month", year=value.year, month=self.words(f"month.{value.month}"))

    def short_month(self, value: date) -> str:
        """Write a month on an axis."""
        return self.words(f"month.short.{value.month}")

    def _with_unit(self, value: float, unit: str) -> str:
        number = plain(value, coarse=0.995) if value % 1 else f"{value:,.0f}".replace("-", "−")
        if f"unit.{unit}.one" not in self.words:
            return number
        return self.words(f"unit.{unit}.one" if number == "1" else f"unit.{unit}", n=number)


def plain(value: float, *, coarse: float = 0.095) -> str:
    """Write a number with as many digits as a reader can use: 4.1, 28, 1,240.

    From `coarse` up one decimal is enough; rates under one that are no percentage need two.

    Examples
    --------
    >>> plain(4.123), plain(28.4), plain(0.034), plain(1240.4), plain(-3.0)
    ('4.1', '28', '0.03', '1,240', '−3')
    """
    size = abs(value)
    if size >= 9.95 or size == 0:
        return _signed(value, 0)
    return _signed(value, 1 if size >= coarse else 2).rstrip("0").removesuffix(".")


def _signed(value: float, digits: int) -> str:
    """Write with a true minus sign, and never a negative zero."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")
