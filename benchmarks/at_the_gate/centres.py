"""Simulate centres whose true risks are known, with the risks that a model of tenure alone would give.

An agent's log-odds of resigning next month are the sum of a part that stays, a part that changes from month to month,
tenure, and the season. What a perfect model can know at a month-end is the present value of each; the risk within the
horizon is the mean over what the changing part may become.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from attrition.model.metrics import LabelledScores

HORIZON, TEST_MONTHS, BURN_IN = 3, 6, 30
LASTING, CHANGING, PERSISTENCE = 0.7, 0.6, 0.85
"""Standard deviations of the two parts, in log-odds, and the correlation of the changing part with its last month."""
EARLY, FADES_AFTER = 1.2, 6.0
"""How much higher the log-odds are at hire, and the months after which that has fallen to a third."""
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


def simulate_centre(agents: int, monthly_rate: float, seed: int) -> Centre:
    """Simulate so many seats; whoever leaves is replaced in the next month, and test months follow a burn-in."""
    draw = np.random.default_rng(seed)
    level = _level(monthly_rate)
    lasting, changing = draw.normal(0, LASTING, agents), draw.normal(0, CHANGING, agents)
    tenure, person, hired = draw.exponential(20.0, agents), np.arange(agents), agents
    months = []
    for month in range(BURN_IN + TEST_MONTHS + HORIZON - 1):
        risk = _risk_within(HORIZON, level + lasting, changing, tenure, month)
        resigns = draw.random(agents) < expit(level + lasting + changing + _known(tenure, month))
        leaves = resigns | (draw.random(agents) < OTHER_EXITS)
        months.append((person, np.where(resigns, month, np.inf), risk, tenure))
        person, hired = np.where(leaves, hired + np.cumsum(leaves) - 1, person), hired + int(leaves.sum())
        tenure = np.where(leaves, 0.0, tenure + 1.0)
        shock = draw.normal(0, CHANGING * np.sqrt(1 - PERSISTENCE**2), agents)
        changing = np.where(leaves, draw.normal(0, CHANGING, agents), PERSISTENCE * changing + shock)
        lasting = np.where(leaves, draw.normal(0, LASTING, agents), lasting)
    return _test_months(months, level)


def _test_months(months: list[tuple[np.ndarray, ...]], level: float) -> Centre:
    """Return the test months; an agent is labelled by the month in which they resigned, if that is near enough."""
    person, resigned, risk, tenure = (np.stack(column) for column in zip(*months, strict=True))
    resigned_in = np.full(int(person.max()) + 1, np.inf)
    np.minimum.at(resigned_in, person.ravel(), resigned.ravel())
    tested = np.arange(BURN_IN, BURN_IN + TEST_MONTHS)
    month = np.repeat(tested, person.shape[1])
    agent = person[tested].ravel()
    label = (resigned_in[agent] < month + HORIZON).astype(float)
    month_end = np.datetime64("2020-01") + month
    order = np.lexsort((month, agent.astype(str)))
    scores = LabelledScores(label, risk[tested].ravel(), agent.astype(str), month_end)
    tenure_risk = _tenure_risk(level, tenure[tested].ravel())
    return Centre(
        LabelledScores(*(values[order] for values in (scores.label, scores.risk, scores.agent, scores.month))),
        tenure_risk[order],
    )


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


def _level(monthly_rate: float) -> float:
    """Return the level at which agents of a year's tenure resign at this monthly rate."""
    nodes, levels = np.sqrt(LASTING**2 + CHANGING**2) * NODES, np.linspace(-8, 0, 400)
    rates = WEIGHTS @ expit(levels + nodes[:, None] + EARLY * np.exp(-12.0 / FADES_AFTER))
    return float(np.interp(monthly_rate, rates, levels))
