"""Expected resignations by account, channel, employment type, work mode and role, beside those of the month before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.predict.count_errors import CountErrors, count_errors
from attrition.predict.expected import count_interval
from attrition.report.disclosure import suppress_small_units
from attrition.report.figures.tables import standings

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs

CUTS = {
    "account": "account",
    "channel": "channel",
    "employment_type": "tenure_employment_type",
    "work_mode": "schedule_work_mode",
    "job_role": "career_job_role",
}
"""The column of the panel's rows by which each cut is made."""

PLACES = ("site", "team_id")
"""The columns of the units that the report shows besides."""

FEW = 0.1
"""Largest share of people in units that lie in one group at which the numbers of people are shown."""

COLUMNS = ["cut", "unit", "headcount", "expected", "low", "high", "expected_before", "standing", "is_hidden"]


def cuts(inputs: ReportInputs) -> pd.DataFrame | None:
    """Return expected resignations by each cut of which at least two groups may be shown; None where there is none.

    Only the mode "individual" has them: the others keep no more than the numbers of centre, sites and teams.

    Parameters
    ----------
    inputs : ReportInputs
        With ``panel_rows``, and ``past_scores`` and ``previous_scores`` as far as there are any.

    Returns
    -------
    DataFrame
        ``cut``, one of `CUTS`; ``unit``, its group; ``headcount``, ``expected``, ``low``, ``high``, whole numbers;
        ``expected_before``, what the same group had in the report of the month before; ``standing`` beside the centre,
        from `attrition.report.figures.tables.standings`; ``is_hidden``. A group that is too small keeps no figure, nor
        one that would give it away. ``headcount`` is null in a cut along which teams, sites or other groups lie: what
        is left of a group beside them may be few people, whom exact numbers would count.
    """
    if inputs.mode != "individual" or inputs.panel_rows is None:
        return None
    as_of, previous = pd.Timestamp(inputs.as_of), inputs.previous_scores
    past, horizon = inputs.past_scores, inputs.horizon
    errors = CountErrors() if past is None or past.empty else count_errors(past.assign(horizon_months=horizon))
    error = errors.deviation("site", horizon)  # a group has an error of its own, as a site has
    now = all_cuts(_people(inputs, inputs.headline_scores, as_of), error=error, min_group=inputs.min_group)
    last = None if previous is None else _people(inputs, previous, as_of - pd.offsets.MonthEnd(1))
    before = None if last is None else all_cuts(last, error=error, min_group=inputs.min_group)
    return None if now is None else _beside(now, before)


def _beside(now: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """Return the cuts of a month with what the same groups had the month before, where they are shown in both."""
    if before is None:
        return now.assign(expected_before=float("nan"))[COLUMNS]
    names = before[["cut", "unit", "expected"]].rename(columns={"expected": "expected_before"})
    table = now.merge(names, on=["cut", "unit"], how="left")
    return table.assign(expected_before=table["expected_before"].mask(table["is_hidden"]))[COLUMNS]


def _people(inputs: ReportInputs, scores: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the scored agents of a month with their risks, their places and the columns of the cuts."""
    rows = inputs.panel_rows
    assert rows is not None
    columns = rows.columns.intersection([*PLACES, *CUTS.values()])
    of_month = rows.loc[rows["as_of"] == as_of, ["agent_id", *columns]]
    scored = scores.loc[scores["as_of"] == as_of, ["agent_id", "risk"]]
    return scored.merge(of_month, on="agent_id", how="left")


def all_cuts(people: pd.DataFrame, *, error: float, min_group: int) -> pd.DataFrame | None:
    """Return all cuts of a month of which at least two groups may be shown; None where there is none.

    For `error` and `min_group` see `one_cut`.

    Parameters
    ----------
    people : DataFrame
        The scored agents: ``risk``, and whichever columns of `PLACES` and `CUTS` are known.
    """
    shown, beside = [], [people[name] for name in PLACES if name in people]
    for cut, column in CUTS.items():
        if column not in people:
            continue
        part = one_cut(people["risk"], people[column], error=error, min_group=min_group).assign(cut=cut)
        if (~part["is_hidden"]).sum() > 1:
            is_along = any(share_along(people[column], units) > FEW for units in beside)
            shown.append(part.assign(headcount=float("nan")) if is_along else part)
            beside.append(people[column])
    return pd.concat(shown, ignore_index=True) if shown else None


def share_along(groups: pd.Series, units: pd.Series) -> float:
    """Return the share of people whose unit lies in one group, or whose group lies in one unit, the larger of both.

    Examples
    --------
    >>> teams = pd.Series(["T1", "T1", "T2", "T2"])
    >>> share_along(pd.Series(["retail", "retail", "retail", "travel"]), teams)
    0.5
    >>> share_along(pd.Series(["home", "office", "home", "office"]), teams)
    0.0
    """
    shares = []
    for whole, part in ((groups, units), (units, groups)):
        is_inside = whole.groupby(part).nunique().eq(1) & whole.notna().groupby(part).all()
        shares.append(float(part.isin(is_inside[is_inside].index).mean()))
    return max(shares)


def one_cut(risks: pd.Series, units: pd.Series, *, error: float, min_group: int) -> pd.DataFrame:
    """Return the groups of one cut, hidden and rounded beside the centre that they add up to.

    Parameters
    ----------
    risks : Series
        Of every agent; who has none counts at the mean of their group.
    units : Series
        The group of each, null where it is not known.
    error : float
        Relative standard deviation of the error that the risks of a group share.
    min_group : int
        Smallest group that is shown.
    """
    by = units.astype(object)
    risks = risks.astype(float)
    filled = risks.fillna(risks.groupby(by).transform("mean")).fillna(risks.mean())
    groups = [("centre", "centre", filled), *(("site", str(name), rows) for name, rows in filled.groupby(by))]
    table = [
        (level, unit, len(rows), float(rows.sum()), *count_interval(rows.to_numpy(), error))
        for level, unit, rows in groups
    ]
    columns = ["level", "unit", "headcount", "expected", "low", "high"]
    shown = suppress_small_units(pd.DataFrame(table, columns=columns), {}, min_group=min_group)
    return shown.assign(standing=standings(shown)).query("level == 'site'")
