"""Lead times: how many leavers were at the top of the list before their notice, beyond chance, and how long before.

Somebody who is scored month after month reaches the top of some list by chance sooner or later, so the share of leavers
who had been there is told beside the share that lists drawn at random would have had.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS, VOLUNTARY, month_end

DAYS_A_WEEK = 7
CONFIDENCE = 0.95
COLUMNS = ["agent_id", "left_on", "weeks", "chance", "is_on_last_list", "last_chance"]


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
        One row per leaver. agent_id, left_on; weeks, null for a leaver who was never listed, and a lower bound for one
        who was listed in the first month; chance, the probability that lists drawn at random in each month would have
        had them; is_on_last_list (1 or 0) and last_chance, the same for the last month-end before the notice alone,
        null where that month was not scored.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> scores = pd.DataFrame({"agent_id": ["a", "b"] * 2, "as_of": day(["2026-01-31"] * 2 + ["2026-02-28"] * 2),
    ...                        "risk": [0.1, 0.3, 0.5, 0.2]})
    >>> outcomes = scores[KEYS].assign(exit_kind=["voluntary", None] * 2, left_on=day(["2026-03-14", None] * 2))
    >>> leads = lead_times(scores, outcomes, horizon=3, capacity_share=0.5)
    >>> leads[["weeks", "chance", "is_on_last_list", "last_chance"]].values.tolist()
    [[2.0, 0.75, 1.0, 0.5]]
    """
    months = scores.groupby("as_of")
    agents = months["agent_id"].transform("size")
    listed_counts = np.ceil(capacity_share * agents)
    is_listed = months["risk"].rank(method="first", ascending=False) <= listed_counts
    both = scores[KEYS].assign(is_listed=is_listed, chance=listed_counts / agents)
    both = both.merge(outcomes[[*KEYS, "exit_kind", "left_on"]], on=KEYS, validate="one_to_one")
    before = both[(both["exit_kind"] == VOLUNTARY) & (both["left_on"] > both["as_of"])]
    is_last = before["left_on"] <= month_end(before["as_of"], plus=1)
    before = before.assign(
        is_within_horizon=before["left_on"] <= month_end(before["as_of"], plus=horizon),
        first_listed=before["as_of"].where(before["is_listed"]),
        not_drawn=1.0 - before["chance"],
        is_on_last_list=before["is_listed"].astype(float).where(is_last),
        last_chance=before["chance"].where(is_last),
    )
    leavers = before.groupby(["agent_id", "left_on"], as_index=False).agg(
        is_leaver=("is_within_horizon", "any"),
        first_listed=("first_listed", "min"),
        not_drawn=("not_drawn", "prod"),
        is_on_last_list=("is_on_last_list", "max"),
        last_chance=("last_chance", "max"),
    )
    leavers = leavers[leavers["is_leaver"]].reset_index(drop=True)
    days = (leavers["left_on"] - leavers["first_listed"]).dt.days
    return leavers.assign(weeks=days / DAYS_A_WEEK, chance=1.0 - leavers["not_drawn"])[COLUMNS]


def lead_figures(leads: pd.DataFrame, *, draws: int, seed: int = 0) -> pd.DataFrame:
    """Return the shares of leavers who were listed, beside those of random lists, and the quartiles of lead times.

    Parameters
    ----------
    leads : DataFrame
        From `lead_times`.
    draws, seed : int
        Number of bootstrap samples of leavers for the intervals, and the seed.

    Returns
    -------
    DataFrame
        metric, value, low, high (95 %; null for the two counts). Metrics: ``leavers``; ``listed_before_share``, who
        were in the top of any month before; ``listed_by_chance_share``, the same for lists drawn at random;
        ``listed_beyond_chance_share``, their difference; ``leavers_with_last_list``, those whose last month-end before
        the notice was scored, and ``last_listed_share``, ``last_by_chance_share`` and ``last_beyond_chance_share`` of
        that month alone; ``weeks_quarter``, ``weeks_median``, ``weeks_three_quarters``, the quartiles of those who were
        listed. Null where there is nobody to compute them from.
    """
    table = leads.drop(columns=["agent_id", "left_on"]).to_numpy(dtype=float)
    generator = np.random.default_rng(seed)
    samples = [
        _figures(table[generator.integers(0, len(table), len(table))]) for _ in range(draws if len(table) else 0)
    ]
    tail = 50 * (1 - CONFIDENCE)
    rows = []
    for name, value in _figures(table).items():
        spread = np.array([sample[name] for sample in samples])
        spread = spread[np.isfinite(spread)]
        low, high = np.percentile(spread, [tail, 100 - tail]) if len(spread) else (np.nan, np.nan)
        rows.append((name, value, float(low), float(high)))
    last_count = float(leads["last_chance"].notna().sum())
    counts = [("leavers", float(len(table)), np.nan, np.nan), ("leavers_with_last_list", last_count, np.nan, np.nan)]
    return pd.DataFrame([*counts, *rows], columns=["metric", "value", "low", "high"])


def _figures(leavers: np.ndarray) -> dict[str, float]:
    """Return the shares and quartiles by metric; the columns are those of `lead_times` from weeks on."""
    weeks, chance, is_on_last_list, last_chance = leavers.T
    listed = weeks[~np.isnan(weeks)]
    before, by_chance = _mean((~np.isnan(weeks)).astype(float)), _mean(chance)
    last, last_by_chance = _mean(is_on_last_list), _mean(last_chance)
    shares = {
        "listed_before_share": before,
        "listed_by_chance_share": by_chance,
        "listed_beyond_chance_share": before - by_chance,
        "last_listed_share": last,
        "last_by_chance_share": last_by_chance,
        "last_beyond_chance_share": last - last_by_chance,
    }
    quarters = np.percentile(listed, [25, 50, 75]) if len(listed) else [np.nan] * 3
    names = ("weeks_quarter", "weeks_median", "weeks_three_quarters")
    return shares | dict(zip(names, map(float, quarters), strict=True))


def _mean(values: np.ndarray) -> float:
    """Return the mean without nulls; null without values."""
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else float("nan")
