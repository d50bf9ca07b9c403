"""How the scores of earlier months performed: expected and actual resignations by month, a verdict, calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from attrition.labels.outcomes import exit_within
from attrition.model.calibration_table import calibration_table
from attrition.model.metrics import LabelledScores, flagged_count
from attrition.predict.count_errors import CountErrors
from attrition.predict.expected import count_interval

if TYPE_CHECKING:
    from datetime import date

Grade = Literal["held", "partly", "failed", "too_few"]

MIN_MONTHS = 3
"""Fewest months for which a verdict is given."""

CHANCE_ERRORS = 1.64
"""Standard errors that the level of right estimates may be off: one in ten is off by more."""

MAX_MONTHS = 12
"""Number of months shown, the latest."""

COLUMNS = ["as_of", "expected", "low", "high", "resigned", "flagged", "flagged_resigned", "rest", "rest_resigned"]
"""Columns of a track record, as in `ReportInputs.history`."""


@dataclass(frozen=True)
class TrackRecordVerdict:
    """How well the reports of earlier months performed.

    The number of resignations meets its criterion where observed over expected lies from 0.8 to 1.25, or where chance
    may put it for right risks, and in at least seven of ten months the number lay in its interval. The list of flagged
    agents meets its criterion where they resigned at least twice as often as the rest; where nobody was
    flagged, only the number counts.

    Parameters
    ----------
    grade : {"held", "partly", "failed", "too_few"}
        Both criteria are met, one is, or none is; or there are fewer than `MIN_MONTHS` months.
    months, months_in_interval : int
        How many months were compared, and in how many the number lay in its interval.
    expected, resigned : float
        Expected and actual resignations, means per month.
    flagged_share, rest_share : float
        Share of the flagged and of the rest who resigned; null where there were none.
    afterwards : int
        How many of the months were scored afterwards, since no report was issued.
    """

    grade: Grade
    months: int
    months_in_interval: int
    expected: float
    resigned: float
    flagged_share: float
    rest_share: float
    afterwards: int = 0

    @property
    def lift(self) -> float:
        """How many times as often the flagged resigned as the rest; null where nobody of the rest resigned."""
        return self.flagged_share / self.rest_share if self.rest_share > 0 else float("nan")


NOTHING = (float("nan"), float("nan"), float("nan"), float("nan"))
"""The means and shares of no month."""


def latest_year(history: pd.DataFrame) -> pd.DataFrame:
    """Return the latest `MAX_MONTHS` of a track record, and whether each month's number lay in its interval.

    Parameters
    ----------
    history : DataFrame
        As in `ReportInputs.history`.

    Returns
    -------
    DataFrame
        Oldest first, with three columns more: ``is_inside`` (the number lay in the interval, whose ends are taken in
        whole numbers, rounded outwards), ``flagged_share`` and ``rest_share`` (who resigned; null where there is none).
    """
    return monthly_shares(history.sort_values("as_of").tail(MAX_MONTHS))


def monthly_shares(history: pd.DataFrame) -> pd.DataFrame:
    """Return a track record with the columns that `latest_year` adds."""
    months = history.reset_index(drop=True)
    resigned = months["resigned"].astype(float)
    return months.assign(
        is_inside=(np.floor(months["low"]) <= resigned) & (resigned <= np.ceil(months["high"])),
        flagged_share=months["flagged_resigned"] / months["flagged"].where(months["flagged"] > 0),
        rest_share=months["rest_resigned"] / months["rest"].where(months["rest"] > 0),
    )


def verdict(record: pd.DataFrame, *, horizon: int) -> TrackRecordVerdict:
    """Return the verdict on the months of `latest_year`, whose numbers are of resignations within the horizon."""
    months = len(record)
    if months == 0:
        return TrackRecordVerdict("too_few", 0, 0, *NOTHING)
    flagged = _ratio(record["flagged_resigned"].sum(), record["flagged"].sum())
    rest = _ratio(record["rest_resigned"].sum(), record["rest"].sum())
    months_in_interval = int(record["is_inside"].sum())
    expected, resigned = float(record["expected"].mean()), float(record["resigned"].mean())
    is_level_right = _is_level_right(record, horizon=horizon)
    meets_number_criterion = is_level_right and months_in_interval >= 0.7 * months
    list_criteria = [] if np.isnan(flagged) else [flagged >= 2 * rest and flagged > 0]
    grade = _grade(months, meets_number_criterion, *list_criteria)
    afterwards = int(record["is_backtest"].sum()) if "is_backtest" in record else 0
    return TrackRecordVerdict(grade, months, months_in_interval, expected, resigned, flagged, rest, afterwards)


def _is_level_right(record: pd.DataFrame, *, horizon: int) -> bool:
    """Return whether observed over expected lies from 0.8 to 1.25, or where chance may put it.

    The horizons of consecutive months overlap, so that one resignation counts in as many months as the horizon has:
    the variance of the sum over the months is that many times its expectation.
    """
    expected, resigned = float(record["expected"].sum()), float(record["resigned"].sum())
    by_chance = CHANCE_ERRORS * np.sqrt(min(horizon, len(record)) * expected)
    return bool(0.8 <= _ratio(resigned, expected) <= 1.25 or (expected > 0 and abs(resigned - expected) <= by_chance))


def _grade(months: int, *criteria: bool) -> Grade:
    if months < MIN_MONTHS:
        return "too_few"
    if all(criteria):
        return "held"
    return "partly" if any(criteria) else "failed"


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
    """Return the track record: per earlier month the expected and the actual resignations.

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
        ``as_of``, ``low``, ``high`` as announced for the centre. A month that is missing here gets the interval of its
        scores with the default errors, which is what is announced before a backtest has shown its errors.

    Returns
    -------
    DataFrame
        `COLUMNS`, as in `ReportInputs.history`; one row per month whose horizon has passed.
    """
    labelled = scores_with_outcomes(scores, outcomes, horizon=horizon, known_at=known_at)
    error = CountErrors().deviation("centre", horizon)
    months = [_month(as_of, agents, flagged_share, error) for as_of, agents in labelled.groupby("as_of")]
    table = pd.DataFrame(months, columns=COLUMNS)
    if intervals is None or table.empty:
        return table
    published = intervals.set_index("as_of")[["low", "high"]].reindex(table["as_of"]).reset_index(drop=True)
    return table.assign(low=published["low"].fillna(table["low"]), high=published["high"].fillna(table["high"]))


def _month(as_of: object, agents: pd.DataFrame, flagged_share: float, error: float) -> dict[str, object]:
    """Return one month's row of the track record.

    Agents from whom the model abstained are never flagged; they count among the rest and in the expected number.
    """
    ranked, flagged_agents = _ranked(agents, flagged_share)
    resigned, risks = ranked["resigned"].to_numpy(), ranked["risk"].to_numpy()
    low, high = count_interval(risks, error)
    return {
        "as_of": as_of,
        "expected": float(risks.sum()),
        "low": low,
        "high": high,
        "resigned": int(resigned.sum()),
        "flagged": flagged_agents,
        "flagged_resigned": int(resigned[:flagged_agents].sum()),
        "rest": len(ranked) - flagged_agents,
        "rest_resigned": int(resigned[flagged_agents:].sum()),
    }


def flagged_rows(labelled: pd.DataFrame, flagged_share: float) -> pd.DataFrame:
    """Return the rows of `scores_with_outcomes` that were flagged: in each month the share with the highest risk."""
    ranked_months = (_ranked(agents, flagged_share) for _, agents in labelled.groupby("as_of"))
    months = [ranked.head(count) for ranked, count in ranked_months]
    return pd.concat(months, ignore_index=True) if months else labelled


def _ranked(agents: pd.DataFrame, flagged_share: float) -> tuple[pd.DataFrame, int]:
    """Return one month's agents by falling risk, those the model abstained from last, and how many are flagged."""
    ranked = agents.sort_values(["abstained", "risk", "agent_id"], ascending=[True, False, True], kind="stable")
    return ranked, flagged_count(flagged_share, int((~ranked["abstained"]).sum()))


def calibration_groups(
    scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, known_at: date, groups: int = 10
) -> pd.DataFrame:
    """Return mean estimates and shares who resigned of earlier months, in groups of similar estimates.

    Parameters
    ----------
    scores, outcomes, horizon, known_at
        As for `track_record`.
    groups : int
        How many groups of about equal size. Equal estimates stay in one group, so there may be fewer groups.

    Returns
    -------
    DataFrame
        As in `ReportInputs.calibration`, lowest estimates first; ``low`` and ``high`` are where chance may put the
        share who resigned if the estimates are right, with one resignation per agent (95 %).
    """
    labelled = scores_with_outcomes(scores, outcomes, horizon=horizon, known_at=known_at)
    arrays = LabelledScores(
        labelled["resigned"].to_numpy(dtype=float),
        labelled["risk"].to_numpy(dtype=float),
        labelled["agent_id"].astype(str).to_numpy(),
        labelled["as_of"].to_numpy(),
    )
    return calibration_table(arrays, horizon=horizon, bins=groups).rename(columns={"rows": "agents"})


def scores_with_outcomes(scores: pd.DataFrame, outcomes: pd.DataFrame, *, horizon: int, known_at: date) -> pd.DataFrame:
    """Return the earlier scores of one horizon with their outcomes.

    Left out are scores whose outcome is not known yet at `known_at`, scores without a row in `outcomes`, and agents who
    objected to being scored.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``risk``, ``abstained``, ``resigned`` (0 or 1).
    """
    keys = ["agent_id", "as_of"]
    of_horizon = scores.loc[scores["horizon_months"] == horizon]
    abstained = of_horizon["abstained"].astype(bool) if "abstained" in of_horizon else False
    if "rank" in of_horizon:  # where the order of people was not shown, nobody is ranked
        abstained |= of_horizon["rank"].isna()
    risks = of_horizon[[*keys, "risk"]].assign(abstained=abstained)
    resigned = outcomes[keys].assign(resigned=exit_within(outcomes, horizon, known_at=pd.Timestamp(known_at)))
    return risks.merge(resigned, on=keys, validate="one_to_one").dropna(subset=["risk", "resigned"])
