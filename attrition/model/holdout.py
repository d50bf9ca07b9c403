"""The holdout evaluation of a retrain: fit the same recipe at an earlier month-end, and test it on later months.

A recipe is a specification and its features. Null checks (models that must not beat chance) and leakage checks belong
to the evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from attrition.data.progress import Progress, silent
from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.history import describe_history
from attrition.labels.maturity import mature_to
from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.backtest import Backtest, backtest_on_same_months, backtest_origins, labelled_scores, reduced_spec
from attrition.model.baselines import TENURE_ONLY
from attrition.model.lead_time import lead_figures, lead_times
from attrition.model.leakage import refuse_denied, refuse_too_good, tenure_notes
from attrition.model.metrics import auc_within_months
from attrition.model.null_checks import LabelSplit, NullCheck, check_noise_features, check_shuffled_labels
from attrition.model.panel import Panel
from attrition.model.risk import FittedRisk
from attrition.model.single_features import LabelledRows, SingleFeatures, examine_single_features
from attrition.model.spec import RUNGS, Spec
from attrition.model.splits import Origin, holdout_origin
from attrition.model.training_set import past_rows


@dataclass(frozen=True)
class HoldoutEvaluation:
    """The results of a recipe on later months.

    Attributes
    ----------
    known_at : Timestamp
        Month-end up to which labels were known.
    origin : Origin
        Month-end at which the evaluated model was fitted, and the later months it was tested on.
    backtest : Backtest
        The scores, metrics and baselines of these months, with one model in `fitted_models`.
    lead_time : DataFrame
        How early leavers were at the top of the list, from `attrition.model.lead_time.lead_figures`.
    null_checks : tuple of NullCheck
        The results of two models that must not beat chance.
    single_feature_aucs : Series
        The ten largest AUCs that a feature reaches alone, at any horizon, by feature.
    gain_shares : Series
        The ten largest shares of the trees' gain, by feature.
    notes : tuple of str
        Sentences for the model card on figures that are over a limit for a known reason.
    """

    known_at: pd.Timestamp
    origin: Origin
    backtest: Backtest
    lead_time: pd.DataFrame
    null_checks: tuple[NullCheck, ...]
    single_feature_aucs: pd.Series
    gain_shares: pd.Series
    notes: tuple[str, ...] = ()

    @property
    def fitted(self) -> FittedRisk:
        """Return the evaluated model, which was fitted on what was known at the origin."""
        return self.backtest.fitted_models[0]

    def metric(self, name: str, *, model: str | None = None, horizon: int | None = None) -> float:
        """Return the value of a metric; NaN if it could not be computed.

        The model defaults to the evaluated one, the horizon to the headline (the horizon that the promotion criteria
        are about).
        """
        spec = self.fitted.spec
        metrics = self.backtest.metrics
        is_row = (metrics["metric"] == name) & (metrics["model"] == (model or spec.name))
        values = metrics.loc[is_row & (metrics["horizon_months"] == (horizon or spec.headline)), "value"]
        return float(values.iloc[0]) if len(values) else float("nan")


def evaluate_holdout(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    known_at: pd.Timestamp,
    progress: Progress = silent,
) -> HoldoutEvaluation:
    """Fit the recipe at an earlier month-end, test it on the last mature months, and run the leakage and null checks.

    Parameters
    ----------
    panel, outcomes, features, spec
        As for `attrition.model.risk.fit`.
    known_at : Timestamp
        Month-end up to which labels are known; rows after it are ignored.

    Raises
    ------
    LeakageFound
        A feature is on the deny-list, or a figure is too good to be true and not waived.
    DataError
        The history is too short to hold months out, or to fit a model before them.
    """
    refuse_denied([feature.name for feature in features])
    panel, outcomes = past_rows(panel, outcomes, known_at)
    origin = _origin(outcomes, spec, known_at)
    reduced = reduced_spec(spec, members=spec.holdout.members, draws=spec.holdout.draws)
    rows = Panel(panel, outcomes, tuple(features), {})
    backtest = backtest_origins(rows, spec=reduced, origins=[origin], progress=progress)
    if _mature_scores(backtest, spec.headline)["resigned"].nunique() < 2:
        months = len(origin.scored_months)
        raise DataError(
            "nobody resigned within {headline} months of the last {months} mature months",
            headline=spec.headline,
            months=months,
        )
    fitted = backtest.fitted_models[0]
    encoded = fitted.encoding.matrix(panel)
    single_features = _single_features(fitted, panel[KEYS], encoded, outcomes, known_at)
    # Shares of gain are looked at where all columns compete: with few of them, one may rightly hold most of it.
    gain_shares = fitted.gain_shares() if spec.rung == RUNGS[0] else pd.Series(dtype="float64")
    aucs_by_horizon = {
        horizon: auc_within_months(labelled_scores(_mature_scores(backtest, horizon), spec))[0]
        for horizon in fitted.horizons
    }
    refuse_too_good(
        single_features=single_features,
        gain_shares=gain_shares,
        aucs_by_horizon=aucs_by_horizon,
        tenure_auc=_tenure_auc(backtest, spec),
        spec=spec,
    )
    return HoldoutEvaluation(
        known_at=known_at,
        origin=origin,
        backtest=backtest,
        lead_time=_lead_time(backtest, outcomes, spec),
        null_checks=_null_checks(fitted, panel[KEYS], encoded, outcomes, origin),
        single_feature_aucs=single_features.largest.head(10),
        gain_shares=fitted.gain_shares().head(10),
        notes=tenure_notes(single_features, gain_shares, spec.leakage),
    )


def evaluate_on_same_months(
    holdout: HoldoutEvaluation, spec: Spec, *, panel: pd.DataFrame, outcomes: pd.DataFrame, features: Sequence[Feature]
) -> HoldoutEvaluation:
    """Return the evaluation of another specification on the months of a holdout evaluation.

    What belongs to the data alone, the baselines, the null checks and the search for leaks, is taken over.

    Raises
    ------
    DataError
        The history before these months is too short for the specification.
    """
    panel, outcomes = past_rows(panel, outcomes, holdout.known_at)
    reduced = reduced_spec(spec, members=spec.holdout.members, draws=spec.holdout.draws)
    backtest = backtest_on_same_months(
        holdout.backtest, holdout.origin, panel=panel, outcomes=outcomes, features=features, spec=reduced
    )
    return replace(
        holdout,
        backtest=backtest,
        lead_time=_lead_time(backtest, outcomes, spec),
        gain_shares=backtest.fitted_models[0].gain_shares().head(10),
    )


def backtest_champion_recipe(
    champion: FittedRisk, holdout: HoldoutEvaluation, *, panel: pd.DataFrame, outcomes: pd.DataFrame
) -> Backtest:
    """Return a backtest of the champion's recipe at the origin of a holdout evaluation.

    The champion itself cannot be compared: if it was fitted last month it knows the labels of the test months, and if
    it was fitted last year it had fewer months than the candidate. So its recipe (the specification, and the features
    that the panel still has) is fitted on the same labels as the evaluated model. If both recipes are equal, the
    backtest of the holdout is returned.
    """
    candidate_spec = holdout.fitted.spec
    features = tuple(feature for feature in champion.features if feature.name in panel.columns)
    recipe = reduced_spec(champion.spec, members=candidate_spec.trees.members, draws=candidate_spec.holdout.draws)
    if recipe == candidate_spec and features == holdout.fitted.features:
        return holdout.backtest
    panel, outcomes = past_rows(panel, outcomes, holdout.known_at)
    return backtest_origins(Panel(panel, outcomes, features, {}), spec=recipe, origins=[holdout.origin])


def _origin(outcomes: pd.DataFrame, spec: Spec, known_at: pd.Timestamp) -> Origin:
    """Return the origin of the holdout; refuse a history that has no months before those that are held out."""
    months = outcomes["as_of"]
    origin = holdout_origin(
        months, holdout_months=spec.holdout.months, horizon=spec.headline, mature_to=mature_to(outcomes, known_at)
    )
    if origin is None:
        raise DataError(
            "{months} months are too few to hold {held_out} out for the evaluation: one must be left to "
            "learn from, and {headline} must pass after each; {history}; export earlier months "
            "(`attrition check` shows how far back each table goes), or wait",
            months=months.nunique(),
            held_out=spec.holdout.months,
            headline=spec.headline,
            history=describe_history(outcomes, months_ahead=spec.headline, known_at=known_at),
        )
    return origin


def _single_features(
    fitted: FittedRisk, keys: pd.DataFrame, encoded: np.ndarray, outcomes: pd.DataFrame, known_at: pd.Timestamp
) -> SingleFeatures:
    """Return what each feature alone tells at the horizons of the model, on all agent-months with a label."""
    labels = {horizon: exit_within(outcomes, horizon, known_at=known_at).to_numpy() for horizon in fitted.horizons}
    agents, months = keys["agent_id"].astype(str).to_numpy(), keys["as_of"].to_numpy()
    rows = LabelledRows(pd.DataFrame(labels), agents, months)
    return examine_single_features(encoded, fitted.encoding, rows)


def _tenure_auc(backtest: Backtest, spec: Spec) -> float:
    """Return the AUC of the time since hire alone at the headline; NaN without it."""
    metrics = backtest.metrics
    is_row = (metrics["metric"] == "auc") & (metrics["model"] == TENURE_ONLY)
    values = metrics.loc[is_row & (metrics["horizon_months"] == spec.headline), "value"]
    return float(values.iloc[0]) if len(values) else float("nan")


def _mature_scores(backtest: Backtest, horizon: int) -> pd.DataFrame:
    """Return the scores of a horizon that have a mature label, ordered by agent and month."""
    scores = backtest.scores
    return scores[(scores["horizon_months"] == horizon) & scores["resigned"].notna()].sort_values(KEYS, kind="stable")


def _lead_time(backtest: Backtest, outcomes: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return the figures of how many weeks before notice leavers were first at the top of the list."""
    scores = _mature_scores(backtest, spec.headline)
    leads = lead_times(scores, outcomes, horizon=spec.headline, capacity_share=spec.capacity_share)
    return lead_figures(leads, draws=spec.holdout.draws)


def _null_checks(
    fitted: FittedRisk, keys: pd.DataFrame, encoded: np.ndarray, outcomes: pd.DataFrame, origin: Origin
) -> tuple[NullCheck, ...]:
    """Return both null checks, with the training and the test months of the holdout."""
    spec = fitted.spec
    order = np.lexsort((keys["agent_id"].astype(str), keys["as_of"]))
    rows, ordered_outcomes = (table.iloc[order].reset_index(drop=True) for table in (keys, outcomes))
    train_label = exit_within(ordered_outcomes, spec.headline, known_at=origin.month_end).where(
        rows["as_of"] <= origin.month_end
    )
    is_test_month = rows["as_of"].isin(origin.scored_months)
    test_label = exit_within(ordered_outcomes, spec.headline, known_at=rows["as_of"].max()).where(is_test_month)
    agents = rows["agent_id"].astype(str).to_numpy()
    split = LabelSplit(agents, rows["as_of"], train_label.to_numpy(), test_label.to_numpy())
    allowed_errors, seed = spec.holdout.null_check_errors, spec.trees.seed
    return (
        check_noise_features(split, seed=seed, allowed_errors=allowed_errors),
        check_shuffled_labels(split, encoded[order], seed=seed, allowed_errors=allowed_errors),
    )
