"""The labour market around the centre: market pay that grows and jumps, unemployment and vacancies by site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Market:
    """The market in every month since the simulation starts.

    `median` (months, sites, grades) is market pay in CNY a month. The others are (months, sites): `published`, whether
    a new benchmark was published; `unemployment` in percent; `vacancies`, an index around 100; `bonus_cut`, the share
    of the bonus target that a change of the bonus plan takes away, 0 for none.
    """

    median: NDArray
    published: NDArray
    unemployment: NDArray
    vacancies: NDArray
    bonus_cut: NDArray


def draw_market(layout: Layout, *, growth_year: float = 0.0) -> Market:
    """Return a labour market drawn at random; `growth_year` is added to its yearly growth in the exported months."""
    rng = layout.rng(1)
    count = layout.last_month - layout.start_month + 1
    log_level, published = _pay_path(rng, layout, count, growth_year)
    ladder = np.exp(parameters.GRADE_STEP * np.arange(len(parameters.GRADES)))
    sites = parameters.BASE_MEDIAN * np.array(parameters.SITE_PAY)
    median = np.round(np.exp(log_level)[:, :, None] * sites[None, :, None] * ladder, -1)
    unemployment = np.clip(5.0 + _walk(rng, count, 0.18), 2.5, 9.0)
    vacancies = np.clip(100 - 6 * (unemployment - 5) + rng.normal(0, 4, unemployment.shape), 40, 180)
    return Market(
        median=median,
        published=published,
        unemployment=np.round(unemployment, 1),
        vacancies=np.round(vacancies, 1),
        bonus_cut=_bonus_cut(rng, layout, count),
    )


def _pay_path(rng: np.random.Generator, layout: Layout, count: int, growth_year: float) -> tuple[NDArray, NDArray]:
    """Return log market pay, which grows each January and July and jumps every few years, and when it is published."""
    sites = len(parameters.SITES)
    of_year = (layout.start_month + np.arange(count)) % 12
    published = np.repeat(np.isin(of_year, (0, 6))[:, None], sites, axis=1)
    is_exported = layout.start_month + np.arange(count) >= layout.first_month
    growth = rng.normal(parameters.MARKET_GROWTH_YEAR / 2, 0.008, (count, sites)) * published
    growth = growth + growth_year / 2 * published * is_exported[:, None]
    jumped = rng.random((count, sites)) < 1 / parameters.MARKET_JUMP_MONTHS
    growth = growth + jumped * rng.normal(parameters.MARKET_JUMP, 0.015, (count, sites))
    published = published | jumped
    published[0] = True
    return np.cumsum(growth, axis=0), published


def _walk(rng: np.random.Generator, count: int, step: float) -> NDArray:
    """Return a mean-reverting random walk around zero for each site, (count, sites)."""
    steps = rng.normal(0, step, (count, len(parameters.SITES)))
    level = np.zeros_like(steps)
    for month in range(1, count):
        level[month] = 0.97 * level[month - 1] + steps[month]
    return level


def _bonus_cut(rng: np.random.Generator, layout: Layout, count: int) -> NDArray:
    """Return the cuts of the bonus plans: one per site, for a year that begins within the exported months."""
    cut = np.zeros((count, len(parameters.SITES)))
    exported = layout.last_month - layout.first_month + 1
    for site in range(len(parameters.SITES)):
        start = parameters.BURN_IN_MONTHS + int(rng.integers(0, max(1, exported - 6)))
        cut[start : start + 12, site] = parameters.BONUS_CUT
    return cut
