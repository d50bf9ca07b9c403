"""Time to feedback, errors by kind, and whether they recur after coaching; after disclosure control."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.disclosure import parts_to_hide
from attrition.report.figures.evaluators.evaluations import of_months
from attrition.report.figures.evaluators.feedback import KINDS, Recurrence, errors, recurrence, waits
from attrition.report.rounding import round_share

if TYPE_CHECKING:
    from attrition.report.figures.evaluators.source import Evaluations

ERROR_MONTHS = 3
"""Months whose errors are compared with those of as many months before."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Feedback:
    """Waits for feedback by site, errors per 100 evaluations, and their recurrence; empty or None where not known."""

    waits: pd.DataFrame | None
    errors: pd.DataFrame
    items: pd.DataFrame | None
    recurrence: tuple[Recurrence, ...]


def feedback(source: Evaluations) -> Feedback | None:
    """Return feedback and errors; None where the site supplies neither."""
    kinds = [kind for kind in KINDS if kind in source.whole]
    shown_waits = _waits(source) if "feedback_on" in source.whole else None
    if not kinds and shown_waits is None:
        return None
    return Feedback(
        waits=shown_waits,
        errors=_enough(errors(*_windows(source.whole, source.as_of)), source),
        items=None
        if source.items is None
        else _enough(errors(*_windows(source.items, source.as_of), column="item"), source),
        recurrence=tuple(_recurrences(source, kinds)),
    )


def _windows(rows: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the evaluations of the last months, and those of as many months before."""
    before = as_of - pd.offsets.MonthEnd(ERROR_MONTHS)
    return of_months(rows, as_of, ERROR_MONTHS), of_months(rows, before, ERROR_MONTHS)


def _waits(source: Evaluations) -> pd.DataFrame | None:
    """Return the waits of the sites that may be shown, in whole days; None where too few agents were evaluated."""
    table = waits(source.year, source.as_of)
    people = dict(zip(table["site"], table["agents"], strict=True))
    if people.get("", 0) < source.min_group:
        return None
    sites = {site: int(count) for site, count in people.items() if site}
    table = table[~table["site"].isin(parts_to_hide(sites, source.min_group) if sites else ())]
    without = [
        round_share(round(share * n), int(n)) for share, n in zip(table["without"], table["evaluations"], strict=True)
    ]
    return table.assign(without=without, evaluations=(table["evaluations"] / 10).round() * 10).reset_index(drop=True)


def _enough(table: pd.DataFrame, source: Evaluations) -> pd.DataFrame:
    shown = table[table["agents"] >= source.min_group]
    return shown.assign(now=shown["now"].round(1), before=shown["before"].round(1)).reset_index(drop=True)


def _recurrences(source: Evaluations, kinds: list[str]) -> list[Recurrence]:
    """Return the recurrence of each kind of error of enough agents, coached and not."""
    panel = source.records.panel
    if "team_since_coaching_days" not in panel:
        return []
    is_coached = panel["team_since_coaching_days"] < panel["as_of"].dt.day
    coached = pd.DataFrame({"agent_id": panel["agent_id"], "month": panel["as_of"], "is_coached": is_coached})
    results = [recurrence(source.whole, coached, kind, source.as_of) for kind in kinds]
    sides = ("coached_before", "coached_after", "others_before", "others_after")
    return [
        replace(result, **{name: round(getattr(result, name), 1) for name in (*sides, "difference", "low", "high")})
        for result in results
        if result is not None and min(result.coached_agents, result.other_agents) >= source.min_group
    ]
