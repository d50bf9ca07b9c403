"""Whether level, slope and calibration error of a model lie within what is declared, or what a perfect one may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from attrition.model.chance import DrawnResignations, Sums, draw_resignations
from attrition.model.check import ERROR, LEVEL, SLOPE, Result
from attrition.model.joint_limits import JointLimits, joint_limits
from attrition.model.metrics import (
    BINS,
    MAX_NEWTON_STEPS,
    MIN_RISK,
    LabelledScores,
    calibration_error,
    calibration_slope,
    observed_over_expected,
)

if TYPE_CHECKING:
    from attrition.model.spec import PromotionCriteria

FINE_BINS = 10 * BINS
"""Bins of about equal size in which the slope of the draws is fitted; each bin of the error holds ten of them."""
LEAST_DIFFERENCE = 1e-9
"""Risks that differ by no more are the same risk for everybody, which has no slope."""
LEVEL_OFF = 1.20
"""The level whose detection is told: risks a fifth too high, or observed resignations a fifth above them."""


@dataclass(frozen=True)
class CalibrationResult:
    """Level, slope and error of a model, beside what perfect models with its risks show.

    Attributes
    ----------
    figures : mapping of str to float
        Observed over expected, calibration slope (null where everybody has one risk) and calibration error.
    has_one_risk : bool
        Whether everybody has the same risk.
    people, agents : int
        How many agents resigned, and how many there are.
    sums : Sums
        Of the draws, in `FINE_BINS` by risk, the lowest first.
    margins : ndarray of shape (bins,)
        The log-odds of each bin.
    limits : JointLimits
        The declared ranges and those of perfect models.
    """

    figures: Mapping[str, float]
    has_one_risk: bool
    people: int
    agents: int
    sums: Sums
    margins: np.ndarray
    limits: JointLimits

    @cached_property
    def power(self) -> tuple[float, float]:
        """Return the shares of draws in which risks a fifth too high, and a fifth too low, are refused."""
        too_high, too_low = (
            self.limits.is_refused(_figures(replace(self.sums, expected=self.sums.expected * factor), self.margins))
            for factor in (LEVEL_OFF, 1.0 / LEVEL_OFF)
        )
        return float(too_high.mean()), float(too_low.mean())

    def is_refused(self, name: str) -> bool:
        """Return whether a figure is neither in its declared range nor where perfect models lie; or is unknown."""
        value = self.figures[name]
        return bool(np.isnan(value) or self.limits.is_outside(name, np.array(value)))


def evaluate_calibration(
    scores: LabelledScores, rules: PromotionCriteria, *, horizon: int, draws: int
) -> CalibrationResult:
    """Return level, slope and error of the scores, and the limits that few perfect models exceed together.

    Parameters
    ----------
    scores : LabelledScores
        Agent-months of one horizon with mature labels.
    rules : PromotionCriteria
        The declared ranges, and the share of perfect models that chance may refuse.
    horizon : int
        Months ahead.
    draws : int
        Number of simulated perfect models.
    """
    drawn = draw_resignations(scores, horizon=horizon, draws=draws)
    bins = _bins_of_equal_size(drawn.risk)
    sums = drawn.sums_by(bins, FINE_BINS)
    margins = _bin_margins(drawn, bins)
    declared = {
        LEVEL: rules.observed_over_expected,
        SLOPE: rules.calibration_slope,
        ERROR: (0.0, rules.calibration_error),
    }
    slope = float(calibration_slope(scores)[0]) if np.ptp(scores.risk) > LEAST_DIFFERENCE else np.nan
    level, error = (float(metric(scores)[0]) for metric in (observed_over_expected, calibration_error))
    return CalibrationResult(
        figures={LEVEL: level, SLOPE: slope, ERROR: error},
        has_one_risk=bool(np.ptp(scores.risk) <= LEAST_DIFFERENCE),
        people=len(np.unique(scores.agent[scores.label == 1])),
        agents=len(np.unique(scores.agent)),
        sums=sums,
        margins=margins,
        limits=joint_limits(_figures(sums, margins), declared, share=rules.refused_by_chance),
    )


def check_figure(name: str, result: CalibrationResult, *, min_people: int) -> Result:
    """Return whether one of the three figures lies in its declared range, or where perfect models lie.

    With fewer people than `min_people` it is not passed: if it lies there, that shows little.
    """
    if name == SLOPE and result.has_one_risk:
        return True, "everybody has the same risk, which has no slope", "所有人的风险相同，没有斜率可言"
    declared, by_chance = (
        _range_words(limits[name], name) for limits in (result.limits.declared, result.limits.limits)
    )
    digits = 4 if name == ERROR else 2
    value = f"{result.figures[name]:.{digits}f}"
    finding, finding_zh = f"{value}; {declared[0]}", f"{value}；应{declared[1]}"
    if result.limits.is_wider_than_declared(name):
        finding += f", or {by_chance[0]} as perfect models show by chance with {result.people} people resigning"
        finding_zh += f"，或{by_chance[1]}（{result.people}人离职时，完美的模型也可能因偶然而如此）"
    is_refused, is_few = result.is_refused(name), result.people < min_people
    return not is_refused and not is_few, finding, finding_zh, is_few and not is_refused


def _range_words(limits: tuple[float, float], name: str) -> tuple[str, str]:
    if name == ERROR:
        return f"at most {limits[1]:.3g}", f"至多{limits[1]:.3g}"
    low, high = limits
    return f"{low:.2f} to {high:.2f}", f"在{low:.2f}至{high:.2f}之间"


def _bins_of_equal_size(risk: np.ndarray) -> np.ndarray:
    """Return the number of each agent-month's bin; rows of equal risk are in the same bin."""
    edges = np.quantile(risk, np.linspace(0, 1, FINE_BINS + 1)[1:-1])
    return np.searchsorted(edges, risk, side="left")


def _bin_margins(drawn: DrawnResignations, bins: np.ndarray) -> np.ndarray:
    """Return the mean log-odds of each bin; 0 where it is empty."""
    log_odds = logit(np.clip(drawn.risk, MIN_RISK, 1.0 - MIN_RISK))
    rows = np.bincount(bins, minlength=FINE_BINS)
    return np.bincount(bins, log_odds, minlength=FINE_BINS) / np.maximum(rows, 1)


def _figures(sums: Sums, margins: np.ndarray) -> dict[str, np.ndarray]:
    """Return level, slope and error of every draw."""
    by_tenth = (len(sums.rows), BINS, FINE_BINS // BINS)
    gaps = (sums.resigned - sums.expected).reshape(by_tenth).sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = sums.resigned.sum(axis=1) / sums.expected.sum(axis=1)
        error = np.abs(gaps).sum(axis=1) / sums.rows.sum(axis=1)
    return {LEVEL: level, SLOPE: _slopes(sums, margins), ERROR: error}


def _slopes(sums: Sums, margins: np.ndarray) -> np.ndarray:
    """Return the slope of a logistic regression on the log-odds in every draw, fitted on bins; null without events."""
    coefficients = np.tile([0.0, 1.0], (len(sums.rows), 1))
    design = np.stack([np.ones_like(margins), margins], axis=1)
    products = np.einsum("bi,bj->bij", design, design)
    for _ in range(MAX_NEWTON_STEPS):
        risk = expit(coefficients @ design.T)
        information = np.einsum("db,bij->dij", sums.rows * risk * (1.0 - risk), products) + 1e-9 * np.eye(2)
        gradient = (sums.resigned - sums.rows * risk) @ design
        coefficients = coefficients + np.clip(np.linalg.solve(information, gradient[..., None])[..., 0], -1.0, 1.0)
    has_slope = (sums.resigned.sum(axis=1) > 0) & (np.ptp(margins[sums.rows.sum(axis=0) > 0]) > LEAST_DIFFERENCE)
    return np.where(has_slope, coefficients[:, 1], np.nan)
