"""Rolling forecast origins: which past month-ends models are fitted at, and which later months they are tested on.

Only past data train a model. The labels of a month are mature (final) once the horizon has passed; immature labels are
not used. So between the last month a model was trained on and the first month it is tested on there are always
`horizon` months, and no training label reaches into the test months.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.labels.outcomes import month_end


@dataclass(frozen=True)
class Origin:
    """A past month-end at which a model is fitted, and the later months that this model scores.

    Attributes
    ----------
    month_end : Timestamp
        Only labels that were known on this day are used for fitting.
    scored_months : tuple of Timestamp
        The month-ends after it that are scored, in time order.
    """

    month_end: pd.Timestamp
    scored_months: tuple[pd.Timestamp, ...]


def expanding_origins(
    as_of: pd.Series,
    *,
    min_history_months: int,
    step_months: int,
    max_origins: int,
    horizon: int,
    mature_to: pd.Timestamp,
) -> list[Origin]:
    """Return rolling origins with an expanding training window; each scores the `step_months` mature months after it.

    Parameters
    ----------
    as_of : Series of datetime64
        ``as_of`` of the panel's rows, month-ends; repeated values are fine.
    min_history_months : int
        The smallest number of months up to and including the first origin.
    step_months : int
        Months from one origin to the next, and number of months that each origin scores.
    max_origins : int
        Where more origins are possible, the latest ones are returned.
    horizon : int
        Months ahead that are predicted.
    mature_to : Timestamp
        The last day on which the horizon of a mature label ends, see `attrition.labels.maturity.mature_to`.

    Returns
    -------
    list of Origin
        In time order; empty where the history is too short. The last mature month is always scored.

    Notes
    -----
    The training window expands: every origin uses all months before it. A model fitted at an origin uses labels that
    end on or before the origin, so the last month it is trained on lies `horizon` months before the origin.

    Examples
    --------
    >>> as_of = pd.Series(pd.date_range("2025-01-31", periods=12, freq="ME"))
    >>> origins = expanding_origins(
    ...     as_of, min_history_months=4, step_months=2, max_origins=2, horizon=3, mature_to=pd.Timestamp("2025-12-31"))
    >>> [(origin.month_end.month, [month.month for month in origin.scored_months]) for origin in origins]
    [(5, [6, 7]), (7, [8, 9])]
    """
    months = _distinct_months(as_of)
    mature_count = len(_mature_months(months, horizon, mature_to))
    positions_latest_first = range(mature_count - step_months - 1, min_history_months - 2, -step_months)
    latest_first = [
        Origin(months[position], tuple(months[position + 1 : position + 1 + step_months]))
        for position in positions_latest_first
    ]
    return latest_first[:max_origins][::-1]


def holdout_origin(as_of: pd.Series, *, holdout_months: int, horizon: int, mature_to: pd.Timestamp) -> Origin | None:
    """Return the origin that scores the last `holdout_months` mature months; None where no month would be left before.

    Parameters
    ----------
    as_of, horizon, mature_to
        As for `expanding_origins`.
    holdout_months : int
        Number of mature months that the model is tested on.

    Examples
    --------
    >>> as_of = pd.Series(pd.date_range("2025-01-31", periods=12, freq="ME"))
    >>> origin = holdout_origin(as_of, holdout_months=2, horizon=3, mature_to=pd.Timestamp("2025-12-31"))
    >>> origin.month_end.month, [month.month for month in origin.scored_months]
    (7, [8, 9])
    """
    mature_months = _mature_months(_distinct_months(as_of), horizon, mature_to)
    if len(mature_months) <= holdout_months:
        return None
    return Origin(mature_months[-holdout_months - 1], tuple(mature_months[-holdout_months:]))


def _distinct_months(as_of: pd.Series) -> pd.Series:
    """Return each month-end once, in time order."""
    return pd.Series(sorted(as_of.unique()))


def _mature_months(months: pd.Series, horizon: int, mature_to: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the months whose labels of this horizon are mature."""
    return months[month_end(months, plus=horizon) <= mature_to].tolist()
