"""Features about the schedule: hours, shifts, notice of the roster and leave; absence, lateness and adherence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.attendance import ATTENDANCE, attendance
from attrition.features.declare import UNKNOWN_PREFIX, Family, Feature
from attrition.features.leave import denied_requests, time_since_leave
from attrition.features.operators import ratio
from attrition.features.ratios import differences, ratios_of_totals, select_features
from attrition.features.shift_totals import shift_totals

FAMILY = "schedule"
QUARTER_DAYS = 91
"""Days of a window of three months."""
_schedule = partial(Feature, family=FAMILY, lever="schedule")
_symptom = partial(Feature, family=FAMILY, lever="none", is_symptom=True)

FEATURES = (
    _schedule(
        name="schedule_night_share_3m",
        topic="schedule_night_share",
        unit="share",
        direction=1,
        en="share of night shifts over three months",
        zh="近三个月夜班占比",
    ),
    _schedule(
        name="schedule_weekend_share_1m",
        topic="schedule_weekend_share",
        unit="share",
        direction=1,
        en="share of shifts on a weekend this month",
        zh="本月周末班占比",
    ),
    _schedule(
        name="schedule_weekend_share_3m",
        topic="schedule_weekend_share",
        unit="share",
        direction=1,
        peers=True,
        en="share of shifts on a weekend over three months",
        zh="近三个月周末班占比",
    ),
    _schedule(
        name="schedule_weekend_share_6m",
        topic="schedule_weekend_share",
        unit="share",
        direction=1,
        en="share of shifts on a weekend over six months",
        zh="近六个月周末班占比",
    ),
    _schedule(
        name="schedule_changed_share_1m",
        topic="schedule_changed_share",
        unit="share",
        direction=1,
        en="share of shifts changed after publication this month",
        zh="本月临时改班占比",
    ),
    _schedule(
        name="schedule_changed_share_3m",
        topic="schedule_changed_share",
        unit="share",
        direction=1,
        peers=True,
        en="share of shifts changed after publication over three months",
        zh="近三个月临时改班占比",
    ),
    _schedule(
        name="schedule_notice_days_3m",
        topic="schedule_notice_days",
        unit="days",
        direction=-1,
        en="average notice of a shift over three months",
        zh="近三个月班表平均提前公布天数",
    ),
    _schedule(
        name="schedule_start_spread_minutes_3m",
        topic="schedule_start_spread_minutes",
        unit="minutes",
        direction=1,
        en="spread of shift starts over three months",
        zh="近三个月上班时间的波动",
    ),
    _schedule(
        name="schedule_contract_ratio_3m",
        topic="schedule_contract_ratio",
        measure="ratio_to_norm",
        unit="ratio",
        en="scheduled time over three months against the contract",
        zh="近三个月排班工时与合同工时之比",
        subject_en="scheduled time over three months",
        subject_zh="近三个月排班工时",
        norm_en="the contract",
        norm_zh="合同工时",
    ),
    _schedule(
        name="schedule_work_mode",
        unit="category",
        en="place of work",
        zh="工作方式",
    ),
    _schedule(
        name="schedule_shift_pattern",
        unit="category",
        en="shift pattern",
        zh="班次模式",
    ),
    _schedule(
        name="schedule_leave_denied_6m",
        topic="schedule_leave_denied",
        unit="count",
        direction=1,
        absence="zero",
        en="number of leave requests denied over six months",
        zh="近六个月请假被拒次数",
    ),
    _schedule(
        name="schedule_leave_denied_share_6m",
        topic="schedule_leave_denied",
        unit="share",
        direction=1,
        peers=True,
        en="share of leave requests denied over six months",
        zh="近六个月请假被拒比例",
    ),
    _schedule(
        name="schedule_since_leave_days",
        measure="days_since",
        unit="days",
        direction=1,
        en="days since the last approved leave (or joining; at most a year)",
        zh="距上次获批休假（或入职，最多计一年）天数",
        event_en="the last approved leave (or joining; at most a year)",
        event_zh="上次获批休假（或入职，最多计一年）",
    ),
    _symptom(
        name="schedule_worked_share_3m",
        topic="schedule_absence_share",
        unit="share",
        en="worked share of scheduled time over three months",
        zh="近三个月实际出勤工时占比",
    ),
    _symptom(
        name="schedule_absence_share_1m",
        topic="schedule_absence_share",
        unit="share",
        en="share of shifts missed without a plan this month",
        zh="本月计划外缺勤占比",
    ),
    _symptom(
        name="schedule_absence_share_3m",
        topic="schedule_absence_share",
        unit="share",
        peers=True,
        en="share of shifts missed without a plan over three months",
        zh="近三个月计划外缺勤占比",
    ),
    _symptom(
        name="schedule_absence_share_6m",
        topic="schedule_absence_share",
        unit="share",
        en="share of shifts missed without a plan over six months",
        zh="近六个月计划外缺勤占比",
    ),
    _symptom(
        name="schedule_absence_change_6m",
        topic="schedule_absence_change",
        measure="change",
        unit="share",
        en="this month's share of shifts missed without a plan minus that of six months",
        zh="本月计划外缺勤占比与近六个月之差",
    ),
    _symptom(
        name="schedule_no_shows_6m",
        topic="schedule_absence_share",
        unit="count",
        en="number of no-shows over six months",
        zh="近六个月旷工次数",
    ),
    _symptom(
        name="schedule_late_minutes_1m",
        topic="schedule_late_minutes",
        unit="minutes",
        en="lateness per worked day this month",
        zh="本月日均迟到时长",
    ),
    _symptom(
        name="schedule_late_minutes_3m",
        topic="schedule_late_minutes",
        unit="minutes",
        en="lateness per worked day over three months",
        zh="近三个月日均迟到时长",
    ),
    _symptom(
        name="schedule_adherence_1m",
        topic="schedule_adherence",
        unit="share",
        en="adherence this month",
        zh="本月遵时率",
    ),
    _symptom(
        name="schedule_adherence_3m",
        topic="schedule_adherence",
        unit="share",
        peers=True,
        en="adherence over three months",
        zh="近三个月遵时率",
    ),
    _symptom(
        name="schedule_adherence_change_6m",
        topic="schedule_adherence_change",
        measure="change",
        unit="share",
        en="this month's adherence minus that of six months",
        zh="本月遵时率与近六个月之差",
    ),
)

# Ratios and differences by name: two totals, or two values. A name that begins with ``_`` is an intermediate step.
RATIOS_OF_SHIFTS = {
    "schedule_night_share_3m": ("night_3m", "days_3m"),
    "schedule_weekend_share_1m": ("weekend_1m", "days_1m"),
    "schedule_weekend_share_3m": ("weekend_3m", "days_3m"),
    "schedule_weekend_share_6m": ("weekend_6m", "days_6m"),
    "schedule_changed_share_1m": ("changed_1m", "days_1m"),
    "schedule_changed_share_3m": ("changed_3m", "days_3m"),
    "schedule_notice_days_3m": ("notice_3m", "published_3m"),
    "schedule_worked_share_3m": ("worked_3m", "scheduled_3m"),
    "schedule_absence_share_1m": ("absent_1m", "days_1m"),
    "schedule_absence_share_3m": ("absent_3m", "days_3m"),
    "schedule_absence_share_6m": ("absent_6m", "days_6m"),
    "schedule_late_minutes_1m": ("late_1m", "worked_days_1m"),
    "schedule_late_minutes_3m": ("late_3m", "worked_days_3m"),
    "schedule_adherence_1m": ("adherent_1m", "adherence_base_1m"),
    "schedule_adherence_3m": ("adherent_3m", "adherence_base_3m"),
    "_adherence_6m": ("adherent_6m", "adherence_base_6m"),
}
DIFFERENCES = {
    "schedule_absence_change_6m": ("schedule_absence_share_1m", "schedule_absence_share_6m"),
    "schedule_adherence_change_6m": ("schedule_adherence_1m", "_adherence_6m"),
}


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the features from ``shifts``, ``assignments`` and ``leave_requests``."""
    shifts = shift_totals(past)
    if shifts is not None:
        values = ratios_of_totals(shifts, RATIOS_OF_SHIFTS)
        values |= differences(values, DIFFERENCES) | _counts(shifts) | _start_spread(shifts)
        yield select_features(shifts, values, FEATURES)
        yield attendance(shifts)
        if past.has("assignments", "contract_hours_week"):
            yield _relative_to_contract(past, shifts)
    if past.has("assignments"):
        assignment = past.state("assignments")
        columns = [name for name in ("work_mode", "shift_pattern") if name in assignment.columns]
        yield assignment.select("agent_id", "as_of", **{f"schedule_{name}": assignment[name] for name in columns})
    if past.has("leave_requests", "decided_on"):
        yield denied_requests(past)
        if past.has("leave_requests", "start_date"):
            yield time_since_leave(past)


def _counts(shifts: ir.Table) -> dict[str, ir.Value]:
    """Return the features that are counts, by name."""
    if "no_show_6m" not in shifts.columns:
        return {}
    return {"schedule_no_shows_6m": shifts.no_show_6m, f"{UNKNOWN_PREFIX}schedule_no_shows_6m": shifts.is_silent_6m}


def _start_spread(shifts: ir.Table) -> dict[str, ir.Value]:
    """Return the standard deviation of shift starts, from their sum and the sum of their squares."""
    if "start_3m" not in shifts.columns:
        return {}
    count, total, squares = shifts.starts_3m, shifts.start_3m, shifts.start_squared_3m
    variance = ratio(count * squares - total * total, count * count)
    # Rounding may leave a tiny negative variance, whose root would be an error.
    return {"schedule_start_spread_minutes_3m": variance.abs().sqrt()}


def _relative_to_contract(past: Past, shifts: ir.Table) -> ir.Table:
    """Return scheduled minutes relative to the contract, over the last 91 days or those since the hire."""
    contract = past.state("assignments").select("agent_id", "as_of", "contract_hours_week")
    months = past.months.select("agent_id", "as_of", "tenure_days").inner_join(contract, ["agent_id", "as_of"])
    both = shifts.select("agent_id", "as_of", "scheduled_3m").inner_join(months, ["agent_id", "as_of"])
    weeks = ibis.least(both.tenure_days + 1, QUARTER_DAYS) / 7
    contracted = weeks * both.contract_hours_week * 60
    return both.select("agent_id", "as_of", schedule_contract_ratio_3m=ratio(both.scheduled_3m, contracted))


SCHEDULE = Family(name=FAMILY, features=FEATURES + ATTENDANCE, build=build)
