"""Whether the level of the risks is right: against the true risks, and against what happened."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.model.metrics import LabelledScores, calibration_error, calibration_slope

USUAL_RATE = 0.02
"""Monthly rate for which the largest calibration error is stated; elsewhere the error is read in proportion."""


def level_figures(risk: np.ndarray, truth: pd.DataFrame, horizon: int) -> dict[str, float]:
    """Return the figures of the level at one horizon.

    Parameters
    ----------
    risk : ndarray of shape (n,)
        Predicted risks.
    truth : DataFrame
        Of the same rows, see `truth.read_truth`.
    horizon : int
        In months.

    Returns
    -------
    dict of str to float
        Predicted over true and observed over expected, calibration error (mean gap between predicted and true risk in
        ten bins; also as at the usual rate) and calibration slope, both against the true risks, so free of chance.
    """
    true = truth[f"risk_{horizon}"].to_numpy()
    against_truth = LabelledScores(true, risk, truth["agent_id"].to_numpy(), truth["as_of"].to_numpy())
    error = float(calibration_error(against_truth)[0])
    return {
        "predicted over true": float(risk.mean() / truth[f"in_force_{horizon}"].mean()),
        "observed over expected": float(truth[f"resigned_{horizon}"].mean() / risk.mean()),
        "calibration error": error,
        "calibration error at the usual rate": error * USUAL_RATE / float(truth["in_force_1"].mean()),
        "calibration slope": float(calibration_slope(against_truth)[0]),
    }
