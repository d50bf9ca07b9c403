"""Base pay over the local market median, by site and by tenure band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.exposure.agent_months import LONGEST_BAND, TENURE_BANDS
from attrition.report.disclosure import parts_to_hide, sites_to_hide
from attrition.report.rounding import round_share

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

RATIO = "pay_market_ratio"
"""Feature of the panel that holds base pay over the local market median."""

BELOW_MARKET = 0.98
"""An agent whose ratio is smaller counts as paid below the market."""

OUTER_TENTHS_MIN_GROUPS = 3
"""The outer tenths are shown for groups of at least this many times the smallest group."""

QUANTILE_STEP = 0.005
"""Quantiles of the ratio are rounded to multiples of this."""

BANDS = [*(name for _, name in TENURE_BANDS), LONGEST_BAND]
"""Tenure bands, the shortest first."""

COLUMNS = ["by", "group", "agents", "median", "low", "high", "below", "is_hidden"]


def market(
    rows: pd.DataFrame, as_of: date, *, min_group: int, hidden: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Return the distribution of base pay over the market median, for the centre, its sites and tenure bands.

    Parameters
    ----------
    rows : DataFrame
        The panel's agent-months: ``as_of``, `RATIO` and, as far as the site has them, ``site``, ``tenure_band``.
    as_of : date
        Month-end.
    min_group : int
        Smallest group that is shown.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Returns
    -------
    DataFrame
        ``by`` (centre, site, tenure), ``group``, ``agents``, and of those whose ratio is known ``median``, ``low`` and
        ``high`` (10 % and 90 % quantiles; null in groups under `OUTER_TENTHS_MIN_GROUPS` times `min_group`), and
        ``below`` (share under `BELOW_MARKET`), all rounded; ``is_hidden``. A hidden row keeps no figure. The table is
        empty where the ratio is known of fewer than `min_group` agents.
    """
    if RATIO not in rows:
        return pd.DataFrame(columns=COLUMNS)
    now = rows[rows["as_of"] == pd.Timestamp(as_of)]
    if now[RATIO].notna().sum() < min_group:
        return pd.DataFrame(columns=COLUMNS)
    table = [_row("centre", "centre", now[RATIO], min_group, is_hidden=False)]
    for by, column in (("site", "site"), ("tenure", "tenure_band")):
        if column in now and now[column].notna().any():
            hidden_groups = _hidden_groups(now[now[RATIO].notna()], column, min_group, hidden)
            groups = sorted(now.groupby(column)[RATIO], key=lambda group: _sort_key(str(group[0])))
            table += [
                _row(by, str(name), ratio, min_group, is_hidden=str(name) in hidden_groups or ratio.count() < min_group)
                for name, ratio in groups
            ]
    return pd.DataFrame(table, columns=COLUMNS)


def _sort_key(group: str) -> tuple[int, str]:
    """Return the sort key of a group: tenure bands by tenure, sites by name."""
    return (BANDS.index(group) if group in BANDS else 0, group)


def _hidden_groups(now: pd.DataFrame, column: str, min_group: int, hidden: Collection[tuple[str, str]]) -> set[str]:
    """Return the sites, or the tenure bands, that are not shown."""
    groups = now[column].astype(object).where(now[column].notna(), "")
    counts = {str(name): int(n) for name, n in groups.value_counts().items()}
    return (
        sites_to_hide([counts], min_group=min_group, always_hidden=hidden)
        if column == "site"
        else parts_to_hide(counts, min_group)
    )


def _row(by: str, group: str, ratio: pd.Series, min_group: int, *, is_hidden: bool) -> tuple[object, ...]:
    if is_hidden:
        return (by, group, *[float("nan")] * 5, True)
    agents, ratio = float(len(ratio)), ratio.dropna()
    has_outer = len(ratio) >= OUTER_TENTHS_MIN_GROUPS * min_group
    low, median, high = (round(round(q / QUANTILE_STEP) * QUANTILE_STEP, 4) for q in ratio.quantile([0.1, 0.5, 0.9]))
    below = round_share(int((ratio < BELOW_MARKET).sum()), len(ratio))
    missing = float("nan")
    return by, group, agents, median, low if has_outer else missing, high if has_outer else missing, below, False
