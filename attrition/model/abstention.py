"""Why a model abstains from ranking an agent: the one rule, for the month, the service and the golden rows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
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
OBJECTED = Message("objected to being scored")
"""The reason of people who objected: the model is not asked about them, so no row has it by `REASONS`."""
CODES = {
    GONE: "gone",
    TOO_NEW: "too_new",
    NEW_SITE: "new_site",
    MISSING_INPUTS: "missing_inputs",
    STOPPED_SOURCE: "stopped_source",
}
"""Short names of the reasons, which stay when a sentence is worded anew; golden rows keep them."""
REASONS = (MISSING_INPUTS, STOPPED_SOURCE, NEW_SITE, TOO_NEW, GONE)
"""Every reason to abstain; a later one overrides an earlier one."""
MAXIMUM_LOST_GAIN = 0.20
"""The model abstains for a whole month if features with more than this share of its gain are missing for all agents."""
MINIMUM_AGENTS = 20
"""A feature without any value counts as a stopped source only in months with at least this many agents."""


@dataclass(frozen=True, eq=False)
class Circumstances:
    """What the rule must know of n agent-months; each is an ndarray of n rows.

    Attributes
    ----------
    is_missing : ndarray of bool, shape (n, features)
        Which features have no value.
    tenure_days : ndarray of float
        Days since hire; NaN where unknown.
    is_new_site : ndarray of bool
        Whether the site is one from which the model has not learnt.
    is_gone : ndarray of bool
        Whether the agent was gone by then without an exit on file.
    has_stopped_source : ndarray of bool
        From `has_stopped_source`, the same for all agents of a month.
    """

    is_missing: np.ndarray
    tenure_days: np.ndarray
    is_new_site: np.ndarray
    is_gone: np.ndarray
    has_stopped_source: np.ndarray


def abstain_reasons(
    fitted: FittedRisk, frame: pd.DataFrame, all_agents: pd.DataFrame, flags: Mapping[str, pd.Series | None]
) -> pd.DataFrame:
    """Return why the model abstains from ranking each agent-month of a table.

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
    frame, unknown = frame.reset_index(drop=True), np.full(len(frame), np.nan)
    circumstances = Circumstances(
        is_missing=_is_missing(fitted, frame),
        tenure_days=frame[TENURE].to_numpy(dtype=float, na_value=np.nan) if TENURE in frame else unknown,
        is_new_site=_is_flagged(frame, flags[NEW_SITE]),
        is_gone=_is_flagged(frame, flags[GONE]),
        has_stopped_source=frame["as_of"].isin(_months_with_stopped_source(fitted, all_agents)).to_numpy(),
    )
    reasons = pd.array(reasons_to_abstain(fitted, circumstances), dtype="string")
    return frame[KEYS].assign(abstain_reason=reasons)


def reasons_to_abstain(fitted: FittedRisk, circumstances: Circumstances) -> np.ndarray:
    """Return each agent-month's reason to abstain (one of `REASONS`), or None; an ndarray of n objects."""
    share = circumstances.is_missing.sum(axis=1) / max(circumstances.is_missing.shape[1], 1)
    applies = (
        share > fitted.spec.abstain.missing_share,
        circumstances.has_stopped_source,
        circumstances.is_new_site,
        is_too_new(circumstances.tenure_days),
        circumstances.is_gone,
    )
    reasons = np.full(len(share), None, dtype=object)
    for reason, is_reason in zip(REASONS, applies, strict=True):
        reasons[is_reason] = reason
    return reasons


def has_stopped_source(fitted: FittedRisk, is_missing: np.ndarray) -> bool:
    """Return whether features with a large share of the model's gain are missing for all agents of one month.

    A feature with gain had values when the model was fitted, so its source must have stopped since. Of a month with
    few agents it is not said, since there all values may be missing by chance.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    is_missing : ndarray of bool, shape (agents, features)
        Which features have no value, for all agents of the month.
    """
    if len(is_missing) < MINIMUM_AGENTS:
        return False
    gain_shares = fitted.gain_shares()
    is_lost = np.atleast_1d(is_missing.all(axis=0)).tolist()
    lost = [feature.name for feature, has_no_value in zip(fitted.features, is_lost, strict=True) if has_no_value]
    return float(gain_shares[lost].sum()) > MAXIMUM_LOST_GAIN


def _is_missing(fitted: FittedRisk, frame: pd.DataFrame) -> np.ndarray:
    """Return which features of which rows have no value, n x features."""
    return frame[[feature.name for feature in fitted.features]].isna().to_numpy()


def _is_flagged(frame: pd.DataFrame, flag: pd.Series | None) -> np.ndarray:
    """Return the flag of each agent-month, which is false everywhere without one."""
    if flag is None:
        return np.zeros(len(frame), dtype=bool)
    return flag.reindex(pd.MultiIndex.from_frame(frame[KEYS])).to_numpy(dtype=bool)


def _months_with_stopped_source(fitted: FittedRisk, frame: pd.DataFrame) -> list[Hashable]:
    """Return the months in which a source has stopped."""
    is_missing, rows_by_month = _is_missing(fitted, frame), frame.groupby("as_of").indices
    return [month for month, rows in rows_by_month.items() if has_stopped_source(fitted, is_missing[rows])]
