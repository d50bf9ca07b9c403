"""Why a model abstains from ranking an agent: the one rule, for the month, the service and the golden rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.message import Message
from attrition.model.newcomers import TENURE, is_too_new

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

GONE = Message("gone without an exit on file")
TOO_NEW = Message("less than a month in post")
NEW_SITE = Message("a site the model has not learnt from")
MISSING_INPUTS = Message("too many inputs are missing")
STOPPED_SOURCE = Message("a source has stopped: inputs that carry much of the model are missing for everybody")
CODES = {
    GONE: "gone",
    TOO_NEW: "too_new",
    NEW_SITE: "new_site",
    MISSING_INPUTS: "missing_inputs",
    STOPPED_SOURCE: "stopped_source",
}
"""Short names of the reasons, which stay when a sentence is worded anew; golden rows keep them."""
MAXIMUM_LOST_GAIN = 0.20
"""The model abstains for a whole month if features with more than this share of its gain are missing for all agents."""
MINIMUM_AGENTS = 20
"""A feature without any value counts as a stopped source only in months with at least this many agents."""


def abstain_reasons(
    fitted: FittedRisk, frame: pd.DataFrame, all_agents: pd.DataFrame, flags: Mapping[str, pd.Series | None]
) -> pd.DataFrame:
    """Return why the model abstains from ranking each agent-month; a later rule of this function overrides an earlier.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    frame : DataFrame
        ``agent_id``, ``as_of`` and the features of the rows to be scored.
    all_agents : DataFrame
        Rows of all agents of the same months: whether a source has stopped depends on all of them.
    flags : mapping of str to Series or None
        By reason (`NEW_SITE`, `GONE`), whether it holds, indexed by agent_id and as_of; None where it is not known.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of`` and ``abstain_reason``, null where the model does not abstain; in the order of `frame`.
    """
    frame = frame.reset_index(drop=True)
    missing = frame[[feature.name for feature in fitted.features]].isna()
    reason = pd.Series([None] * len(frame), index=frame.index, dtype="string")
    reason[missing.mean(axis=1) > fitted.spec.abstain.missing_share] = MISSING_INPUTS
    reason[frame["as_of"].isin(_months_with_stopped_source(fitted, all_agents))] = STOPPED_SOURCE
    reason[_is_flagged(frame, flags[NEW_SITE])] = NEW_SITE
    if TENURE in frame:
        reason[is_too_new(frame[TENURE].to_numpy(dtype=float))] = TOO_NEW
    reason[_is_flagged(frame, flags[GONE])] = GONE
    return frame[KEYS].assign(abstain_reason=reason)


def _is_flagged(frame: pd.DataFrame, flag: pd.Series | None) -> np.ndarray:
    """Return the flag of each agent-month, which is false everywhere without one."""
    if flag is None:
        return np.zeros(len(frame), dtype=bool)
    return flag.reindex(pd.MultiIndex.from_frame(frame[KEYS])).to_numpy(dtype=bool)


def _months_with_stopped_source(fitted: FittedRisk, frame: pd.DataFrame) -> pd.Index:
    """Return the months in which features with a large share of the model's gain are missing for all agents.

    A feature with gain had values when the model was fitted, so its source must have stopped since. Months with few
    agents are left out, since there all values may be missing by chance.
    """
    missing = frame[[feature.name for feature in fitted.features]].isna()
    by_month = missing.groupby(frame["as_of"])
    lost_gain = by_month.min().astype(bool) @ fitted.gain_shares().reindex(missing.columns).astype(float)
    return lost_gain.index[(lost_gain > MAXIMUM_LOST_GAIN) & (by_month.size() >= MINIMUM_AGENTS)]
