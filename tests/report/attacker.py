"""Somebody who holds every report: they write what was published as equations and solve them for a few people.

They know who works where in both months, suppose that nobody's risk changed since last month (the worst case: in
truth risks are computed anew), and compute by linear programs how low and how high the sum of the risks of some people
can be. People whom no published table distinguishes are one unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Month = tuple[pd.DataFrame, pd.DataFrame]
"""Where each agent sat (``agent_id``, ``site``, ``team_id``), and what was published (``level``, ``unit``, ...)."""

PLACE = ("site", "team_id")
NOWHERE = "nowhere"
HALF_A_STEP = 0.5
"""How far the truth can lie from what was published."""
ROUNDS = 2


def ends(aims: np.ndarray, constraint: LinearConstraint, bounds: Bounds, enough: float = np.inf) -> np.ndarray:
    """Compute the lowest and the highest value that each aim, a weighted sum of the unknowns, can have.

    An aim whose range is narrower than ``enough`` is solved for both its ends. Of a wider one it is only shown that it
    is as wide as that: the solution for any aim is a possible world, and so shows how far every other aim can move.
    """
    low, high = np.full(len(aims), np.inf), np.full(len(aims), -np.inf)

    def solve(direction: np.ndarray) -> None:
        solution = milp(direction, constraints=constraint, bounds=bounds)
        assert solution.status == 0, solution.message
        values = aims @ solution.x
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)

    signs = np.random.default_rng(0).choice([-1.0, 1.0], (ROUNDS, len(aims)))
    mixed = [sign * direction for direction in signs @ aims for sign in (1, -1)]
    for direction in mixed if np.isfinite(enough) else []:
        solve(direction)
    for number, aim in enumerate(aims):
        for direction in (aim, -aim):
            if high[number] - low[number] < enough:
                solve(direction)
    return np.column_stack([low, high])


class Joint:
    """Bounds on sums of anything people have, from the sums that several tables published of it."""

    def __init__(self, places: pd.DataFrame, cells: list[tuple[np.ndarray, float, float]]) -> None:
        """Take what distinguishes people, a row per person, and per cell: weights of people, sum, half a step."""
        codes = [pd.factorize(places[name].fillna(NOWHERE))[0] for name in places]
        self.atom = np.unique(np.column_stack(codes), axis=0, return_inverse=True)[1].ravel()
        self.sizes = np.bincount(self.atom).astype(float)
        rows = np.array([self.atoms(weights) for weights, _, _ in cells]).reshape(len(cells), len(self.sizes))
        totals, halves = (np.array([cell[place] for cell in cells], dtype=float) for place in (1, 2))
        self.constraint = LinearConstraint(sparse.csr_matrix(rows), totals - halves, totals + halves)

    def atoms(self, weights: np.ndarray) -> np.ndarray:
        """Add up the weights of people whom no published table distinguishes."""
        return np.bincount(self.atom, weights=weights, minlength=len(self.sizes)) / self.sizes

    def ranges(self, groups: list[np.ndarray], enough: float = np.inf) -> np.ndarray:
        """Compute for each group the lowest and the highest sum; a range of ``enough`` may be narrower than it is."""
        aims = np.array([self.atoms(members) for members in groups])
        return ends(aims, self.constraint, Bounds(np.zeros_like(self.sizes), self.sizes), enough)

    def flows(self, fewer_than: int) -> list[np.ndarray]:
        """Mark the people whom no table distinguishes, where they are few."""
        return [self.atom == atom for atom, size in enumerate(self.sizes) if size < fewer_than]


class Attacker(Joint):
    """Bounds on sums of risks from what was published of two months."""

    def __init__(self, months: list[Month]) -> None:
        columns = {f"{name}{n}": m.set_index("agent_id")[name] for n, (m, _) in enumerate(months) for name in PLACE}
        self.people = pd.DataFrame(columns).fillna(NOWHERE)
        cells = [(n, cell) for n, (_, table) in enumerate(months) for cell in shown(table)]
        super().__init__(
            self.people,
            [(self.members(n, c["level"], c["unit"]), float(c["expected"]), HALF_A_STEP) for n, c in cells],
        )

    def members(self, number: int, level: str, unit: str) -> np.ndarray:
        """Mark the people of a unit in a month; a centre holds all who have a place that month."""
        if level == "centre":
            return self.people[[f"{name}{number}" for name in PLACE]].ne(NOWHERE).any(axis=1).to_numpy()
        return (self.people[f"{'site' if level == 'site' else 'team_id'}{number}"] == unit).to_numpy()


def shown(published: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows that hold figures."""
    return published[~published["is_hidden"]].to_dict("records")  # type: ignore[return-value]


def headcounts(
    published: pd.DataFrame, homes: Mapping[str, str], enough: float = np.inf
) -> dict[tuple[str, str], np.ndarray]:
    """Compute the fewest and the most people each hidden unit can have, from the tree of units and no headcount.

    Every site's teams and agents in none add up to it; sites, teams without one, and others to the centre.
    """
    names = [(level, name) for level, name in zip(published["level"], published["unit"], strict=True)]
    totals = [name for name in names if name[0] != "team"]
    rows = np.zeros((len(totals), len(names) + len(totals)))
    for row, (level, total) in enumerate(totals):
        rows[row, names.index((level, total))] = -1
        rows[row, len(names) + row] = 1
        for place, (part, name) in enumerate(names):
            home = homes.get(name) if part == "team" else "" if part == "site" else None
            rows[row, place] += home == ("" if level == "centre" else total)
    counts = published["headcount"].tolist()
    bounds = np.array([(0, 10_000) if pd.isna(n) else (n, n) for n in counts] + [(0, 10_000)] * len(totals))
    hidden = [place for place, is_hidden in enumerate(published["is_hidden"]) if is_hidden]
    if not hidden:
        return {}
    aims = np.eye(rows.shape[1])[hidden]
    ranges = ends(aims, LinearConstraint(sparse.csr_matrix(rows), 0.0, 0.0), Bounds(*bounds.T.astype(float)), enough)
    return {names[place]: ranges[row] for row, place in enumerate(hidden)}
