"""The fitted claim: risks of resignation for every horizon, with intervals, and what they are made of, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS, within
from attrition.model.boosting import mean_of_members
from attrition.model.encode import Encoding, canonical_order, learn
from attrition.model.horizon import HorizonModel, Known, fit_horizon, fit_involuntary
from attrition.model.leakage import refuse_denied
from attrition.model.spec import Spec

SIDE_BY_SIDE = 2
"""Horizons fitted at once; each holds a copy of its rows."""
BAND_NAMES = ("very_high", "high", "medium")
LOWEST_BAND = "low"


@dataclass(frozen=True)
class FittedRisk:
    """Risks for every horizon; made by `fit`, kept by `save`.

    Attributes
    ----------
    spec : Spec
        By which it was fitted.
    at : Timestamp
        Month-end of the fit; no label that ended or became known later was used.
    encoding : Encoding
        Features in order, and category maps.
    voluntary, involuntary : dict of int to HorizonModel
        By horizon. Horizons that history was too short for are absent.
    bands : dict of int to dict of str to float
        By horizon, the risk from which each band begins, highest first; below the last is "low".
    notes : tuple of str
        What could not be done as declared, in words.
    """

    spec: Spec
    at: pd.Timestamp
    encoding: Encoding
    voluntary: dict[int, HorizonModel]
    involuntary: dict[int, HorizonModel]
    bands: dict[int, dict[str, float]]
    notes: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features, in the order of the model."""
        return self.encoding.features

    @property
    def horizons(self) -> list[int]:
        """The horizons there are models for, growing."""
        return sorted(self.voluntary)

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
            in their order, each with its horizons growing. Risk never falls as the horizon grows, and
            ``risk == expit(log_odds)``.

        Raises
        ------
        DataError
            A feature's column is missing, or holds text where numbers were learnt.
        """
        encoded = self.encoding.matrix(frame)
        point, half = self._log_odds(encoded)
        bounded = [self._growing(part) for part in (point, point - half, point + half)]
        competing = np.column_stack([self.involuntary[h].log_odds(encoded) for h in self.horizons])
        count = len(self.horizons)
        return pd.DataFrame(
            {
                **{key: np.repeat(frame[key].to_numpy(), count) for key in KEYS},
                "horizon_months": np.tile(np.array(self.horizons, dtype="int64"), len(frame)),
                "risk": expit(bounded[0]).ravel(),
                "risk_low": expit(bounded[1]).ravel(),
                "risk_high": expit(bounded[2]).ravel(),
                "involuntary_risk": expit(np.maximum.accumulate(competing, axis=1)).ravel(),
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
        model = self.voluntary[self.spec.headline if horizon is None else horizon]
        if model.trees is None:
            empty = pd.DataFrame(0.0, index=frame.index, columns=self.encoding.names)
            return empty, model.calibration.intercept
        parts = model.trees.contributions(self.encoding.matrix(frame)) * model.calibration.slope
        base = float(parts[0, -1]) if len(parts) else 0.0
        table = pd.DataFrame(parts[:, :-1], index=frame.index, columns=self.encoding.names)
        return table, base + model.calibration.intercept

    def band(self, risk: float, *, horizon: int | None = None) -> str:
        """Say in which band a risk lies."""
        bounds = self.bands[self.spec.headline if horizon is None else horizon]
        return next((name for name, least in bounds.items() if risk >= least), LOWEST_BAND)

    def gain_shares(self) -> pd.Series:
        """Give each feature's share of the headline model's gain, largest first."""
        trees = self.voluntary[self.spec.headline].trees
        shares = np.zeros(len(self.features)) if trees is None else trees.gain_shares()
        return pd.Series(shares, index=self.encoding.names).sort_values(ascending=False, kind="stable")

    def save(self, folder: Path) -> None:
        """Write text models and JSON beside them into an empty folder, with a hash of each file."""
        from attrition.model.saving import save

        save(self, folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; every file's hash is checked before anything is parsed."""
        from attrition.model.saving import load

        return cls(**load(folder))

    def _log_odds(self, encoded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give log-odds and half the width of their interval, n x horizons.

        A horizon with one member borrows the doubt of the headline's members.
        """
        width = ndtri(0.5 + self.spec.calibration.interval / 2)
        margins = {h: self.voluntary[h].margins(encoded) for h in self.horizons}
        doubts = {h: self.voluntary[h].doubt(m) for h, m in margins.items() if m.shape[1] > 1}
        borrowed = doubts.get(self.spec.headline, np.zeros(len(encoded)))
        point, half = [], []
        for horizon in self.horizons:
            calibration = self.voluntary[horizon].calibration
            margin = mean_of_members(margins[horizon])
            doubt = calibration.slope**2 * doubts.get(horizon, borrowed)
            point.append(calibration.log_odds(margin))
            half.append(width * np.sqrt(doubt + calibration.variance(margin)))
        return np.column_stack(point), np.column_stack(half)

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
    known = _known(panel, outcomes, encoding, spec, at)
    horizons, notes = _possible(known, spec)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        rivals = {h: pool.submit(fit_involuntary, known, horizon=h, spec=spec) for h in horizons}
        models = {
            h: pool.submit(
                fit_horizon, known, horizon=h, spec=spec, constraints=encoding.constraints, members=_members(spec, h)
            )
            for h in horizons
        }
        voluntary = {h: model.result() for h, model in models.items()}
        involuntary = {h: model.result() for h, model in rivals.items()}
    notes += [
        f"{h} months ahead: not calibrated on later months, since history is too short for a gap of {h} months"
        for h, model in voluntary.items()
        if not model.calibration.months
    ]
    fitted = FittedRisk(spec, at, encoding, voluntary, involuntary, {}, tuple(notes))
    return FittedRisk(spec, at, encoding, voluntary, involuntary, _bands(fitted, panel), tuple(notes))


def _members(spec: Spec, horizon: int) -> int:
    return spec.trees.members if horizon == spec.headline else spec.trees.members_other_horizons


def _aligned(panel: pd.DataFrame, outcomes: pd.DataFrame, at: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    same = len(panel) == len(outcomes) and all(
        bool((panel[key].to_numpy() == outcomes[key].to_numpy()).all()) for key in KEYS
    )
    if not same:
        raise DataError("panel and outcomes do not hold the same agent-months in the same order; make them again")
    past = (panel["as_of"] <= at).to_numpy()
    return panel[past].reset_index(drop=True), outcomes[past].reset_index(drop=True)


def _known(panel: pd.DataFrame, outcomes: pd.DataFrame, encoding: Encoding, spec: Spec, at: pd.Timestamp) -> Known:
    labels = pd.DataFrame(
        {
            f"{kind}_{h}": within(outcomes, h, known_at=at, kind=kind).to_numpy()
            for kind in ("voluntary", "involuntary")
            for h in spec.horizons
        }
    )
    encoded = encoding.matrix(panel)
    order = canonical_order(panel["as_of"], encoded, labels)
    return Known(
        np.ascontiguousarray(encoded[order]),
        panel["agent_id"].astype(str).to_numpy()[order],
        panel["as_of"].iloc[order].reset_index(drop=True),
        labels.iloc[order].reset_index(drop=True),
    )


def _possible(known: Known, spec: Spec) -> tuple[list[int], list[str]]:
    """Keep the horizons with enough mature months and resignations; the headline must be among them."""
    horizons, notes = [], []
    for horizon in spec.horizons:
        label = known.labels[f"voluntary_{horizon}"]
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
