"""Numbers that others plan with: leavers ahead, hires and seats, turnover by ISO 30414, reasons, and new hires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.disclosure import CENTRE
from attrition.report.figures.early_survival import early_survival
from attrition.report.figures.hiring_plan import Site, hiring_plan
from attrition.report.figures.leaver_reasons import (
    iso_turnover,
    leavers_by_reason,
    leavers_of_year,
    regretted_losses,
)
from attrition.report.figures.leavers_ahead import leavers_ahead, published_horizons, with_tenure_bands
from attrition.report.figures.turnover import turnover_of

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.inputs import ReportInputs

RAMP = (3.0, 0.4)
"""Months until somebody new is at full strength and the share of their work lost until then, where no playbook says."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """The tables of the section, hidden and rounded; each may be empty where the site's data do not suffice.

    ``horizons`` are the expected numbers within 1, 3, 6 and 12 months, one row per unit; ``months`` the same by month.
    """

    horizons: pd.DataFrame
    months: pd.DataFrame
    hires: pd.DataFrame
    turnover: pd.DataFrame
    reasons: pd.DataFrame
    regretted: pd.DataFrame
    survival: pd.DataFrame


def planned(month: MonthFigures) -> Planned | None:
    """Return what others plan with; None where the whole centre is hidden."""
    inputs = month.inputs
    rows = month.units[month.units["is_hidden"].astype(bool)]
    hidden = set(zip(rows["level"].astype(str), rows["unit"].astype(str), strict=True))
    if CENTRE in hidden or inputs.scores.empty:
        return None
    units = published_horizons(with_tenure_bands(inputs), inputs.groups, min_group=inputs.min_group, hidden=hidden)
    ahead = leavers_ahead(units, inputs.as_of)
    return Planned(horizons=_wide(units), months=ahead, hires=_hires(month, units, ahead), **_of_spells(month))


def _wide(units: pd.DataFrame) -> pd.DataFrame:
    """Return one row per unit with a column for each horizon and end of its range."""
    wide = units.pivot(index=["order", "level", "unit", "headcount"], columns="horizon_months")
    wide = wide[["expected", "low", "high"]]
    wide.columns = pd.Index([f"{column[0]}_{column[1]}" for column in wide.columns])
    return wide.reset_index().drop(columns="order")


def _of_spells(month: MonthFigures) -> dict[str, pd.DataFrame]:
    """Return the tables of those who left, and of new hires."""
    inputs, turnover = month.inputs, month.once(turnover_of)
    names = ("turnover", "reasons", "regretted", "survival")
    if inputs.spells is None or turnover is None:
        return {name: pd.DataFrame() for name in names}
    spells, as_of, least, declared = inputs.spells, inputs.as_of, inputs.min_group, inputs.planning
    years = {year: leavers_of_year(spells, as_of, turnover, year) for year in ("this", "before")}
    return {
        "turnover": iso_turnover(spells, as_of, turnover, retirement=declared.retirement_reasons, min_group=least),
        "reasons": leavers_by_reason(years["this"], min_group=least),
        "regretted": pd.concat(
            regretted_losses(leavers, year, regretted_from=declared.regretted_from, min_group=least)
            for year, leavers in years.items()
        ),
        "survival": early_survival(spells, as_of, min_group=least),
    }


def _hires(month: MonthFigures, units: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Return what the declared headcounts need; nothing for sites that are hidden or not there."""
    inputs = month.inputs
    others = _rate_of_other_exits(month)
    sites = []
    for name, target in inputs.planning.target_headcount.items():
        is_unit = (ahead["unit"] == name) & ahead["level"].isin(["centre", "site"])
        people = units.loc[(units["unit"] == name) & units["level"].isin(["centre", "site"]), "headcount"]
        if is_unit.any():
            headcount, leavers = int(people.iloc[0]), ahead.loc[is_unit, "expected"].to_numpy()
            staying = headcount - np.cumsum(leavers) + leavers
            sites.append(Site(name, headcount, target, tuple((leavers / staying).tolist()), others))
    return hiring_plan(sites, inputs.planning, inputs.as_of, ramp=ramp_of(inputs))


def ramp_of(inputs: ReportInputs) -> tuple[float, float]:
    """Return the months of ramp and the share of work lost in them: as declared, else as in the playbook."""
    playbook = RAMP
    if inputs.replacement is not None:
        playbook = (inputs.replacement.ramp_months, inputs.replacement.ramp_share_lost)
    months = inputs.planning.ramp_months
    return (playbook[0] if months is None else months, playbook[1])


def _rate_of_other_exits(month: MonthFigures) -> float:
    """Return the yearly rate of exits that are no resignations; zero where it is not known."""
    turnover = month.once(turnover_of)
    if turnover is None:
        return 0.0
    rates = turnover.rates
    of_year = rates.loc[(rates["year"] == "this") & (rates["kind"] == "otherwise"), "rate"]
    return float(of_year.iloc[0]) if len(of_year) else 0.0
