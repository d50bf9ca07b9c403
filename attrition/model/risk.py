"""The fitted model: risks of resignation for every horizon, with intervals and the contributions of the features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from attrition.data.people.protection import Mode
from attrition.data.terms import FamilyName
from attrition.features.declare import Feature
from attrition.labels.history import with_history
from attrition.labels.outcomes import KEYS
from attrition.model.bands import band_of, bands_by_horizon, rows_for_bands
from attrition.model.contributions import Contributions, all_contributions, mean_contributions
from attrition.model.encode import Encoding, fit_encoding
from attrition.model.exits import ExitModel
from attrition.model.leakage import refuse_denied
from attrition.model.margins import mean_of_members
from attrition.model.risks import Risks
from attrition.model.rungs import ORDERING_RUNGS, fit_other_exits, fit_resignations
from attrition.model.spec import Rung, Spec
from attrition.model.trainable import short_history_notes, trainable_horizons
from attrition.model.training_sample import TrainingSample
from attrition.model.training_set import past_rows, training_sets
from attrition.model.training_sites import training_sites
from attrition.model.true_risk import RiskErrors


@dataclass(frozen=True)
class FittedRisk:
    """A fitted model, as `fit` returns it.

    Attributes
    ----------
    spec : Spec
        The specification it was fitted with; drivers and promotion criteria are about its headline horizon.
    fitted_at : Timestamp
        Month-end of the fit; no label that ended or became known later was used.
    encoding : Encoding
        The order of the features and the codes of the categories.
    resignations, other_exits : ExitModel
        The models of resignations and of other exits; horizons with too short a history are absent.
    bands : dict of int to dict of str to float
        By horizon, the lowest risk of each band, from "very_high" down; risks below "medium" are "low".
    notes : tuple of str, on what could not be done as declared, for the model card.
    orders_people : bool
        Whether its order of agents is more than that of tenure. If not, nobody has a rank or a band.
    errors : RiskErrors
        How far true risks lie from estimates, for the intervals.
    indistinct_families : tuple of FamilyName
        The families of which it cannot tell whose risk they raise; see `attrition.predict.indistinct`.
    training_sites : tuple of str or None
        The sites it has learnt from, see `attrition.model.training_sites`; None where it was saved without them.
    mode : Mode
        What it may answer about single agents, see `attrition.predict.answers`.
    sample : TrainingSample or None
        Which part of the centre's agents it has learnt from; None where from all.
    """

    spec: Spec
    fitted_at: pd.Timestamp
    encoding: Encoding
    resignations: ExitModel
    other_exits: ExitModel
    bands: dict[int, dict[str, float]]
    notes: tuple[str, ...] = ()
    orders_people: bool = True
    errors: RiskErrors = field(default_factory=RiskErrors)
    indistinct_families: tuple[FamilyName, ...] = ()
    training_sites: tuple[str, ...] | None = None
    mode: Mode = "individual"
    sample: TrainingSample | None = None

    @property
    def rung(self) -> Rung:
        """Return which form the model has, from "boosted" to "base_rate"; see `attrition.model.rungs`."""
        return self.spec.rung

    @property
    def features(self) -> tuple[Feature, ...]:
        """Return the features in the order of the encoded columns."""
        return self.encoding.features

    @property
    def horizons(self) -> list[int]:
        """Return the horizons that the model predicts, the shortest first."""
        return sorted(self.resignations.calibrators)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the risks of some agent-months at every horizon.

        Parameters
        ----------
        frame : DataFrame
            ``agent_id``, ``as_of`` and every feature. Nulls, infinite numbers and unknown categories are missing
            values.

        Returns
        -------
        DataFrame
            agent_id, as_of, horizon_months, risk, risk_low, risk_high (the interval of ``calibration.interval``),
            involuntary_risk, log_odds. The rows of `frame` keep their order, and each has one row per horizon, the
            shortest first. ``risk`` is the probability of resigning within the horizon, ``involuntary_risk`` that of
            leaving in any other way, and the rest of 1 that of staying. Neither risk is lower at a longer horizon.
            ``risk == expit(log_odds)``.

        Raises
        ------
        DataError
            A feature's column is missing, or holds text where numbers are expected.
        """
        risks, horizon_count = self.risks(self.encoding.matrix(frame)), len(self.horizons)
        return pd.DataFrame(
            {
                **{key: np.repeat(frame[key].to_numpy(), horizon_count) for key in KEYS},
                "horizon_months": np.tile(np.array(self.horizons, dtype="int64"), len(frame)),
                "risk": risks.risk.ravel(),
                "risk_low": expit(risks.lower).ravel(),
                "risk_high": expit(risks.upper).ravel(),
                "involuntary_risk": risks.involuntary_risk.ravel(),
                "log_odds": risks.log_odds.ravel(),
            }
        )

    def risk(self, encoded: np.ndarray) -> np.ndarray:
        """Return the probabilities of resigning of encoded rows, n x horizons: those of `risks`, and nothing else."""
        return expit(self.calibrated(mean_of_members(self.resignations.margins(encoded))))

    def risks(self, encoded: np.ndarray) -> Risks:
        """Return the risks of encoded rows: the one computation of batch and service, whatever the number of rows.

        Parameters
        ----------
        encoded : ndarray of shape (n, features)
            As `Encoding.matrix` returns it.
        """
        log_odds, half_width = self._log_odds(encoded)
        log_odds, lower, upper = (
            self._bounded(values) for values in (log_odds, log_odds - half_width, log_odds + half_width)
        )
        risk = expit(log_odds)
        return Risks(log_odds, lower, upper, risk, self._other_risk(encoded, risk))

    def contributions(self, frame: pd.DataFrame, *, horizon: int | None = None) -> tuple[pd.DataFrame, float]:
        """Return each feature's contribution (SHAP value) to the log-odds, and the constant; they sum to the log-odds.

        Parameters
        ----------
        frame : DataFrame
            As for `score`.
        horizon : int, optional
            The headline by default. At other horizons the sum is the log-odds before they were bounded by the headline,
            and may differ from ``log_odds``.

        Returns
        -------
        DataFrame, float
            Contributions in log-odds, with the index of `frame` and one column per feature, and the constant.
        """
        calibrator = self.resignations.calibrators[self.spec.headline if horizon is None else horizon]
        parts = self.encoded_contributions(self.encoding.matrix(frame), horizon=horizon)
        base = float(parts[0, -1]) if len(parts) else 0.0
        return pd.DataFrame(parts[:, :-1], index=frame.index, columns=self.encoding.names), base + calibrator.intercept

    def encoded_contributions(self, encoded: np.ndarray, *, horizon: int | None = None) -> np.ndarray:
        """Return the contributions of encoded rows, n x (features + 1); the last column lacks the intercept."""
        calibrator = self.resignations.calibrators[self.spec.headline if horizon is None else horizon]
        return mean_contributions(self.resignations, encoded, slope=calibrator.slope)

    def contributions_by_member(self, frame: pd.DataFrame, *, horizon: int | None = None) -> Iterator[pd.DataFrame]:
        """Yield the contributions by each member (averaged booster); their variance shows how certain the mean is."""
        calibrator = self.resignations.calibrators[self.spec.headline if horizon is None else horizon]
        for parts in self.resignations.contributions_by_member(self.encoding.matrix(frame)):
            yield pd.DataFrame(parts[:, :-1] * calibrator.slope, index=frame.index, columns=self.encoding.names)

    def all_contributions(self, frame: pd.DataFrame) -> Contributions:
        """Return the contributions at the headline by each member and to their mean; the trees are asked once."""
        calibrator = self.resignations.calibrators[self.spec.headline]
        return all_contributions(self.resignations, self.encoding, self.encoding.matrix(frame), calibrator)

    def band(self, risk: float, *, horizon: int | None = None) -> str | None:
        """Return the band of a risk: "very_high", "high", "medium" or "low"; the horizon defaults to the headline.

        None where the order of the model was not shown: nobody has a band then.
        """
        if not self.orders_people:
            return None
        return band_of(risk, self.bands[self.spec.headline if horizon is None else horizon])

    def gain_shares(self) -> pd.Series:
        """Return each feature's share of the gain of all splits by feature, largest first; zeros without trees."""
        shares = pd.Series(0.0, index=self.encoding.names)
        if self.resignations.trees is not None:
            shares += self.resignations.gain_shares()
        return shares.sort_values(ascending=False, kind="stable")

    def calibrated(self, margin: np.ndarray) -> np.ndarray:
        """Return the log-odds of resigning of margins of the trees, n x horizons; none is below a shorter horizon's."""
        calibrators = [self.resignations.calibrators[horizon] for horizon in self.horizons]
        return self._bounded(np.column_stack([calibrator.log_odds(margin) for calibrator in calibrators]))

    def _log_odds(self, encoded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log-odds and half the width of their intervals, each n x horizons."""
        quantile = ndtri(0.5 + self.spec.calibration.interval / 2)
        margins = self.resignations.margins(encoded)
        margin, epistemic = mean_of_members(margins), self.resignations.epistemic_variance(margins)
        calibrators = [self.resignations.calibrators[horizon] for horizon in self.horizons]
        log_odds = np.column_stack([calibrator.log_odds(margin) for calibrator in calibrators])
        tells_apart = self.rung in ORDERING_RUNGS
        variances = [
            self.errors.variance(
                calibrator.slope * margin,
                epistemic=calibrator.slope**2 * epistemic,
                calibration=calibrator.variance(margin),
                tells_apart=tells_apart,
            )
            for calibrator in calibrators
        ]
        return log_odds, quantile * np.sqrt(np.column_stack(variances))

    def _other_risk(self, encoded: np.ndarray, risk: np.ndarray) -> np.ndarray:
        """Return the probabilities of other exits, n x horizons.

        They do not fall as the horizon grows, and are at most 1 minus the risk of resigning at the longest horizon.
        """
        margin = mean_of_members(self.other_exits.margins(encoded))
        calibrators = [self.other_exits.calibrators[horizon] for horizon in self.horizons]
        unbounded = expit(np.column_stack([calibrator.log_odds(margin) for calibrator in calibrators]))
        return np.minimum(np.maximum.accumulate(unbounded, axis=1), 1.0 - risk[:, -1:])

    def _bounded(self, log_odds: np.ndarray) -> np.ndarray:
        """Return the log-odds, n x horizons, changed so that none is lower than at a shorter horizon.

        The headline stays as it is. From it outwards, shorter horizons are lowered and longer ones raised where needed.
        """
        bounded = log_odds.copy()
        headline = self.horizons.index(self.spec.headline)
        for column in range(headline - 1, -1, -1):
            bounded[:, column] = np.minimum(bounded[:, column], bounded[:, column + 1])
        for column in range(headline + 1, bounded.shape[1]):
            bounded[:, column] = np.maximum(bounded[:, column], bounded[:, column - 1])
        return bounded


def fit(
    panel: pd.DataFrame, outcomes: pd.DataFrame, *, features: Sequence[Feature], spec: Spec, fitted_at: pd.Timestamp
) -> FittedRisk:
    """Return a model fitted on what was known at the month-end `fitted_at`.

    Resignations and other exits each have one set of trees, and a calibrator per horizon.

    Parameters
    ----------
    panel : DataFrame
        ``agent_id``, ``as_of`` and every feature, one row per agent-month; rows after `fitted_at` are ignored.
    outcomes : DataFrame
        One row per row of `panel`, in the same order: ``exit_kind``, ``left_on``, ``known_on``.
    features : sequence of Feature
        Columns to learn from.
    spec : Spec
        The specification.
    fitted_at : Timestamp
        Month-end; later months, and labels that were not known then, are not used.

    Returns
    -------
    FittedRisk
        It is the same for any order of rows, any agent ids and any number of threads.

    Raises
    ------
    LeakageFound
        A feature is on the deny-list.
    DataError
        The tables do not have the same agent-months in the same order, a feature is missing or not a number, or the
        history is too short for the headline.
    """
    refuse_denied([feature.name for feature in features])
    panel, outcomes = past_rows(panel, outcomes, fitted_at)
    encoding = fit_encoding(panel, features)
    training, other_training = training_sets(panel, outcomes, encoding, spec, fitted_at)
    with with_history(outcomes, months_ahead=spec.headline, known_at=fitted_at):
        horizons, notes = trainable_horizons(training, spec)
    resignations = fit_resignations(training, horizons=horizons, spec=spec, encoding=encoding)
    other_exits = fit_other_exits(other_training, horizons, spec)
    notes += short_history_notes(encoding.features, training.as_of.nunique())
    orders = spec.rung in ORDERING_RUNGS
    fitted = FittedRisk(spec, fitted_at, encoding, resignations, other_exits, {}, tuple(notes), orders)
    sites = training_sites(outcomes, spec=spec, fitted_at=fitted_at)
    # By members that have not seen the agents.
    margin = resignations.unseen_margin(rows_for_bands(training, encoding.names))
    bands = bands_by_horizon(expit(fitted.calibrated(margin[~np.isnan(margin)])), fitted.horizons, spec.bands)
    return replace(fitted, bands=bands, training_sites=sites)
