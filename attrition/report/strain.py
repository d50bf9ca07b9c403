"""Workload and strain of schedules by site: the month, the month before, and a year ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.disclosure import hidden_everywhere, rounded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from attrition.features.declare import Feature

MEASURES = (
    ("workload_occupancy_1m", "workload_occupancy_3m"),
    ("workload_overtime_minutes_1m", "workload_overtime_minutes_3m"),
    ("workload_abusive_share_1m", "workload_abusive_share_3m"),
    ("schedule_weekend_share_1m", "schedule_weekend_share_3m"),
    ("schedule_night_share_3m",),
    ("schedule_changed_share_1m", "schedule_changed_share_3m"),
    ("schedule_notice_days_3m",),
    ("schedule_leave_denied_share_6m",),
)
"""What is told of a site, each by the first of these features there is."""

BACK = {"now": 0, "month": 1, "year": 12}
COLUMNS = ["feature", "site", "now", "month", "year", "month_moved", "year_moved"]


def strain(
    rows: pd.DataFrame,
    features: Mapping[str, Feature],
    as_of: date,
    *,
    minimum: int,
    hidden: Collection[tuple[str, str]] = (),
) -> pd.DataFrame:
    """Average workload and schedule over the agents of each site.

    Parameters
    ----------
    rows : DataFrame
        The panel's agent-months of those months: ``as_of``, the features, and ``site`` if there are sites.
    features : mapping of str to Feature
        Declarations by name.
    as_of : date
        Month-end.
    minimum : int
        Smallest group that is shown, in each of the months.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Returns
    -------
    DataFrame
        Per feature and site (an empty name is the whole centre): the means ``now``, ``month`` (the month before) and
        ``year`` (a year ago), rounded so that nobody's own value can be worked out, null where fewer than `minimum` are
        known; ``month_moved`` and ``year_moved`` say whether this month stands ``better``, ``worse`` (as the feature
        is declared) or ``level``: no further than two standard errors, as if the months held different agents.
    """
    ends = {
        name: pd.Timestamp(as_of) - pd.offsets.MonthEnd(n) if n else pd.Timestamp(as_of) for name, n in BACK.items()
    }
    months = {name: rows[rows["as_of"] == end] for name, end in ends.items()}
    if len(months["now"]) < minimum:
        return pd.DataFrame(columns=COLUMNS)
    table = []
    for feature in chosen(features, rows):
        known = {name: month[month[feature].notna()] for name, month in months.items()}
        if len(known["now"]) < minimum:  # its source has stopped
            continue
        spread = 1.0 if features[feature].unit == "share" else float(rows[feature].max() - rows[feature].min())
        for site in ["", *_sites(known, minimum, hidden)]:
            parts = {name: _of(month, site)[feature] for name, month in known.items()}
            means = [_mean(part, spread, minimum) for part in parts.values()]
            moved = [_moved(parts["now"], parts[name], features[feature], minimum) for name in ("month", "year")]
            table.append((feature, site, *means, *moved))
    return pd.DataFrame(table, columns=COLUMNS)


def chosen(features: Mapping[str, Feature], rows: pd.DataFrame) -> list[str]:
    """Name the features told, as far as the site has them."""
    first = (next((name for name in names if name in features and name in rows), None) for names in MEASURES)
    return [name for name in first if name is not None]


def _sites(known: Mapping[str, pd.DataFrame], minimum: int, hidden: Collection[tuple[str, str]]) -> list[str]:
    """Name the sites that may be shown in each of the months."""
    if "site" not in known["now"]:
        return []
    counts = {name: month["site"].value_counts() for name, month in known.items()}
    people = [
        {("centre", "centre"): len(known[name])} | {("site", str(site)): int(n) for site, n in sites.items()}
        for name, sites in counts.items()
    ]
    gone = hidden_everywhere(people, {}, minimum=minimum, also=[unit for unit in hidden if unit[0] == "site"])
    return sorted(str(site) for site in counts["now"].index if ("site", str(site)) not in gone)


def _of(month: pd.DataFrame, site: str) -> pd.DataFrame:
    return month if site == "" else month[month["site"] == site]


def _mean(values: pd.Series, spread: float, minimum: int) -> float:
    return rounded(float(values.mean()), len(values), one=spread) if len(values) >= minimum else float("nan")


def _moved(now: pd.Series, then: pd.Series, feature: Feature, minimum: int) -> str:
    """Say whether a mean moved further than chance, and whether that is for the better."""
    if min(len(now), len(then)) < minimum:
        return "level"
    error = (now.var() / len(now) + then.var() / len(then)) ** 0.5
    away = float(now.mean() - then.mean())
    if abs(away) <= 2.0 * error or not feature.direction:
        return "level"
    return "worse" if away * feature.direction > 0 else "better"
