"""Features about attendance records: work outside the office, and clockings that fail or are corrected by hand."""

from __future__ import annotations

from functools import partial

import ibis.expr.types as ir

from attrition.features.declare import Feature
from attrition.features.ratios import ratios_of_totals, select_features

_attendance = partial(Feature, family="schedule", lever="schedule", unit="share", direction=1)

ATTENDANCE = (
    _attendance(
        name="schedule_field_share_1m",
        topic="schedule_field_share",
        en="share of days worked outside the office this month",
        zh="本月外勤天数占比",
    ),
    _attendance(
        name="schedule_field_share_3m",
        topic="schedule_field_share",
        peers=True,
        en="share of days worked outside the office over three months",
        zh="近三个月外勤天数占比",
    ),
    _attendance(
        name="schedule_clock_missing_share_1m",
        topic="schedule_clock_missing_share",
        en="share of worked days with a failed clocking this month",
        zh="本月打卡失败天数占比",
    ),
    _attendance(
        name="schedule_clock_missing_share_3m",
        topic="schedule_clock_missing_share",
        peers=True,
        en="share of worked days with a failed clocking over three months",
        zh="近三个月打卡失败天数占比",
    ),
    _attendance(
        name="schedule_clock_corrected_share_1m",
        topic="schedule_clock_corrected_share",
        en="share of worked days with a clocking corrected by hand this month",
        zh="本月打卡记录人工更正天数占比",
    ),
    _attendance(
        name="schedule_clock_corrected_share_3m",
        topic="schedule_clock_corrected_share",
        peers=True,
        en="share of worked days with a clocking corrected by hand over three months",
        zh="近三个月打卡记录人工更正天数占比",
    ),
)
"""The features from ``work_place``, ``clock_missing`` and ``clock_corrected``, in the family ``schedule``."""

RATIOS = {
    f"schedule_{measure}_share_{months}m": (f"{measure}_{months}m", f"{measure}_base_{months}m")
    for measure in ("field", "clock_missing", "clock_corrected")
    for months in (1, 3)
}
"""By name of the feature: the days of the kind, and the days worked of which it is on record."""


def attendance(shifts: ir.Table) -> ir.Table:
    """Return the features whose columns the site supplies, from the totals of shifts."""
    return select_features(shifts, ratios_of_totals(shifts, RATIOS), ATTENDANCE)
