"""Survival curves by arm: the share that has not resigned by the end of each month, with an interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from attrition.labels.life_table import life_table
from attrition.labels.outcomes import VOLUNTARY
from attrition.pilot.cox import CONFIDENCE


def survival_by_arm(rows: pd.DataFrame, ends: Sequence[int], *, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return the estimated share of each arm that has not resigned by the end of each month; other exits are censored.

    Parameters
    ----------
    rows : DataFrame
        ``arm``, ``days``, ``resigned`` (0 or 1), one row per agent.
    ends : sequence of int
        The day on which each month ends, in days since the pilot began.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    DataFrame
        ``arm``, ``month`` (1, 2, ...), ``at_risk`` (at its end), ``resigned`` (in total so far), ``staying`` (share)
        with its interval ``low``, ``high``.

    Notes
    -----
    Kaplan-Meier by `attrition.labels.life_table.life_table`, evaluated at the ends of months.

    Examples
    --------
    >>> rows = pd.DataFrame({"arm": "control", "days": [10, 60, 60, 60], "resigned": [1, 0, 0, 0]})
    >>> survival_by_arm(rows, [30])[["at_risk", "staying"]].values.tolist()
    [[3.0, 0.75]]
    """
    parts = [_curve(part, np.asarray(ends), confidence).assign(arm=arm) for arm, part in rows.groupby("arm", sort=True)]
    columns = ["arm", "month", "at_risk", "resigned", "staying", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]


def _curve(part: pd.DataFrame, ends: np.ndarray, confidence: float) -> pd.DataFrame:
    """Return the curve of one arm."""
    days = part["days"].to_numpy(float)
    exit_kinds = [VOLUNTARY if resigned else None for resigned in part["resigned"]]
    spells = pd.DataFrame({"entered": 0.0, "left": days, "exit_kind": exit_kinds})
    table = life_table(spells, level=confidence)
    at_start = {"events": 0, "survival": 1.0, "survival_low": 1.0, "survival_high": 1.0}
    steps = pd.concat([pd.DataFrame([at_start]), table[list(at_start)]], ignore_index=True)
    at_end = steps.iloc[np.searchsorted(table["time"].to_numpy(), ends, "right")]
    resigned = steps["events"].cumsum().loc[at_end.index]
    return pd.DataFrame(
        {
            "month": np.arange(1, len(ends) + 1),
            "at_risk": len(days) - np.searchsorted(np.sort(days), ends, "left"),
            "resigned": resigned.to_numpy(),
            "staying": at_end["survival"].to_numpy(),
            "low": at_end["survival_low"].to_numpy(),
            "high": at_end["survival_high"].to_numpy(),
        }
    )
