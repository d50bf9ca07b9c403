"""Compute the state of every agent at a month-end: the covariates of the true hazard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.month_context import MonthContext

WINDOW_MONTHS = 6
WINDOWED = (
    "field_days", "clock_missing",
    "month_share", "occupancy", "overtime_hours", "abusive", "changed", "shifts", "weekend_shifts", "nights", "denied",
    "evaluated", "score_sum", "severity_sum", "critical", "appeal_lost", "wait_sum",
    "one_to_one", "recognition", "peer_help", "bonus_sum", "bonus_paid", "training_hours", "cancelled",
)  # fmt: skip


def empty_window(seats: int) -> Frame:
    """Return the window of the last months, filled with zeros: (`WINDOW_MONTHS`, seats) for each measure."""
    return {name: np.zeros((WINDOW_MONTHS, seats)) for name in WINDOWED}


def push_month(recent: Frame, seats: Frame) -> Frame:
    """Return the window with this month added as its first row and the oldest month dropped."""
    month = seats | {"bonus_sum": seats["attained"] * seats["bonus_paid"]}
    month["occupancy"] = seats["occupancy"] * seats["month_share"]
    return {name: np.concatenate([np.asarray(month[name], float)[None], recent[name][:-1]]) for name in WINDOWED}


def clear_seats(recent: Frame, is_new: NDArray) -> Frame:
    """Return the window with zeros for the seats of newcomers, who have no history."""
    weight = np.ones(next(iter(recent.values())).shape[1])
    weight[is_new] = 0.0
    return {name: values * weight for name, values in recent.items()}


def agent_state(seats: Frame, teams: Frame, recent: Frame, context: MonthContext) -> Frame:
    """Return the state of every seat at the end of the month.

    Measures are taken over the last three months, those of rare events over the last six. All but ``ability``,
    ``climate``, ``frailty``, ``leader_quality`` and ``severity`` can be computed from the exported tables.
    """
    month, team = context.month.number, seats["team"]
    last3 = {name: values[:3].sum(axis=0) for name, values in recent.items()}
    last6 = {name: values.sum(axis=0) for name, values in recent.items()}
    months_here = np.maximum(last3["month_share"], 0.1)
    evaluated, shifts = np.maximum(last3["evaluated"], 1), np.maximum(last3["shifts"], 1)
    median = context.market.median[context.index, context.layout.seat_site, seats["level"]]
    is_rated = last3["evaluated"] > 0
    return {
        "tenure_days": context.month.last_day - seats["hire_day"],
        "market_ratio": seats["base_pay"] / median,
        "peer_gap": _peer_gap(seats, context.layout.seat_site),
        "raise_months": month - seats["raise_month"],
        "bonus": np.where(last3["bonus_paid"] > 0, last3["bonus_sum"] / np.maximum(last3["bonus_paid"], 1), 0.95),
        "level": seats["level"],
        "role_months": month - seats["role_month"],
        "rejected_months": month - seats["rejected_month"],
        "promoted_months": month - seats["promoted_month"],
        "talk_months": month - seats["talk_month"],
        "training_hours": last6["training_hours"],
        "cancelled": last6["cancelled"],
        "occupancy": last3["occupancy"] / months_here,
        "overtime": last3["overtime_hours"] / months_here,
        "abusive": last3["abusive"] / months_here,
        "changed_share": last3["changed"] / shifts,
        "weekend_share": last3["weekend_shifts"] / shifts,
        "night_share": last3["nights"] / shifts,
        "field_share": last3["field_days"] / shifts,
        "clock_missing_share": last3["clock_missing"] / shifts,
        "denied": last6["denied"],
        "score": np.where(is_rated, last3["score_sum"] / evaluated, 86.0),
        "severity": last3["severity_sum"] / evaluated,
        "critical": last6["critical"],
        "appeal_lost": last6["appeal_lost"],
        "wait_days": np.where(is_rated, last3["wait_sum"] / evaluated, 4.0),
        "talks": last3["one_to_one"] / months_here,
        "recognition": last6["recognition"] / np.maximum(last6["month_share"], 0.1),
        "peer_help": last3["peer_help"] / months_here,
        "team_resigned": teams["resigned"].sum(axis=0)[team] / np.maximum(teams["headcount"][team], 1),
        "leader_months": month - teams["leader_month"][team],
        "leader_quality": teams["leader_quality"][team],
        "mode": seats["mode"],
        "referred": (seats["source"] == 1).astype(float),
        "agency": (seats["employment"] == 2).astype(float),
        "commute": seats["commute"],
        "contract_months": (seats["contract_end"] - context.month.last_day) / 30.44,
        "unemployment": context.market.unemployment[context.index, context.layout.seat_site],
        "next_month": np.full(len(team), (month + 1) % 12),
        "climate": context.world.climate(np.array([context.months_exported + 1]))[0][context.layout.seat_site],
        "ability": seats["ability"],
        "site": context.layout.seat_site,
        "frailty": seats["frailty"],
    }


def _peer_gap(seats: Frame, site: NDArray) -> NDArray:
    """Return log pay minus the mean log pay of the same site and role."""
    group = site * len(parameters.ROLES) + seats["level"] // 2
    log_pay = np.log(np.maximum(seats["base_pay"], 1.0))
    active = seats["active"]
    counts = np.bincount(group[active], minlength=group.max() + 1)
    means = np.bincount(group[active], log_pay[active], minlength=group.max() + 1) / np.maximum(counts, 1)
    return np.asarray(log_pay - means[group])
