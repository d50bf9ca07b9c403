"""The features of agents as they would be after an intervention, from the changes that the playbook declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    after = pd.DataFrame(index=frame.index)
    for change in changes:
        name = change.feature
        if name not in frame:
            continue
        after[name] = _limited(frame[name], _target(frame, after, change, peer_medians), change)
        if name + PEER_SUFFIX in frame and change.better != "other":
            after[name + PEER_SUFFIX] = frame[name + PEER_SUFFIX] + (after[name] - frame[name])
    return after


def _limited(current: pd.Series, target: pd.Series, change: Change) -> pd.Series:
    """Return the values moved towards the target, never in the wrong direction, past the limit, or too far at once."""
    if change.better == "other":
        return target
    sign = 1.0 if change.better == "up" else -1.0
    distance = (target - current) * sign
    if change.limit is not None:
        distance = distance.clip(upper=(change.limit - current) * sign)
    if change.maximum_change is not None:
        distance = distance.clip(upper=change.maximum_change)
    return current + sign * distance.clip(lower=0.0).fillna(0.0)


def _target(frame: pd.DataFrame, after: pd.DataFrame, change: Change, peer_medians: pd.DataFrame) -> pd.Series:
    """Return the new values that the change asks for, before limits; `after` holds the changes made so far."""
    current = frame[change.feature]
    if change.by is not None:
        return current + change.by
    if change.to_peers:
        return peer_medians.get(change.feature, current)
    if change.follows is not None:
        if change.follows not in frame:
            return current
        leader = frame[change.follows]
        return current * (after.get(change.follows, leader) / leader)
    return current.where(current.isna(), change.to)
