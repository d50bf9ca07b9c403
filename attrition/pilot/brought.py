"""A trial that was not designed here: who was in which arm, how they were assigned, and what followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from pydantic import Field

from attrition.declared import Declaration
from attrition.errors import UserError
from attrition.labels.outcomes import VOLUNTARY
from attrition.pilot.adjusted import BASELINE, adjusted_difference
from attrition.pilot.balance import balance
from attrition.pilot.brought_arms import FEWEST
from attrition.pilot.cox import HazardRatio, hazard_ratio
from attrition.pilot.curves import survival_by_arm
from attrition.pilot.difference import Difference, risk_difference
from attrition.pilot.lessons import RANDOMISED_ELSEWHERE
from attrition.pilot.observational import MINIMUM_TREATED, ObservationalComparison, compare_groups
from attrition.pilot.preregistration import NAME
from attrition.pilot.randomisation import CONTROL, TREATED
from attrition.pilot.verdict import PilotVerdict, decide

NOT_RANDOMISED = "not randomised"


class Trial(Declaration):
    """The content of ``trial.json``: what the site says about a trial that was not designed here.

    `randomised_by` says who assigned the arms at random, and how; null where nobody did, or nobody says so. `source` is
    the file of the arms, or the table of interventions; `left_out` are its columns that are no baseline, since they
    name people or are protected; `arms_sha256` is the hash of the arms.
    """

    name: str = Field(pattern=NAME)
    intervention: str
    start: date
    months: int = Field(ge=1, le=60)
    randomised_by: str | None = None
    source: str
    left_out: tuple[str, ...] = ()
    arms_sha256: str

    @property
    def grade(self) -> str:
        """The grade of its evidence."""
        return RANDOMISED_ELSEWHERE if self.randomised_by else NOT_RANDOMISED

    def ends_after(self, months: int) -> pd.Timestamp:
        """Return the last day of the first so many months."""
        return pd.Timestamp(self.start) + pd.DateOffset(months=months) - pd.Timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class BroughtReading:
    """The results of a trial that was not designed here.

    Attributes
    ----------
    trial : Trial
        As declared.
    months : int
        Whole months of follow-up; the trial is over when they equal those of the trial.
    not_counted : dict of str to int
        Agents of the arms who are not counted, by reason.
    arms : DataFrame
        ``arm``, ``agents``, ``resigned``, ``left_otherwise``, ``share`` (resigned).
    balance : DataFrame
        Standardised differences at the start: ``what``, ``before``, ``after`` weighting (the same where the arms were
        randomised, since nothing is weighted then).
    ratio, difference : HazardRatio, Difference
        Without adjustment, within strata.
    adjusted : Difference
        Adjusted for the baseline; NaN where there are too few agents.
    curves : DataFrame
        From `attrition.pilot.curves.survival_by_arm`.
    verdict : PilotVerdict, optional
        Only where the arms were randomised.
    comparison : ObservationalComparison, optional
        Only where they were not, and at least 20 are treated.
    """

    trial: Trial
    months: int
    not_counted: dict[str, int]
    arms: pd.DataFrame
    balance: pd.DataFrame
    ratio: HazardRatio
    difference: Difference
    adjusted: Difference
    curves: pd.DataFrame
    verdict: PilotVerdict | None
    comparison: ObservationalComparison | None

    @property
    def is_over(self) -> bool:
        """Whether the declared end has been reached."""
        return self.months == self.trial.months


def read_brought(
    trial: Trial, arms: pd.DataFrame, spells: pd.DataFrame, *, recorded_to: pd.Timestamp, hoped: float
) -> BroughtReading:
    """Return the results of a trial that was not designed here.

    Parameters
    ----------
    trial : Trial
        As declared.
    arms : DataFrame
        From `attrition.pilot.brought_arms`: columns whose names begin with `attrition.pilot.adjusted.BASELINE` are
        adjusted for, and ``stratum``, where there is one, is where agents were assigned separately.
    spells : DataFrame
        Employment spells: ``agent_id``, ``site``, ``hired``, ``until``, ``exit_kind``, ``left``, ``observed_to``.
    recorded_to : Timestamp
        The last day whose exits are on record.
    hoped : float
        The expected hazard ratio; 1 where nothing is known of it.

    Raises
    ------
    UserError
        No whole month of it has passed, or an arm has fewer than two agents who were employed at its start.
    """
    months, start = _months_seen(trial, recorded_to), pd.Timestamp(trial.start)
    rows, not_counted = followed(arms, spells, start=start, end=trial.ends_after(months))
    _refuse_empty_arms(rows, arms, trial)
    ratio, is_randomised = hazard_ratio(rows), trial.randomised_by is not None
    comparison = None
    if not is_randomised and rows["is_treated"].sum() >= MINIMUM_TREATED:
        comparison = compare_groups(rows.assign(month=""), kind=trial.intervention, months=months)
    share = float(rows["is_treated"].mean())
    return BroughtReading(
        trial=trial,
        months=months,
        not_counted=not_counted,
        arms=_arms(rows),
        balance=comparison.balance if comparison is not None else balance(rows, np.ones(len(rows))),
        ratio=ratio,
        difference=risk_difference(rows),
        adjusted=adjusted_difference(rows, share=share) if is_randomised else _of(comparison),
        curves=survival_by_arm(rows, [(trial.ends_after(n) - start).days + 1 for n in range(1, months + 1)]),
        verdict=decide(ratio, hoped=hoped, is_over=months == trial.months) if is_randomised else None,
        comparison=comparison,
    )


def _months_seen(trial: Trial, recorded_to: pd.Timestamp) -> int:
    """Return how many whole months of a trial have passed with their exits on record; raise an error where none has."""
    months = next((n for n in range(trial.months, 0, -1) if trial.ends_after(n) <= recorded_to), 0)
    if not months:
        raise UserError(
            "the trial {name} began on {start}; its first month is not over yet, or its exits are not on file",
            name=trial.name,
            start=trial.start,
        )
    return months


def _refuse_empty_arms(rows: pd.DataFrame, arms: pd.DataFrame, trial: Trial) -> None:
    """Raise an error where an arm has hardly anybody who was employed at the start."""
    if rows.groupby("arm").size().reindex([TREATED, CONTROL], fill_value=0).min() >= FEWEST:
        return
    raise UserError(
        "{name}: {count} of {all} agents are on the roster and were employed on {start}, too few in an arm; "
        "are the numbers written as in the roster?",
        name=trial.name,
        count=len(rows),
        all=len(arms),
        start=trial.start,
    )


def followed(
    arms: pd.DataFrame, spells: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the agents of the arms with what followed, and how many are not counted, by reason.

    Returns
    -------
    DataFrame
        The columns of `arms`, ``site`` where there are several, ``is_treated``, ``days`` (from the start to the first
        exit, or to the end; the first day is day one), ``resigned``, ``left_otherwise`` (0 or 1), ``stratum``, and
        tenure at the start.
    dict
        Agents who are not on the roster, were not employed at the start, or are gone without an exit on file.
    """
    employed = spells[(spells["hired"] <= start) & ~(spells["left"] < start) & (spells["until"] >= start)]
    employed = employed.sort_values("hired").drop_duplicates("agent_id", keep="last")
    rows = arms.merge(employed, on="agent_id", how="inner")
    is_unseen = rows["left"].isna() & (rows["observed_to"] < end) & (rows["observed_to"] < rows["until"])
    is_on_roster = arms["agent_id"].isin(spells["agent_id"])
    not_counted = {
        "not on the roster": int((~is_on_roster).sum()),
        "not employed at the start": int(is_on_roster.sum() - len(rows)),
        "gone without an exit on file": int(is_unseen.sum()),
    }
    rows = rows[~is_unseen].sort_values("agent_id", ignore_index=True)
    rows = rows if rows["site"].nunique() > 1 else rows.drop(columns="site")
    has_left = (rows["left"] <= end).astype(bool)
    last_day = rows["left"].where(has_left, end)
    tenure = (start - rows["hired"]).dt.days.astype(float)
    table = rows.assign(
        is_treated=rows["arm"] == TREATED,
        days=((last_day - start).dt.days + 1).astype(float),
        resigned=(has_left & (rows["exit_kind"] == VOLUNTARY)).astype(float),
        left_otherwise=(has_left & (rows["exit_kind"] != VOLUNTARY)).astype(float),
        stratum=rows["stratum"].fillna("none").astype(str) if "stratum" in rows else "all",
    )
    table = table.assign(**{f"{BASELINE}tenure in days": tenure})
    return table, {reason: count for reason, count in not_counted.items() if count}


def _arms(rows: pd.DataFrame) -> pd.DataFrame:
    by_arm = rows.groupby("arm", sort=True)
    table = by_arm[["resigned", "left_otherwise"]].sum().astype(int).assign(agents=by_arm.size())
    return table.assign(share=table["resigned"] / table["agents"]).reset_index()


def _of(comparison: ObservationalComparison | None) -> Difference:
    """Return the adjusted difference of a comparison; NaN where there is none."""
    return comparison.difference if comparison is not None else Difference(np.nan, np.nan, np.nan)
