"""Appeals by evaluator and by item, after disclosure control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.figures.evaluators.appeals import appeals_by
from attrition.report.figures.evaluators.chance import share_interval
from attrition.report.rounding import round_share

if TYPE_CHECKING:
    from attrition.report.figures.evaluators.source import Evaluations

NEEDED = ("appealed", "appeal_upheld", "appeal_resolved_on")
LEAST_DECIDED = 10
"""Decided appeals from which the share that succeeded is shown."""
RATES = ["rate", "rate_low", "rate_high"]
SUCCESSES = ["success", "success_low", "success_high"]
ORDER = {"more": 0, "fewer": 1, "level": 2}


@dataclass(frozen=True, kw_only=True, eq=False)
class Appeals:
    """Appeals of the year.

    Parameters
    ----------
    rate, success : float
        Appeals per evaluation, and the share of those decided that succeeded (null where too few were).
    success_low, success_high : float
        Its 95 % interval.
    evaluators : DataFrame
        ``evaluator``, ``evaluations``, `RATES`, `SUCCESSES`, ``rate_verdict``, ``success_verdict`` (more, fewer, level,
        against all others together); empty where single people are not shown.
    items : DataFrame or None
        The same by ``item``; None without items.
    """

    rate: float
    success: float
    success_low: float
    success_high: float
    evaluators: pd.DataFrame
    items: pd.DataFrame | None


def appeals(source: Evaluations) -> Appeals | None:
    """Return the appeals of the year; None where the site has none on record, or too few agents were evaluated."""
    if not set(NEEDED) <= set(source.whole):
        return None
    year = source.year
    whole = appeals_by(year.assign(all="all"), "all")
    if not len(whole) or not whole["appeals"].iloc[0] or whole["agents"].iloc[0] < source.min_group:
        return None
    total = whole.iloc[0]
    has_decided = total["decided"] >= LEAST_DECIDED
    low, high = share_interval(int(total["upheld"]), int(total["decided"])) if has_decided else (np.nan, np.nan)
    return Appeals(
        rate=round_share(int(total["appeals"]), int(total["evaluations"])),
        success=round_share(int(total["upheld"]), int(total["decided"])) if has_decided else np.nan,
        success_low=low,
        success_high=high,
        evaluators=_evaluators(source, year),
        items=None if source.items is None else _shown(appeals_by(source.items_of_year, "item"), source, "item"),
    )


def _evaluators(source: Evaluations, year: pd.DataFrame) -> pd.DataFrame:
    table = appeals_by(year.dropna(subset=["evaluator_id"]), "evaluator_id").rename_axis("evaluator")
    table = table.rename(index=lambda name: source.number(str(name)))
    table = _shown(table if source.mode != "group_only" else table.head(0), source, "evaluator")
    if source.mode != "individual":
        table[[*RATES, *SUCCESSES]] = np.nan
    return table


def _shown(table: pd.DataFrame, source: Evaluations, name: str) -> pd.DataFrame:
    """Return rows of enough evaluations, rounded; success of enough decided appeals. Verdicts first, then by name."""
    rows = table[source.is_enough(table["evaluations"], table["agents"])].reset_index()
    few = rows["decided"] < LEAST_DECIDED
    shares = {
        "rate": [round_share(int(n), int(of)) for n, of in zip(rows["appeals"], rows["evaluations"], strict=True)],
        "success": [round_share(int(n), int(of)) for n, of in zip(rows["upheld"], rows["decided"], strict=True)],
    }
    rows = rows.assign(**shares, evaluations=(rows["evaluations"] / 10).round() * 10)
    rows[SUCCESSES] = rows[SUCCESSES].astype(float).mask(few)
    rows["success_verdict"] = rows["success_verdict"].mask(few, "level")
    order = rows[["rate_verdict", "success_verdict"]].apply(lambda column: column.map(ORDER)).min(axis=1)
    rows = rows.assign(order=order).sort_values(["order", name])
    return rows[[name, "evaluations", *RATES, *SUCCESSES, "rate_verdict", "success_verdict"]].reset_index(drop=True)
