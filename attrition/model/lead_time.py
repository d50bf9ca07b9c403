"""Lead time: weeks from the first month a leaver was at the top of the list to the day they handed in their notice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS, VOLUNTARY, month_end

DAYS_A_WEEK = 7
CONFIDENCE = 0.95
COLUMNS = ["agent_id", "left_on", "weeks"]


def lead_times(scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, share: float) -> pd.DataFrame:
    """Return for each leaver how many weeks before notice they were first in the top share of a month's list.

    Parameters
    ----------
    scores : DataFrame
        agent_id, as_of, risk: later months that a model scored, at one horizon, everybody in each.
    outcomes : DataFrame
        agent_id, as_of, exit_kind, left_on, as known now.
    horizon : int
        Months ahead. Counted are leavers who handed in their notice within `horizon` months of a month in which they
        were scored.
    share : float
        The top share of each month.

    Returns
    -------
    DataFrame
        agent_id, left_on, weeks: one row per leaver; weeks is null for one who never was at the top. Who was at the top
        in the very first month may have been so before, so weeks are a lower bound.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> scores = pd.DataFrame({"agent_id": ["a", "b"] * 2, "as_of": day(["2026-01-31"] * 2 + ["2026-02-28"] * 2),
    ...                        "risk": [0.1, 0.3, 0.5, 0.2]})
    >>> outcomes = scores[KEYS].assign(exit_kind=["voluntary", None] * 2, left_on=day(["2026-03-14", None] * 2))
    >>> lead_times(scores, outcomes, horizon=3, share=0.5)["weeks"].tolist()
    [2.0]
    """
    places = np.ceil(share * scores.groupby("as_of")["agent_id"].transform("size"))
    rank = scores.groupby("as_of")["risk"].rank(method="first", ascending=False)
    both = scores[KEYS].assign(is_listed=rank <= places).merge(outcomes, on=KEYS, validate="one_to_one")
    leaving = both["left_on"] <= month_end(both["as_of"], plus=horizon)
    left = both[(both["exit_kind"] == VOLUNTARY) & leaving & (both["left_on"] > both["as_of"])]
    leavers = left.groupby(["agent_id", "left_on"], as_index=False).size()[["agent_id", "left_on"]]
    first = both[both["is_listed"]].groupby("agent_id")["as_of"].min().rename("first")
    listed = leavers.join(first, on="agent_id")
    days = (listed["left_on"] - listed["first"]).dt.days
    return listed.assign(weeks=days / DAYS_A_WEEK)[COLUMNS]


def lead_figures(leads: pd.DataFrame, *, draws: int, seed: int = 0) -> pd.DataFrame:
    """Return the share of leavers who were at the top before leaving, and quartiles of how many weeks before.

    Parameters
    ----------
    leads : DataFrame
        From `lead_times`.
    draws, seed : int
        Bootstrap of leavers for the intervals.

    Returns
    -------
    DataFrame
        metric (``leavers``, ``listed_before_share``, ``weeks_quarter``, ``weeks_median``, ``weeks_three_quarters``),
        value, low, high (95 %). Weeks are of those who were listed; null where nobody was.
    """
    weeks = leads["weeks"].to_numpy(dtype=float)
    generator = np.random.default_rng(seed)
    drawn = [_quartiles(generator.choice(weeks, len(weeks))) for _ in range(draws if len(weeks) else 0)]
    tail = 50 * (1 - CONFIDENCE)
    rows = []
    for name, value in _quartiles(weeks).items():
        spread = np.array([one[name] for one in drawn])
        spread = spread[np.isfinite(spread)]
        low, high = np.percentile(spread, [tail, 100 - tail]) if len(spread) else (np.nan, np.nan)
        rows.append((name, value, float(low), float(high)))
    return pd.DataFrame(
        [("leavers", float(len(weeks)), np.nan, np.nan), *rows], columns=["metric", "value", "low", "high"]
    )


def _quartiles(weeks: np.ndarray) -> dict[str, float]:
    listed = weeks[~np.isnan(weeks)]
    quarters = np.percentile(listed, [25, 50, 75]) if len(listed) else [np.nan] * 3
    share = len(listed) / len(weeks) if len(weeks) else np.nan
    names = ("weeks_quarter", "weeks_median", "weeks_three_quarters")
    return {"listed_before_share": share} | dict(zip(names, map(float, quarters), strict=True))
