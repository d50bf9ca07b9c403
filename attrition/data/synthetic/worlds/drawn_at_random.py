"""A world whose mechanism is drawn from the seed: measures, shapes, weights, thresholds, combinations and movements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.measures import deviation
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.smooth import WEIGHTS
from attrition.data.synthetic.worlds.world import World

STREAM = 21
"""The stream of the seed from which the mechanism is drawn, apart from the streams of the simulation."""
DIRECTIONS = {name: np.sign(weight) for parts in WEIGHTS.values() for name, weight in parts.items()}
REVERSED_SHARE = 0.15
"""Share of the effects that go against the direction that theory gives."""
PAIRS = 4
"""Combinations of two measures of any families."""

Shape = Callable[[NDArray, float], NDArray]
SHAPES: dict[str, Shape] = {
    "linear": lambda x, _: x,
    "step": lambda x, threshold: 1 / (1 + np.exp(-8 * (x - threshold))),
    "hinge": lambda x, threshold: np.maximum(x - threshold, 0),
    "saturating": lambda x, threshold: np.tanh(x - threshold),
    "best middle": lambda x, threshold: 0.5 * (x - threshold) ** 2,
}


@dataclass(frozen=True)
class Term:
    """The effect of one measure: its shape and threshold, its weight, and by how much it fades with each year."""

    measure: str
    shape: str
    threshold: float
    weight: float
    fading: float

    def effect(self, state: Frame) -> NDArray:
        """Return what the measure adds to the log-hazard, (agents,)."""
        sign = DIRECTIONS[self.measure]
        years = np.minimum(state["tenure_days"] / 365, 4)
        shaped = SHAPES[self.shape](sign * deviation(state, self.measure), self.threshold)
        return np.asarray(self.weight * shaped * (1 - self.fading * years))


def draw_terms(rng: np.random.Generator) -> dict[str, list[Term]]:
    """Return the terms of each family: two of its measures in three, of any shape."""
    terms = {}
    for family, measures in WEIGHTS.items():
        strength = rng.gamma(3.0, 0.33) * (0.4 if family == "context" else 1.0)
        used = [measure for measure in measures if rng.random() < 2 / 3] or [next(iter(measures))]
        terms[family] = [
            Term(
                measure=measure,
                shape=str(rng.choice(list(SHAPES))),
                threshold=float(rng.uniform(-0.8, 1.2)),
                weight=float(rng.exponential(0.4) * strength * (-1 if rng.random() < REVERSED_SHARE else 1)),
                fading=float(rng.uniform(-0.2, 0.4) * (rng.random() < 0.3)),
            )
            for measure in used
        ]
    return terms


def draw_pairs(rng: np.random.Generator) -> list[tuple[str, Term, Term]]:
    """Return pairs of steps that count only together, with the family of the first."""
    family_of = {name: family for family, parts in WEIGHTS.items() for name in parts}
    pairs = []
    for _ in range(PAIRS):
        first, second = rng.choice(list(family_of), 2, replace=False)
        weight, thresholds = rng.exponential(0.6), rng.uniform(-0.5, 0.5, 2)
        pairs.append((
            family_of[first], Term(str(first), "step", thresholds[0], weight, 0.0),
            Term(str(second), "step", thresholds[1], 1.0, 0.0),
        ))  # fmt: skip
    return pairs


def draw(seed: int) -> World:
    """Return a world drawn from the seed: no two seeds share a mechanism."""
    rng = np.random.default_rng([seed, STREAM])
    terms, pairs = draw_terms(rng), draw_pairs(rng)

    def effects(state: Frame) -> Frame:
        parts = {family: np.asarray(sum(term.effect(state) for term in members)) for family, members in terms.items()}
        for family, first, second in pairs:
            parts[family] = parts[family] + first.effect(state) * second.effect(state)
        return parts

    frailty_sd = float(rng.uniform(0.05, 0.5))
    scaled, log_rate = calibrated(effects, spread=float(rng.uniform(0.8, 1.1)), frailty_sd=frailty_sd)
    return World(
        name="random", effects=scaled, climate=level.walk(log_rate, step=0.03, rng=rng), frailty_sd=frailty_sd,
        market_growth_year=float(rng.uniform(-0.03, 0.03)), severity_changes=float(rng.uniform(0, 0.04)),
    )  # fmt: skip
