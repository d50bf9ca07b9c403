"""A world in which nothing drives people out alone: only two burdens together do."""

from __future__ import annotations

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.measures import above, below, deviation
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World


def effects(state: Frame) -> Frame:
    """Return the effects of pairs of burdens; each pair counts for the family of its first measure."""
    stuck = above(state, "role_months", -0.3)
    without_talks = below(state, "talks", -0.2)
    return {
        "pay": 1.6 * below(state, "market_ratio", 0.0) * stuck
        + 0.8 * below(state, "bonus", -0.4) * above(state, "score", 0.0),
        "career": 1.2 * below(state, "rejected_months", -0.5) * below(state, "market_ratio", 0.3)
        + 0.7 * above(state, "talk_months", 0.4) * below(state, "training_hours", 0.0),
        "workload": 1.6 * above(state, "occupancy", 0.2) * without_talks
        + 0.9 * above(state, "abusive", 0.3) * above(state, "night_share", 0.0),
        "schedule": 1.3 * above(state, "changed_share", 0.2) * above(state, "commute", 0.0)
        + 0.9 * above(state, "denied", 0.4) * above(state, "weekend_share", 0.0),
        "quality": 1.2 * above(state, "severity", 0.2) * below(state, "score", 0.0)
        + 0.9 * above(state, "wait_days", 0.0) * above(state, "critical", 0.0),
        "team": 1.1 * above(state, "team_resigned", 0.2) * without_talks
        + 0.7 * below(state, "peer_help", -0.4) * below(state, "recognition", 0.0),
        "context": 0.15 * deviation(state, "commute") * (state["mode"] == 0),
    }


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects)
    return World(name="interactions", effects=scaled, climate=level.constant(log_rate))
