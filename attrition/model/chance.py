"""What chance may do to a perfect model: resignations drawn from its own risks, one at most per agent.

The risks of an agent's months overlap: one resignation is the label of every month whose horizon reaches it. So labels
are not drawn row by row. Each agent is followed from their first month on, may resign once, and their labels are
rebuilt from that month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from attrition.model.metrics import LabelledScores

MAX_RISK = 1.0 - 1e-6
LEVEL_STEPS = 6
"""Steps in which the level of the hazards is fitted to the risks; each leaves a small part of the gap."""


@dataclass(frozen=True)
class Sums:
    """Counts of the drawn agent-months in groups of rows, each of shape (draws, groups).

    Attributes
    ----------
    rows : ndarray
        Agent-months that exist in the draw.
    resigned : ndarray
        How many of them have the label 1.
    expected : ndarray
        The sum of their risks.
    """

    rows: np.ndarray
    resigned: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class DrawnResignations:
    """Agent-months whose risks are right, and the month in which each agent resigns in each draw.

    Attributes
    ----------
    risk : ndarray of shape (cells,)
        The chance by which each agent-month's label is drawn: the risks of the perfect model.
    source : ndarray of shape (cells,)
        The row of the scores that an agent-month is, or whose risk it carries on.
    agent, month : ndarray of shape (cells,)
        Number of the agent, and of the month, the first being 0.
    resigns_after : ndarray of shape (agents, draws)
        The month after whose end an agent resigns; as many as there are months, and more, for nobody's month.
    horizon : int
        Months ahead.
    """

    risk: np.ndarray
    source: np.ndarray
    agent: np.ndarray
    month: np.ndarray
    resigns_after: np.ndarray
    horizon: int

    def sums_by(self, group: np.ndarray, groups: int) -> Sums:
        """Return rows, labels and risks of every draw in groups of rows.

        Parameters
        ----------
        group : ndarray of shape (cells,)
            Number of the group, or -1 for rows that are in none.
        groups : int
            How many there are.
        """
        totals = np.zeros((3, groups, self.resigns_after.shape[1]))
        for month in np.unique(self.month):
            cells = np.flatnonzero((self.month == month) & (group >= 0))
            resigns_after = self.resigns_after[self.agent[cells]]
            is_there = resigns_after >= month
            label = is_there & (resigns_after < month + self.horizon)
            place, shape = (group[cells], np.arange(len(cells))), (groups, len(cells))
            count, weigh = (csr_matrix((value, place), shape) for value in (np.ones(len(cells)), self.risk[cells]))
            is_there = is_there.astype(np.float64)
            totals += np.stack([count @ is_there, count @ label.astype(np.float64), weigh @ is_there])
        return Sums(*totals.transpose(0, 2, 1))


def draw_resignations(scores: LabelledScores, *, horizon: int, draws: int, seed: int = 0) -> DrawnResignations:
    """Draw when agents resign if the risks are right, and return their agent-months.

    Parameters
    ----------
    scores : LabelledScores
        Agent-months of one horizon with mature labels; `month` holds month-ends.
    horizon : int
        Months ahead.
    draws : int
        How often everybody's resignation is drawn.
    seed : int
        Seed of the draws. Agents are numbered by sorted id, so the order of rows changes nothing.

    Notes
    -----
    The hazard of a month is the `horizon`-th part of the cumulative hazard, -log(1 - risk), of the row at its start.
    Where there is none (a month away, or after the last row) the last row's hazard goes on. Only the judged horizon is
    used, since every horizon is calibrated by itself, and one that is off must not move what another may show.

    Agents are followed from their first row on. A row exists as long as its agent has not resigned. Who truly resigned
    stays in some draws: their last risk is then carried on to the end of the test months. Whoever left otherwise, or is
    not there for another reason, has in no draw more rows than in truth.

    With fixed paths of risks, the chance of resigning within the horizon of a row is that of its own and the following
    months' hazards, which is not exactly the row's risk, since risks move. So this chance, and not the risk, is the
    perfect model's risk in the draws; the hazards are multiplied by one number so that both sum to the same. It moves
    little from month to month, so the spread of the risks is nearly kept.

    Examples
    --------
    >>> month = np.array(["2026-01-31", "2026-02-28"] * 2, dtype="datetime64[D]")
    >>> agent, label = np.array(["a", "a", "b", "b"]), np.zeros(4)
    >>> scores = LabelledScores(label, np.array([0.1, 0.1, 0.3, 0.3]), agent, month)
    >>> drawn = draw_resignations(scores, horizon=3, draws=1000)
    >>> sums = drawn.sums_by(drawn.agent, 2)
    >>> (sums.resigned.sum(axis=0) / sums.rows.sum(axis=0)).round(1).tolist()
    [0.1, 0.3]
    """
    agents, agent = np.unique(scores.agent.astype(str), return_inverse=True)
    month = _month_numbers(scores.month)
    months = int(month.max()) + 1
    row = np.full((len(agents), months), -1)
    row[agent, month] = np.arange(len(scores.risk))
    carried = _carried_on(row, months + horizon - 1)
    hazard = np.where(carried >= 0, -np.log1p(-np.minimum(scores.risk, MAX_RISK))[carried] / horizon, 0.0)
    is_row = row >= 0
    cumulative, chance = _fit_level(hazard, is_row, horizon, total=float(scores.risk.sum()))
    has_resigned_last = scores.label[carried[:, months - 1]] == 1
    is_cell = is_row | (has_resigned_last[:, None] & (carried[:, :months] == carried[:, [months - 1]]))
    cell_agent, cell_month = np.nonzero(is_cell)
    return DrawnResignations(
        chance[is_cell],
        carried[:, :months][is_cell],
        cell_agent,
        cell_month,
        _draw_months(cumulative, draws, seed),
        horizon,
    )


def _month_numbers(month: np.ndarray) -> np.ndarray:
    """Return the number of each month, counted from the earliest."""
    numbers = month.astype("datetime64[M]").astype(int)
    return numbers - numbers.min()


def _carried_on(row: np.ndarray, months: int) -> np.ndarray:
    """Return for each agent and month the latest row so far, or -1; agents x `months`, more than `row` has."""
    column = np.maximum.accumulate(np.where(row >= 0, np.arange(row.shape[1]), -1), axis=1)
    latest = np.where(column >= 0, np.take_along_axis(row, np.maximum(column, 0), axis=1), -1)
    return np.concatenate([latest, np.repeat(latest[:, [-1]], months - row.shape[1], axis=1)], axis=1)


def _fit_level(hazard: np.ndarray, is_row: np.ndarray, horizon: int, *, total: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the cumulative hazards at the level at which the rows' chances add up to `total`, and these chances.

    Their shapes are agents x (months + horizon), beginning with 0, and agents x months.
    """
    cumulative = np.concatenate([np.zeros((len(hazard), 1)), np.cumsum(hazard, axis=1)], axis=1)
    for _ in range(LEVEL_STEPS):
        chance = -np.expm1(cumulative[:, :-horizon] - cumulative[:, horizon:])
        cumulative = cumulative * (total / max(float(chance[is_row].sum()), 1e-12))
    return cumulative, -np.expm1(cumulative[:, :-horizon] - cumulative[:, horizon:])


def _draw_months(cumulative: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return the month after which each agent resigns, agents x draws: when their hazard reaches a unit exponential.

    An agent who is not there yet has no hazard and cannot resign.
    """
    reached = np.random.default_rng(seed).exponential(size=(len(cumulative), draws))
    month = np.zeros(reached.shape, dtype=np.int16)
    for end_of_month in cumulative[:, 1:].T:
        month += end_of_month[:, None] <= reached
    return month
