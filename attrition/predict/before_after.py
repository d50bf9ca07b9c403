"""Risk before and after a change of facts, at each horizon, with an interval of the difference."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from attrition.labels.outcomes import KEYS
from attrition.model.epistemic import epistemic_variance, mean_member_variance
from attrition.predict.scores import scores_with_log_odds

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

COMPARED = ["risk", "risk_low", "risk_high", "abstain_reason"]


def before_after(
    fitted: FittedRisk,
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    is_new_site: pd.Series | None = None,
    month: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score the same agent-months before and after a change, both as in the table ``scores``.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    before, after : DataFrame
        Rows of the panel, the same agent-months in the same order.
    is_new_site, month : optional
        As for `attrition.predict.scores.scores`.

    Returns
    -------
    DataFrame
        agent_id, as_of, horizon_months; ``risk``, ``risk_low``, ``risk_high``, ``abstain_reason`` with ``_before`` and
        ``_after``; ``difference``, ``difference_low``, ``difference_high`` in risk. The interval of a difference comes
        from the members' differences, since most of a member's error is the same before and after; null with one
        member.
    """
    score = partial(scores_with_log_odds, fitted, version="", is_new_site=is_new_site, month=month)
    scores_before, scores_after = score(before), score(after)
    table = scores_before[[*KEYS, "horizon_months"]]
    for name in COMPARED:
        table = table.assign(**{f"{name}_before": scores_before[name], f"{name}_after": scores_after[name]})
    half = _half_width(fitted, before, after).ravel()
    return table.assign(
        difference=scores_after["risk"] - scores_before["risk"],
        difference_low=expit(scores_after["log_odds"] - half) - scores_before["risk"],
        difference_high=expit(scores_after["log_odds"] + half) - scores_before["risk"],
    )


def _half_width(fitted: FittedRisk, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Give half the width of the interval of a difference in log-odds, n x horizons."""
    model, encoding = fitted.resignations, fitted.encoding
    differences = model.margins(encoding.matrix(after)) - model.margins(encoding.matrix(before))
    slopes = np.array([model.calibrators[horizon].slope for horizon in fitted.horizons])
    if differences.shape[1] == 1 or model.trees is None:
        return np.full((len(differences), len(slopes)), np.nan)
    variances, is_changed = np.zeros(len(differences)), (differences != 0.0).any(axis=1)
    if is_changed.any():  # a row that no member changes has no variance, whatever the variance of others
        changed = differences[is_changed]
        mean = mean_member_variance(changed)
        variances[is_changed] = epistemic_variance(changed, group_share=model.trees.group_share, mean_variance=mean)
    width = ndtri(0.5 + fitted.spec.calibration.interval / 2)
    return width * np.sqrt(variances)[:, None] * slopes
