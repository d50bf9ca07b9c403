"""How far two evaluators agree about one contact: difference, within-contact deviation, intraclass correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, f


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Agreement over contacts that several evaluators scored.

    Parameters
    ----------
    contacts, agents : int
        How many contacts, and of how many agents.
    difference : float
        Mean absolute difference of two scores of one contact, in points.
    within, within_low, within_high : float
        Standard deviation of scores of one contact, with a 95 % interval.
    icc, icc_low, icc_high : float
        Intraclass correlation of single scores with a 95 % interval: the share of their variance that lies between
        contacts (one-way random, ICC(1,1); Shrout & Fleiss 1979).
    """

    contacts: int
    agents: int
    difference: float
    within: float
    within_low: float
    within_high: float
    icc: float
    icc_low: float
    icc_high: float


def agreement(scores: pd.DataFrame) -> Agreement | None:
    """Return the agreement of evaluators on contacts that at least two of them scored; None without three contacts.

    Parameters
    ----------
    scores : DataFrame
        ``contact_id``, ``evaluator_id``, ``agent_id``, ``score``; the last score of an evaluator counts.
    """
    once = scores.dropna(subset=["contact_id", "score"]).drop_duplicates(["contact_id", "evaluator_id"], keep="last")
    rows = once[once.groupby("contact_id")["evaluator_id"].transform("nunique") > 1]
    contacts = rows.groupby("contact_id")["score"]
    size, number = contacts.size().to_numpy(float), contacts.ngroups
    if number < 3:
        return None
    free = size.sum() - number
    within = float(((rows["score"] - contacts.transform("mean")) ** 2).sum()) / free
    between = float((size * (contacts.mean().to_numpy() - rows["score"].mean()) ** 2).sum()) / (number - 1)
    low, high = np.sqrt(within * free / chi2.ppf([0.975, 0.025], free))
    per_contact = (size.sum() - (size**2).sum() / size.sum()) / (number - 1)
    icc, icc_low, icc_high = _correlations(between, within, per_contact, (number - 1, free))
    return Agreement(
        contacts=number, agents=int(rows["agent_id"].nunique()), difference=_difference(rows),
        within=float(within**0.5), within_low=float(low), within_high=float(high),
        icc=icc, icc_low=icc_low, icc_high=icc_high,
    )  # fmt: skip


def _correlations(between: float, within: float, size: float, free: tuple[float, float]) -> tuple[float, float, float]:
    """Return the intraclass correlation and the ends of its interval, from mean squares and degrees of freedom."""
    ratio = between / max(within, 1e-9)
    ratios = (ratio, ratio / f.ppf(0.975, *free), ratio * f.ppf(0.975, *free[::-1]))
    value, low, high = (float((ratio - 1) / (ratio + size - 1)) for ratio in ratios)
    return value, low, high


def _difference(rows: pd.DataFrame) -> float:
    """Return the mean absolute difference of all pairs of scores of one contact."""
    pairs = rows[["contact_id", "evaluator_id", "score"]].merge(
        rows[["contact_id", "evaluator_id", "score"]], on="contact_id"
    )
    pairs = pairs[pairs["evaluator_id_x"] < pairs["evaluator_id_y"]]
    return float((pairs["score_x"] - pairs["score_y"]).abs().mean())
