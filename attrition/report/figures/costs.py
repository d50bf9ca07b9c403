"""The cost of resignations, of the last twelve months and of those expected, by part (recruiting, training and so on).

What each part costs is declared in the playbook (`models/playbook.toml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.predict.costs import base_pay, replacement_parts
from attrition.report.rounding import round_mean

if TYPE_CHECKING:
    from attrition.predict.playbook import BasePay, Replacement
    from attrition.report.inputs import ReportInputs

TWELVE_MONTHS = pd.offsets.MonthEnd(12)


@dataclass(frozen=True, kw_only=True, eq=False)
class Costs:
    """The cost of resignations, in the site's currency.

    Parameters
    ----------
    parts : DataFrame
        Per part (recruiting, training, ramp, vacancy): the cost of all past and of all expected resignations, ``past``
        and ``expected``, and of one, ``past_each`` and ``expected_each``. The past is null where fewer agents resigned
        than the smallest group.
    resigned : int
        Resignations of the last twelve months, whose cost is ``past``.
    past, expected, low, high : float
        Sums over the parts; `low` and `high` are the cost at the ends of the interval of the expected number.
    """

    parts: pd.DataFrame
    resigned: int
    past: float
    expected: float
    low: float
    high: float


def costs(inputs: ReportInputs, units: pd.DataFrame) -> Costs | None:
    """Return the cost of resignations.

    None where the playbook declares no cost or no base pay, where there are no spells, or where the centre's number of
    expected resignations is hidden.

    Parameters
    ----------
    inputs : ReportInputs
        With ``spells``, ``panel_rows``, ``base_pay_history``, ``replacement`` and ``base_pay``.
    units : DataFrame
        Expected resignations as they are shown, from `attrition.report.figures.tables.expected_units`.

    Notes
    -----
    Some parts are declared as shares of base pay. The mean base pay is used, rounded so that nobody's own pay can be
    worked out: for past resignations that of those who resigned, at the last month-end before they left; for expected
    ones that of the agents employed now, weighted by their risk. Agents who left before their first month-end count
    with the amount declared in the playbook. Where the list of exits ends before the month, past costs are not given.
    """
    centre = units[(units["level"] == "centre") & ~units["is_hidden"]]
    if inputs.replacement is None or inputs.base_pay is None or inputs.spells is None or centre.empty:
        return None
    leavers = _leavers(inputs)
    figures = centre.iloc[0]
    leavers_pay = _mean_pay_of_leavers(inputs.base_pay_history, leavers, inputs.base_pay)
    expected_pay = _mean_pay_of_expected(inputs, float(figures["expected"]))
    past, expected = (_cost_per_resignation(inputs.replacement, pay) for pay in (leavers_pay, expected_pay))
    parts = pd.DataFrame({"past_each": past, "expected_each": expected}).rename_axis("part").reset_index()
    parts = parts.assign(past=parts["past_each"] * len(leavers), expected=parts["expected_each"] * figures["expected"])
    if len(leavers) < inputs.min_group or inputs.exits_complete_to is not None:
        parts = parts.assign(past=float("nan"), past_each=float("nan"))
    cost_of_one = float(expected.sum())
    return Costs(
        parts=parts[["part", "past", "past_each", "expected", "expected_each"]],
        resigned=len(leavers),
        past=float(parts["past"].sum(skipna=False)),
        expected=cost_of_one * float(figures["expected"]),
        low=cost_of_one * float(figures["low"]),
        high=cost_of_one * float(figures["high"]),
    )


def _leavers(inputs: ReportInputs) -> pd.DataFrame:
    """Return the spells that ended by resignation in the last twelve months."""
    assert inputs.spells is not None
    as_of = pd.Timestamp(inputs.as_of)
    known = spells_known_at(inputs.spells, as_of)
    return known[(known["exit_kind"] == VOLUNTARY) & (known["left"] > as_of - TWELVE_MONTHS)]


def _cost_per_resignation(replacement: Replacement, pay: float) -> pd.Series:
    """Return the parts of the cost of replacing one agent at this base pay."""
    costs_by_part = replacement_parts(pd.Series([pay]), replacement)
    return pd.Series({name: float(cost.iloc[0]) for name, cost in costs_by_part.items()})


def _mean_pay_of_leavers(history: pd.DataFrame | None, leavers: pd.DataFrame, declared: BasePay) -> float:
    """Return the mean base pay of those who resigned, at the last month-end before they left."""
    if history is None or declared.feature not in history or leavers.empty:
        return declared.default
    paid = history[["agent_id", "as_of", declared.feature]].dropna()
    joined = leavers[["agent_id", "hired", "left"]].merge(paid, on="agent_id", how="left")
    is_in_spell = (joined["as_of"] < joined["left"]) & (joined["as_of"] >= joined["hired"])
    joined = joined[joined["as_of"].isna() | is_in_spell]
    last = joined.sort_values("as_of").drop_duplicates(["agent_id", "hired"], keep="last")
    missing = len(leavers) - len(last)
    total = last[declared.feature].fillna(declared.default).sum() + declared.default * missing
    mean = float(total) / len(leavers)
    return round_mean(mean, len(leavers), range_of_one=mean)


def _mean_pay_of_expected(inputs: ReportInputs, expected: float) -> float:
    """Return the mean base pay of those expected to resign: that of all agents, weighted by risk."""
    declared = inputs.base_pay
    assert declared is not None
    if inputs.panel_rows is None:
        return declared.default
    now = inputs.panel_rows[inputs.panel_rows["as_of"] == pd.Timestamp(inputs.as_of)]
    scores = inputs.scores[inputs.scores["horizon_months"] == inputs.horizon][["agent_id", "risk"]]
    scored = scores.merge(now, on="agent_id", how="left")
    mean = float((scored["risk"] * base_pay(scored, declared)).sum() / scored["risk"].sum())
    return round_mean(mean, int(expected), range_of_one=mean) if expected >= 1 else declared.default
