"""Is what a search found better than what stands, on later months that the search did not see, and beyond noise?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.backtest import judged_rows
from attrition.model.clusters import redraws, sum_by
from attrition.model.folds import Material, laid
from attrition.model.metrics import Judged, auc
from attrition.model.risk import fit
from attrition.model.spec import Spec
from attrition.model.tunable import with_values
from attrition.model.tune import log_losses

LEVEL = 0.95


@dataclass(frozen=True)
class Gain:
    """How much better the settings that were found are than those that stand.

    Attributes
    ----------
    figures : DataFrame
        metric, default, found, gain, low, high (95 %, whole agents as the units, both on the same agents); a gain
        above 0 is for the better. Log loss decides; AUC is told beside it.
    months : tuple of Timestamp
        The months that both were judged on.
    """

    figures: pd.DataFrame
    months: tuple[pd.Timestamp, ...]

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the whole interval of the gain in log loss lies above 0."""
        loss = self.figures[self.figures["metric"] == "log_loss"]
        return bool((loss["low"] > 0).all())


def gain(material: Material, values: dict[str, float], *, progress: Callable[[str], None]) -> Gain:
    """Fit both by the whole recipe at every origin held out, and compare them row by row on the months after.

    Parameters
    ----------
    material : Material
        What was tuned.
    values : dict
        The settings that were found.
    progress : callable
        Told of each fit before it begins.

    Notes
    -----
    The interval of a mean of paired differences, summed by agent (the sandwich for clusters: Liang and Zeger 1986). It
    knows of chance in who the agents were, not in which months came. Months that are asked again and again, after
    more minutes of search, tell less each time.
    """
    default = _scored(material, material.spec, partial(_tell, progress, "the settings that stand"))
    other = _scored(material, with_values(material.spec, values), partial(_tell, progress, "the settings found"))
    draws = redraws(default.agent, draws=material.spec.examination.draws, seed=material.job.seed)
    figures = pd.DataFrame([_loss_gain(default, other), _auc_gain(default, other, draws)])
    return Gain(figures, tuple(pd.Timestamp(month) for month in np.unique(default.month)))


def _scored(material: Material, spec: Spec, tell: Callable[[pd.Timestamp], None]) -> Judged:
    """Score the months after each origin held out; the headline only, since that is what is tuned."""
    headline = spec.model_copy(update={"horizons": (spec.headline,)})
    panel, outcomes, parts = material.panel, material.outcomes, []
    for origin in laid(material)[1]:
        tell(origin.at)
        fitted = fit(panel, outcomes, features=material.features, spec=headline, at=origin.at)
        parts.append(fitted.score(panel[panel["as_of"].isin(origin.scored)]))
    known = outcomes[KEYS].assign(resigned=exit_within(outcomes, spec.headline, known_at=panel["as_of"].max()))
    scores = pd.concat(parts, ignore_index=True).merge(known, on=KEYS, validate="one_to_one")
    return judged_rows(scores[scores["resigned"].notna()], spec)


def _tell(progress: Callable[[str], None], said: str, at: pd.Timestamp) -> None:
    progress(f"judging {said} on later months, as known on {at:%Y-%m-%d}")


def _loss_gain(default: Judged, found: Judged) -> dict[str, object]:
    """Compare mean log loss; the error of the mean difference sums over an agent's months."""
    before, after = log_losses(default.label, default.risk), log_losses(found.label, found.risk)
    better = before - after
    error = np.sqrt((sum_by(default.agent, better - better.mean()) ** 2).sum()) / len(better)
    half = ndtri(0.5 + LEVEL / 2) * error
    return {
        "metric": "log_loss",
        "default": float(before.mean()),
        "found": float(after.mean()),
        "gain": float(better.mean()),
        "low": float(better.mean() - half),
        "high": float(better.mean() + half),
    }


def _auc_gain(default: Judged, found: Judged, draws: np.ndarray) -> dict[str, object]:
    """Compare AUC over redraws of whole agents, the same for both."""
    spread = auc(found, draws) - auc(default, draws)
    low, high = np.percentile(spread[np.isfinite(spread)], [50 - 50 * LEVEL, 50 + 50 * LEVEL])
    before, after = float(auc(default)[0]), float(auc(found)[0])
    return {"metric": "auc", "default": before, "found": after, "gain": after - before, "low": low, "high": high}
