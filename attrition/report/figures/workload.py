"""Means of workload and schedule measures by site: this month, the month before, and a year ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.disclosure import sites_to_hide
from attrition.report.rounding import round_mean

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
"""The measures shown, each by the first of its features that the site has."""

MONTHS_AGO = {"now": 0, "month": 1, "year": 12}
COLUMNS = ["feature", "site", "now", "month", "year", "month_moved", "year_moved"]


def workload(
    panel_rows: pd.DataFrame,
    features: Mapping[str, Feature],
    as_of: date,
    *,
    min_group: int,
    hidden: Collection[tuple[str, str]] = (),
) -> pd.DataFrame:
    """Return the mean of each measure over the agents of the centre and of each site that may be shown.

    Parameters
    ----------
    panel_rows : DataFrame
        The panel's agent-months of those months: ``as_of``, the features, and ``site`` if there are sites.
    features : mapping of str to Feature
        Declarations by name.
    as_of : date
        Month-end.
    min_group : int
        Smallest group that is shown, in each of the months.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Returns
    -------
    DataFrame
        Per feature and site (an empty name is the whole centre): the means ``now``, ``month`` (the month before) and
        ``year`` (a year ago), rounded so that no agent's own value can be worked out, null where it is known of fewer
        than `min_group` agents. ``month_moved`` and ``year_moved`` say whether the mean got ``better`` or ``worse``
        since then, by the feature's declared direction. They are ``level`` where the difference is within two standard
        errors (computed as if the months held different agents), where the feature has no direction, and where a month
        has too few agents. Measures whose value is known of too few agents this month are left out.
    """
    now = pd.Timestamp(as_of)
    ends = {name: now - pd.offsets.MonthEnd(n) if n else now for name, n in MONTHS_AGO.items()}
    months = {name: panel_rows[panel_rows["as_of"] == end] for name, end in ends.items()}
    if len(months["now"]) < min_group:
        return pd.DataFrame(columns=COLUMNS)
    table = []
    for feature in _available(features, panel_rows):
        known = {name: month[month[feature].notna()] for name, month in months.items()}
        if len(known["now"]) < min_group:  # for example because the source table has ended
            continue
        values = panel_rows[feature]
        spread = 1.0 if features[feature].unit == "share" else float(values.max() - values.min())
        for site in ["", *_shown_sites(known, min_group, hidden)]:
            parts = {name: _at_site(month, site)[feature] for name, month in known.items()}
            means = [_mean(part, spread, min_group) for part in parts.values()]
            changes = [_change(parts["now"], parts[name], features[feature], min_group) for name in ("month", "year")]
            table.append((feature, site, *means, *changes))
    return pd.DataFrame(table, columns=COLUMNS)


def _available(features: Mapping[str, Feature], panel_rows: pd.DataFrame) -> list[str]:
    """Return the feature of each measure that the site has."""
    first = (next((name for name in names if name in features and name in panel_rows), None) for names in MEASURES)
    return [name for name in first if name is not None]


def _shown_sites(known: Mapping[str, pd.DataFrame], min_group: int, hidden: Collection[tuple[str, str]]) -> list[str]:
    """Return the sites that may be shown in each of the months."""
    if "site" not in known["now"]:
        return []
    months = [month["site"].astype(object).where(month["site"].notna(), "").value_counts() for month in known.values()]
    people = [{str(site): int(n) for site, n in counts.items()} for counts in months]
    not_shown = sites_to_hide(people, min_group=min_group, always_hidden=hidden)
    return sorted(str(site) for site in known["now"]["site"].dropna().unique() if str(site) not in not_shown)


def _at_site(month: pd.DataFrame, site: str) -> pd.DataFrame:
    return month if site == "" else month[month["site"] == site]


def _mean(values: pd.Series, spread: float, min_group: int) -> float:
    return (
        round_mean(float(values.mean()), len(values), range_of_one=spread) if len(values) >= min_group else float("nan")
    )


def _change(now: pd.Series, then: pd.Series, feature: Feature, min_group: int) -> str:
    """Return whether a mean changed by more than chance, and whether for the better."""
    if min(len(now), len(then)) < min_group:
        return "level"
    error = (now.var() / len(now) + then.var() / len(then)) ** 0.5
    difference = float(now.mean() - then.mean())
    if abs(difference) <= 2.0 * error or not feature.direction:
        return "level"
    return "worse" if difference * feature.direction > 0 else "better"
