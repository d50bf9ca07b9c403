"""Train on the past, judge on later months: origins that expand by month, with the horizon as the gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.labels.outcomes import month_end


@dataclass(frozen=True)
class Origin:
    """A past month-end at which a model is fitted, and the later months it then scores."""

    at: pd.Timestamp
    scored: tuple[pd.Timestamp, ...]


def origins(
    months: pd.Series, *, first_after: int, step: int, most: int, horizon: int, known_at: pd.Timestamp
) -> list[Origin]:
    """Lay origins through the months of a panel; each scores the `step` months after it, all of them mature.

    Parameters
    ----------
    months : Series of datetime64
        ``as_of`` of the panel's rows; repeated values are fine.
    first_after : int
        Months of history up to the first origin, at least.
    step : int
        Months between origins, and scored by each.
    most : int
        Most origins; the latest are kept.
    horizon, known_at : int, Timestamp
        A month is mature when `horizon` months after it had passed at `known_at`.

    Returns
    -------
    list of Origin
        In time order; possibly empty.

    Notes
    -----
    A model fitted at an origin knows labels that end on or before it, and scores months after it, so the last label
    day of the training lies before the first feature day of what is scored.

    Examples
    --------
    >>> months = pd.Series(pd.date_range("2025-01-31", periods=12, freq="ME"))
    >>> [(o.at.month, [m.month for m in o.scored]) for o in origins(
    ...     months, first_after=4, step=2, most=2, horizon=3, known_at=pd.Timestamp("2025-12-31"))]
    [(5, [6, 7]), (7, [8, 9])]
    """
    distinct = pd.Series(sorted(months.unique()))
    mature = int((month_end(distinct, plus=horizon) <= known_at).sum())
    places = range(mature - step - 1, first_after - 2, -step)
    found = [Origin(distinct[place], tuple(distinct[place + 1 : place + 1 + step])) for place in places]
    return found[:most][::-1]


def holdout(months: pd.Series, *, later: int, horizon: int, known_at: pd.Timestamp) -> Origin | None:
    """Set aside the last `later` months that are mature at `known_at`; the origin lies just before them.

    Examples
    --------
    >>> months = pd.Series(pd.date_range("2025-01-31", periods=12, freq="ME"))
    >>> found = holdout(months, later=2, horizon=3, known_at=pd.Timestamp("2025-12-31"))
    >>> found.at.month, [month.month for month in found.scored]
    (7, [8, 9])
    """
    distinct = pd.Series(sorted(months.unique()))
    mature = distinct[month_end(distinct, plus=horizon) <= known_at].tolist()
    if len(mature) <= later:
        return None
    return Origin(mature[-later - 1], tuple(mature[-later:]))


@dataclass(frozen=True)
class Calibrated:
    """Which rows train the trees that are calibrated, and which later rows calibrate them."""

    training: np.ndarray
    calibration: np.ndarray


def calibration_split(as_of: pd.Series, *, months: int, horizon: int) -> Calibrated:
    """Split mature rows: the last `months` calibrate, and the labels of those before must have ended by then.

    Parameters
    ----------
    as_of : Series of datetime64
        Month-ends of the rows with a mature label.

    Returns
    -------
    Calibrated
        Two boolean masks; rows in the gap of `horizon` months are in neither.

    Examples
    --------
    >>> as_of = pd.Series(pd.date_range("2025-01-31", periods=9, freq="ME"))
    >>> split = calibration_split(as_of, months=2, horizon=3)
    >>> split.training.nonzero()[0].tolist(), split.calibration.nonzero()[0].tolist()
    ([0, 1, 2, 3], [7, 8])
    """
    distinct = sorted(as_of.unique())
    first = pd.Timestamp(distinct[-months:][0]) if distinct else pd.NaT
    training = (month_end(as_of, plus=horizon) < first).to_numpy()
    return Calibrated(training, (as_of >= first).to_numpy())
