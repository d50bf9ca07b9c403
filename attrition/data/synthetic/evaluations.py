"""Simulate a month of quality evaluations: scores, errors, appeals and feedback."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.teams import drift

EVALUATIONS_PER_MONTH = 3.6
SCORED_TWICE = 0.3
"""Share of an agent's neighbouring evaluations by two evaluators that are of one contact."""


def evaluations(seats: Frame, teams: Frame, context: MonthContext, *, severity: NDArray) -> Frame:
    """Return a month's evaluations ordered by ``seat``; `severity` holds the points each evaluator takes off."""
    rng = context.rng
    start = np.maximum(seats["start"], seats["training_end"] + 1)
    days = np.maximum(0, seats["end"] - start + 1)
    counts = rng.poisson(EVALUATIONS_PER_MONTH * days / 30.4) * seats["active"] * (days > 0)
    seat = np.repeat(np.arange(len(counts)), counts)
    size = len(seat)
    day = start[seat] + np.floor(rng.random(size) * days[seat]).astype(int)
    own = teams["evaluator"][seats["team"][seat]]
    evaluator = np.where(rng.random(size) < 0.85, own, rng.permutation(own))
    quality = 87 + 3.6 * seats["ability"][seat] + 2.0 * seats["quality_dev"][seat]
    quality -= 6 * np.exp(-(context.month.last_day - seats["hire_day"][seat]) / 80)
    score = np.clip(np.round(quality - severity[evaluator] + rng.normal(0, 4.0, size), 1), 0, 100)
    critical = (rng.random(size) < 0.035 * np.exp(-0.45 * seats["ability"][seat] + 0.07 * severity[evaluator])).astype(
        int
    )
    rows = {
        "seat": seat,
        "day": day,
        "evaluator": evaluator,
        "severity": severity[evaluator],
        "critical": critical,
        "score": np.clip(score - 12 * critical, 0, 100),
        "noncritical": rng.poisson(np.clip((100 - score) / 9, 0, 8)),
    }
    return rows | _disputes(rows, teams["tightness"][seats["team"][seat]], rng)


def _disputes(rows: Frame, tightness: NDArray, rng: np.random.Generator) -> Frame:
    """Return the columns of appeals, likelier for low scores by severe evaluators, and of feedback to the agent.

    30 % of the appeals are upheld; feedback comes later in tightly staffed teams, and for 7 % never.
    """
    size = len(rows["day"])
    odds = 0.03 * np.exp(0.05 * (86 - rows["score"]) + 0.10 * rows["severity"])
    appealed = rng.random(size) < np.clip(odds, 0, 0.6)
    upheld = appealed & (rng.random(size) < 0.30)
    resolved = rows["day"] + rng.integers(4, 16, size)
    wait = 1 + np.floor(rng.exponential(3.2 * np.exp(0.45 * tightness))).astype(int)
    return {
        "appealed": appealed,
        "upheld": upheld,
        "resolved": np.where(appealed, resolved, NEVER),
        "feedback": np.where(rng.random(size) < 0.93, rows["day"] + np.minimum(wait, 40), NEVER),
        "wait": np.minimum(wait, 40),
    }


def contacts_of(rows: Frame, rng: np.random.Generator) -> NDArray:
    """Return the number of the contact behind each evaluation of a month: its own, or that of the one before it.

    Two evaluations of one contact are by different evaluators; no contact is evaluated three times.
    """
    seat, evaluator = rows["seat"], rows["evaluator"]
    follows = np.zeros(len(seat), dtype=bool)
    follows[1:] = (seat[1:] == seat[:-1]) & (evaluator[1:] != evaluator[:-1])
    follows &= rng.random(len(seat)) < SCORED_TWICE
    follows[1:] &= ~follows[:-1]
    return np.arange(len(seat)) - follows


def add_evaluation_sums(seats: Frame, rows: Frame, context: MonthContext) -> Frame:
    """Return the seats with their sums over a month's evaluations, and with true quality one month later."""
    size = len(seats["person"])

    def total(values: NDArray) -> NDArray:
        return np.bincount(rows["seat"], values, minlength=size)

    return seats | {
        "quality_dev": drift(context.rng, seats["quality_dev"], 0.92),
        "evaluated": total(np.ones(len(rows["seat"]))),
        "score_sum": total(rows["score"]),
        "severity_sum": total(rows["severity"]),
        "critical": total(rows["critical"]),
        "appeal_lost": total(rows["appealed"] & ~rows["upheld"]),
        "wait_sum": total(rows["wait"]),
    }
