"""How much better tuned settings are than the declared ones, on later months that the search did not use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.data.progress import Progress
from attrition.labels.outcomes import KEYS, exit_within
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
    """How much better the tuned settings are than the declared ones.

    Attributes
    ----------
    figures : DataFrame
        metric, default, found, gain, low, high (95 %, clustered by agent, both on the same agents); a gain above 0 is
        an improvement. Log loss decides; AUC is for information.
    months : tuple of Timestamp
        The months that both were evaluated on.
    """

    figures: pd.DataFrame
    months: tuple[pd.Timestamp, ...]

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the whole interval of the gain in log loss lies above 0."""
        loss = self.figures[self.figures["metric"] == "log_loss"]
        return bool((loss["low"] > 0).all())


def measure_improvement(data: TuningData, settings: dict[str, float], *, progress: Progress) -> Improvement:
    """Fit both by the whole recipe at every held-out origin, and compare them row by row on the months after.

    Parameters
    ----------
    data : TuningData
        What the search ran on.
    settings : dict
        The tuned settings.
    progress : callable
        Called before each fit.

    Notes
    -----
    The interval is of a mean of paired differences, summed by agent (the cluster sandwich: Liang and Zeger 1986). It
    covers chance in who the agents were, not in which months came. Months that are used again and again, after
    more minutes of search, are weaker evidence each time.
    """
    default = _evaluate(data, data.spec, partial(_report, progress, "the declared settings"))
    tuned = _evaluate(data, with_settings(data.spec, settings), partial(_report, progress, "the tuned settings"))
    weights = bootstrap_weights(default.agent, draws=data.spec.holdout.draws, seed=data.job.seed)
    figures = pd.DataFrame([_loss_gain(default, tuned), _auc_gain(default, tuned, weights)])
    return Improvement(figures, tuple(pd.Timestamp(month) for month in np.unique(default.month)))


def _evaluate(data: TuningData, spec: Spec, report: Callable[[pd.Timestamp], None]) -> LabelledScores:
    """Score the months after each held-out origin; the headline only, since that is what is tuned."""
    headline = spec.model_copy(update={"horizons": (spec.headline,)})
    panel, outcomes, parts = data.panel, data.outcomes, []
    for origin in tuning_origins(data)[1]:
        report(origin.at)
        fitted = fit(panel, outcomes, features=data.features, spec=headline, at=origin.at)
        parts.append(fitted.score(panel[panel["as_of"].isin(origin.scored)]))
    labels = outcomes[KEYS].assign(resigned=exit_within(outcomes, spec.headline, known_at=panel["as_of"].max()))
    scores = pd.concat(parts, ignore_index=True).merge(labels, on=KEYS, validate="one_to_one")
    return labelled_scores(scores[scores["resigned"].notna()], spec)


def _report(progress: Progress, which: str, at: pd.Timestamp) -> None:
    progress(f"evaluating {which} on later months, fitted on what was known on {at:%Y-%m-%d}")


def _loss_gain(default: LabelledScores, tuned: LabelledScores) -> dict[str, object]:
    """Compare mean log loss; the error of the mean difference sums over an agent's months."""
    before, after = log_losses(default.label, default.risk), log_losses(tuned.label, tuned.risk)
    better = before - after
    error = np.sqrt((sum_by_cluster(default.agent, better - better.mean()) ** 2).sum()) / len(better)
    half_width = ndtri(0.5 + CONFIDENCE / 2) * error
    return {
        "metric": "log_loss",
        "default": float(before.mean()),
        "found": float(after.mean()),
        "gain": float(better.mean()),
        "low": float(better.mean() - half_width),
        "high": float(better.mean() + half_width),
    }


def _auc_gain(default: LabelledScores, tuned: LabelledScores, weights: np.ndarray) -> dict[str, object]:
    """Compare AUC over a bootstrap of whole agents, the same draws for both."""
    spread = auc(tuned, weights) - auc(default, weights)
    low, high = np.percentile(spread[np.isfinite(spread)], [50 - 50 * CONFIDENCE, 50 + 50 * CONFIDENCE])
    before, after = float(auc(default)[0]), float(auc(tuned)[0])
    return {"metric": "auc", "default": before, "found": after, "gain": after - before, "low": low, "high": high}
