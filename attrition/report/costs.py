"""What resignations cost, from the parts the playbook declares: those of the last twelve months, and the expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.predict.costs import base_pay, replacement_parts
from attrition.report.disclosure import rounded

if TYPE_CHECKING:
    from attrition.predict.playbook import BasePay, Replacement
    from attrition.report.products import Products

YEAR = pd.offsets.MonthEnd(12)


@dataclass(frozen=True, kw_only=True, eq=False)
class Costs:
    """What resignations cost, in the site's currency.

    Parameters
    ----------
    parts : DataFrame
        Per part (recruiting, training, ramp, vacancy): ``past`` and ``expected``, the sums, and ``past_each``,
        ``expected_each``, per resignation.
    resigned : int
        Resignations of the last twelve months; ``past`` is what they cost.
    past, expected, low, high : float
        Sums over the parts; `low` and `high` are what the ends of the interval of the expected number would cost.
    """

    parts: pd.DataFrame
    resigned: int
    past: float
    expected: float
    low: float
    high: float


def costs(products: Products, units: pd.DataFrame) -> Costs | None:
    """Count what resignations cost; nothing where the playbook's parts, spells or a figure for the centre are missing.

    Parameters
    ----------
    products : Products
        With ``spells``, ``frame``, ``replacement`` and ``base_pay``.
    units : DataFrame
        Expected resignations as they are shown, from `attrition.report.tables.expected_units`.

    Notes
    -----
    Base pay enters as a mean, rounded so that nobody's own can be worked out: of those who resigned, as it was at the
    last month-end before, and of those there are now, weighted by their risk. Whoever reached no month-end counts with
    the declared amount.
    """
    centre = units[(units["level"] == "centre") & ~units["is_hidden"]]
    if products.replacement is None or products.base_pay is None or products.spells is None or centre.empty:
        return None
    left = _resigned(products)
    said = centre.iloc[0]
    pay = _pay_of_leavers(products.paid, left, products.base_pay)
    weighted = _pay_of_expected(products, float(said["expected"]))
    past, expected = (_each(products.replacement, mean) for mean in (pay, weighted))
    parts = pd.DataFrame({"past_each": past, "expected_each": expected}).rename_axis("part").reset_index()
    shown = len(left) >= products.min_group
    parts = parts.assign(past=parts["past_each"] * len(left), expected=parts["expected_each"] * said["expected"])
    parts = parts if shown else parts.assign(past=float("nan"), past_each=float("nan"))
    one = float(expected.sum())
    return Costs(
        parts=parts[["part", "past", "past_each", "expected", "expected_each"]],
        resigned=len(left),
        past=float(parts["past"].sum(skipna=False)),
        expected=one * float(said["expected"]),
        low=one * float(said["low"]),
        high=one * float(said["high"]),
    )


def _resigned(products: Products) -> pd.DataFrame:
    assert products.spells is not None
    as_of = pd.Timestamp(products.as_of)
    known = spells_known_at(products.spells, as_of)
    return known[(known["exit_kind"] == VOLUNTARY) & (known["left"] > as_of - YEAR)]


def _each(declared: Replacement, pay: float) -> pd.Series:
    """Split what replacing one agent at this pay costs."""
    return pd.Series(
        {name: float(cost.iloc[0]) for name, cost in replacement_parts(pd.Series([pay]), declared).items()}
    )


def _pay_of_leavers(rows: pd.DataFrame | None, left: pd.DataFrame, declared: BasePay) -> float:
    """Give the mean base pay of those who resigned, as it stood at the last month-end before."""
    if rows is None or declared.feature not in rows or left.empty:
        return declared.default
    seen = rows[["agent_id", "as_of", declared.feature]].dropna()
    both = left[["agent_id", "hired", "left"]].merge(seen, on="agent_id", how="left")
    both = both[both["as_of"].isna() | ((both["as_of"] < both["left"]) & (both["as_of"] >= both["hired"]))]
    last = both.sort_values("as_of").drop_duplicates(["agent_id", "hired"], keep="last")
    sums = last[declared.feature].fillna(declared.default).sum() + declared.default * (len(left) - len(last))
    mean = float(sums) / len(left)
    return rounded(mean, len(left), one=mean)


def _pay_of_expected(products: Products, expected: float) -> float:
    """Give the mean base pay of those expected to resign: everybody's, by risk."""
    declared = products.base_pay
    assert declared is not None
    if products.frame is None:
        return declared.default
    now = products.frame[products.frame["as_of"] == pd.Timestamp(products.as_of)]
    scores = products.scores[products.scores["horizon_months"] == products.horizon][["agent_id", "risk"]]
    both = scores.merge(now, on="agent_id", how="left")
    mean = float((both["risk"] * base_pay(both, declared)).sum() / both["risk"].sum())
    return rounded(mean, int(expected), one=mean) if expected >= 1 else declared.default
