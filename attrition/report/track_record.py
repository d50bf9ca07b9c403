"""How earlier reports performed: expected and actual resignations by month, a verdict, and calibration groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from attrition.labels.outcomes import exit_within
from attrition.model.metrics import flagged_count
from attrition.predict.expected import SHARED_ERROR, interval

if TYPE_CHECKING:
    from datetime import date

Grade = Literal["held", "partly", "failed", "too_few"]

MIN_MONTHS = 3
"""With fewer months there is no verdict."""

MAX_MONTHS = 12
"""Months shown: the latest year."""

COLUMNS = ["as_of", "expected", "low", "high", "resigned", "flagged", "flagged_resigned", "rest", "rest_resigned"]
"""Columns of a track record, as in `ReportInputs.history`."""


@dataclass(frozen=True)
class TrackRecordVerdict:
    """Summary of the track record.

    `grade` is "held" when observed over expected lies in .8-1.25, at least seven in ten months fell into their
    interval and the flagged resigned at least twice as often as the rest; "failed" when neither the number nor
    the list met its criterion; "partly" when one of the two did; "too_few" with under three months.
    """

    grade: Grade
    months: int
    inside: int
    expected: float
    resigned: float
    flagged_share: float
    rest_share: float

    @property
    def times(self) -> float:
        """How many times as often the flagged resigned as the rest; null where nobody of the rest did."""
        return self.flagged_share / self.rest_share if self.rest_share > 0 else float("nan")


def latest_year(history: pd.DataFrame) -> pd.DataFrame:
    """Return the latest year of a track record, with each month's number compared with its interval.

    Parameters
    ----------
    history : DataFrame
        As in `ReportInputs.history`.

    Returns
    -------
    DataFrame
        Oldest first, with ``is_inside``, ``flagged_share`` and ``rest_share`` added.
    """
    latest = history.sort_values("as_of").tail(MAX_MONTHS).reset_index(drop=True)
    resigned = latest["resigned"].astype(float)
    return latest.assign(
        is_inside=(np.floor(latest["low"]) <= resigned) & (resigned <= np.ceil(latest["high"])),
        flagged_share=latest["flagged_resigned"] / latest["flagged"].where(latest["flagged"] > 0),
        rest_share=latest["rest_resigned"] / latest["rest"].where(latest["rest"] > 0),
    )


def verdict(record: pd.DataFrame) -> TrackRecordVerdict:
    """Summarise the months of `latest_year`: means per month, and a grade."""
    months = len(record)
    if months == 0:
        return TrackRecordVerdict("too_few", 0, 0, *[float("nan")] * 4)
    flagged = _ratio(record["flagged_resigned"].sum(), record["flagged"].sum())
    rest = _ratio(record["rest_resigned"].sum(), record["rest"].sum())
    inside = int(record["is_inside"].sum())
    expected, resigned = float(record["expected"].mean()), float(record["resigned"].mean())
    is_number_right = 0.8 <= _ratio(resigned, expected) <= 1.25 and inside >= 0.7 * months
    is_list_right = flagged >= 2 * rest and flagged > 0
    grade = _grade(months, is_number_right=is_number_right, is_list_right=is_list_right)
    return TrackRecordVerdict(grade, months, inside, expected, resigned, flagged, rest)


def _grade(months: int, *, is_number_right: bool, is_list_right: bool) -> Grade:
    if months < MIN_MONTHS:
        return "too_few"
    if is_number_right and is_list_right:
        return "held"
    return "partly" if is_number_right or is_list_right else "failed"


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else float("nan")


def track_record(
    scores: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    horizon: int,
    flagged_share: float,
    known_at: date,
    intervals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare earlier scores with outcomes, month by month.

    Parameters
    ----------
    scores : DataFrame
        The contract's ``scores`` of earlier months (issued then, or from a backtest); ``abstained`` may be missing.
    outcomes : DataFrame
        One row per agent-month: ``agent_id``, ``as_of``, ``exit_kind``, ``left_on``, ``known_on``.
    horizon : int
        Months ahead.
    flagged_share : float
        The share of agents with the highest risk that counts as flagged.
    known_at : date
        Month-end at which outcomes are known; months whose horizon has not passed by then are left out.
    intervals : DataFrame, optional
        ``as_of``, ``low``, ``high`` as published for the centre. A month without gets the interval that would have
        been published.

    Returns
    -------
    DataFrame
        As in `ReportInputs.history`.
    """
    labelled = scores_with_outcomes(scores, outcomes, horizon=horizon, known_at=known_at)
    months = [_month(as_of, agents, flagged_share) for as_of, agents in labelled.groupby("as_of")]
    table = pd.DataFrame(months, columns=COLUMNS)
    if intervals is None or table.empty:
        return table
    published = intervals.set_index("as_of")[["low", "high"]].reindex(table["as_of"]).reset_index(drop=True)
    return table.assign(low=published["low"].fillna(table["low"]), high=published["high"].fillna(table["high"]))


def _month(as_of: object, agents: pd.DataFrame, flagged_share: float) -> dict[str, object]:
    """Count one month; agents without a rank count among the rest, as they count in the expected number."""
    ranked, flagged = _ranked(agents, flagged_share)
    resigned, risks = ranked["resigned"].to_numpy(), ranked["risk"].to_numpy()
    low, high = interval(risks, SHARED_ERROR)
    return {
        "as_of": as_of,
        "expected": float(risks.sum()),
        "low": low,
        "high": high,
        "resigned": int(resigned.sum()),
        "flagged": flagged,
        "flagged_resigned": int(resigned[:flagged].sum()),
        "rest": len(ranked) - flagged,
        "rest_resigned": int(resigned[flagged:].sum()),
    }


def flagged_rows(labelled: pd.DataFrame, flagged_share: float) -> pd.DataFrame:
    """Return the flagged agents of each month of `scores_with_outcomes`."""
    ranked_months = (_ranked(agents, flagged_share) for _, agents in labelled.groupby("as_of"))
    months = [ranked.head(count) for ranked, count in ranked_months]
    return pd.concat(months, ignore_index=True) if months else labelled


def _ranked(agents: pd.DataFrame, flagged_share: float) -> tuple[pd.DataFrame, int]:
    """Return one month's agents, highest risk first and those without a rank last, and how many are flagged."""
    ranked = agents.sort_values(["abstained", "risk", "agent_id"], ascending=[True, False, True], kind="stable")
    return ranked, flagged_count(flagged_share, int((~ranked["abstained"]).sum()))


def calibration_groups(
    scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, known_at: date, groups: int = 10
) -> pd.DataFrame:
    """Compare estimates of earlier months with outcomes, in groups of similar estimates.

    Parameters
    ----------
    scores, outcomes, horizon, known_at
        As for `track_record`.
    groups : int
        How many groups of about equal size; equal estimates stay together.

    Returns
    -------
    DataFrame
        As in `ReportInputs.calibration`, lowest estimates first; the interval is Wilson's, 95 %, as if agent-months
        were independent.
    """
    labelled = scores_with_outcomes(scores, outcomes, horizon=horizon, known_at=known_at)
    group = pd.qcut(labelled["risk"], groups, labels=False, duplicates="drop") if len(labelled) else labelled["risk"]
    grouped = labelled.groupby(group)
    table = grouped.agg(expected=("risk", "mean"), observed=("resigned", "mean"), agents=("risk", "size"))
    table = table.reset_index(drop=True)
    z, n, observed = 1.96, table["agents"], table["observed"]
    middle = (observed + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(observed * (1 - observed) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return table.assign(low=(middle - half).clip(lower=0.0), high=middle + half)


def scores_with_outcomes(scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, known_at: date) -> pd.DataFrame:
    """Join earlier scores with their outcomes; scores whose horizon has not passed are left out.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``risk``, ``abstained``, ``resigned`` (0 or 1).
    """
    keys = ["agent_id", "as_of"]
    ahead = scores.loc[scores["horizon_months"] == horizon]
    ahead = ahead[[*keys, "risk"]].assign(abstained=ahead["abstained"].astype(bool) if "abstained" in ahead else False)
    resigned = outcomes[keys].assign(resigned=exit_within(outcomes, horizon, known_at=pd.Timestamp(known_at)))
    return ahead.merge(resigned, on=keys, validate="one_to_one").dropna(subset="resigned")
