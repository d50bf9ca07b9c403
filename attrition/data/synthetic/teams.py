"""Simulate what the agents of a team share: leader, evaluator, load, tightness of staffing; and their interactions."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import Layout
from attrition.data.synthetic.month_context import MonthContext

FIRST_LEADER = 600001
FIRST_EVALUATOR = 800001


def initial_teams(layout: Layout) -> Frame:
    """Return the teams at the start of the simulation, one row per team."""
    rng = layout.rng(2)
    size = len(layout.team_site)
    return {
        "leader": np.arange(size),
        "leader_quality": rng.normal(0, 1, size),
        "leader_month": layout.start_month - rng.integers(1, 36, size),
        "load": rng.normal(0, 1, size),
        "tightness": rng.normal(0, 1, size),
        "evaluator": _evaluators(rng, layout),
        "resigned": np.zeros((3, size)),
        "headcount": np.ones(size),
    }


def evaluator_severities(layout: Layout) -> np.ndarray:
    """Return the points each evaluator takes off a score: normal quantiles, evenly spaced, in random order."""
    ranks = layout.rng(3).permutation(len(layout.evaluator_site))
    return np.asarray(parameters.SEVERITY_SD * ndtri((ranks + 0.5) / len(ranks)))


def next_severities(severity: np.ndarray, context: MonthContext) -> np.ndarray:
    """Return the severities of the evaluators in a month: in some worlds they change once the exports have begun."""
    world = context.world
    if context.months_exported < 0 or not (world.severity_changes or world.severity_growth_year):
        return severity
    rng = context.layout.rng(13, context.month.number)
    trend = world.severity_growth_year / 12
    drawn = rng.normal(trend * context.months_exported, parameters.SEVERITY_SD, len(severity))
    return np.where(rng.random(len(severity)) < world.severity_changes, drawn, severity + trend)


def next_month(teams: Frame, seats: Frame, context: MonthContext) -> Frame:
    """Return the teams one month later: leaders change, better teams get better leaders, loads drift."""
    rng, size = context.rng, len(teams["leader"])
    is_active = seats["active"]
    heads = np.bincount(seats["team"][is_active], minlength=size)
    ability = np.bincount(seats["team"][is_active], seats["ability"][is_active], minlength=size) / np.maximum(heads, 1)
    changed = rng.random(size) < 0.028
    newest = teams["leader"].max() + np.cumsum(changed)
    quality = 0.9 * ability + rng.normal(0, 0.95, size)
    evaluator = np.where(rng.random(size) < 1 / 18, _evaluators(rng, context.layout), teams["evaluator"])
    return teams | {
        "leader": np.where(changed, newest, teams["leader"]),
        "leader_quality": np.where(changed, quality, teams["leader_quality"]),
        "leader_month": np.where(changed, context.month.number, teams["leader_month"]),
        "load": drift(rng, teams["load"], 0.94),
        "tightness": drift(rng, teams["tightness"], 0.94),
        "evaluator": evaluator,
        "headcount": heads,
    }


def drift(rng: np.random.Generator, level: np.ndarray, persistence: float) -> np.ndarray:
    """Return a standard normal level one month later: an autoregressive step with coefficient `persistence`."""
    return persistence * level + np.sqrt(1 - persistence**2) * rng.normal(0, 1, len(level))


def _evaluators(rng: np.random.Generator, layout: Layout) -> np.ndarray:
    """Return a random evaluator of the same site for each team."""
    counts = np.bincount(layout.evaluator_site, minlength=len(parameters.SITES))
    offset = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return offset[layout.team_site] + (rng.random(len(layout.team_site)) * counts[layout.team_site]).astype(int)


def count_interactions(seats: Frame, teams: Frame, context: MonthContext) -> Frame:
    """Return the seats with a month's counts of interactions; a retention action may add a one-to-one talk."""
    rng = context.rng
    quality = teams["leader_quality"][seats["team"]]
    share = seats["month_share"]
    social = drift(rng, seats["social_dev"], 0.93)
    calm = np.exp(-0.07 * seats["latent"])
    return seats | {
        "social_dev": social,
        "one_to_one": rng.poisson(share * 0.95 * np.exp(0.62 * quality)) + (seats["action_taken"] == 3),
        "coaching": rng.poisson(share * 0.8 * np.exp(0.3 * quality - 0.25 * seats["ability"])),
        "recognition": rng.poisson(share * 0.42 * np.exp(0.45 * quality + 0.30 * seats["ability"])),
        "peer_help": rng.poisson(share * 1.7 * np.exp(0.5 * social)),
        "messages": rng.poisson(share * 44 * np.exp(0.55 * social) * calm),
        "meetings": rng.binomial(2, 0.9 * np.clip(share, 0, 1)),
    }
