"""Which calibration sessions are worth holding, and whether the last ones drew evaluators together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.figures.evaluators.chance import beyond_chance, two_sided
from attrition.report.figures.evaluators.sessions import PAIR_COLUMNS, narrowing, pairs, spread_of
from attrition.report.figures.evaluators.severity import severities
from attrition.report.figures.evaluators.source import sites_of

if TYPE_CHECKING:
    from attrition.report.figures.evaluators.severity import Severities
    from attrition.report.figures.evaluators.source import Evaluations

ITEMS_NAMED = 3
"""Items that a session is proposed for at most."""
SESSIONS_SHOWN = 6
ITEM_COLUMNS = ["item", "evaluations", "spread", "low", "high"]
SESSION_COLUMNS = ["day", "site", "evaluators", "before", "after", "change", "low", "high", "verdict"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """Proposed sessions, what they are about, and what became of the last ones.

    Parameters
    ----------
    sessions : DataFrame
        `attrition.report.figures.evaluators.sessions.pairs` of evaluators who may be shown, by staff number, and
        ``items`` (list of str, the widest difference first). Empty where the mode shows no single people.
    proposed : int
        Number of sessions.
    items : DataFrame or None
        `ITEM_COLUMNS`: the spread between evaluators in each item, the widest first; None without items.
    held : DataFrame
        `SESSION_COLUMNS`: declared sessions, the latest first.
    waiting : int
        Declared sessions that are too recent to be judged, or after which too few evaluators went on.
    """

    sessions: pd.DataFrame
    proposed: int
    items: pd.DataFrame | None
    held: pd.DataFrame
    waiting: int


def calibration(source: Evaluations) -> Calibration | None:
    """Return proposals and results of calibration; None where fewer than two evaluators can be compared."""
    if source.severity is None:
        return None
    by_item = _severities_by_item(source)
    table = _proposals(source, source.severity, by_item)
    held = [
        narrowing(source.whole, pd.Timestamp(session.day), session.site).assign(day=session.day, site=session.site)
        for session in sorted(source.records.sessions, key=lambda session: session.day, reverse=True)[:SESSIONS_SHOWN]
    ]
    shown = [part for part in held if len(part) and part["evaluators"].iloc[0] >= source.least_evaluators]
    rows = pd.concat(shown)[SESSION_COLUMNS] if shown else pd.DataFrame(columns=SESSION_COLUMNS)
    numbers = ["before", "after", "change", "low", "high"]
    return Calibration(
        sessions=table if source.mode != "group_only" else table.head(0),
        proposed=len(table),
        items=None if by_item is None else _spread_by_item(source, by_item),
        held=rows.assign(**{name: rows[name].astype(float).round(1) for name in numbers}).reset_index(drop=True),
        waiting=len(held) - len(shown),
    )


def _severities_by_item(source: Evaluations) -> dict[str, Severities] | None:
    """Return the severities of evaluators in each item of the form; None without items."""
    if source.items is None:
        return None
    rows = source.recent_items.dropna(subset=["evaluator_id", "score", "item"])
    by_item = {str(item): severities(part) for item, part in rows.groupby("item")}
    return {item: severity for item, severity in by_item.items() if severity is not None}


def _spread_by_item(source: Evaluations, by_item: dict[str, Severities]) -> pd.DataFrame:
    """Return the spread between evaluators in each item of which enough was evaluated."""
    rows = source.recent_items
    counts = {
        str(item): (part["evaluation_id"].nunique(), part["agent_id"].nunique()) for item, part in rows.groupby("item")
    }
    spreads = [
        (item, round(counts[item][0], -1), *(round(value, 1) for value in spread_of(severity)))
        for item, severity in by_item.items()
        if source.is_enough(*counts[item]) and len(severity.mean) >= source.least_evaluators
    ]
    table = pd.DataFrame(spreads, columns=ITEM_COLUMNS)
    return table.sort_values(["spread", "item"], ascending=[False, True], ignore_index=True)


def _proposals(source: Evaluations, severity: Severities, by_item: dict[str, Severities] | None) -> pd.DataFrame:
    """Return the proposed pairs by staff number, with the items in which they differ beyond chance."""
    table = pairs(severity.of(source.enough_evaluators), sites_of(source.recent))
    met = zip(table["stricter"], table["milder"], strict=True)
    items = [_items_of(str(strict), str(mild), by_item or {}) for strict, mild in met]
    numbers = {name: table[name].map(source.number) for name in ("stricter", "milder")}
    points = {name: table[name].astype(float).round(1) for name in ("difference", "low", "high")}
    table = table.assign(**numbers, **points, items=pd.Series(items, index=table.index, dtype=object))
    if source.mode != "individual":
        table[["difference", "low", "high"]] = np.nan
    return table.sort_values(["priority", "stricter"], ignore_index=True)[[*PAIR_COLUMNS, "items"]]


def _items_of(strict: str, mild: str, by_item: dict[str, Severities]) -> list[str]:
    """Return the items in which two evaluators differ beyond chance in the same direction, the widest first."""
    both = {
        item: severity for item, severity in by_item.items() if {strict, mild} <= set(severity.mean.index.astype(str))
    }
    points = {item: severity.mean[strict] - severity.mean[mild] for item, severity in both.items()}
    difference = pd.Series(points, dtype=float)
    error = pd.Series({item: severity.error_between(strict, mild) for item, severity in both.items()}, dtype=float)
    differs = beyond_chance(two_sided(difference, error)) & (difference > 0)
    return [str(item) for item in difference[differs].sort_values(ascending=False).index[:ITEMS_NAMED]]
