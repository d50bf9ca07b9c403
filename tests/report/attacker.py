"""Somebody who holds every report: he writes what was published as equations and solves them for a few people.

He knows who works where in both months, supposes that nobody's risk changed since last month (the worst case: in
truth risks are computed anew), and asks a linear program how low and how high the sum of the risks of some people can
be. People whom nothing published tells apart stand together as one unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

Month = tuple[pd.DataFrame, pd.DataFrame]
"""Where each agent sat (``agent_id``, ``site``, ``team_id``), and what was published (``level``, ``unit``, ...)."""

PLACE = ("site", "team_id")
NOWHERE = "nowhere"
HALF_A_STEP = 0.5
"""How far the truth can lie from what was published."""


def ends(aims: np.ndarray, rows: np.ndarray, limits: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Give the lowest and the highest value of each aim under ``rows @ x <= limits``, all in one linear program."""
    copies = 2 * len(aims)
    found = linprog(
        np.concatenate([aims.ravel(), -aims.ravel()]),
        A_ub=sparse.kron(sparse.eye(copies), sparse.csr_matrix(rows), format="csr"),
        b_ub=np.tile(limits, copies),
        bounds=np.tile(bounds, (copies, 1)),
        method="highs",
    )
    assert found.status == 0, found.message
    solved = found.x.reshape(2, *aims.shape)
    return (solved * aims).sum(axis=2).T


class Attacker:
    """Bounds on sums of risks from what was published."""

    def __init__(self, months: list[Month]) -> None:
        columns = {f"{name}{n}": m.set_index("agent_id")[name] for n, (m, _) in enumerate(months) for name in PLACE}
        self.people = pd.DataFrame(columns).fillna(NOWHERE)
        places = self.people.apply("|".join, axis=1).to_numpy(dtype=str)
        self.atom = np.unique(places, return_inverse=True)[1]
        self.sizes = np.bincount(self.atom).astype(float)
        cells = [(n, cell) for n, (_, table) in enumerate(months) for cell in shown(table)]
        self.rows = np.array([self.atoms(self.members(n, c["level"], c["unit"])) for n, c in cells], dtype=float)
        self.said = np.array([cell["expected"] for _, cell in cells])

    def members(self, number: int, level: str, unit: str) -> np.ndarray:
        """Mark the people of a unit in a month; a centre holds all who have a place that month."""
        if level == "centre":
            return self.people[[f"{name}{number}" for name in PLACE]].ne(NOWHERE).any(axis=1).to_numpy()
        return (self.people[f"{'site' if level == 'site' else 'team_id'}{number}"] == unit).to_numpy()

    def atoms(self, members: np.ndarray) -> np.ndarray:
        """Mark the unknowns that people make up."""
        return np.bincount(self.atom, weights=members, minlength=len(self.sizes)) / self.sizes

    def ranges(self, groups: list[np.ndarray]) -> np.ndarray:
        """Give for each group the lowest and the highest sum of its risks."""
        aims = np.array([self.atoms(members) for members in groups])
        limits = np.concatenate([self.said + HALF_A_STEP, HALF_A_STEP - self.said])
        return ends(
            aims, np.vstack([self.rows, -self.rows]), limits, np.column_stack([np.zeros_like(self.sizes), self.sizes])
        )


def shown(published: pd.DataFrame) -> list[dict[str, object]]:
    """Give the rows that hold figures."""
    return published[~published["is_hidden"]].to_dict("records")  # type: ignore[return-value]


def headcounts(published: pd.DataFrame, homes: Mapping[str, str]) -> dict[tuple[str, str], np.ndarray]:
    """Give the fewest and the most people each hidden unit can have, for somebody who knows the tree but no headcount.

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
    bounds = [(0, 10_000) if pd.isna(n) else (n, n) for n in counts] + [(0, 10_000)] * len(totals)
    hidden = [place for place, is_hidden in enumerate(published["is_hidden"]) if is_hidden]
    if not hidden:
        return {}
    aims = np.eye(rows.shape[1])[hidden]
    found = ends(aims, np.vstack([rows, -rows]), np.zeros(2 * len(totals)), np.array(bounds, dtype=float))
    return {names[place]: found[row] for row, place in enumerate(hidden)}


class Joint:
    """Bounds on sums of anything people have, from the sums that several tables published of it."""

    def __init__(self, places: pd.DataFrame, cells: list[tuple[np.ndarray, float, float]]) -> None:
        """Take one row per person of what tells people apart, and per cell: weights of people, sum, half a step."""
        keys = places.fillna(NOWHERE).astype(str).apply("|".join, axis=1).to_numpy(dtype=str)
        self.atom = np.unique(keys, return_inverse=True)[1]
        self.sizes = np.bincount(self.atom).astype(float)
        self.rows = np.array([self.atoms(weights) for weights, _, _ in cells], dtype=float)
        self.low = np.array([said - half for _, said, half in cells])
        self.high = np.array([said + half for _, said, half in cells])

    def atoms(self, weights: np.ndarray) -> np.ndarray:
        """Add up people whom nothing published tells apart."""
        return np.bincount(self.atom, weights=weights, minlength=len(self.sizes)) / self.sizes

    def ranges(self, groups: list[np.ndarray]) -> np.ndarray:
        """Give for each group the lowest and the highest sum."""
        aims = np.array([self.atoms(members) for members in groups])
        bounds = np.column_stack([np.zeros_like(self.sizes), self.sizes])
        return ends(aims, np.vstack([self.rows, -self.rows]), np.concatenate([self.high, -self.low]), bounds)

    def flows(self, fewer_than: int) -> list[np.ndarray]:
        """Mark the people whom nothing tells apart, where they are few."""
        return [self.atom == atom for atom, size in enumerate(self.sizes) if size < fewer_than]
