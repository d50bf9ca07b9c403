"""Which features have moved since the months a model was trained on, and how much of the model hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS, month_end
from attrition.monitor.drift import WatchedMonths, index_by_month, share_by_month, standing_since

if TYPE_CHECKING:
    from attrition.features.declare import Feature

VALUES, BLANKS = "values", "blanks"
"""What is watched of a feature: the distribution of its values, and the share of agents without one."""
REFERENCE_MONTHS, WATCHED_MONTHS = 24, 12


@dataclass(frozen=True, kw_only=True)
class DriftLimits:
    """From when on a difference counts; see `attrition.jobs.InputLimits` for their meaning."""

    stability_index: float
    blanks_rise: float
    months_in_a_row: int
    moved_share: float


def watched_months(
    months: Iterable[pd.Timestamp], *, fitted_at: pd.Timestamp, shortest_window: int
) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Return the latest training months, and the latest of those since.

    A month is a training month where the shortest window that the model learnt from had ended when it was fitted.

    Examples
    --------
    >>> months = pd.date_range("2026-01-31", periods=4, freq="ME")
    >>> trained, since = watched_months(months, fitted_at=pd.Timestamp("2026-03-31"), shortest_window=1)
    >>> [f"{month:%Y-%m}" for month in trained], [f"{month:%Y-%m}" for month in since]
    (['2026-01', '2026-02'], ['2026-03', '2026-04'])
    """
    ordered = pd.Series(sorted(months))
    is_trained = month_end(ordered, plus=shortest_window) <= fitted_at
    return list(ordered[is_trained])[-REFERENCE_MONTHS:], list(ordered[~is_trained])[-WATCHED_MONTHS:]


def input_drift(
    rows: pd.DataFrame, is_reference: np.ndarray, *, features: Sequence[Feature], gain: pd.Series, limits: DriftLimits
) -> pd.DataFrame:
    """Return by feature and month how its values and its blanks compare with the training months.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id``, ``as_of`` and the features.
    is_reference : ndarray of bool
        Which rows are of training months.
    features : sequence of Feature
        Those of the model.
    gain : Series
        Share of each feature in what the model uses; where it has no trees, all features count alike.
    limits : DriftLimits
        From when on a difference counts.

    Returns
    -------
    DataFrame
        ``feature``, ``family``, ``measure`` (`VALUES` or `BLANKS`), ``gain``, and the columns of
        `attrition.monitor.drift`.
    """
    weight = gain if gain.sum() > 0 else pd.Series(1.0 / max(len(features), 1), index=[each.name for each in features])
    months = WatchedMonths.of(rows[KEYS], is_reference)
    parts, origins = [], []
    for feature in features:
        column = rows[feature.name]
        tables = {
            VALUES: index_by_month(column, months, limit=limits.stability_index),
            BLANKS: share_by_month(column.isna(), months, rise=limits.blanks_rise),
        }
        for measure, table in tables.items():
            share = float(weight.get(feature.name, 0.0))
            parts.append(table)
            origins += [(measure, feature.name, feature.family, share)] * len(table)
    drift = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return drift.join(pd.DataFrame(origins, columns=["measure", "feature", "family", "gain"]))


def moved_families(drift: pd.DataFrame, limits: DriftLimits) -> pd.DataFrame:
    """Return by family and measure which features have moved and stayed so, and whether that is worth an alarm.

    Returns
    -------
    DataFrame
        ``family``, ``measure``, ``features`` (how many are watched), ``moved`` (names of those that moved, those that
        the model uses most first), ``gain`` (their share in what the model uses), ``since`` (null where none moved),
        ``largest`` (the largest amount among them in the newest month), ``is_alarm``.
    """
    rows = []
    for (family, measure), part in drift.groupby(["family", "measure"], sort=True):
        moved = [_moved(months, limits) for _, months in part.groupby("feature", sort=True)]
        found = sorted((each for each in moved if each is not None), key=lambda each: (-each.gain, each.feature))
        gain = sum(each.gain for each in found)
        rows.append(
            {
                "family": family,
                "measure": measure,
                "features": part["feature"].nunique(),
                "moved": [each.feature for each in found],
                "gain": gain,
                "since": min((each.since for each in found), default=pd.NaT),
                "largest": max((each.amount for each in found), default=0.0),
                "is_alarm": bool(found) and gain >= limits.moved_share,
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _MovedFeature:
    feature: str
    gain: float
    since: pd.Timestamp
    amount: float


def _moved(months: pd.DataFrame, limits: DriftLimits) -> _MovedFeature | None:
    since = standing_since(months, at_least=limits.months_in_a_row)
    if since is None:
        return None
    newest = months.sort_values("as_of").iloc[-1]
    return _MovedFeature(str(newest["feature"]), float(newest["gain"]), since, float(newest["amount"]))
