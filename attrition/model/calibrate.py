"""Calibrates a just-fitted model at every horizon on agents its members have not seen, and lets its level follow.

A calibrator is fitted on the last year of mature months. How far the level has moved since then is learnt from the
monthly counts of exits within one month, which are mature first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import expit

from attrition.model.calibration import Calibrator, fit_platt
from attrition.model.level import LevelChange, level_change
from attrition.model.margins import mean_of_members
from attrition.model.out_of_bag import expected_served_margin
from attrition.model.training_set import TrainingSet

COUNTED = 1
"""The level follows the exits within so many months of each month-end: the window that is mature first."""


def calibrate(
    margins: np.ndarray, is_left_out: np.ndarray, training: TrainingSet, *, horizons: Sequence[int], months: int
) -> dict[int, Calibrator]:
    """Return a calibrator by horizon, fitted on margins of agents that members left out.

    Parameters
    ----------
    margins : ndarray of shape (n, members)
        Log-odds of the rows of `training` by each member.
    is_left_out : ndarray of bool, shape (n, members)
        Whether the member was fitted without the row's agent.
    training : TrainingSet
        With labels of every horizon; the level follows only where it has those of one month.
    horizons : sequence of int
        Months ahead.
    months : int
        Each horizon is calibrated on so many of its last mature months.
    """
    margin = expected_served_margin(margins, is_left_out)
    served = mean_of_members(margins)
    calibrators = {horizon: _calibrate(margin, served, training, horizon, months) for horizon in horizons}
    if COUNTED not in training.labels:
        return calibrators
    counted = calibrators.get(COUNTED) or _calibrate(margin, served, training, COUNTED, months)
    return follow_level(calibrators, counted, margin, training)


def follow_level(
    calibrators: dict[int, Calibrator], counted: Calibrator, margin: np.ndarray, training: TrainingSet
) -> dict[int, Calibrator]:
    """Return the calibrators with their level moved as far as the counts of the newest months say.

    Parameters
    ----------
    calibrators : dict of int to Calibrator
        By horizon.
    counted : Calibrator
        That of exits within one month (`COUNTED`), whose labels `training` holds.
    margin : ndarray of shape (n,)
        Log-odds of the rows of `training` before calibration; rows with NaN are not counted.
    training : TrainingSet
    """
    counts = _monthly_counts(margin, training, counted)
    return {
        horizon: _moved(calibrator, _change(counts, calibrator, horizon)) for horizon, calibrator in calibrators.items()
    }


def _calibrate(margin: np.ndarray, served: np.ndarray, training: TrainingSet, horizon: int, months: int) -> Calibrator:
    """Return the calibrator of a horizon on its last mature months, with what the served margins expect there."""
    is_mature = training.labels[horizon].notna()
    newest = sorted(training.as_of[is_mature].unique())[-months:]
    is_used = (is_mature & training.as_of.isin(newest)).to_numpy() & ~np.isnan(margin)
    label, agent = training.labels[horizon].to_numpy()[is_used], training.agent[is_used]
    fitted = fit_platt(margin[is_used], label, agent, months=month_names(training.as_of[is_used]))
    expected = expit(fitted.log_odds(served[is_used])).sum()
    return replace(fitted, observed_over_expected=float(label.sum() / expected) if expected > 0 else 1.0)


def _monthly_counts(margin: np.ndarray, training: TrainingSet, calibrator: Calibrator) -> pd.DataFrame:
    """Return the exits observed and expected within one month of each month-end, from the first to the last mature."""
    label = training.labels[COUNTED].to_numpy()
    is_used = ~np.isnan(label) & ~np.isnan(margin)
    counts = pd.DataFrame({"observed": label, "expected": expit(calibrator.log_odds(margin))})[is_used]
    by_month = counts.groupby(training.as_of.to_numpy()[is_used]).sum()
    return by_month.asfreq("ME", fill_value=0.0) if len(by_month) else by_month


def _change(counts: pd.DataFrame, calibrator: Calibrator, horizon: int) -> LevelChange:
    """Return the change of the level since the months that a horizon was calibrated on; none without counts there.

    A month-end counts the exits of the month after it, and a window of several months those of several.
    """
    first_months = pd.to_datetime(pd.Series(calibrator.months, dtype="string")) + pd.offsets.MonthEnd(0)
    positions = counts.index.get_indexer(pd.DatetimeIndex(first_months))
    covered = (positions[positions >= 0][:, None] + np.arange(horizon)).ravel()
    weights = np.bincount(covered[covered < len(counts)], minlength=len(counts)).astype(float)
    if not weights.sum():
        return LevelChange()
    observed, expected = counts["observed"].to_numpy(), counts["expected"].to_numpy()
    return level_change(observed, expected, calibrated_on=weights, months_ahead=horizon)


def _moved(calibrator: Calibrator, change: LevelChange) -> Calibrator:
    """Return a calibrator whose level has moved, with the variance of that in the variance of its intercept."""
    slope_variance, covariance, intercept_variance = calibrator.covariance
    return replace(
        calibrator,
        intercept=calibrator.intercept + change.mean,
        covariance=(slope_variance, covariance, intercept_variance + change.variance),
        level_change=change.mean,
    )


def month_names(as_of: pd.Series) -> tuple[str, ...]:
    """Return each month once, as YYYY-MM, in time order."""
    return tuple(sorted({f"{month:%Y-%m}" for month in as_of.unique()}))
