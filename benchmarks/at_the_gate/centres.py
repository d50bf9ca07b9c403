"""Simulate centres whose true risks are known, with the risks that a model of tenure alone would give.

An agent's log-odds of resigning next month are the sum of a part that stays, a part that changes from month to month,
tenure, and the season. What a perfect model can know at a month-end is the present value of each; the risk within the
horizon is the mean over what the changing part may become.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit

from attrition.model.metrics import LabelledScores

HORIZON, TEST_MONTHS, BURN_IN = 3, 6, 30
LASTING, CHANGING, PERSISTENCE = 0.8, 0.7, 0.85
"""Standard deviations of the two parts, in log-odds, and the correlation of the changing part with its last month."""
EARLY, FADES_AFTER = 1.6, 6.0
"""How much higher the log-odds are at hire, and the months after which that has fallen to a third."""
MEAN_TENURE = 24.0
"""In months, at the start of the burn-in."""
SEASON, OTHER_EXITS = 0.2, 0.005
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True)
class Centre:
    """Agent-months of the test months with mature labels.

    Attributes
    ----------
    scores : LabelledScores
        The labels, and the true risks.
    tenure_risk : ndarray of shape (n,)
        The risk that tenure alone gives.
    """

    scores: LabelledScores
    tenure_risk: np.ndarray


@dataclass(frozen=True)
class Month:
    """One month's agents: number of the month, who they are, both parts of their log-odds, tenure, who resigns next."""

    number: int
    person: np.ndarray
    fixed: np.ndarray
    changing: np.ndarray
    tenure: np.ndarray
    resigns: np.ndarray


def simulate_centre(agents: int, monthly_rate: float, seed: int) -> Centre:
    """Simulate so many seats; whoever leaves is replaced in the next month, and test months follow a burn-in."""
    level = _level(monthly_rate)
    return _test_months(list(_months(agents, level, np.random.default_rng(seed))), level)


def _months(agents: int, level: float, draw: np.random.Generator) -> Iterator[Month]:
    """Yield one month after the other: who is there, what is known of them, and who resigns in the month after it."""
    lasting, changing = draw.normal(0, LASTING, agents), draw.normal(0, CHANGING, agents)
    tenure, person, hired = draw.exponential(MEAN_TENURE, agents), np.arange(agents), agents
    for month in range(BURN_IN + TEST_MONTHS + HORIZON - 1):
        resigns = draw.random(agents) < expit(level + lasting + changing + _known(tenure, month))
        leaves = resigns | (draw.random(agents) < OTHER_EXITS)
        yield Month(month, person, level + lasting, changing, tenure, resigns)
        person, hired = np.where(leaves, hired + np.cumsum(leaves) - 1, person), hired + int(leaves.sum())
        tenure = np.where(leaves, 0.0, tenure + 1.0)
        shock = draw.normal(0, CHANGING * np.sqrt(1 - PERSISTENCE**2), agents)
        changing = np.where(leaves, draw.normal(0, CHANGING, agents), PERSISTENCE * changing + shock)
        lasting = np.where(leaves, draw.normal(0, LASTING, agents), lasting)


def _test_months(months: Sequence[Month], level: float) -> Centre:
    """Return the test months; an agent is labelled by the month in which they resigned, if that is near enough."""
    resigned_in = np.full(1 + max(int(month.person.max()) for month in months), np.inf)
    for month in months:
        resigned_in[month.person[month.resigns]] = month.number
    tested = months[BURN_IN : BURN_IN + TEST_MONTHS]
    number, person, tenure = (
        np.concatenate(columns)
        for columns in zip(*((np.full(len(m.person), m.number), m.person, m.tenure) for m in tested), strict=True)
    )
    risk = np.concatenate([_risk_within(HORIZON, m.fixed, m.changing, m.tenure, m.number) for m in tested])
    label, agent = (resigned_in[person] < number + HORIZON).astype(float), person.astype(str)
    order = np.lexsort((number, agent))
    arrays = (label, risk, agent, np.datetime64("2020-01") + number)
    return Centre(LabelledScores(*(values[order] for values in arrays)), _tenure_risk(level, tenure[order]))


def _known(tenure: np.ndarray, month: int) -> np.ndarray:
    """Return the log-odds of tenure and season."""
    return EARLY * np.exp(-tenure / FADES_AFTER) + SEASON * np.sin(2 * np.pi * month / 12)


def _risk_within(horizon: int, fixed: np.ndarray, changing: np.ndarray, tenure: np.ndarray, month: int) -> np.ndarray:
    """Return the risk of resigning within the horizon, given what is known now; another exit may come first."""
    hazard = expit(fixed + changing + _known(tenure, month))
    if horizon == 1:
        return hazard
    sd = CHANGING * np.sqrt(1 - PERSISTENCE**2)
    later = sum(
        weight * _risk_within(horizon - 1, fixed, PERSISTENCE * changing + sd * node, tenure + 1, month + 1)
        for node, weight in zip(NODES, WEIGHTS, strict=True)
    )
    return hazard + (1 - hazard) * (1 - OTHER_EXITS) * later


def _tenure_risk(level: float, tenure: np.ndarray) -> np.ndarray:
    """Return the risk within the horizon of an average agent of this tenure."""
    nodes = np.sqrt(LASTING**2 + CHANGING**2) * NODES
    monthly = sum(
        w * expit(level + n + EARLY * np.exp(-tenure / FADES_AFTER)) for n, w in zip(nodes, WEIGHTS, strict=True)
    )
    return -np.expm1(HORIZON * np.log1p(-monthly))


@cache
def _level(monthly_rate: float) -> float:
    """Return the level at which this share of a large centre resigns in a month, by bisection on one simulation."""
    low, high = -8.0, 0.0
    for _ in range(12):
        level = (low + high) / 2
        months = list(_months(4000, level, np.random.default_rng(0)))[BURN_IN:]
        is_low = np.mean([month.resigns.mean() for month in months]) < monthly_rate
        low, high = (level, high) if is_low else (low, level)
    return (low + high) / 2
