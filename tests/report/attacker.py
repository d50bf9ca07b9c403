"""An attacker who has every report: they write what was published as equations and solve them for a few people.

They know who works where in both months, and assume that nobody's risk changed since last month. That is the worst
case, since risks are in fact computed anew. Linear programs give the lowest and the highest possible sum of the risks
of some people. People who are in the same units in every published table share one unknown, the sum of their risks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Month = tuple[pd.DataFrame, pd.DataFrame]
"""Where each agent sat (``agent_id``, ``site``, ``team_id``), and what was published (``level``, ``unit``, ...)."""

PLACE_COLUMNS = ("site", "team_id")
NOWHERE = "nowhere"
HALF_A_STEP = 0.5
"""Largest difference between a published number and the number before rounding."""

RANDOM_DIRECTIONS = 2
"""Number of random weighted sums that `ends` solves first: their solutions show at once that many ranges are wide."""


def ends(targets: np.ndarray, constraint: LinearConstraint, bounds: Bounds, width_limit: float = np.inf) -> np.ndarray:
    """Return the lowest and the highest value that each target, a weighted sum of the unknowns, can have.

    The two ends are exact for a range narrower than ``width_limit``. Of a wider one it is only shown that it is that
    wide, to save time: the solution for one target is a possible world, in which every other target has a value too.
    """
    low, high = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)

    def solve(direction: np.ndarray) -> None:
        solution = milp(direction, constraints=constraint, bounds=bounds)
        assert solution.status == 0, solution.message
        values = targets @ solution.x
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)

    signs = np.random.default_rng(0).choice([-1.0, 1.0], (RANDOM_DIRECTIONS, len(targets)))
    random_targets = [sign * direction for direction in signs @ targets for sign in (1, -1)]
    for direction in random_targets if np.isfinite(width_limit) else []:
        solve(direction)
    for number, target in enumerate(targets):
        for direction in (target, -target):
            if high[number] - low[number] < width_limit:
                solve(direction)
    return np.column_stack([low, high])


class SumAttacker:
    """Computes bounds on sums over people of any value, from the sums of it that several tables published."""

    def __init__(self, places: pd.DataFrame, cells: list[tuple[np.ndarray, float, float]]) -> None:
        """Store what distinguishes people, a row each, and per published cell: people's weights, sum, half a step."""
        codes = [pd.factorize(places[name].fillna(NOWHERE))[0] for name in places]
        self.unknown_of_person = np.unique(np.column_stack(codes), axis=0, return_inverse=True)[1].ravel()
        self.sizes = np.bincount(self.unknown_of_person).astype(float)
        rows = np.array([self.mean_weights(weights) for weights, _, _ in cells]).reshape(len(cells), len(self.sizes))
        totals, halves = (np.array([cell[part] for cell in cells], dtype=float) for part in (1, 2))
        self.constraint = LinearConstraint(sparse.csr_matrix(rows), totals - halves, totals + halves)

    def mean_weights(self, weights: np.ndarray) -> np.ndarray:
        """Return for each unknown the mean weight of its people."""
        return np.bincount(self.unknown_of_person, weights=weights, minlength=len(self.sizes)) / self.sizes

    def ranges(self, groups: list[np.ndarray], width_limit: float = np.inf) -> np.ndarray:
        """Return for each group the lowest and the highest sum; ranges of ``width_limit`` or more may be wider."""
        targets = np.array([self.mean_weights(members) for members in groups])
        return ends(targets, self.constraint, Bounds(np.zeros_like(self.sizes), self.sizes), width_limit)

    def indistinguishable_groups(self, fewer_than: int) -> list[np.ndarray]:
        """Return the groups whom no table distinguishes and who are fewer than ``fewer_than``, as masks of people."""
        return [self.unknown_of_person == unknown for unknown, size in enumerate(self.sizes) if size < fewer_than]


class RiskAttacker(SumAttacker):
    """Computes bounds on sums of risks from what was published of two months."""

    def __init__(self, months: list[Month]) -> None:
        columns = {
            f"{name}{n}": m.set_index("agent_id")[name] for n, (m, _) in enumerate(months) for name in PLACE_COLUMNS
        }
        people = pd.DataFrame(columns).fillna(NOWHERE)
        self.places = {str(name): people[name].to_numpy(dtype=object) for name in people}
        cells = [(n, cell) for n, (_, table) in enumerate(months) for cell in shown(table)]
        super().__init__(
            people,
            [(self.members(n, c["level"], c["unit"]), float(c["expected"]), HALF_A_STEP) for n, c in cells],
        )

    def members(self, number: int, level: str, unit: str) -> np.ndarray:
        """Return a mask of the people of a unit in a month; the centre has all who are in a site or team that month."""
        if level == "centre":
            return np.any([self.places[f"{name}{number}"] != NOWHERE for name in PLACE_COLUMNS], axis=0)
        return self.places[f"{'site' if level == 'site' else 'team_id'}{number}"] == unit


def shown(published: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows that hold figures."""
    return published[~published["is_hidden"]].to_dict("records")  # type: ignore[return-value]


def headcounts(
    published: pd.DataFrame, sites_of_teams: Mapping[str, str], width_limit: float = np.inf
) -> dict[tuple[str, str], np.ndarray]:
    """Return the fewest and the most people that each hidden unit can have, from the published headcounts.

    The teams of a site and its agents without a team add up to the site; sites, teams without a site and agents without
    either add up to the centre.
    """
    names = [(level, name) for level, name in zip(published["level"], published["unit"], strict=True)]
    totals = [name for name in names if name[0] != "team"]
    rows = np.zeros((len(totals), len(names) + len(totals)))
    for row, (level, total) in enumerate(totals):
        rows[row, names.index((level, total))] = -1
        rows[row, len(names) + row] = 1
        for column, (part_level, name) in enumerate(names):
            home = sites_of_teams.get(name) if part_level == "team" else "" if part_level == "site" else None
            rows[row, column] += home == ("" if level == "centre" else total)
    counts = published["headcount"].tolist()
    bounds = np.array([(0, 10_000) if pd.isna(n) else (n, n) for n in counts] + [(0, 10_000)] * len(totals))
    hidden = [column for column, is_hidden in enumerate(published["is_hidden"]) if is_hidden]
    if not hidden:
        return {}
    targets = np.eye(rows.shape[1])[hidden]
    ranges = ends(
        targets, LinearConstraint(sparse.csr_matrix(rows), 0.0, 0.0), Bounds(*bounds.T.astype(float)), width_limit
    )
    return {names[column]: ranges[row] for row, column in enumerate(hidden)}
