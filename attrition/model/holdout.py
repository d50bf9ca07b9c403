"""The holdout evaluation of every retrain: the same recipe fitted earlier, tested on later months, with null checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.data.progress import Progress, silent
from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.backtest import Backtest, backtest_origins, labelled_scores, reduced_spec
from attrition.model.calibration import Calibrator, fit_platt
from attrition.model.lead_time import lead_figures, lead_times
from attrition.model.leakage import refuse_denied, refuse_too_good, single_feature_aucs
from attrition.model.metrics import auc_within_months
from attrition.model.null_checks import LabelSplit, NullCheck, check_noise_features, check_shuffled_labels
from attrition.model.risk import FittedRisk
from attrition.model.spec import Spec
from attrition.model.splits import Origin, holdout_origin


@dataclass(frozen=True)
class HoldoutEvaluation:
    """What a recipe showed on later months.

    Attributes
    ----------
    at : Timestamp
        Month-end up to which labels were known.
    origin : Origin
        Month-end at which the evaluated model was fitted, and the later months it was tested on.
    backtest : Backtest
        Its scores, metrics and baselines there.
    calibration_line : Calibrator
        The line from its log-odds to what happened: slope 1 and intercept 0 are perfect.
    lead_time : DataFrame
        How early leavers were at the top of the list, from `attrition.model.lead_time.lead_figures`.
    null_checks : tuple of NullCheck
        Two models that must not beat chance.
    single_feature_aucs : Series
        Largest AUCs of a feature by itself, by feature.
    gain_shares : Series
        Largest shares of the trees' gain, by feature.
    """

    at: pd.Timestamp
    origin: Origin
    backtest: Backtest
    calibration_line: Calibrator
    lead_time: pd.DataFrame
    null_checks: tuple[NullCheck, ...]
    single_feature_aucs: pd.Series
    gain_shares: pd.Series

    @property
    def fitted(self) -> FittedRisk:
        """The evaluated model; it was fitted on what was known at the origin."""
        return self.backtest.fits[0]

    def metric(self, name: str, *, model: str | None = None, horizon: int | None = None) -> float:
        """Return one metric of the headline, of the evaluated model by default; null if it could not be computed."""
        spec = self.fitted.spec
        metrics = self.backtest.metrics
        here = (metrics["metric"] == name) & (metrics["model"] == (model or spec.name))
        values = metrics.loc[here & (metrics["horizon_months"] == (horizon or spec.headline)), "value"]
        return float(values.iloc[0]) if len(values) else float("nan")


def evaluate_holdout(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    at: pd.Timestamp,
    progress: Progress = silent,
) -> HoldoutEvaluation:
    """Fit the recipe as of an earlier month-end, test it on the later months that are mature, and run the null checks.

    Parameters
    ----------
    panel, outcomes, features, spec, at
        As for `attrition.model.risk.fit`.

    Raises
    ------
    LeakageFound
        Something is too good to be true, and nobody has waived it.
    DataError
        History is too short to hold months out.
    """
    refuse_denied([feature.name for feature in features])
    past = (panel["as_of"] <= at).to_numpy()
    panel, outcomes = panel[past].reset_index(drop=True), outcomes[past].reset_index(drop=True)
    origin = _origin(panel, spec, at)
    reduced = reduced_spec(spec, members=spec.holdout.members, draws=spec.holdout.draws)
    backtest = backtest_origins(panel, outcomes, features=features, spec=reduced, origins=[origin], progress=progress)
    fitted = backtest.fits[0]
    alone = _single_feature_aucs(fitted, panel, outcomes)
    later = {
        horizon: auc_within_months(labelled_scores(_mature(backtest, horizon), spec))[0] for horizon in fitted.horizons
    }
    refuse_too_good(alone=alone, gain=fitted.gain_shares(), later_aucs=later, rules=spec.leakage, model=spec.name)
    return HoldoutEvaluation(
        at=at,
        origin=origin,
        backtest=backtest,
        calibration_line=_calibration_line(backtest, spec),
        lead_time=_lead_time(backtest, outcomes, spec),
        null_checks=_null_checks(fitted, panel, outcomes, origin),
        single_feature_aucs=alone.nlargest(10),
        gain_shares=fitted.gain_shares().head(10),
    )


def _origin(panel: pd.DataFrame, spec: Spec, at: pd.Timestamp) -> Origin:
    origin = holdout_origin(panel["as_of"], later=spec.holdout.months, horizon=spec.headline, known_at=at)
    if origin is None:
        raise DataError(
            f"{panel['as_of'].nunique()} months are too few to hold {spec.holdout.months} out for the evaluation"
        )
    return origin


def _single_feature_aucs(fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame) -> pd.Series:
    """Return the AUC of each feature by itself, on the rows the evaluated model was fitted on."""
    label = exit_within(outcomes, fitted.spec.headline, known_at=fitted.at).to_numpy()
    is_known = ~np.isnan(label) & (panel["as_of"] <= fitted.at).to_numpy()
    return single_feature_aucs(fitted.encoding.matrix(panel[is_known]), label[is_known], fitted.encoding.names)


def _mature(backtest: Backtest, horizon: int) -> pd.DataFrame:
    """Return the scores of a horizon whose label is mature."""
    scores = backtest.scores
    return scores[(scores["horizon_months"] == horizon) & scores["resigned"].notna()].sort_values(KEYS, kind="stable")


def _calibration_line(backtest: Backtest, spec: Spec) -> Calibrator:
    """Return the line from the headline's log-odds to what happened."""
    rows = _mature(backtest, spec.headline)
    label, agent = rows["resigned"].to_numpy(dtype=float), rows["agent_id"].astype(str).to_numpy()
    return fit_platt(rows["log_odds"].to_numpy(), label, agent, deviation=np.inf)


def _lead_time(backtest: Backtest, outcomes: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return how early leavers were at the top of the list."""
    scores = _mature(backtest, spec.headline)
    leads = lead_times(scores, outcomes, horizon=spec.headline, share=spec.capacity_share)
    return lead_figures(leads, draws=spec.holdout.draws)


def _null_checks(
    fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame, origin: Origin
) -> tuple[NullCheck, ...]:
    """Run both null checks on the split of the holdout."""
    spec = fitted.spec
    order = np.lexsort((panel["agent_id"].astype(str), panel["as_of"]))
    rows, followed = panel.iloc[order].reset_index(drop=True), outcomes.iloc[order].reset_index(drop=True)
    train = exit_within(followed, spec.headline, known_at=origin.at).where(rows["as_of"] <= origin.at)
    test = exit_within(followed, spec.headline, known_at=panel["as_of"].max()).where(rows["as_of"].isin(origin.scored))
    split = LabelSplit(rows["agent_id"].astype(str).to_numpy(), rows["as_of"], train.to_numpy(), test.to_numpy())
    allowed, seed = spec.holdout.null_check_errors, spec.trees.seed
    return (
        check_noise_features(split, seed=seed, allowed_errors=allowed),
        check_shuffled_labels(split, fitted.encoding.matrix(rows), seed=seed, allowed_errors=allowed),
    )
