"""Compares tuned settings with the declared ones on later months that the search did not use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.data.progress import Progress
from attrition.labels.outcomes import KEYS, exit_within
from attrition.message import Message
from attrition.model.backtest import labelled_scores
from attrition.model.clusters import bootstrap_weights, sum_by_cluster
from attrition.model.folds import TuningData, tuning_origins
from attrition.model.metrics import LabelledScores, auc
from attrition.model.risk import fit
from attrition.model.spec import Spec
from attrition.model.tunable import with_settings
from attrition.model.tune import log_losses

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Improvement:
    """The gain of the tuned settings over the declared ones.

    Attributes
    ----------
    figures : DataFrame
        metric, default (the declared settings), found (the tuned settings), gain, low, high (95 % interval of the gain,
        paired and clustered by agent). A gain above 0 is an improvement, for log loss too. Only log loss decides; AUC
        is for information.
    months : tuple of Timestamp
        The test months, which are the same for both.
    """

    figures: pd.DataFrame
    months: tuple[pd.Timestamp, ...]

    @property
    def is_beyond_noise(self) -> bool:
        """Return whether the whole interval of the gain in log loss lies above 0."""
        loss = self.figures[self.figures["metric"] == "log_loss"]
        return bool((loss["low"] > 0).all())


def measure_improvement(data: TuningData, settings: dict[str, float], *, progress: Progress) -> Improvement:
    """Fit models with both settings at every held-out origin, and compare their scores of the months after.

    Parameters
    ----------
    data : TuningData
        The input of the search.
    settings : dict
        The tuned settings.
    progress : callable
        Called before each fit with a sentence.

    Notes
    -----
    The interval of the log loss is that of a mean of paired differences, summed by agent (the cluster sandwich: Liang
    and Zeger 1986); that of the AUC is a bootstrap of agents. Both allow for another sample of agents, not for other
    months. If the same held-out months are used again after a longer search, the evidence gets weaker each time.
    """
    default = _score_held_out(data, data.spec, partial(_report, progress, Message("the declared settings")))
    tuned = _score_held_out(
        data, with_settings(data.spec, settings), partial(_report, progress, Message("the tuned settings"))
    )
    weights = bootstrap_weights(default.agent, draws=data.spec.holdout.draws, seed=data.job.seed)
    figures = pd.DataFrame([_loss_gain(default, tuned), _auc_gain(default, tuned, weights)])
    return Improvement(figures, tuple(pd.Timestamp(month) for month in np.unique(default.month)))


def _score_held_out(data: TuningData, spec: Spec, report: Callable[[pd.Timestamp], None]) -> LabelledScores:
    """Return the labelled scores of the months after each held-out origin, for the headline horizon only."""
    headline_spec = spec.model_copy(update={"horizons": (spec.headline,)})
    panel, outcomes, parts = data.panel, data.outcomes, []
    for origin in tuning_origins(data)[1]:
        report(origin.month_end)
        fitted = fit(panel, outcomes, features=data.features, spec=headline_spec, fitted_at=origin.month_end)
        parts.append(fitted.score(panel[panel["as_of"].isin(origin.scored_months)]))
    labels = outcomes[KEYS].assign(resigned=exit_within(outcomes, spec.headline, known_at=panel["as_of"].max()))
    scores = pd.concat(parts, ignore_index=True).merge(labels, on=KEYS, validate="one_to_one")
    return labelled_scores(scores[scores["resigned"].notna()], spec)


def _report(progress: Progress, settings_name: str, origin: pd.Timestamp) -> None:
    progress(
        Message(
            "evaluating {settings} on later months, fitted on what was known on {origin:%Y-%m-%d}",
            settings=settings_name,
            origin=origin,
        )
    )


def _loss_gain(default: LabelledScores, tuned: LabelledScores) -> dict[str, object]:
    """Return the row of the log loss: both means, and the mean difference with its clustered interval."""
    default_losses, tuned_losses = log_losses(default.label, default.risk), log_losses(tuned.label, tuned.risk)
    gains = default_losses - tuned_losses
    error = np.sqrt((sum_by_cluster(default.agent, gains - gains.mean()) ** 2).sum()) / len(gains)
    half_width = ndtri(0.5 + CONFIDENCE / 2) * error
    return {
        "metric": "log_loss",
        "default": float(default_losses.mean()),
        "found": float(tuned_losses.mean()),
        "gain": float(gains.mean()),
        "low": float(gains.mean() - half_width),
        "high": float(gains.mean() + half_width),
    }


def _auc_gain(default: LabelledScores, tuned: LabelledScores, weights: np.ndarray) -> dict[str, object]:
    """Return the row of the AUC: both values, and the difference with its interval, from the same draws for both."""
    differences = auc(tuned, weights) - auc(default, weights)
    low, high = np.percentile(differences[np.isfinite(differences)], [50 - 50 * CONFIDENCE, 50 + 50 * CONFIDENCE])
    default_auc, tuned_auc = float(auc(default)[0]), float(auc(tuned)[0])
    gain = tuned_auc - default_auc
    return {"metric": "auc", "default": default_auc, "found": tuned_auc, "gain": gain, "low": low, "high": high}
