"""The fitted claim: risks of resignation for every horizon, with intervals, and what they are made of, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS
from attrition.model.boosting import mean_of_members
from attrition.model.encode import Encoding, learn
from attrition.model.exits import ExitModel, fit_exits, rate_alone, trees_of
from attrition.model.known import Known, known_at
from attrition.model.leakage import refuse_denied
from attrition.model.spec import Spec

BAND_NAMES = ("very_high", "high", "medium")
LOWEST_BAND = "low"


@dataclass(frozen=True)
class FittedRisk:
    """Risks for every horizon; made by `fit`.

    Attributes
    ----------
    spec : Spec
        By which it was fitted.
    at : Timestamp
        Month-end of the fit; no label that ended or became known later was used.
    encoding : Encoding
        Features in order, and category maps.
    resigning, otherwise : ExitModel
        The claim about resignations, and about every other exit. Horizons that history was too short for are absent.
    bands : dict of int to dict of str to float
        By horizon, the risk from which each band begins, highest first; below the last is "low".
    notes : tuple of str
        What could not be done as declared, in words.
    """

    spec: Spec
    at: pd.Timestamp
    encoding: Encoding
    resigning: ExitModel
    otherwise: ExitModel
    bands: dict[int, dict[str, float]]
    notes: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, in the order of the model."""
        return self.encoding.features

    @property
    def horizons(self) -> list[int]:
        """The horizons there are models for, growing."""
        return sorted(self.resigning.levels)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the risks of agent-months.

        Parameters
        ----------
        frame : DataFrame
            ``agent_id``, ``as_of`` and every feature; null and unknown words are missing.

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
            A feature's column is missing, or holds text where numbers were learnt.
        """
        encoded = self.encoding.matrix(frame)
        point, half = self._log_odds(encoded)
        bounded = [self._growing(part) for part in (point, point - half, point + half)]
        count = len(self.horizons)
        risk = expit(bounded[0])
        return pd.DataFrame(
            {
                **{key: np.repeat(frame[key].to_numpy(), count) for key in KEYS},
                "horizon_months": np.tile(np.array(self.horizons, dtype="int64"), len(frame)),
                "risk": risk.ravel(),
                "risk_low": expit(bounded[1]).ravel(),
                "risk_high": expit(bounded[2]).ravel(),
                "involuntary_risk": self._otherwise(encoded, risk).ravel(),
                "log_odds": bounded[0].ravel(),
            }
        )

    def contributions(self, frame: pd.DataFrame, *, horizon: int | None = None) -> tuple[pd.DataFrame, float]:
        """Split log-odds into features, exactly: the constant plus a row's sum is its log-odds.

        Parameters
        ----------
        frame : DataFrame
            As for `score`.
        horizon : int, optional
            The headline unless said. Other horizons are explained as they were before they were bounded
            by the headline, so there the sum may differ from ``log_odds``.

        Returns
        -------
        DataFrame, float
            n x features in log-odds, on the index of `frame`, and the constant.
        """
        level = self.resigning.levels[self.spec.headline if horizon is None else horizon]
        parts = self.resigning.contributions(self.encoding.matrix(frame)) * level.slope
        base = float(parts[0, -1]) if len(parts) else 0.0
        return pd.DataFrame(parts[:, :-1], index=frame.index, columns=self.encoding.names), base + level.intercept

    def contributions_by_member(self, frame: pd.DataFrame, *, horizon: int | None = None) -> Iterator[pd.DataFrame]:
        """Yield what `contributions` gives, as each member alone would: how far they differ tells what is chance."""
        level = self.resigning.levels[self.spec.headline if horizon is None else horizon]
        for parts in self.resigning.contributions_by_member(self.encoding.matrix(frame)):
            yield pd.DataFrame(parts[:, :-1] * level.slope, index=frame.index, columns=self.encoding.names)

    def band(self, risk: float, *, horizon: int | None = None) -> str:
        """Say in which band a risk lies."""
        bounds = self.bands[self.spec.headline if horizon is None else horizon]
        return next((name for name, least in bounds.items() if risk >= least), LOWEST_BAND)

    def gain_shares(self) -> pd.Series:
        """Give each feature's share of the gain of the trees, largest first."""
        shares = pd.Series(self.resigning.gain_shares(), index=self.encoding.names)
        return shares.sort_values(ascending=False, kind="stable")

    def _log_odds(self, encoded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give log-odds and half the width of their interval, n x horizons."""
        width = ndtri(0.5 + self.spec.calibration.interval / 2)
        margins = self.resigning.margins(encoded)
        margin, doubt = mean_of_members(margins), self.resigning.doubt(margins)
        levels = [self.resigning.levels[horizon] for horizon in self.horizons]
        point = np.column_stack([level.log_odds(margin) for level in levels])
        variances = [level.slope**2 * doubt + level.variance(margin) for level in levels]
        return point, width * np.sqrt(np.column_stack(variances))

    def _otherwise(self, encoded: np.ndarray, risk: np.ndarray) -> np.ndarray:
        """Give the probabilities of leaving otherwise; never more than the longest risk of resigning leaves of 1."""
        margin = mean_of_members(self.otherwise.margins(encoded))
        levels = [self.otherwise.levels[horizon] for horizon in self.horizons]
        raw = expit(np.column_stack([level.log_odds(margin) for level in levels]))
        return np.minimum(np.maximum.accumulate(raw, axis=1), 1.0 - risk[:, -1:])

    def _growing(self, log_odds: np.ndarray) -> np.ndarray:
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
    """Fit one model per horizon on what was known at the month-end `at`, and nothing later.

    Parameters
    ----------
    panel : DataFrame
        ``agent_id``, ``as_of`` and every feature, one row per agent-month; rows after `at` are ignored.
    outcomes : DataFrame
        One row per row of `panel`, in the same order: ``exit_kind``, ``left_on``, ``known_on``.
    features : sequence of Feature
        Columns to learn from.
    spec : Spec
        How.
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
    encoding = learn(panel, features)
    known, known_otherwise = known_at(panel, outcomes, encoding, spec, at)
    horizons, notes = _possible(known, spec)
    trees = trees_of(spec, encoding.constraints, members=spec.trees.members, baseline=encoding.baseline)
    resigning = fit_exits(known, horizons=horizons, spec=spec, trees=trees)
    otherwise = _fit_otherwise(known_otherwise, horizons, spec)
    notes += [
        f"{horizon} months ahead: not calibrated on later months, since history is too short"
        for horizon, level in resigning.levels.items()
        if not level.months
    ]
    months = known.as_of.nunique()
    notes += [
        f"{feature.en}: not learnt from, since it takes {feature.history_months} months of history, not {months}"
        for feature in encoding.features
        if feature.history_months > months
    ]
    fitted = FittedRisk(spec, at, encoding, resigning, otherwise, {}, tuple(notes))
    return FittedRisk(spec, at, encoding, resigning, otherwise, _bands(fitted, panel), tuple(notes))


def _fit_otherwise(known: Known, horizons: Sequence[int], spec: Spec) -> ExitModel:
    """Fit the smaller model of the other exits, without directions; a rate alone where they are few."""
    if known.labels[spec.headline].sum() < spec.calibration.minimum_events:
        return rate_alone(known, horizons=horizons)
    small = spec.trees.model_copy(update=spec.involuntary.model_dump())
    smaller = spec.model_copy(update={"trees": small})
    trees = trees_of(smaller, [0] * known.encoded.shape[1], members=small.members)
    return fit_exits(known, horizons=horizons, spec=smaller, trees=trees)


def _aligned(panel: pd.DataFrame, outcomes: pd.DataFrame, at: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    same = len(panel) == len(outcomes) and all(
        bool((panel[key].to_numpy() == outcomes[key].to_numpy()).all()) for key in KEYS
    )
    if not same:
        raise DataError("panel and outcomes do not hold the same agent-months in the same order; make them again")
    past = (panel["as_of"] <= at).to_numpy()
    return panel[past].reset_index(drop=True), outcomes[past].reset_index(drop=True)


def _possible(known: Known, spec: Spec) -> tuple[list[int], list[str]]:
    """Keep the horizons with enough mature months and resignations; the headline must be among them."""
    horizons, notes = [], []
    for horizon in spec.horizons:
        label = known.labels[horizon]
        months, events = known.as_of[label.notna()].nunique(), int(label.sum())
        needed, least = spec.calibration.minimum_training_months, spec.calibration.minimum_events
        if months >= needed and events >= least:
            horizons.append(horizon)
            continue
        said = f"{horizon} months ahead: {months} mature months with {events} resignations; {needed} and {least} needed"
        if horizon == spec.headline:
            raise DataError(f"history is too short for the headline, {said}")
        notes.append(f"left out, {said}")
    return horizons, notes


def _bands(fitted: FittedRisk, panel: pd.DataFrame) -> dict[int, dict[str, float]]:
    """Find from which risk the top shares of the last months began."""
    months = sorted(panel["as_of"].unique())[-fitted.spec.calibration.months :]
    scores = fitted.score(panel[panel["as_of"].isin(months)])
    shares = {name: getattr(fitted.spec.bands, name) for name in BAND_NAMES}
    bands = {}
    for horizon in fitted.horizons:
        risk = scores.loc[scores["horizon_months"] == horizon, "risk"]
        bands[horizon] = {name: float(np.quantile(risk, 1 - share)) for name, share in shares.items()}
    return bands
