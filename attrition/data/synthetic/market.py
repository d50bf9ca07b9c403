"""What surrounds the centre: market pay that grows and jumps, and each site's labour market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world
from attrition.data.synthetic.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Market:
    """Month by month since the story begins.

    `median` (months, sites, grades) in CNY, `published` (months, sites): the benchmark changed,
    `unemployment` (months, sites) in percent, `vacancies` (months, sites) as an index,
    `bonus_cut` (months, sites): attainment lost to a change of the bonus plan.
    """

    median: NDArray
    published: NDArray
    unemployment: NDArray
    vacancies: NDArray
    bonus_cut: NDArray


def market(plan: Plan) -> Market:
    """Draw the surroundings of a centre."""
    rng = plan.rng(1)
    count = plan.last_month - plan.begins + 1
    log_level, published = _pay_path(rng, plan, count)
    ladder = np.exp(world.GRADE_STEP * np.arange(len(world.GRADES)))
    sites = world.BASE_MEDIAN * np.array(world.SITE_PAY)
    median = np.round(np.exp(log_level)[:, :, None] * sites[None, :, None] * ladder, -1)
    unemployment = np.clip(5.0 + _walk(rng, count, 0.18), 2.5, 9.0)
    vacancies = np.clip(100 - 6 * (unemployment - 5) + rng.normal(0, 4, unemployment.shape), 40, 180)
    return Market(
        median=median,
        published=published,
        unemployment=np.round(unemployment, 1),
        vacancies=np.round(vacancies, 1),
        bonus_cut=_bonus_cut(rng, plan, count),
    )


def _pay_path(rng: np.random.Generator, plan: Plan, count: int) -> tuple[NDArray, NDArray]:
    """Benchmarks move each January and July, and jump at a site every few years."""
    sites = len(world.SITES)
    of_year = (plan.begins + np.arange(count)) % 12
    published = np.repeat(np.isin(of_year, (0, 6))[:, None], sites, axis=1)
    growth = rng.normal(world.MARKET_GROWTH_YEAR / 2, 0.008, (count, sites)) * published
    jumped = rng.random((count, sites)) < 1 / world.MARKET_JUMP_MONTHS
    growth = growth + jumped * rng.normal(world.MARKET_JUMP, 0.015, (count, sites))
    published = published | jumped
    published[0] = True
    return np.cumsum(growth, axis=0), published


def _walk(rng: np.random.Generator, count: int, step: float) -> NDArray:
    """Draw a mean-reverting walk around zero for each site."""
    steps = rng.normal(0, step, (count, len(world.SITES)))
    level = np.zeros_like(steps)
    for month in range(1, count):
        level[month] = 0.97 * level[month - 1] + steps[month]
    return level


def _bonus_cut(rng: np.random.Generator, plan: Plan, count: int) -> NDArray:
    """Cut each site's bonus plan once inside the exported months, for a year."""
    cut = np.zeros((count, len(world.SITES)))
    exported = plan.last_month - plan.first_month + 1
    for site in range(len(world.SITES)):
        start = world.BURN_IN_MONTHS + int(rng.integers(0, max(1, exported - 6)))
        cut[start : start + 12, site] = world.BONUS_CUT
    return cut
