"""Lead times: weeks from the first month in which a leaver was at the top of the list to the day they gave notice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS, VOLUNTARY, month_end

DAYS_A_WEEK = 7
CONFIDENCE = 0.95
COLUMNS = ["agent_id", "left_on", "weeks"]


def lead_times(scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, capacity_share: float) -> pd.DataFrame:
    """Return for each leaver how many weeks before their notice they were first in the top share of a month.

    Parameters
    ----------
    scores : DataFrame
        agent_id, as_of, risk: all scores of some test months, at one horizon.
    outcomes : DataFrame
        agent_id, as_of, exit_kind, left_on (the day of notice), as known now.
    horizon : int
        Months. A leaver is an agent who gave notice within `horizon` months of a month in which they were scored.
    capacity_share : float
        The top share of each month that is listed, rounded up to whole agents.

    Returns
    -------
    DataFrame
        agent_id, left_on, weeks: one row per leaver. Weeks are null for a leaver who was never listed. A leaver who was
        listed in the first month may have been listed earlier, so their weeks are a lower bound.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> scores = pd.DataFrame({"agent_id": ["a", "b"] * 2, "as_of": day(["2026-01-31"] * 2 + ["2026-02-28"] * 2),
    ...                        "risk": [0.1, 0.3, 0.5, 0.2]})
    >>> outcomes = scores[KEYS].assign(exit_kind=["voluntary", None] * 2, left_on=day(["2026-03-14", None] * 2))
    >>> lead_times(scores, outcomes, horizon=3, capacity_share=0.5)["weeks"].tolist()
    [2.0]
    """
    listed_counts = np.ceil(capacity_share * scores.groupby("as_of")["agent_id"].transform("size"))
    rank = scores.groupby("as_of")["risk"].rank(method="first", ascending=False)
    both = scores[KEYS].assign(is_listed=rank <= listed_counts).merge(outcomes, on=KEYS, validate="one_to_one")
    is_within_horizon = both["left_on"] <= month_end(both["as_of"], plus=horizon)
    resigned = both[(both["exit_kind"] == VOLUNTARY) & is_within_horizon & (both["left_on"] > both["as_of"])]
    leavers = resigned.groupby(["agent_id", "left_on"], as_index=False).size()[["agent_id", "left_on"]]
    first_listed = both[both["is_listed"]].groupby("agent_id")["as_of"].min().rename("first_listed")
    leavers = leavers.join(first_listed, on="agent_id")
    days = (leavers["left_on"] - leavers["first_listed"]).dt.days
    return leavers.assign(weeks=days / DAYS_A_WEEK)[COLUMNS]


def lead_figures(leads: pd.DataFrame, *, draws: int, seed: int = 0) -> pd.DataFrame:
    """Return the share of leavers who were listed before they left, and the quartiles of their lead times.

    Parameters
    ----------
    leads : DataFrame
        From `lead_times`.
    draws, seed : int
        Number of bootstrap samples of leavers for the intervals, and the seed.

    Returns
    -------
    DataFrame
        metric (``leavers``, ``listed_before_share``, ``weeks_quarter``, ``weeks_median``, ``weeks_three_quarters``),
        value, low, high (95 %; null for ``leavers``). The quartiles are those of the leavers who were listed; null if
        nobody was.
    """
    weeks = leads["weeks"].to_numpy(dtype=float)
    generator = np.random.default_rng(seed)
    samples = [_quartiles(generator.choice(weeks, len(weeks))) for _ in range(draws if len(weeks) else 0)]
    tail = 50 * (1 - CONFIDENCE)
    rows = []
    for name, value in _quartiles(weeks).items():
        spread = np.array([sample[name] for sample in samples])
        spread = spread[np.isfinite(spread)]
        low, high = np.percentile(spread, [tail, 100 - tail]) if len(spread) else (np.nan, np.nan)
        rows.append((name, value, float(low), float(high)))
    return pd.DataFrame(
        [("leavers", float(len(weeks)), np.nan, np.nan), *rows], columns=["metric", "value", "low", "high"]
    )


def _quartiles(weeks: np.ndarray) -> dict[str, float]:
    """Return the share of leavers who were listed and the quartiles of their weeks, by metric."""
    listed = weeks[~np.isnan(weeks)]
    quarters = np.percentile(listed, [25, 50, 75]) if len(listed) else [np.nan] * 3
    share = len(listed) / len(weeks) if len(weeks) else np.nan
    names = ("weeks_quarter", "weeks_median", "weeks_three_quarters")
    return {"listed_before_share": share} | dict(zip(names, map(float, quarters), strict=True))
