"""The catalogue of all worlds, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrition.data.synthetic.worlds import (
    changing_evaluators,
    drawn_at_random,
    drifting_pay,
    failing_clocks,
    hidden,
    interactions,
    non_monotone,
    shock,
    smooth,
    tenure_effects,
    waves,
)
from attrition.data.synthetic.worlds.thresholds import THRESHOLDS
from attrition.data.synthetic.worlds.world import World

WORLDS: Mapping[str, Callable[[int], World]] = {
    "thresholds": lambda _: THRESHOLDS,
    "smooth": smooth.draw,
    "interactions": interactions.draw,
    "tenure_effects": tenure_effects.draw,
    "hidden": hidden.draw,
    "drifting_pay": drifting_pay.draw,
    "shock": shock.draw,
    "waves": waves.draw,
    "changing_evaluators": changing_evaluators.draw,
    "failing_clocks": failing_clocks.draw,
    "non_monotone": non_monotone.draw,
    "random": drawn_at_random.draw,
}
"""A world by its name: a function of the seed, which most worlds do not depend on."""


def draw_world(name: str, seed: int) -> World:
    """Return the world of a name, drawn for a seed.

    Raises
    ------
    ValueError
        There is no world of this name.

    Examples
    --------
    >>> draw_world("shock", 1).name
    'shock'
    """
    if name not in WORLDS:
        raise ValueError(f"there is no world {name!r}; the worlds are {', '.join(WORLDS)}")
    return WORLDS[name](seed)
