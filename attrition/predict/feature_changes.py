"""Counterfactual features after an intervention: declared changes, within limits, never to an agent's disadvantage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from attrition.features.declare import PEER_SUFFIX

if TYPE_CHECKING:
    from attrition.predict.intervention import Change


def apply_changes(frame: pd.DataFrame, changes: Sequence[Change], *, typical: pd.DataFrame) -> pd.DataFrame:
    """Change features as declared; features that the frame lacks are left out.

    A feature's comparison with peers (``_vs_peers``, value minus the mean of the others) changes by the same amount, as
    it would in reality with all other agents unchanged. Unknown values stay unknown.

    Parameters
    ----------
    frame : DataFrame
        Features, one row per agent-month.
    changes : sequence of Change
        As declared in the playbook.
    typical : DataFrame
        Same rows: the peers' median of each numeric feature, for ``to_peers``.
    """
    after = frame.copy()
    for change in changes:
        name = change.feature
        if name not in frame:
            continue
        after[name] = _limited(frame[name], _target(frame, after, change, typical), change)
        if name + PEER_SUFFIX in frame and change.better != "other":
            after[name + PEER_SUFFIX] = frame[name + PEER_SUFFIX] + (after[name] - frame[name])
    return after


def _limited(now: pd.Series, target: pd.Series, change: Change) -> pd.Series:
    """Go towards the target: never in the wrong direction, past the limit, or further than the largest change."""
    if change.better == "other":
        return target
    sign = 1.0 if change.better == "up" else -1.0
    distance = (target - now) * sign
    if change.limit is not None:
        distance = distance.clip(upper=(change.limit - now) * sign)
    if change.maximum_change is not None:
        distance = distance.clip(upper=change.maximum_change)
    return now + sign * distance.clip(lower=0.0).fillna(0.0)


def _target(frame: pd.DataFrame, after: pd.DataFrame, change: Change, typical: pd.DataFrame) -> pd.Series:
    now = frame[change.feature]
    if change.by is not None:
        return now + change.by
    if change.to_peers:
        return typical.get(change.feature, now)
    if change.follows is not None:
        return now * (after[change.follows] / frame[change.follows]) if change.follows in frame else now
    return now.where(now.isna(), change.to)
