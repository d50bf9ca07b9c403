"""The features of agents as they would be after an intervention, from the changes that the playbook declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.features.declare import PEER_SUFFIX

if TYPE_CHECKING:
    from attrition.predict.intervention import Change


def apply_changes(frame: pd.DataFrame, changes: Sequence[Change], *, peer_medians: pd.DataFrame) -> pd.DataFrame:
    """Return the features that declared changes set, with their new values; absent features are skipped.

    No value moves against the direction that is better for the agent, past the declared limit, or by more than the
    declared largest change.

    A numeric feature's difference from peers (``_vs_peers``, value minus the mean of the others) changes by the same
    amount, since the other agents stay as they are. Unknown values stay unknown.

    Parameters
    ----------
    frame : DataFrame
        Features, one row per agent-month.
    changes : sequence of Change
        As declared in the playbook.
    peer_medians : DataFrame
        Same rows: the peers' median of each numeric feature, for ``to_peers``. A feature it lacks stays as it is.

    Returns
    -------
    DataFrame
        Same rows, and the features that some change names, with those compared with peers that follow from them.
    """
    after: dict[str, np.ndarray] = {}
    for change in changes:
        name = change.feature
        if name not in frame:
            continue
        if isinstance(change.to, str):
            after[name] = np.where(frame[name].isna(), frame[name], change.to)
            continue
        current = _numbers(frame, name)
        after[name] = _limited(current, _target(frame, after, change, peer_medians), change)
        if name + PEER_SUFFIX in frame:
            after[name + PEER_SUFFIX] = _numbers(frame, name + PEER_SUFFIX) + (after[name] - current)
    return pd.DataFrame(after, index=frame.index)


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].to_numpy(dtype=float, na_value=np.nan)


def _limited(current: np.ndarray, target: np.ndarray, change: Change) -> np.ndarray:
    """Return the values moved towards the target, never in the wrong direction, past the limit, or too far at once."""
    sign = 1.0 if change.better == "up" else -1.0
    distance = (target - current) * sign
    if change.limit is not None:
        distance = np.minimum(distance, (change.limit - current) * sign)
    if change.maximum_change is not None:
        distance = np.minimum(distance, change.maximum_change)
    return current + sign * np.where(np.isnan(distance), 0.0, np.maximum(distance, 0.0))


def _target(
    frame: pd.DataFrame, after: Mapping[str, np.ndarray], change: Change, peer_medians: pd.DataFrame
) -> np.ndarray:
    """Return the new numbers that the change asks for, before limits; `after` holds the changes made so far."""
    current = _numbers(frame, change.feature)
    if change.by is not None:
        return current + change.by
    if change.to is not None:
        return np.where(np.isnan(current), current, change.to)
    if change.to_peers:
        return _numbers(peer_medians, change.feature) if change.feature in peer_medians else current
    if change.follows is None or change.follows not in frame:
        return current
    leader = _numbers(frame, change.follows)
    with np.errstate(divide="ignore", invalid="ignore"):
        return current * (after.get(change.follows, leader) / leader)
