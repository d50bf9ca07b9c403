"""Which features tell one topic: the same measure over other windows, beside peers, or counted from its last event.

A reader is given one line per topic, and a driver is called sure or uncertain as a topic: which of several twins a tree
takes is chance, what they say together is not.
"""

from __future__ import annotations

import re

_WINDOW = re.compile(r"_\d+m$")
_PEERS = "_vs_peers"

SAME = {
    "pay_market_low_ratio": "pay_market_ratio",
    "pay_role_ratio": "pay_peer_ratio",
    "pay_base_change": "pay_last_raise_share",
    "pay_bonus_change_share": "pay_bonus_attainment",
    "career_since_rejection_days": "career_rejections",
    "career_since_talk_days": "career_talks",
    "career_since_promotion_days": "career_in_grade_days",
    "career_promotions": "career_in_grade_days",
    "workload_utilisation": "workload_occupancy",
    "workload_idle_seconds": "workload_occupancy",
    "workload_abusive_per_day": "workload_abusive_share",
    "schedule_leave_denied_share": "schedule_leave_denied",
    "schedule_worked_share": "schedule_absence_share",
    "schedule_no_shows": "schedule_absence_share",
    "team_coaching_minutes": "team_coaching",
    "team_since_coaching_days": "team_coaching",
    "team_leader_changes": "team_with_leader_days",
    "tenure_stage": "tenure_days",
}
"""Measures (without window) that count the same events or divide the same amounts, and the one that stands for them."""


def topic(name: str) -> str:
    """Name the topic a feature tells.

    Examples
    --------
    >>> topic("workload_occupancy_3m_vs_peers"), topic("workload_occupancy_6m")
    ('workload_occupancy', 'workload_occupancy')
    >>> topic("career_since_talk_days")
    'career_talks'
    >>> topic("workload_occupancy_change_6m")  # a trend is a topic of its own
    'workload_occupancy_change'
    """
    measure = _WINDOW.sub("", name.removesuffix(_PEERS))
    return SAME.get(measure, measure)
