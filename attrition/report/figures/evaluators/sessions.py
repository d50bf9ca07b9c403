"""Calibration sessions: which evaluators should compare their scores, and whether earlier sessions helped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.figures.evaluators.chance import beyond_chance, two_sided
from attrition.report.figures.evaluators.severity import Z95, severities

if TYPE_CHECKING:
    from attrition.report.figures.evaluators.severity import Severities

NOTABLE_POINTS = 2.0
"""A difference under so many points is not worth a session, even where it is beyond chance."""
MONTHS_COMPARED = 3
DRAWS = 2000
PAIR_COLUMNS = ["site", "stricter", "milder", "difference", "low", "high", "priority"]


def pairs(severity: Severities, sites: Mapping[str, str]) -> pd.DataFrame:
    """Return pairs of evaluators of one site whose severities differ beyond chance, each evaluator in one pair.

    Of the pairs that are left, that whose difference is surely the largest (by the lower end of its interval) comes
    first. Pairs whose intervals overlap with that of the first of a ``priority`` share it: chance may order them.

    Returns
    -------
    DataFrame
        `PAIR_COLUMNS`: points by which the stricter evaluator marks lower, with a 95 % interval.
    """
    differing = _differing(severity, sites).sort_values(["low", "stricter"], ascending=[False, True])
    chosen: list[bool] = []
    taken: set[object] = set()
    for pair in zip(differing["stricter"], differing["milder"], strict=True):
        chosen.append(not taken & set(pair))
        taken |= set(pair) if chosen[-1] else set()
    table = differing[pd.Series(chosen, index=differing.index, dtype=bool)].reset_index(drop=True)
    return table.assign(priority=_priorities(table))[PAIR_COLUMNS]


def _differing(severity: Severities, sites: Mapping[str, str]) -> pd.DataFrame:
    """Return every pair of a site whose difference is notable and beyond chance."""
    names, mean, covariance = severity.mean.index, severity.mean.to_numpy(), severity.covariance.to_numpy()
    places = np.array([sites.get(str(name), "") for name in names], dtype=object)
    one, other = np.triu_indices(len(names), 1)
    one, other = one[places[one] == places[other]], other[places[one] == places[other]]
    strict, mild = np.where(mean[one] >= mean[other], (one, other), (other, one))
    variance = covariance[one, one] + covariance[other, other] - 2 * covariance[one, other]
    table = pd.DataFrame(
        {
            "site": places[strict],
            "stricter": names[strict],
            "milder": names[mild],
            "difference": mean[strict] - mean[mild],
            "error": np.sqrt(np.clip(variance, 1e-12, None)),
        }
    )
    table = table.assign(
        low=table["difference"] - Z95 * table["error"], high=table["difference"] + Z95 * table["error"]
    )
    is_beyond = beyond_chance(two_sided(table["difference"], table["error"]))
    return table[is_beyond & (table["difference"] >= NOTABLE_POINTS)]


def _priorities(table: pd.DataFrame) -> list[int]:
    """Return 1 for the first pair and those whose intervals overlap with its, 2 for the next, and so on."""
    priorities: list[int] = []
    lead_low = np.inf
    for high, low in zip(table["high"], table["low"], strict=True):
        is_new = not priorities or high < lead_low
        priorities.append((priorities[-1] if priorities else 0) + is_new)
        lead_low = low if is_new else lead_low
    return priorities


def spread_of(severity: Severities, people: pd.Index | None = None) -> tuple[float, float, float]:
    """Return the standard deviation between evaluators with a 95 % interval, from draws of their posterior."""
    drawn = _drawn_spreads(severity, severity.mean.index if people is None else people)
    return float(np.median(drawn)), float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def _drawn_spreads(severity: Severities, people: pd.Index, seed: int = 0) -> np.ndarray:
    mean, covariance = severity.mean[people].to_numpy(), severity.covariance.loc[people, people].to_numpy()
    draws = np.random.default_rng(seed).multivariate_normal(mean, covariance, DRAWS, method="eigh")
    return np.asarray(draws.std(axis=1, ddof=1))


def narrowing(scores: pd.DataFrame, day: pd.Timestamp, site: str) -> pd.DataFrame:
    """Return the spread between the evaluators of a session in the months before and after it.

    Parameters
    ----------
    scores : DataFrame
        ``agent_id``, ``month``, ``evaluator_id``, ``evaluated_on``, ``score``, ``site``.
    day : Timestamp
        Day of the session.
    site : str
        The site whose evaluators met; of all where empty.

    Returns
    -------
    DataFrame
        One row, or none where fewer than two evaluators are on both sides: ``evaluators``, ``before``, ``after``,
        ``change`` with ``low`` and ``high`` (points), ``verdict`` (narrower, wider, level).
    """
    here = scores[scores["site"] == site] if site else scores
    days, window = pd.to_datetime(here["evaluated_on"]), pd.DateOffset(months=MONTHS_COMPARED)
    before = severities(here[(days >= day - window) & (days < day)])
    after = severities(here[(days > day) & (days <= day + window)])
    both = pd.Index([]) if before is None or after is None else before.mean.index.intersection(after.mean.index)
    columns = ["evaluators", "before", "after", "change", "low", "high", "verdict"]
    if before is None or after is None or len(both) < 2:
        return pd.DataFrame(columns=columns)
    drawn = [_drawn_spreads(before, both), _drawn_spreads(after, both, seed=1)]
    low, high = np.quantile(drawn[1] - drawn[0], [0.025, 0.975])
    verdict = "narrower" if high < 0 else "wider" if low > 0 else "level"
    spreads = [float(np.median(part)) for part in drawn]
    row = (len(both), *spreads, spreads[1] - spreads[0], float(low), float(high), verdict)
    return pd.DataFrame([row], columns=columns)
