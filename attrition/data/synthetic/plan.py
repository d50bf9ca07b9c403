"""What is fixed before anybody is hired: sizes, the calendar, which seat is where and since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world


@dataclass(frozen=True)
class Month:
    """A calendar month in days since 1970-01-01; `number` counts months since January 1970."""

    number: int

    @property
    def first(self) -> int:
        """Its first day."""
        return int(np.datetime64(self.number, "M").astype("datetime64[D]").astype(int))

    @property
    def last(self) -> int:
        """Its last day."""
        return Month(self.number + 1).first - 1

    @property
    def of_year(self) -> int:
        """0 for January."""
        return self.number % 12

    @property
    def is_weekend(self) -> NDArray:
        """One flag a day: Saturday or Sunday."""
        days = np.arange(self.first, self.last + 1)
        return (days + 3) % 7 >= 5  # day 0 was a Thursday


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sizes and places of a centre.

    `seat_site` (seats,), `seat_open` (seats,): the month number from which a seat exists,
    `team_site` (teams,), `evaluator_site` (evaluators,), `retention_share`: the share of seats helped each month
    because somebody seems at risk.
    """

    seed: int
    retention_share: float
    first_month: int
    last_month: int
    seat_site: NDArray
    seat_team: NDArray
    seat_open: NDArray
    team_site: NDArray
    evaluator_site: NDArray

    @property
    def begins(self) -> int:
        """Month number at which the story begins, long before the exports do."""
        return self.first_month - world.BURN_IN_MONTHS

    def rng(self, *stream: int) -> np.random.Generator:
        """Give the generator of one named stream; streams do not disturb each other."""
        return np.random.default_rng([self.seed, *stream])


def plan(agents: int, months: int, *, seed: int, last_month: str, retention_share: float = world.KEPT_SHARE) -> Plan:
    """Lay out a centre of `agents` seats whose exports end with `last_month` ("2026-10").

    Examples
    --------
    >>> small = plan(30, 14, seed=1, last_month="2026-10")
    >>> len(small.seat_site), len(small.team_site), small.last_month - small.first_month
    (30, 3, 13)
    """
    last = int(np.datetime64(last_month, "M").astype(int))
    first = last - months + 1
    rng = np.random.default_rng([seed, 0])
    sizes = _largest_remainder(agents, np.array(world.SITE_SHARE))
    teams = np.maximum(1, np.round(sizes / world.TEAM_SIZE).astype(int))
    evaluators = np.maximum(2, np.round(teams * world.EVALUATORS_PER_TEAM).astype(int))
    seat_site = np.repeat(np.arange(len(sizes)), sizes)
    within = np.concatenate([np.arange(size) for size in sizes])
    offset = np.concatenate([[0], np.cumsum(teams)[:-1]])
    early = rng.random(agents) < world.OPEN_AT_START
    growth = np.floor(world.BURN_IN_MONTHS * np.sqrt(rng.random(agents))).astype(int)
    return Plan(
        seed=seed,
        retention_share=retention_share,
        first_month=first,
        last_month=last,
        seat_site=seat_site,
        seat_team=offset[seat_site] + within % teams[seat_site],
        seat_open=first - world.BURN_IN_MONTHS + np.where(early, 0, growth),
        team_site=np.repeat(np.arange(len(sizes)), teams),
        evaluator_site=np.repeat(np.arange(len(sizes)), evaluators),
    )


def _largest_remainder(total: int, shares: NDArray) -> NDArray:
    """Split a whole number by shares; the parts sum to it and none is empty when there is enough."""
    parts = np.floor(total * shares).astype(int)
    order = np.argsort(parts - total * shares, kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return parts
