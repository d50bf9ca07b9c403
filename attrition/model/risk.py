"""The fitted model: risks of resignation for every horizon, with intervals and exact contributions of the features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS
from attrition.model.boosting import mean_of_members
from attrition.model.encode import Encoding, fit_encoding
from attrition.model.exits import ExitModel, fit_constant_rate, fit_exits, unfitted_trees
from attrition.model.leakage import refuse_denied
from attrition.model.spec import Spec
from attrition.model.training_set import TrainingSet, training_sets

BAND_NAMES = ("very_high", "high", "medium")
LOWEST_BAND = "low"


@dataclass(frozen=True)
class FittedRisk:
    """Risks for every horizon; made by `fit`.

    Attributes
    ----------
    spec : Spec
        The specification it was fitted by.
    at : Timestamp
        Month-end of the fit; no label that ended or became known later was used.
    encoding : Encoding
        Features in order, and category maps.
    resignations, other_exits : ExitModel
        The model of resignations, and that of every other exit. Horizons that history was too short for are absent.
    bands : dict of int to dict of str to float
        By horizon, the risk from which each band begins, highest first; below the last is "low".
    notes : tuple of str
        What could not be done as declared, as sentences.
    """

    spec: Spec
    at: pd.Timestamp
    encoding: Encoding
    resignations: ExitModel
    other_exits: ExitModel
    bands: dict[int, dict[str, float]]
    notes: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, in the order of the matrix."""
        return self.encoding.features

    @property
    def horizons(self) -> list[int]:
        """The horizons that have a risk, growing."""
        return sorted(self.resignations.calibrators)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the risks of agent-months.

        Parameters
        ----------
        frame : DataFrame
            ``agent_id``, ``as_of`` and every feature; nulls and unknown categories are missing values.

        Returns
        -------
        DataFrame
            agent_id, as_of, horizon_months, risk, risk_low, risk_high, involuntary_risk, log_odds; the rows of `frame`
            in their order, each with its horizons growing. ``involuntary_risk`` is the probability of leaving in any
            other way. Both never fall as the horizon grows, what remains of 1 is the probability of staying, and
            ``risk == expit(log_odds)``.

        Raises
        ------
        DataError
            A feature's column is missing, or holds text where numbers are expected.
        """
        encoded = self.encoding.matrix(frame)
        point, half_width = self._log_odds(encoded)
        bounded = [self._bounded(part) for part in (point, point - half_width, point + half_width)]
        count = len(self.horizons)
        risk = expit(bounded[0])
        return pd.DataFrame(
            {
                **{key: np.repeat(frame[key].to_numpy(), count) for key in KEYS},
                "horizon_months": np.tile(np.array(self.horizons, dtype="int64"), len(frame)),
                "risk": risk.ravel(),
                "risk_low": expit(bounded[1]).ravel(),
                "risk_high": expit(bounded[2]).ravel(),
                "involuntary_risk": self._other_risk(encoded, risk).ravel(),
                "log_odds": bounded[0].ravel(),
            }
        )

    def contributions(self, frame: pd.DataFrame, *, horizon: int | None = None) -> tuple[pd.DataFrame, float]:
        """Return each feature's part of the log-odds: the constant plus a row's sum is its log-odds, exactly.

        Parameters
        ----------
        frame : DataFrame
            As for `score`.
        horizon : int, optional
            The headline by default. Other horizons are explained as they were before they were bounded by the
            headline, so there the sum may differ from ``log_odds``.

        Returns
        -------
        DataFrame, float
            n x features in log-odds, on the index of `frame`, and the constant.
        """
        calibrator = self.resignations.calibrators[self.spec.headline if horizon is None else horizon]
        parts = self.resignations.contributions(self.encoding.matrix(frame)) * calibrator.slope
        base = float(parts[0, -1]) if len(parts) else 0.0
        return pd.DataFrame(parts[:, :-1], index=frame.index, columns=self.encoding.names), base + calibrator.intercept

    def contributions_by_member(self, frame: pd.DataFrame, *, horizon: int | None = None) -> Iterator[pd.DataFrame]:
        """Yield the contributions of each member alone; their variance estimates the error of their mean."""
        calibrator = self.resignations.calibrators[self.spec.headline if horizon is None else horizon]
        for parts in self.resignations.contributions_by_member(self.encoding.matrix(frame)):
            yield pd.DataFrame(parts[:, :-1] * calibrator.slope, index=frame.index, columns=self.encoding.names)

    def band(self, risk: float, *, horizon: int | None = None) -> str:
        """Return the band of a risk."""
        bounds = self.bands[self.spec.headline if horizon is None else horizon]
        return next((name for name, least in bounds.items() if risk >= least), LOWEST_BAND)

    def gain_shares(self) -> pd.Series:
        """Return each feature's share of the gain of the trees, largest first."""
        shares = pd.Series(self.resignations.gain_shares(), index=self.encoding.names)
        return shares.sort_values(ascending=False, kind="stable")

    def _log_odds(self, encoded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log-odds and half the width of their interval, n x horizons."""
        quantile = ndtri(0.5 + self.spec.calibration.interval / 2)
        margins = self.resignations.margins(encoded)
        margin, epistemic = mean_of_members(margins), self.resignations.epistemic_variance(margins)
        calibrators = [self.resignations.calibrators[horizon] for horizon in self.horizons]
        point = np.column_stack([one.log_odds(margin) for one in calibrators])
        variances = [one.slope**2 * epistemic + one.variance(margin) for one in calibrators]
        return point, quantile * np.sqrt(np.column_stack(variances))

    def _other_risk(self, encoded: np.ndarray, risk: np.ndarray) -> np.ndarray:
        """Return the probabilities of other exits, bounded by what the longest risk of resigning leaves of 1."""
        margin = mean_of_members(self.other_exits.margins(encoded))
        calibrators = [self.other_exits.calibrators[horizon] for horizon in self.horizons]
        raw = expit(np.column_stack([one.log_odds(margin) for one in calibrators]))
        return np.minimum(np.maximum.accumulate(raw, axis=1), 1.0 - risk[:, -1:])

    def _bounded(self, log_odds: np.ndarray) -> np.ndarray:
        """Bound the other horizons by the headline, outwards, so that risk never falls as the horizon grows."""
        bounded = log_odds.copy()
        headline = self.horizons.index(self.spec.headline)
        for place in range(headline - 1, -1, -1):
            bounded[:, place] = np.minimum(bounded[:, place], bounded[:, place + 1])
        for place in range(headline + 1, bounded.shape[1]):
            bounded[:, place] = np.maximum(bounded[:, place], bounded[:, place - 1])
        return bounded


def fit(
    panel: pd.DataFrame, outcomes: pd.DataFrame, *, features: Sequence[Feature], spec: Spec, at: pd.Timestamp
) -> FittedRisk:
    """Fit one set of trees and a calibrator per horizon on what was known at the month-end `at`, and nothing later.

    Parameters
    ----------
    panel : DataFrame
        ``agent_id``, ``as_of`` and every feature, one row per agent-month; rows after `at` are ignored.
    outcomes : DataFrame
        One row per row of `panel`, in the same order: ``exit_kind``, ``left_on``, ``known_on``.
    features : sequence of Feature
        Columns to learn from.
    spec : Spec
        The specification.
    at : Timestamp
        Month-end.

    Returns
    -------
    FittedRisk
        The same for any order of rows, any names of agents and any number of threads.

    Raises
    ------
    LeakageFound
        A feature is on the deny-list.
    DataError
        The tables do not match, or history is too short for the headline.
    """
    refuse_denied([feature.name for feature in features])
    panel, outcomes = _aligned(panel, outcomes, at)
    encoding = fit_encoding(panel, features)
    training, other_training = training_sets(panel, outcomes, encoding, spec, at)
    horizons, notes = _trainable_horizons(training, spec)
    trees = unfitted_trees(spec, encoding.constraints, members=spec.trees.members, baseline=encoding.baseline)
    resignations = fit_exits(training, horizons=horizons, spec=spec, trees=trees)
    other_exits = _fit_other_exits(other_training, horizons, spec)
    notes += [
        f"{horizon} months ahead: not calibrated on later months, since history is too short"
        for horizon, calibrator in resignations.calibrators.items()
        if not calibrator.months
    ]
    months = training.as_of.nunique()
    notes += [
        f"{feature.en}: not learnt from, since it takes {feature.history_months} months of history, not {months}"
        for feature in encoding.features
        if feature.history_months > months
    ]
    fitted = FittedRisk(spec, at, encoding, resignations, other_exits, {}, tuple(notes))
    return replace(fitted, bands=_bands(fitted, panel))


def _fit_other_exits(training: TrainingSet, horizons: Sequence[int], spec: Spec) -> ExitModel:
    """Fit the smaller model of the other exits, without monotone constraints; a constant rate where they are few."""
    if training.labels[spec.headline].sum() < spec.calibration.minimum_events:
        return fit_constant_rate(training, horizons=horizons)
    small = spec.trees.model_copy(update=spec.involuntary.model_dump())
    smaller = spec.model_copy(update={"trees": small})
    trees = unfitted_trees(smaller, [0] * training.encoded.shape[1], members=small.members)
    return fit_exits(training, horizons=horizons, spec=smaller, trees=trees)


def _aligned(panel: pd.DataFrame, outcomes: pd.DataFrame, at: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    same = len(panel) == len(outcomes) and all(
        bool((panel[key].to_numpy() == outcomes[key].to_numpy()).all()) for key in KEYS
    )
    if not same:
        raise DataError("panel and outcomes do not hold the same agent-months in the same order; make them again")
    past = (panel["as_of"] <= at).to_numpy()
    return panel[past].reset_index(drop=True), outcomes[past].reset_index(drop=True)


def _trainable_horizons(training: TrainingSet, spec: Spec) -> tuple[list[int], list[str]]:
    """Return the horizons with enough mature months and resignations, among them the headline, and notes on others."""
    horizons, notes = [], []
    for horizon in spec.horizons:
        label = training.labels[horizon]
        months, events = training.as_of[label.notna()].nunique(), int(label.sum())
        needed, least = spec.calibration.minimum_training_months, spec.calibration.minimum_events
        if months >= needed and events >= least:
            horizons.append(horizon)
            continue
        counts = (
            f"{horizon} months ahead: {months} mature months with {events} resignations; {needed} and {least} needed"
        )
        if horizon == spec.headline:
            raise DataError(f"history is too short for the headline, {counts}")
        notes.append(f"left out, {counts}")
    return horizons, notes


def _bands(fitted: FittedRisk, panel: pd.DataFrame) -> dict[int, dict[str, float]]:
    """Return by horizon the risks that the declared top shares of the last months exceeded."""
    months = sorted(panel["as_of"].unique())[-fitted.spec.calibration.months :]
    scores = fitted.score(panel[panel["as_of"].isin(months)])
    shares = {name: getattr(fitted.spec.bands, name) for name in BAND_NAMES}
    bands = {}
    for horizon in fitted.horizons:
        risk = scores.loc[scores["horizon_months"] == horizon, "risk"]
        bands[horizon] = {name: float(np.quantile(risk, 1 - share)) for name, share in shares.items()}
    return bands
