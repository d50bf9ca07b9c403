"""The panel as it would be after an intervention: named features moved, nothing past its limit, no agent worse off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from attrition.features.declare import PEER_SUFFIX

if TYPE_CHECKING:
    from attrition.predict.playbook import Change


def apply_changes(frame: pd.DataFrame, changes: Sequence[Change], *, typical: pd.DataFrame) -> pd.DataFrame:
    """Move features as declared; a feature the frame lacks is passed over.

    A feature's ``_vs_peers`` twin (value minus the mean of the others) moves by the same amount, as it would
    in reality with everybody else unchanged. Unknown values stay unknown: nobody can say how far they would move.

    Parameters
    ----------
    frame : DataFrame
        Features, one row per agent-month.
    changes : sequence of Change
        What moves, and to where.
    typical : DataFrame
        Same rows: the peers' value of each numeric feature, for ``to_peers``.
    """
    after = frame.copy()
    for change in changes:
        name = change.feature
        if name not in frame:
            continue
        after[name] = _moved(frame[name], _goal(frame, after, change, typical), change)
        if name + PEER_SUFFIX in frame and change.better != "other":
            after[name + PEER_SUFFIX] = frame[name + PEER_SUFFIX] + (after[name] - frame[name])
    return after


def _moved(now: pd.Series, goal: pd.Series, change: Change) -> pd.Series:
    """Go towards the goal: never the wrong way, never past the limit, never further than the longest way."""
    if change.better == "other":
        return goal
    sign = 1.0 if change.better == "up" else -1.0
    way = (goal - now) * sign
    if change.limit is not None:
        way = way.clip(upper=(change.limit - now) * sign)
    if change.most is not None:
        way = way.clip(upper=change.most)
    return now + sign * way.clip(lower=0.0).fillna(0.0)


def _goal(frame: pd.DataFrame, after: pd.DataFrame, change: Change, typical: pd.DataFrame) -> pd.Series:
    now = frame[change.feature]
    if change.by is not None:
        return now + change.by
    if change.to_peers:
        return typical.get(change.feature, now)
    if change.follows is not None:
        return now * (after[change.follows] / frame[change.follows]) if change.follows in frame else now
    return now.where(now.isna(), change.to)
