"""The figures that only the centre's edition shows (the HR director's), computed once for all languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.actions import Actions, actions
from attrition.report.figures.cohorts import cohorts
from attrition.report.figures.costs import Costs, costs
from attrition.report.figures.funnel import Funnel, funnel
from attrition.report.figures.market import market
from attrition.report.figures.movements import Movements, movements
from attrition.report.figures.tables import flagged_agents
from attrition.report.figures.turnover import Turnover, turnover
from attrition.report.figures.workload import workload
from attrition.report.sentences import by_name

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs


@dataclass(frozen=True, kw_only=True, eq=False)
class CentreFigures:
    """The figures of the centre's edition; None or an empty table where the site's data do not suffice.

    Parameters
    ----------
    inputs : ReportInputs
        The month.
    expected, low, high : float
        Expected resignations of the whole centre as the table of units shows them; null where they are hidden.
    """

    inputs: ReportInputs
    expected: float
    low: float
    high: float
    turnover: Turnover | None
    costs: Costs | None
    funnel: Funnel | None
    cohorts: pd.DataFrame
    market: pd.DataFrame
    workload: pd.DataFrame
    movements: Movements | None
    actions: Actions


def centre_figures(inputs: ReportInputs, units: pd.DataFrame) -> CentreFigures:
    """Return the figures of the centre's edition.

    Parameters
    ----------
    inputs : ReportInputs
        The month.
    units : DataFrame
        The month's `attrition.report.figures.tables.expected_units`; what it hides is hidden here too.
    """
    as_of, min_group, spells, panel_rows = inputs.as_of, inputs.min_group, inputs.spells, inputs.panel_rows
    hidden_rows = units[units["is_hidden"].astype(bool)]
    hidden = set(zip(hidden_rows["level"].astype(str), hidden_rows["unit"].astype(str), strict=True))
    centre = units[units["level"] == "centre"].iloc[0]
    features = by_name(inputs.features)
    past_scores, empty = inputs.past_scores, pd.DataFrame()
    return CentreFigures(
        inputs=inputs,
        expected=float(centre["expected"]),
        low=float(centre["low"]),
        high=float(centre["high"]),
        turnover=None
        if spells is None
        else turnover(spells, as_of, horizon=inputs.horizon, min_group=min_group, complete_to=inputs.exits_complete_to),
        costs=costs(inputs, units),
        funnel=None
        if past_scores is None
        else funnel(past_scores, horizon=inputs.horizon, min_group=min_group, hidden=hidden),
        cohorts=empty if spells is None else cohorts(spells, as_of, min_group=min_group),
        market=empty if panel_rows is None else market(panel_rows, as_of, min_group=min_group, hidden=hidden),
        workload=empty
        if panel_rows is None
        else workload(panel_rows, features, as_of, min_group=min_group, hidden=hidden),
        movements=movements(inputs, flagged_agents(inputs), hidden=hidden),
        actions=actions(inputs),
    )
