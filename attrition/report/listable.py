"""Whom a month's list may name, and in which order: the same for this month's list and for those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def highest_first(scores: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the rows of ``scores`` at one horizon, highest risk first, in one order where risks are the same."""
    rows = scores[scores["horizon_months"] == horizon]
    return rows.sort_values(["risk", "agent_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def listable(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of agents whom a list may name: the model did not abstain, and its order gave them a band.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"agent_id": ["1", "2", "3"], "abstained": [False, True, False], "band": ["high", None, None]}
    >>> listable(pd.DataFrame(rows))["agent_id"].tolist()
    ['1']
    """
    return scores[~scores["abstained"].astype(bool) & scores["band"].notna()].reset_index(drop=True)
