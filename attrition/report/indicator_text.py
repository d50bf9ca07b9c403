"""Values of the indicators of operations as a reader sees them: shares, seconds, hours, errors per 100 evaluations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrition.report.figures.indicators import BY_NAME
from attrition.report.formatter import MISSING

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter


def indicator_text(value: float, indicator: str, formatter: Formatter) -> str:
    """Return a value of an indicator with its unit."""
    if math.isnan(value):
        return MISSING
    unit = BY_NAME[indicator].unit
    if unit == "share":
        return formatter.share(value, 1)
    if unit == "per_100":
        return formatter.text("unit.per_100", n=plain_text(value, indicator, formatter))
    return formatter.text(f"unit.short.{unit}", n=plain_text(value, indicator, formatter))


def plain_text(value: float, indicator: str, formatter: Formatter) -> str:
    """Return a value without its unit, which the heading of an axis or a column says; a share keeps its sign."""
    if math.isnan(value):
        return MISSING
    unit = BY_NAME[indicator].unit
    if unit == "share":
        return formatter.share(value, 1)
    number = 100 * value if unit == "per_100" else value
    return formatter.number(number, 0 if number >= 100 else 1)


def difference_text(value: float, indicator: str, formatter: Formatter, *, digits: int = 2) -> str:
    """Return a difference of an indicator with its sign; shares differ in percentage points."""
    if math.isnan(value):
        return MISSING
    unit = BY_NAME[indicator].unit
    size = abs(value) * (100 if unit in ("share", "per_100") else 1)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    key = {"share": "points", "per_100": "unit.per_100"}.get(unit, f"unit.short.{unit}")
    return formatter.text(key, n=sign + formatter.number(size, digits))


def indicator_range(low: float, high: float, indicator: str, formatter: Formatter) -> str:
    """Return a range of an indicator, with its unit at the end."""
    if math.isnan(low) or math.isnan(high):
        return MISSING
    return formatter.span(indicator_text(low, indicator, formatter), indicator_text(high, indicator, formatter))
