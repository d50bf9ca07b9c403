"""What the earlier reports said and what then happened: the account every report opens with."""

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

FEWEST_MONTHS = 3
"""With fewer months no verdict is given."""

LONGEST = 12
"""Months shown: the latest year."""


@dataclass(frozen=True)
class Verdict:
    """One judgement over the earlier months.

    `grade` is "held" when observed over expected lies in .8-1.25, at least seven in ten months fell into their
    interval and the flagged resigned at least twice as often as the rest; "failed" when neither the number nor
    the list was right; "partly" between; "too_few" with under three months.
    """

    grade: Literal["held", "partly", "failed", "too_few"]
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


def account(history: pd.DataFrame) -> pd.DataFrame:
    """Take the latest year of judged months and say per month whether the number fell into its interval.

    Parameters
    ----------
    history : DataFrame
        As in `Products.history`.

    Returns
    -------
    DataFrame
        Oldest first, with ``is_inside``, ``flagged_share`` and ``rest_share`` added.
    """
    latest = history.sort_values("as_of").tail(LONGEST).reset_index(drop=True)
    resigned = latest["resigned"].astype(float)
    return latest.assign(
        is_inside=(np.floor(latest["low"]) <= resigned) & (resigned <= np.ceil(latest["high"])),
        flagged_share=latest["flagged_resigned"] / latest["flagged"].where(latest["flagged"] > 0),
        rest_share=latest["rest_resigned"] / latest["rest"].where(latest["rest"] > 0),
    )


def verdict(judged: pd.DataFrame) -> Verdict:
    """Judge the earlier months together, per-report averages over what `account` gives."""
    months = len(judged)
    if months == 0:
        return Verdict("too_few", 0, 0, *[float("nan")] * 4)
    flagged = _ratio(judged["flagged_resigned"].sum(), judged["flagged"].sum())
    rest = _ratio(judged["rest_resigned"].sum(), judged["rest"].sum())
    inside = int(judged["is_inside"].sum())
    expected, resigned = float(judged["expected"].mean()), float(judged["resigned"].mean())
    number_held = 0.8 <= _ratio(resigned, expected) <= 1.25 and inside >= 0.7 * months
    list_held = flagged >= 2 * rest and flagged > 0
    grade: Literal["held", "partly", "failed"] = "partly" if number_held or list_held else "failed"
    found = "held" if number_held and list_held else grade
    return Verdict(
        "too_few" if months < FEWEST_MONTHS else found,
        months,
        inside,
        expected,
        resigned,
        flagged,
        rest,
    )


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else float("nan")


def judged_months(
    scores: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    horizon: int,
    flagged_share: float,
    known_at: date,
    intervals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Set earlier scores against what happened, month by month.

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
        Month-end from which the world is looked back upon; months whose horizon has not passed are left out.
    intervals : DataFrame, optional
        ``as_of``, ``low``, ``high`` as they were announced for the centre. A month without gets the interval that
        would have been announced.

    Returns
    -------
    DataFrame
        As in `Products.history`.
    """
    both = judged_agents(scores, outcomes, horizon=horizon, known_at=known_at)
    table = pd.DataFrame([_month(as_of, rows, flagged_share) for as_of, rows in both.groupby("as_of")], columns=HISTORY)
    if intervals is None or table.empty:
        return table
    announced = intervals.set_index("as_of")[["low", "high"]].reindex(table["as_of"]).reset_index(drop=True)
    return table.assign(low=announced["low"].fillna(table["low"]), high=announced["high"].fillna(table["high"]))


HISTORY = ["as_of", "expected", "low", "high", "resigned", "flagged", "flagged_resigned", "rest", "rest_resigned"]


def _month(as_of: object, rows: pd.DataFrame, flagged_share: float) -> dict[str, object]:
    """Count one month; agents without a rank count among the rest, as they count in the expected number."""
    order, flagged = _listed(rows, flagged_share)
    resigned, risks = order["resigned"].to_numpy(), order["risk"].to_numpy()
    low, high = interval(risks, SHARED_ERROR)
    return {
        "as_of": as_of,
        "expected": float(risks.sum()),
        "low": low,
        "high": high,
        "resigned": int(resigned.sum()),
        "flagged": flagged,
        "flagged_resigned": int(resigned[:flagged].sum()),
        "rest": len(order) - flagged,
        "rest_resigned": int(resigned[flagged:].sum()),
    }


def flagged_rows(judged: pd.DataFrame, flagged_share: float) -> pd.DataFrame:
    """Take from each month of `judged_agents` those who stood on the list."""
    listed = (_listed(rows, flagged_share) for _, rows in judged.groupby("as_of"))
    months = [order.head(count) for order, count in listed]
    return pd.concat(months, ignore_index=True) if months else judged


def _listed(rows: pd.DataFrame, flagged_share: float) -> tuple[pd.DataFrame, int]:
    """Put one month's agents in the order of the list, and say how many of them are on it."""
    order = rows.sort_values(["abstained", "risk", "agent_id"], ascending=[True, False, True], kind="stable")
    return order, flagged_count(flagged_share, int((~order["abstained"]).sum()))


def calibration_groups(
    scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, known_at: date, groups: int = 10
) -> pd.DataFrame:
    """Set the estimates of earlier months against what happened, in groups of similar estimates.

    Parameters
    ----------
    scores, outcomes, horizon, known_at
        As for `judged_months`.
    groups : int
        How many groups of about equal size; equal estimates stay together.

    Returns
    -------
    DataFrame
        As in `Products.calibration`, lowest estimates first; the interval is Wilson's, 95 %, as if agent-months were
        independent.
    """
    both = judged_agents(scores, outcomes, horizon=horizon, known_at=known_at)
    place = pd.qcut(both["risk"], groups, labels=False, duplicates="drop") if len(both) else both["risk"]
    grouped = both.groupby(place)
    table = grouped.agg(expected=("risk", "mean"), observed=("resigned", "mean"), agents=("risk", "size"))
    table = table.reset_index(drop=True)
    z, n, seen = 1.96, table["agents"], table["observed"]
    middle = (seen + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(seen * (1 - seen) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return table.assign(low=(middle - half).clip(lower=0.0), high=middle + half)


def judged_agents(scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, known_at: date) -> pd.DataFrame:
    """Put beside each earlier score what happened; scores whose horizon has not passed are left out.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``risk``, ``abstained``, ``resigned`` (0 or 1).
    """
    keys = ["agent_id", "as_of"]
    ahead = scores.loc[scores["horizon_months"] == horizon]
    ahead = ahead[[*keys, "risk"]].assign(abstained=ahead["abstained"].astype(bool) if "abstained" in ahead else False)
    happened = outcomes[keys].assign(resigned=exit_within(outcomes, horizon, known_at=pd.Timestamp(known_at)))
    return ahead.merge(happened, on=keys, validate="one_to_one").dropna(subset="resigned")
