"""Risks before and after a change of features, at each horizon, with an interval for their difference."""

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

BIAS_ALLOWANCE = 2.0
"""The variance of a difference is multiplied by this, since regularised trees also have a bias.

In a model tuned for the smallest error, the squared bias is about as large as the variance. Nychka (1988) shows for
smoothing splines that intervals widened in this way cover the truth on average.
"""
COMPARED_COLUMNS = ["risk", "risk_low", "risk_high", "abstain_reason"]


def before_after(
    fitted: FittedRisk,
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    is_new_site: pd.Series | None = None,
    is_gone: pd.Series | None = None,
    all_agents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the risks of the same agent-months before and after a change, both computed as in the table ``scores``.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    before, after : DataFrame
        The features without and with the change: the same agent-months in the same order.
    is_new_site, is_gone, all_agents : optional
        As for `attrition.predict.scores.scores`.

    Returns
    -------
    DataFrame
        agent_id, as_of, horizon_months; ``risk``, ``risk_low``, ``risk_high``, ``abstain_reason`` with ``_before`` and
        ``_after``; ``difference``, ``difference_low``, ``difference_high`` in risk. The interval of the difference
        comes from the spread of the ensemble members' differences, since most of a member's error is the same before
        and after and cancels. It is null where the ensemble has one member, or no trees.
    """
    flagged = partial(scores_with_log_odds, fitted, version="", is_new_site=is_new_site, is_gone=is_gone)
    score = partial(flagged, all_agents=all_agents)
    scores_before, scores_after = score(before), score(after)
    table = scores_before[[*KEYS, "horizon_months"]]
    for name in COMPARED_COLUMNS:
        table = table.assign(**{f"{name}_before": scores_before[name], f"{name}_after": scores_after[name]})
    half_widths = _half_widths(fitted, before, after).ravel()
    return table.assign(
        difference=scores_after["risk"] - scores_before["risk"],
        difference_low=expit(scores_after["log_odds"] - half_widths) - scores_before["risk"],
        difference_high=expit(scores_after["log_odds"] + half_widths) - scores_before["risk"],
    )


def _half_widths(fitted: FittedRisk, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Return half the widths of the intervals of differences in log-odds, n x horizons."""
    model, encoding = fitted.resignations, fitted.encoding
    differences = model.margins(encoding.matrix(after)) - model.margins(encoding.matrix(before))
    slopes = np.array([model.calibrators[horizon].slope for horizon in fitted.horizons])
    if differences.shape[1] == 1 or model.trees is None:
        return np.full((len(differences), len(slopes)), np.nan)
    variances, is_changed = np.zeros(len(differences)), (differences != 0.0).any(axis=1)
    # Rows whose margin changes in no member keep a variance of 0, and are left out of the mean variance of the others.
    if is_changed.any():
        changed = differences[is_changed]
        mean = mean_member_variance(changed)
        variances[is_changed] = epistemic_variance(changed, group_share=model.trees.group_share, mean_variance=mean)
    quantile = ndtri(0.5 + fitted.spec.calibration.interval / 2)
    return quantile * np.sqrt(BIAS_ALLOWANCE * variances)[:, None] * slopes
