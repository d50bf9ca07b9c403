"""The layout of a synthetic centre, which does not change: its months, sites, teams, seats and evaluators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters


@dataclass(frozen=True)
class Month:
    """A calendar month in days since 1970-01-01; `number` counts months since January 1970."""

    number: int

    @property
    def first_day(self) -> int:
        """First day, in days since 1970."""
        return int(np.datetime64(self.number, "M").astype("datetime64[D]").astype(int))

    @property
    def last_day(self) -> int:
        """Last day, in days since 1970."""
        return Month(self.number + 1).first_day - 1

    @property
    def month_of_year(self) -> int:
        """Month of the year, 0 for January."""
        return self.number % 12

    @property
    def is_weekend(self) -> NDArray:
        """Whether each day of the month is a Saturday or a Sunday."""
        days = np.arange(self.first_day, self.last_day + 1)
        return (days + 3) % 7 >= 5  # day 0 was a Thursday


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The sizes of a centre and where its seats, teams and evaluators are.

    A seat is a job that one agent at a time fills. Sites and teams are numbered from 0: `seat_site` and `seat_team`
    (seats,), `team_site` (teams,), `evaluator_site` (evaluators,). `seat_open` (seats,) is the month number from which
    a seat exists, `first_month` to `last_month` are the exported months, and `retention_share` is the share of seats
    whose agent gets a retention action each month because they seem at risk.
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
    def start_month(self) -> int:
        """Month number at which the simulation starts, `BURN_IN_MONTHS` before the exported months."""
        return self.first_month - parameters.BURN_IN_MONTHS

    def rng(self, *stream: int) -> np.random.Generator:
        """Return the random generator of one stream; draws from one stream do not depend on draws from another."""
        return np.random.default_rng([self.seed, *stream])


def make_layout(
    agents: int, months: int, *, seed: int, last_month: str, retention_share: float = parameters.RETENTION_SHARE
) -> Layout:
    """Return the layout of a centre of `agents` seats whose exports end with `last_month` ("2026-10").

    Examples
    --------
    >>> small = make_layout(30, 14, seed=1, last_month="2026-10")
    >>> len(small.seat_site), len(small.team_site), small.last_month - small.first_month
    (30, 3, 13)
    """
    last = int(np.datetime64(last_month, "M").astype(int))
    first = last - months + 1
    rng = np.random.default_rng([seed, 0])
    sizes = _largest_remainder(agents, np.array(parameters.SITE_SHARE))
    teams = np.maximum(1, np.round(sizes / parameters.TEAM_SIZE).astype(int))
    evaluators = np.maximum(2, np.round(teams * parameters.EVALUATORS_PER_TEAM).astype(int))
    seat_site = np.repeat(np.arange(len(sizes)), sizes)
    number_in_site = np.concatenate([np.arange(size) for size in sizes])
    first_team = np.concatenate([[0], np.cumsum(teams)[:-1]])
    is_open_at_start = rng.random(agents) < parameters.OPEN_AT_START
    months_to_opening = np.floor(parameters.BURN_IN_MONTHS * np.sqrt(rng.random(agents))).astype(int)
    return Layout(
        seed=seed,
        retention_share=retention_share,
        first_month=first,
        last_month=last,
        seat_site=seat_site,
        seat_team=first_team[seat_site] + number_in_site % teams[seat_site],
        seat_open=first - parameters.BURN_IN_MONTHS + np.where(is_open_at_start, 0, months_to_opening),
        team_site=np.repeat(np.arange(len(sizes)), teams),
        evaluator_site=np.repeat(np.arange(len(sizes)), evaluators),
    )


def _largest_remainder(total: int, shares: NDArray) -> NDArray:
    """Split a whole number by shares with the largest remainder method; the parts sum to the number."""
    parts = np.floor(total * shares).astype(int)
    order = np.argsort(parts - total * shares, kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return parts
