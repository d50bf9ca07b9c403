"""The examination of every retrain: the same recipe fitted earlier, judged on later months, with its canaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.backtest import Backtest, Progress, fewer, judged_rows, tried
from attrition.model.calibration import Calibration, sigmoid
from attrition.model.canaries import Canary, Trial, noise, shuffled
from attrition.model.lead_time import lead_figures, lead_times
from attrition.model.leakage import refuse_denied, refuse_too_good, single_feature_aucs
from attrition.model.metrics import auc_within_months
from attrition.model.risk import FittedRisk
from attrition.model.spec import Spec
from attrition.model.splits import Origin, holdout


@dataclass(frozen=True)
class Examination:
    """What a recipe showed on later months.

    Attributes
    ----------
    at : Timestamp
        Month-end from which the later months were looked back upon.
    origin : Origin
        Month-end at which the examined model was fitted, and the later months it was judged on.
    trial : Backtest
        Its scores, figures and baselines there.
    slope : Calibration
        The line from its log-odds to what happened: slope 1 and intercept 0 are perfect.
    lead : DataFrame
        How early leavers stood at the top of the list, from `attrition.model.lead_time.lead_figures`.
    canaries : tuple of Canary
        Two models that must know nothing.
    alone : Series
        Largest single-feature AUCs, by feature.
    gain : Series
        Largest shares of the headline's gain, by feature.
    """

    at: pd.Timestamp
    origin: Origin
    trial: Backtest
    slope: Calibration
    lead: pd.DataFrame
    canaries: tuple[Canary, ...]
    alone: pd.Series
    gain: pd.Series

    @property
    def fitted(self) -> FittedRisk:
        """The model that was examined; it knew only what was known at the origin."""
        return self.trial.fits[0]

    def figure(self, metric: str, *, model: str | None = None, horizon: int | None = None) -> float:
        """Look up one figure of the headline, of the examined model unless another is named; null if not judged."""
        spec = self.fitted.spec
        metrics = self.trial.metrics
        here = (metrics["metric"] == metric) & (metrics["model"] == (model or spec.name))
        found = metrics.loc[here & (metrics["horizon_months"] == (horizon or spec.headline)), "value"]
        return float(found.iloc[0]) if len(found) else float("nan")


def examine(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    at: pd.Timestamp,
    progress: Progress | None = None,
) -> Examination:
    """Fit the recipe as of an earlier month-end, judge it on the later months that are mature, and run the canaries.

    Parameters
    ----------
    panel, outcomes, features, spec, at
        As for `attrition.model.risk.fit`.

    Raises
    ------
    LeakageFound
        Something is too good to be true, and nobody has waived it.
    DataError
        History is too short to hold months back.
    """
    refuse_denied([feature.name for feature in features])
    past = (panel["as_of"] <= at).to_numpy()
    panel, outcomes = panel[past].reset_index(drop=True), outcomes[past].reset_index(drop=True)
    origin = _origin(panel, spec, at)
    reduced = fewer(spec, members=spec.examination.members, draws=spec.examination.draws)
    trial = tried(panel, outcomes, features=features, spec=reduced, laid=[origin], progress=progress)
    fitted = trial.fits[0]
    alone = _alone(fitted, panel, outcomes)
    later = {horizon: auc_within_months(judged_rows(_judged(trial, horizon), spec))[0] for horizon in fitted.horizons}
    refuse_too_good(alone=alone, gain=fitted.gain_shares(), later_aucs=later, rules=spec.leakage, model=spec.name)
    slope = _slope(trial, spec)
    lead = _lead(trial, outcomes, spec)
    canaries = _canaries(fitted, panel, outcomes, origin)
    return Examination(at, origin, trial, slope, lead, canaries, alone.nlargest(10), fitted.gain_shares().head(10))


def _origin(panel: pd.DataFrame, spec: Spec, at: pd.Timestamp) -> Origin:
    found = holdout(panel["as_of"], later=spec.examination.months, horizon=spec.headline, known_at=at)
    if found is None:
        raise DataError(
            f"{panel['as_of'].nunique()} months are too few to hold {spec.examination.months} back for the examination"
        )
    return found


def _alone(fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame) -> pd.Series:
    """Judge each feature by itself, on the rows the examined model learnt from."""
    label = exit_within(outcomes, fitted.spec.headline, known_at=fitted.at).to_numpy()
    known = ~np.isnan(label) & (panel["as_of"] <= fitted.at).to_numpy()
    return single_feature_aucs(fitted.encoding.matrix(panel[known]), label[known], fitted.encoding.names)


def _judged(trial: Backtest, horizon: int) -> pd.DataFrame:
    """Take the mature scores of a horizon."""
    scores = trial.scores
    return scores[(scores["horizon_months"] == horizon) & scores["resigned"].notna()].sort_values(KEYS, kind="stable")


def _slope(trial: Backtest, spec: Spec) -> Calibration:
    """Draw the line from the headline's log-odds to what happened."""
    rows = _judged(trial, spec.headline)
    label, agent = rows["resigned"].to_numpy(dtype=float), rows["agent_id"].astype(str).to_numpy()
    return sigmoid(rows["log_odds"].to_numpy(), label, agent, deviation=np.inf)


def _lead(trial: Backtest, outcomes: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Sum up how early leavers stood at the top of the list."""
    scores = _judged(trial, spec.headline)
    leads = lead_times(scores, outcomes, horizon=spec.headline, share=spec.capacity_share)
    return lead_figures(leads, draws=spec.examination.draws)


def _canaries(fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame, origin: Origin) -> tuple[Canary, ...]:
    """Run both canaries on the split of the examination."""
    spec = fitted.spec
    order = np.lexsort((panel["agent_id"].astype(str), panel["as_of"]))
    rows, what = panel.iloc[order].reset_index(drop=True), outcomes.iloc[order].reset_index(drop=True)
    known = exit_within(what, spec.headline, known_at=origin.at).where(rows["as_of"] <= origin.at)
    later = exit_within(what, spec.headline, known_at=panel["as_of"].max()).where(rows["as_of"].isin(origin.scored))
    trial = Trial(rows["agent_id"].astype(str).to_numpy(), rows["as_of"], known.to_numpy(), later.to_numpy())
    allowed, seed = spec.examination.canary_errors, spec.trees.seed
    return (
        noise(trial, seed=seed, allowed_errors=allowed),
        shuffled(trial, fitted.encoding.matrix(rows), seed=seed, allowed_errors=allowed),
    )
