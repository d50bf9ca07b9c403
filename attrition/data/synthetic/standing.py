"""Where every agent stands at a month's end, in measures that the exports carry: what the hazard may look at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world
from attrition.data.synthetic.people import Now
from attrition.data.synthetic.world import Frame

WINDOW = 6
REMEMBERED = (
    "month_share", "occupancy", "overtime_hours", "abusive", "changed", "shifts", "weekend_shifts", "nights", "denied",
    "evaluated", "score_sum", "severity_sum", "critical", "appeal_lost", "wait_sum",
    "one_to_one", "recognition", "peer_help", "bonus_sum", "bonus_paid", "training_hours", "cancelled",
)  # fmt: skip


def forgotten(seats: int) -> Frame:
    """Start the memory of the last months, empty."""
    return {name: np.zeros((WINDOW, seats)) for name in REMEMBERED}


def remember(recent: Frame, seats: Frame) -> Frame:
    """Put this month's measures first; a seat's newcomer starts without a past."""
    month = seats | {"bonus_sum": seats["attained"] * seats["bonus_paid"]}
    month["occupancy"] = seats["occupancy"] * seats["month_share"]
    return {name: np.concatenate([np.asarray(month[name], float)[None], recent[name][:-1]]) for name in REMEMBERED}


def cleared(recent: Frame, where: NDArray) -> Frame:
    """Forget the past of the given seats."""
    kept = np.ones(next(iter(recent.values())).shape[1])
    kept[where] = 0.0
    return {name: values * kept for name, values in recent.items()}


def standing(seats: Frame, teams: Frame, recent: Frame, now: Now) -> Frame:
    """Measure every seat at the end of the month, from the last three months, rare things from the last six."""
    month, team = now.month.number, seats["team"]
    last3 = {name: values[:3].sum(axis=0) for name, values in recent.items()}
    last6 = {name: values.sum(axis=0) for name, values in recent.items()}
    here = np.maximum(last3["month_share"], 0.1)
    evaluated, shifts = np.maximum(last3["evaluated"], 1), np.maximum(last3["shifts"], 1)
    median = now.market.median[now.index, now.plan.seat_site, seats["level"]]
    rated = last3["evaluated"] > 0
    return {
        "tenure_days": now.month.last - seats["hire_day"],
        "market_ratio": seats["base_pay"] / median,
        "peer_gap": _peer_gap(seats, now.plan.seat_site),
        "raise_months": month - seats["raise_month"],
        "bonus": np.where(last3["bonus_paid"] > 0, last3["bonus_sum"] / np.maximum(last3["bonus_paid"], 1), 0.95),
        "level": seats["level"],
        "role_months": month - seats["role_month"],
        "rejected_months": month - seats["rejected_month"],
        "promoted_months": month - seats["promoted_month"],
        "talk_months": month - seats["talk_month"],
        "training_hours": last6["training_hours"],
        "cancelled": last6["cancelled"],
        "occupancy": last3["occupancy"] / here,
        "overtime": last3["overtime_hours"] / here,
        "abusive": last3["abusive"] / here,
        "changed_share": last3["changed"] / shifts,
        "weekend_share": last3["weekend_shifts"] / shifts,
        "night_share": last3["nights"] / shifts,
        "denied": last6["denied"],
        "score": np.where(rated, last3["score_sum"] / evaluated, 86.0),
        "severity": last3["severity_sum"] / evaluated,
        "critical": last6["critical"],
        "appeal_lost": last6["appeal_lost"],
        "wait_days": np.where(rated, last3["wait_sum"] / evaluated, 4.0),
        "talks": last3["one_to_one"] / here,
        "recognition": last6["recognition"] / np.maximum(last6["month_share"], 0.1),
        "peer_help": last3["peer_help"] / here,
        "team_resigned": teams["resigned"].sum(axis=0)[team] / np.maximum(teams["headcount"][team], 1),
        "leader_months": month - teams["leader_month"][team],
        "leader_quality": teams["leader_quality"][team],
        "mode": seats["mode"],
        "referred": (seats["source"] == 1).astype(float),
        "agency": (seats["employment"] == 2).astype(float),
        "commute": seats["commute"],
        "contract_months": (seats["contract_end"] - now.month.last) / 30.44,
        "unemployment": now.market.unemployment[now.index, now.plan.seat_site],
        "next_month": np.full(len(team), (month + 1) % 12),
        "ability": seats["ability"],
        "frailty": seats["frailty"],
    }


def _peer_gap(seats: Frame, site: NDArray) -> NDArray:
    """Log pay against the mean of the same site and role."""
    group = site * len(world.ROLES) + seats["level"] // 2
    log_pay = np.log(np.maximum(seats["base_pay"], 1.0))
    here = seats["active"]
    counts = np.bincount(group[here], minlength=group.max() + 1)
    means = np.bincount(group[here], log_pay[here], minlength=group.max() + 1) / np.maximum(counts, 1)
    return np.asarray(log_pay - means[group])
