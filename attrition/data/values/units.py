"""The units in which sources give numbers, and by what a value is multiplied to be in the contract's unit."""

from __future__ import annotations

from collections.abc import Mapping

PAY_PERIODS = {"per hour": "hour", "per month": "month", "per year": "year"}
"""Units of base pay, and what the column `pay_period` calls them."""
HOURS_PER_MONTH = 40 * 52 / 12
"""Paid hours in a month of who works 40 hours a week; used where an agent's contract hours are not supplied."""

_TIME = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}
_SIZES: tuple[Mapping[str, float], ...] = (
    _TIME,
    {"minutes": 1 / 480, "hours": 1 / 8, "working days": 1.0},
    {"hours a day": 5.0, "hours a week": 1.0, "hours a month": 12 / 52},
    {"share": 1.0, "percent": 0.01},
    {"of 1": 100.0, "of 5": 20.0, "of 10": 10.0, "of 100": 1.0},
    {"per hour": HOURS_PER_MONTH, "per month": 1.0, "per year": 1 / 12},
)
"""By unit its size in a common one; only units of the same group can be converted into each other."""

_ZH = {
    "milliseconds": "毫秒",
    "seconds": "秒",
    "minutes": "分钟",
    "hours": "小时",
    "days": "天",
    "working days": "工作日",
    "hours a day": "每天小时",
    "hours a week": "每周小时",
    "hours a month": "每月小时",
    "share": "比例（0–1）",
    "percent": "百分数",
    "of 1": "1 分制",
    "of 5": "5 分制",
    "of 10": "10 分制",
    "of 100": "百分制",
    "per hour": "时薪",
    "per month": "月薪",
    "per year": "年薪",
}


def factors(unit: str) -> dict[str, float]:
    """Return by unit the number by which its values are multiplied to be in `unit`; empty where `unit` has no others.

    Examples
    --------
    >>> factors("minutes")["hours"], factors("share")["percent"], factors("")
    (60.0, 0.01, {})
    """
    group = next((sizes for sizes in reversed(_SIZES) if unit in sizes and unit not in _TIME), _TIME)
    return {other: size / group[unit] for other, size in group.items()} if unit in group else {}


def unit_zh(unit: str) -> str:
    """Return the name of a unit in Chinese."""
    return _ZH[unit]
