"""Team leaders, evaluators and what a whole team shares: its load, its tightness, its talk."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from attrition.data.synthetic import world
from attrition.data.synthetic.people import Now
from attrition.data.synthetic.plan import Plan
from attrition.data.synthetic.world import Frame

FIRST_LEADER = 600001
FIRST_EVALUATOR = 800001


def founded(plan: Plan) -> Frame:
    """Give each team its first leader, evaluator and load."""
    rng = plan.rng(2)
    size = len(plan.team_site)
    return {
        "leader": np.arange(size),
        "leader_quality": rng.normal(0, 1, size),
        "leader_month": plan.begins - rng.integers(1, 36, size),
        "leader_changed": np.zeros(size, dtype=bool),
        "load": rng.normal(0, 1, size),
        "tightness": rng.normal(0, 1, size),
        "evaluator": _evaluators(rng, plan),
        "resigned": np.zeros((3, size)),
        "headcount": np.ones(size),
    }


def severities(plan: Plan) -> np.ndarray:
    """Points each evaluator takes off: evaluators of one site differ in severity, as evenly as a normal law allows."""
    places = plan.rng(3).permutation(len(plan.evaluator_site))
    return np.asarray(world.SEVERITY_SD * ndtri((places + 0.5) / len(places)))


def month_of(teams: Frame, seats: Frame, now: Now) -> Frame:
    """Live a team's month: leaders come and go, better teams attract better leaders, loads drift."""
    rng, size = now.rng, len(teams["leader"])
    here = seats["active"]
    heads = np.bincount(seats["team"][here], minlength=size)
    ability = np.bincount(seats["team"][here], seats["ability"][here], minlength=size) / np.maximum(heads, 1)
    changed = rng.random(size) < 0.028
    newest = teams["leader"].max() + np.cumsum(changed)
    quality = 0.9 * ability + rng.normal(0, 0.95, size)
    evaluator = np.where(rng.random(size) < 1 / 18, _evaluators(rng, now.plan), teams["evaluator"])
    return teams | {
        "leader": np.where(changed, newest, teams["leader"]),
        "leader_quality": np.where(changed, quality, teams["leader_quality"]),
        "leader_month": np.where(changed, now.month.number, teams["leader_month"]),
        "leader_changed": changed,
        "load": drift(rng, teams["load"], 0.94),
        "tightness": drift(rng, teams["tightness"], 0.94),
        "evaluator": evaluator,
        "headcount": heads,
    }


def drift(rng: np.random.Generator, level: np.ndarray, persistence: float) -> np.ndarray:
    """Move a standard normal level one month on, keeping `persistence` of it."""
    return persistence * level + np.sqrt(1 - persistence**2) * rng.normal(0, 1, len(level))


def _evaluators(rng: np.random.Generator, plan: Plan) -> np.ndarray:
    """Draw an evaluator of its own site for each team."""
    counts = np.bincount(plan.evaluator_site, minlength=len(world.SITES))
    offset = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return offset[plan.team_site] + (rng.random(len(plan.team_site)) * counts[plan.team_site]).astype(int)


def talk(seats: Frame, teams: Frame, now: Now) -> Frame:
    """Count a month's talks and ties: good leaders talk more; somebody thought at risk is talked to."""
    rng = now.rng
    quality = teams["leader_quality"][seats["team"]]
    part = seats["month_share"]
    social = drift(rng, seats["social_dev"], 0.93)
    calm = np.exp(-0.07 * seats["latent"])
    return seats | {
        "social_dev": social,
        "one_to_one": rng.poisson(part * 0.95 * np.exp(0.62 * quality)) + (seats["kept_by"] == 3),
        "coaching": rng.poisson(part * 0.8 * np.exp(0.3 * quality - 0.25 * seats["ability"])),
        "recognition": rng.poisson(part * 0.42 * np.exp(0.45 * quality + 0.30 * seats["ability"])),
        "peer_help": rng.poisson(part * 1.7 * np.exp(0.5 * social)),
        "messages": rng.poisson(part * 44 * np.exp(0.55 * social) * calm),
        "meetings": rng.binomial(2, 0.9 * np.clip(part, 0, 1)),
    }
