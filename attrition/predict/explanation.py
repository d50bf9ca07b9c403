"""Contributions as a `shap.Explanation`, for the plots of the SHAP library (extra ``explain``).

The values are LightGBM's exact contributions (``pred_contrib``); the SHAP library only provides the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pandas as pd
    from shap import Explanation as Explanation  # so that other modules can import the type from here

    from attrition.model.risk import FittedRisk


def explanation(fitted: FittedRisk, frame: pd.DataFrame, *, horizon: int | None = None) -> Explanation:
    """Return the contributions of every feature to the log-odds of a resignation within the horizon.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    frame : DataFrame, shape (n, ...)
        Rows of the panel with the k features of the model.
    horizon : int, optional
        In months; by default the headline. Other horizons are explained before `FittedRisk.score` bounds them by the
        headline, so that their sum may differ from the score.

    Returns
    -------
    shap.Explanation
        ``values`` (n x k, log-odds), ``base_values`` (n), ``data`` (n x k, categories as codes), ``display_data`` (as
        in the panel) and ``feature_names``. ``base_values`` plus the sum of a row's ``values`` is the log-odds.

    Raises
    ------
    MissingExtra
        The extra ``explain`` is not installed.

    Notes
    -----
    Path-dependent Shapley values of the trees (Lundberg et al. 2020), times the slope of the horizon's calibrator,
    whose intercept is part of the base. They equal those of ``shap.TreeExplainer``, averaged over the members.

    Examples
    --------
    ``shap.plots.beeswarm(explanation(fitted, frame))`` shows what moves risk most, ``shap.plots.scatter`` of one column
    its dependence on the feature, ``shap.plots.waterfall`` of one row the risk of one agent.
    """
    try:
        import shap
    except ImportError:
        raise MissingExtra("explain", "an explanation for SHAP's plots") from None
    contributions, base = fitted.contributions(frame, horizon=horizon)
    names = list(contributions.columns)
    return shap.Explanation(
        values=contributions.to_numpy(dtype=float),
        base_values=np.full(len(frame), base),
        data=fitted.encoding.matrix(frame),
        display_data=frame[names].to_numpy(dtype=object),
        feature_names=names,
    )
