"""Minimises a penalised logistic loss in which some coefficients must not be negative: projected Newton steps.

Each step minimises a quadratic model under the bounds. The matrix of second derivatives is the costly part, and is only
computed again once the margins have moved, since the exact gradient alone decides where the minimum lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from attrition.model.windows import Windows

MAX_STEPS = 60
MAX_STEPS_OF_QUADRATIC = 100
STALE_AFTER = 0.25
"""Root mean square move of the margins, in log-odds, after which second derivatives are computed again."""
TOLERANCE = 1e-4
"""Steps end when no coefficient moves by more than this, in log-odds from one end of a ramp to the other."""
ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Problem:
    """A penalised loss over the rows of a design.

    Attributes
    ----------
    design : ndarray of shape (n, p)
    windows : Windows
        The labels and weights of the rows.
    penalty : ndarray of shape (p,)
        The loss has half of it times each coefficient's square added.
    is_bounded : ndarray of shape (p,)
        Which coefficients must not be negative.
    offset : ndarray of shape (n,) or float
        Added to the margin of each row.
    """

    design: np.ndarray
    windows: Windows
    penalty: np.ndarray
    is_bounded: np.ndarray
    offset: np.ndarray | float = 0.0

    def margin(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the margin of each row."""
        return self.design @ coefficients + self.offset

    def value(self, coefficients: np.ndarray, margin: np.ndarray) -> float:
        """Return the penalised loss."""
        return self.windows.total_loss(margin) + 0.5 * float((self.penalty * coefficients**2).sum())


def minimise(problem: Problem, start: np.ndarray) -> np.ndarray:
    """Return the coefficients of the smallest penalised loss, found from a start that keeps the bounds.

    Notes
    -----
    The loss is convex, and each step goes down (backtracking), so the start only changes how long it takes.
    """
    coefficients, margin = start, problem.margin(start)
    value, hessian, hessian_margin = problem.value(start, margin), None, margin
    for _ in range(MAX_STEPS):
        row_gradient, curvature = problem.windows.loss(margin)
        gradient = problem.design.T @ row_gradient + problem.penalty * coefficients
        if hessian is None or np.sqrt(np.mean((margin - hessian_margin) ** 2)) > STALE_AFTER:
            hessian = _weighted_products(problem.design, curvature) + np.diag(problem.penalty)
            hessian_margin = margin
        target = minimise_quadratic(hessian, hessian @ coefficients - gradient, problem.is_bounded, coefficients)
        direction = target - coefficients
        if np.abs(direction).max() < TOLERANCE:
            break
        step = 1.0
        while True:
            candidate = coefficients + step * direction
            candidate_margin = problem.margin(candidate)
            candidate_value = problem.value(candidate, candidate_margin)
            if candidate_value <= value + 1e-4 * step * float(gradient @ direction) or step < 1e-6:
                break
            step /= 2.0
        if candidate_value > value:
            break
        coefficients, margin, value = candidate, candidate_margin, candidate_value
    return coefficients


def minimise_quadratic(matrix: np.ndarray, linear: np.ndarray, is_bounded: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the minimum of ``x @ matrix @ x / 2 - linear @ x`` where bounded coefficients are not negative.

    Notes
    -----
    Two-metric projection (Bertsekas 1982): a Newton step in the coefficients that are free, cut at the bounds.

    Examples
    --------
    >>> minimise_quadratic(np.eye(2), np.array([1.0, -1.0]), np.array([True, True]), np.zeros(2)).tolist()
    [1.0, 0.0]
    """
    x, gradient = start, matrix @ start - linear
    tolerance = 1e-9 * max(float(np.abs(linear).max()), 1.0)
    for _ in range(MAX_STEPS_OF_QUADRATIC):
        is_held = is_bounded & (x <= 0.0) & (gradient > 0.0)
        if np.abs(np.where(is_held, 0.0, gradient)).max() < tolerance:
            break
        free = np.flatnonzero(~is_held)
        step = np.zeros_like(x)
        step[free] = _solve(matrix[np.ix_(free, free)], -gradient[free])
        length, moved = 1.0, False
        while length > 1e-8 and not moved:
            candidate = x + length * step
            candidate = np.where(is_bounded, np.maximum(candidate, 0.0), candidate)
            change = candidate - x
            moved = float(gradient @ change + 0.5 * change @ matrix @ change) < 0.0
            length /= 2.0
        if not moved:
            break
        x, gradient = candidate, gradient + matrix @ change
    return x


def _solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the solution of a positive definite system, and of one that is not by the least change."""
    try:
        return cho_solve(cho_factor(matrix), right)
    except LinAlgError:
        return np.linalg.lstsq(matrix, right, rcond=None)[0]


def _weighted_products(design: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return ``design.T @ diag(weight) @ design``, over the rows whose weight is not 0, a few rows at a time."""
    rows = np.flatnonzero(weight)
    total = np.zeros((design.shape[1], design.shape[1]))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[first : first + ROWS_AT_ONCE]
        scaled = design[part] * np.sqrt(weight[part])[:, None]
        total += scaled.T @ scaled
    return total
