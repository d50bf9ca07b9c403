"""What share of each arm has not resigned, month by month, with a band."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.pilot.cox import CONFIDENCE


def survival_by_arm(rows: pd.DataFrame, ends: Sequence[int], *, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Draw up the share still staying at the end of each month, other exits being censored.

    Parameters
    ----------
    rows : DataFrame
        ``arm``, ``days``, ``resigned`` (0 or 1), one row per agent.
    ends : sequence of int
        The day on which each month ends, counted from the beginning.

    Returns
    -------
    DataFrame
        ``arm``, ``month`` (1, 2, ...), ``at_risk`` (at its end), ``resigned`` (so far), ``staying``, ``low``, ``high``.

    Notes
    -----
    Kaplan and Meier (1958), Greenwood's variance on the log-minus-log scale, which keeps the band within 0 and 1.

    Examples
    --------
    >>> rows = pd.DataFrame({"arm": "control", "days": [10, 60, 60, 60], "resigned": [1, 0, 0, 0]})
    >>> survival_by_arm(rows, [30])[["at_risk", "staying"]].values.tolist()
    [[3.0, 0.75]]
    """
    parts = [
        _of_arm(part, np.asarray(ends), confidence).assign(arm=arm) for arm, part in rows.groupby("arm", sort=True)
    ]
    columns = ["arm", "month", "at_risk", "resigned", "staying", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]


def _of_arm(part: pd.DataFrame, ends: np.ndarray, confidence: float) -> pd.DataFrame:
    days = np.sort(part["days"].to_numpy(float))
    events, counts = np.unique(part.loc[part["resigned"] == 1, "days"].to_numpy(float), return_counts=True)
    at_risk = len(days) - np.searchsorted(days, events, "left")
    staying = np.concatenate([[1.0], np.cumprod(1.0 - counts / at_risk)])
    spread = np.concatenate([[0.0], np.cumsum(counts / np.maximum(at_risk * (at_risk - counts), 1))])
    place = np.searchsorted(events, ends, "right")
    low, high = _band(staying[place], spread[place], confidence)
    return pd.DataFrame(
        {
            "month": np.arange(1, len(ends) + 1),
            "at_risk": len(days) - np.searchsorted(days, ends, "left"),
            "resigned": np.concatenate([[0], np.cumsum(counts)])[place],
            "staying": staying[place],
            "low": low,
            "high": high,
        }
    )


def _band(staying: np.ndarray, spread: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the band; where nobody resigned yet, or nobody is left, it is as narrow as the point."""
    inside = (staying > 0) & (staying < 1)
    log = np.log(np.where(inside, staying, 0.5))
    factor = np.exp(ndtri(0.5 + confidence / 2.0) * np.sqrt(spread) / np.abs(log))
    return np.where(inside, np.exp(log * factor), staying), np.where(inside, np.exp(log / factor), staying)
