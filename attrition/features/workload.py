"""Features about the workload: occupancy, handling times, difficult contacts and overtime."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.contact_totals import contact_totals
from attrition.features.declare import Family, Feature
from attrition.features.operators import ratio
from attrition.features.ratios import differences, ratios_of_totals, select_features
from attrition.features.shift_totals import shift_totals

FAMILY = "workload"
_workload = partial(Feature, family=FAMILY, lever="workload")
_coaching = partial(Feature, family=FAMILY, lever="coaching")
_symptom = partial(Feature, family=FAMILY, lever="none", is_symptom=True)

FEATURES = (
    _workload(
        name="workload_occupancy_1m",
        topic="workload_occupancy",
        unit="share",
        direction=1,
        en="share of logged-in time spent on contacts this month",
        zh="本月座席占用率",
    ),
    _workload(
        name="workload_occupancy_3m",
        topic="workload_occupancy",
        unit="share",
        direction=1,
        peers=True,
        en="share of logged-in time spent on contacts over three months",
        zh="近三个月座席占用率",
    ),
    _workload(
        name="workload_occupancy_6m",
        topic="workload_occupancy",
        unit="share",
        direction=1,
        en="share of logged-in time spent on contacts over six months",
        zh="近六个月座席占用率",
    ),
    _workload(
        name="workload_occupancy_change_6m",
        topic="workload_occupancy_change",
        measure="change",
        unit="share",
        direction=1,
        en="this month's occupancy minus that of six months",
        zh="本月座席占用率与近六个月之差",
    ),
    _workload(
        name="workload_utilisation_3m",
        topic="workload_occupancy",
        unit="share",
        direction=1,
        en="share of worked time spent on contacts over three months",
        zh="近三个月工时利用率",
    ),
    _workload(
        name="workload_contacts_per_hour_3m",
        topic="workload_contacts_per_hour",
        unit="count",
        en="number of contacts per worked hour over three months",
        zh="近三个月每工时处理量",
        peers=True,
    ),
    _workload(
        name="workload_handling_seconds_1m",
        topic="workload_handling_seconds",
        unit="seconds",
        en="average handling time this month",
        zh="本月平均处理时长",
    ),
    _workload(
        name="workload_handling_seconds_3m",
        topic="workload_handling_seconds",
        unit="seconds",
        peers=True,
        en="average handling time over three months",
        zh="近三个月平均处理时长",
    ),
    _workload(
        name="workload_handling_change_6m",
        topic="workload_handling_change",
        unit="share",
        en="increase in average handling time this month over that of six months",
        zh="本月平均处理时长较近六个月的增幅",
    ),
    _symptom(
        name="workload_wrap_share_3m",
        topic="workload_wrap_share",
        unit="share",
        en="after-contact share of handling time over three months",
        zh="近三个月话后处理时长占比",
    ),
    _symptom(
        name="workload_wrap_change_6m",
        topic="workload_wrap_change",
        measure="change",
        unit="share",
        en="this month's after-contact share of handling time minus that of six months",
        zh="本月话后处理时长占比与近六个月之差",
    ),
    _coaching(
        name="workload_hold_share_3m",
        topic="workload_hold_share",
        unit="share",
        en="hold share of handling time over three months",
        zh="近三个月保持时长占比",
    ),
    _coaching(
        name="workload_transfer_share_3m",
        topic="workload_transfer_share",
        unit="share",
        en="share of contacts transferred over three months",
        zh="近三个月转接率",
    ),
    _coaching(
        name="workload_repeat_share_3m",
        topic="workload_repeat_share",
        unit="share",
        en="share of contacts that came back unsolved over three months",
        zh="近三个月重复来电率",
    ),
    _coaching(
        name="workload_complaints_per_1000_6m",
        topic="workload_complaints_per_1000",
        unit="count",
        direction=1,
        en="number of complaints per thousand contacts over six months",
        zh="近六个月每千通投诉量",
    ),
    _workload(
        name="workload_abusive_share_1m",
        topic="workload_abusive_share",
        unit="share",
        direction=1,
        en="share of contacts with abusive customers this month",
        zh="本月辱骂来电占比",
    ),
    _workload(
        name="workload_abusive_share_3m",
        topic="workload_abusive_share",
        unit="share",
        direction=1,
        peers=True,
        en="share of contacts with abusive customers over three months",
        zh="近三个月辱骂来电占比",
    ),
    _workload(
        name="workload_abusive_share_6m",
        topic="workload_abusive_share",
        unit="share",
        direction=1,
        en="share of contacts with abusive customers over six months",
        zh="近六个月辱骂来电占比",
    ),
    _workload(
        name="workload_abusive_per_day_3m",
        topic="workload_abusive_share",
        unit="count",
        direction=1,
        en="number of abusive contacts per worked day over three months",
        zh="近三个月日均辱骂来电量",
    ),
    _workload(
        name="workload_idle_seconds_3m",
        topic="workload_occupancy",
        unit="seconds",
        direction=-1,
        en="time to recover between contacts over three months",
        zh="近三个月来电之间的平均等待时长",
    ),
    _workload(
        name="workload_overtime_minutes_1m",
        topic="workload_overtime_minutes",
        unit="minutes",
        direction=1,
        en="overtime per scheduled day this month",
        zh="本月日均加班时长",
    ),
    _workload(
        name="workload_overtime_minutes_3m",
        topic="workload_overtime_minutes",
        unit="minutes",
        direction=1,
        peers=True,
        en="overtime per scheduled day over three months",
        zh="近三个月日均加班时长",
    ),
    _workload(
        name="workload_overtime_minutes_6m",
        topic="workload_overtime_minutes",
        unit="minutes",
        direction=1,
        en="overtime per scheduled day over six months",
        zh="近六个月日均加班时长",
    ),
    _workload(
        name="workload_overtime_change_6m",
        topic="workload_overtime_change",
        measure="change",
        unit="minutes",
        direction=1,
        en="this month's overtime per scheduled day minus that of six months",
        zh="本月日均加班时长与近六个月之差",
    ),
    _workload(
        name="workload_overtime_ordered_share_3m",
        topic="workload_overtime_ordered_share",
        unit="share",
        direction=1,
        en="share of overtime that was ordered over three months",
        zh="近三个月强制加班占比",
    ),
)

RATIOS_OF_CONTACTS = {
    "workload_occupancy_1m": ("handling_1m", "logged_in_1m"),
    "workload_occupancy_3m": ("handling_3m", "logged_in_3m"),
    "workload_occupancy_6m": ("handling_6m", "logged_in_6m"),
    "workload_handling_seconds_1m": ("handling_1m", "handled_1m"),
    "workload_handling_seconds_3m": ("handling_3m", "handled_3m"),
    "_handling_seconds_6m": ("handling_6m", "handled_6m"),
    "_wrap_share_1m": ("wrap_1m", "handling_1m"),
    "workload_wrap_share_3m": ("wrap_3m", "handling_3m"),
    "_wrap_share_6m": ("wrap_6m", "handling_6m"),
    "workload_hold_share_3m": ("hold_3m", "handling_3m"),
    "workload_transfer_share_3m": ("transfers_3m", "handled_3m"),
    "workload_repeat_share_3m": ("repeats_3m", "repeats_base_3m"),
    "_complaints_6m": ("complaints_6m", "handled_6m"),
    "workload_abusive_share_1m": ("abusive_1m", "handled_1m"),
    "workload_abusive_share_3m": ("abusive_3m", "handled_3m"),
    "workload_abusive_share_6m": ("abusive_6m", "handled_6m"),
    "workload_idle_seconds_3m": ("idle_3m", "handled_3m"),
}
"""By name of the ratio: numerator and denominator. Names that begin with ``_`` are intermediate steps, no features."""
DIFFERENCES = {
    "workload_occupancy_change_6m": ("workload_occupancy_1m", "workload_occupancy_6m"),
    "workload_wrap_change_6m": ("_wrap_share_1m", "_wrap_share_6m"),
    "workload_overtime_change_6m": ("workload_overtime_minutes_1m", "workload_overtime_minutes_6m"),
}
RATIOS_OF_SHIFTS = {
    "workload_overtime_minutes_1m": ("overtime_1m", "days_1m"),
    "workload_overtime_minutes_3m": ("overtime_3m", "days_3m"),
    "workload_overtime_minutes_6m": ("overtime_6m", "days_6m"),
    "workload_overtime_ordered_share_3m": ("mandatory_overtime_3m", "overtime_3m"),
}
RATIOS_OF_BOTH = {
    "_utilisation_3m": ("handling_3m", "worked_3m"),
    "_contacts_per_minute_3m": ("handled_3m", "worked_3m"),
    "workload_abusive_per_day_3m": ("abusive_3m", "worked_days_3m"),
}
SCALED = {
    "workload_utilisation_3m": ("_utilisation_3m", 1 / 60),
    "workload_contacts_per_hour_3m": ("_contacts_per_minute_3m", 60.0),
    "workload_complaints_per_1000_6m": ("_complaints_6m", 1000.0),
}
"""By feature: the value that is rescaled, and the factor (seconds per minute to a share, per minute to per hour)."""


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the features from ``contacts``, those from ``shifts``, and those that need both."""
    contacts, shifts = contact_totals(past), shift_totals(past)
    if contacts is not None:
        values = _derived(contacts, RATIOS_OF_CONTACTS)
        yield select_features(contacts, values | _handling_change(values), FEATURES)
    if shifts is not None:
        yield select_features(shifts, _derived(shifts, RATIOS_OF_SHIFTS), FEATURES)
    if contacts is not None and shifts is not None:
        both = contacts.inner_join(shifts, ["agent_id", "as_of"])
        yield select_features(both, _derived(both, RATIOS_OF_BOTH), FEATURES)


def _derived(totals: ir.Table, pairs: dict[str, tuple[str, str]]) -> dict[str, ir.Value]:
    """Return the ratios of `pairs`, and the differences and rescaled values that follow from them, by name."""
    values = ratios_of_totals(totals, pairs)
    values |= differences(values, DIFFERENCES)
    return values | {name: values[rate] * factor for name, (rate, factor) in SCALED.items() if rate in values}


def _handling_change(values: dict[str, ir.Value]) -> dict[str, ir.Value]:
    """Return the relative change in handling time; handling times of queues differ tenfold."""
    if "_handling_seconds_6m" not in values:
        return {}
    change = ratio(values["workload_handling_seconds_1m"], values["_handling_seconds_6m"]) - 1
    return {"workload_handling_change_6m": change}


WORKLOAD = Family(name=FAMILY, features=FEATURES, build=build)
