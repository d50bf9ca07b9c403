"""The models of the lowest rungs: the level of each horizon is the centre's own, drawn towards the prior's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.base import clone

from attrition.model.calibrate import COUNTED, follow_level
from attrition.model.calibration import Calibrator
from attrition.model.encode import Encoding, tenure_feature
from attrition.model.epistemic import mean_member_variance
from attrition.model.exits import ExitModel
from attrition.model.margins import mean_of_members
from attrition.model.prior import Prior, days_in, monthly_log_hazard, read_prior, risk_within
from attrition.model.spec import Spec
from attrition.model.tenure_season import TenureSeason
from attrition.model.training_set import TrainingSet

WIDEST_LOG_ODDS = 20.0


@dataclass(frozen=True)
class Level:
    """The mean risk of some agent-months, and how many resignations it rests on, with those that the prior is worth."""

    risk: float
    worth: float


def fit_around_prior(
    training: TrainingSet,
    *,
    horizons: Sequence[int],
    spec: Spec,
    encoding: Encoding,
    estimator: TenureSeason | None,
) -> ExitModel:
    """Fit an estimator of few effects, and for each horizon the level of the mature months, drawn towards the prior's.

    The level then follows the newest months, as that of richer models does.

    Parameters
    ----------
    training : TrainingSet
        With labels for every horizon and every window of ``trees.learn_from``.
    horizons : sequence of int
        Months ahead that are predicted; each has a mature month.
    spec : Spec
        Its windows are used.
    encoding : Encoding
        The columns of the training set, of which tenure is read.
    estimator : TenureSeason or None
        Unfitted; it is not changed. None gives everybody the same risk.
    """
    windows = [w for w in spec.trees.learn_from if training.labels[w].notna().any()] or [spec.headline]
    is_known = training.labels[windows].notna().any(axis=1)
    labelled = training.select(is_known)
    fitted = None if estimator is None else _fit_estimator(estimator, labelled, windows)
    calibrators = {horizon: _calibrate(fitted, training, horizon, encoding) for horizon in horizons}
    if COUNTED in training.labels:
        counted = calibrators.get(COUNTED) or _calibrate(fitted, training, COUNTED, encoding)
        calibrators = follow_level(calibrators, counted, _margin(fitted, training), training)
    longest = labelled.labels[windows].ffill(axis=1).iloc[:, -1]
    months = tuple(sorted({f"{month:%Y-%m}" for month in labelled.as_of.unique()}))
    variance = 0.0 if fitted is None else mean_member_variance(fitted.margins(labelled.encoded))
    return ExitModel(fitted, calibrators, len(longest), int(longest.sum()), months, variance)


def level_around_prior(label: np.ndarray, agent: np.ndarray, prior_risk: np.ndarray, *, worth: float) -> Level:
    """Return the mean risk of agent-months from their resignations, drawn towards that of the prior.

    Parameters
    ----------
    label, agent, prior_risk : ndarray of shape (n,)
        1 or 0, whose month it is, and the risk by the prior.
    worth : float
        How many resignations the prior is worth.

    Notes
    -----
    The ratio of the centre's level to the prior's has a gamma distribution with mean 1 and shape `worth`; the
    resignations are Poisson, and counted as people, since overlapping windows hold the same one several times. What is
    returned is the mean of the ratio's posterior, times the prior's level.

    Examples
    --------
    >>> label, agent = np.repeat([1.0, 0.0], [12, 388]), np.arange(400)
    >>> level = level_around_prior(label, agent, np.full(400, 0.06), worth=4.0)
    >>> round(level.risk, 3), level.worth
    (0.034, 16.0)
    """
    people = pd.unique(agent[label == 1]).size
    repeats = label.sum() / people if people else pd.Series(agent).value_counts().mean()
    expected = prior_risk.sum() / repeats
    ratio = (people + worth) / (expected + worth)
    return Level(float(ratio * prior_risk.mean()), people + worth)


def _fit_estimator(estimator: TenureSeason, labelled: TrainingSet, windows: Sequence[int]) -> TenureSeason:
    """Return a fitted clone; columns that need more months of history than there are become missing."""
    has_history = labelled.as_of.nunique() >= labelled.history_months
    encoded = np.where(has_history, labelled.encoded, np.nan)
    return clone(estimator).fit(encoded, labelled.labels[windows].to_numpy(), labelled.agent)


def _calibrate(fitted: TenureSeason | None, training: TrainingSet, horizon: int, encoding: Encoding) -> Calibrator:
    """Return a calibrator with slope 1 and the intercept at which the mean risk of the mature months is their level."""
    prior, mature = read_prior(), training.select(training.labels[horizon].notna())
    label = mature.labels[horizon].to_numpy(dtype=float)
    prior_risk = _prior_risk(prior, mature.encoded, encoding, horizon)
    level = level_around_prior(label, mature.agent, prior_risk, worth=prior.level_worth)
    margin = _margin(fitted, mature)
    intercept = brentq(
        lambda shift: float(expit(margin + shift).mean()) - level.risk, -WIDEST_LOG_ODDS, WIDEST_LOG_ODDS
    )
    return Calibrator(
        slope=1.0,
        intercept=intercept,
        covariance=(0.0, 0.0, 1.0 / level.worth),
        rows=len(label),
        events=int(label.sum()),
        months=tuple(sorted({f"{month:%Y-%m}" for month in mature.as_of.unique()})),
        observed_over_expected=float(label.mean() / level.risk),
    )


def _margin(fitted: TenureSeason | None, training: TrainingSet) -> np.ndarray:
    """Return each row's mean log-odds before calibration; zeros where everybody has the same risk."""
    return np.zeros(len(training.agent)) if fitted is None else mean_of_members(fitted.margins(training.encoded))


def _prior_risk(prior: Prior, encoded: np.ndarray, encoding: Encoding, horizon: int) -> np.ndarray:
    """Return each row's risk by the prior; without a feature of tenure that of a tenure in the middle."""
    hazards, tenure = np.exp(monthly_log_hazard(prior)), tenure_feature(encoding.features)
    if tenure is None:
        return np.full(len(encoded), risk_within(np.median(hazards), horizon))
    days = encoded[:, encoding.names.index(tenure.name)] * days_in(tenure)
    band = np.searchsorted(np.array(prior.tenure.until_days), days, side="right")
    by_row = np.where(np.isnan(days), np.median(hazards), hazards[np.minimum(band, len(hazards) - 1)])
    return risk_within(by_row, horizon)
