"""Training on the past and testing on later months: expanding origins by month, with the horizon as the gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from attrition.labels.outcomes import month_end


@dataclass(frozen=True)
class Origin:
    """A past month-end at which a model is fitted, and the later months it then scores."""

    at: pd.Timestamp
    scored: tuple[pd.Timestamp, ...]


def expanding_origins(
    months: pd.Series, *, first_after: int, step: int, most: int, horizon: int, known_at: pd.Timestamp
) -> list[Origin]:
    """Return the origins within the months of a panel; each scores the `step` months after it, all of them mature.

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
    A model fitted at an origin uses labels that end on or before it, and scores months after it, so the last label
    day of the training is before the first feature day of the scored months.

    Examples
    --------
    >>> months = pd.Series(pd.date_range("2025-01-31", periods=12, freq="ME"))
    >>> [(o.at.month, [m.month for m in o.scored]) for o in expanding_origins(
    ...     months, first_after=4, step=2, most=2, horizon=3, known_at=pd.Timestamp("2025-12-31"))]
    [(5, [6, 7]), (7, [8, 9])]
    """
    distinct = pd.Series(sorted(months.unique()))
    mature = int((month_end(distinct, plus=horizon) <= known_at).sum())
    places = range(mature - step - 1, first_after - 2, -step)
    latest_first = [Origin(distinct[place], tuple(distinct[place + 1 : place + 1 + step])) for place in places]
    return latest_first[:most][::-1]


def holdout_origin(months: pd.Series, *, later: int, horizon: int, known_at: pd.Timestamp) -> Origin | None:
    """Return the origin just before the last `later` months that are mature at `known_at`; null with too few months.

    Examples
    --------
    >>> months = pd.Series(pd.date_range("2025-01-31", periods=12, freq="ME"))
    >>> origin = holdout_origin(months, later=2, horizon=3, known_at=pd.Timestamp("2025-12-31"))
    >>> origin.at.month, [month.month for month in origin.scored]
    (7, [8, 9])
    """
    distinct = pd.Series(sorted(months.unique()))
    mature = distinct[month_end(distinct, plus=horizon) <= known_at].tolist()
    if len(mature) <= later:
        return None
    return Origin(mature[-later - 1], tuple(mature[-later:]))


def calibration_cuts(
    mature: Mapping[int, Sequence[pd.Timestamp]],
    *,
    headline: int,
    months: int,
    is_enough: Callable[[pd.Timestamp], bool],
) -> dict[int, pd.Timestamp | None]:
    """Return by horizon the past month-end as of which trees are fitted to be calibrated on the months after.

    The horizons share the headline's cut where at least half as many mature months come after it; a longer horizon,
    with too few mature months after that cut, has an earlier one of its own.

    Parameters
    ----------
    mature : mapping of int to sequence of Timestamp
        By horizon, the month-ends whose labels are mature, in time order.
    headline : int
        The horizon whose cut the others share.
    months : int
        Months to calibrate on; half as many where there is too little before them.
    is_enough : callable
        Says whether enough labels were known at a month-end to fit trees.

    Returns
    -------
    dict of int to Timestamp or None
        Trees as of a cut use labels that end on or before it; the months for calibration come after it.

    Examples
    --------
    >>> ends = pd.date_range("2025-01-31", periods=12, freq="ME")
    >>> cuts = calibration_cuts({3: ends[:9], 6: ends[:6]}, headline=3, months=4, is_enough=lambda cut: True)
    >>> {horizon: cut.month for horizon, cut in cuts.items()}
    {3: 5, 6: 2}
    """
    shared = _cut(mature[headline], months, is_enough)
    cuts = {}
    for horizon, ends in mature.items():
        later = [end for end in ends if shared is not None and end > shared]
        cuts[horizon] = shared if len(later) >= max(months // 2, 1) else _cut(ends, months, is_enough)
    return cuts


def _cut(mature: Sequence[pd.Timestamp], months: int, is_enough: Callable[[pd.Timestamp], bool]) -> pd.Timestamp | None:
    """Return the month-end before the last mature months: all of `months`, else half of them."""
    for count in (months, max(months // 2, 1)):
        if len(mature) > count and is_enough(mature[-count - 1]):
            return mature[-count - 1]
    return None
