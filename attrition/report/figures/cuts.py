"""Expected resignations by employment type, work mode and role: the same numbers, cut otherwise than by site."""

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
    "employment_type": "tenure_employment_type",
    "work_mode": "schedule_work_mode",
    "job_role": "career_job_role",
}
"""The feature of the panel by which each cut is made."""

COLUMNS = ["cut", "unit", "headcount", "expected", "low", "high", "standing", "is_hidden"]


def cuts(inputs: ReportInputs) -> pd.DataFrame | None:
    """Return expected resignations by each cut of which at least two groups may be shown; None where there is none.

    Only the mode "individual" has them: the others keep no more than the numbers of centre, sites and teams.

    Parameters
    ----------
    inputs : ReportInputs
        With ``panel_rows``, and ``past_scores`` as far as there are any.

    Returns
    -------
    DataFrame
        ``cut``, one of `CUTS`; ``unit``, its group; ``headcount``, ``expected``, ``low``, ``high``, whole numbers;
        ``standing`` beside the centre, from `attrition.report.figures.tables.standings`; ``is_hidden``. A group that is
        too small keeps no figure, nor one that would give it away.
    """
    if inputs.mode != "individual" or inputs.panel_rows is None:
        return None
    now = inputs.panel_rows[inputs.panel_rows["as_of"] == pd.Timestamp(inputs.as_of)]
    people = inputs.headline_scores[["agent_id", "risk"]].merge(now, on="agent_id", how="left")
    past, horizon = inputs.past_scores, inputs.horizon
    errors = CountErrors() if past is None or past.empty else count_errors(past.assign(horizon_months=horizon))
    error = errors.deviation("site", horizon)  # a group has an error of its own, as a site has
    parts = [
        one_cut(people["risk"], people[name], error=error, min_group=inputs.min_group).assign(cut=cut)
        for cut, name in CUTS.items()
        if name in people
    ]
    shown = [part for part in parts if (~part["is_hidden"]).sum() > 1]
    return pd.concat(shown, ignore_index=True)[COLUMNS] if shown else None


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
