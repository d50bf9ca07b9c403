"""Where base pay stands against the local market, by site and by tenure band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.exposure.agent_months import LONGEST_BAND, TENURE_BANDS
from attrition.report.disclosure import hidden_everywhere, hidden_parts, rounded_share

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

RATIO = "pay_market_ratio"
"""The panel's base pay over the local market median."""

BELOW = 0.98
"""Under this an agent counts as paid below the market."""

OUTER_FROM = 3
"""So many times the smallest group must know their ratio before its outer tenths are told."""

STEP = 0.005
BANDS = [*(name for _, name in TENURE_BANDS), LONGEST_BAND]
COLUMNS = ["by", "group", "agents", "median", "low", "high", "below", "is_hidden"]


def market(rows: pd.DataFrame, as_of: date, *, minimum: int, hidden: Collection[tuple[str, str]] = ()) -> pd.DataFrame:
    """Give the middle and the outer tenths of base pay against the market.

    Parameters
    ----------
    rows : DataFrame
        The panel's agent-months: ``as_of``, `RATIO`, and those of ``site``, ``tenure_band`` there are.
    as_of : date
        Month-end.
    minimum : int
        Smallest group that is shown.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Returns
    -------
    DataFrame
        ``by`` (centre, site, tenure), ``group``, ``agents``, and of those whose ratio is known ``median``, ``low`` and
        ``high`` (10 % and 90 %; null in groups under `OUTER_FROM` times `minimum`), ``below`` (share under `BELOW`,
        rounded); ``is_hidden``. Empty where the site has no market pay.
    """
    if RATIO not in rows:
        return pd.DataFrame(columns=COLUMNS)
    now = rows[rows["as_of"] == pd.Timestamp(as_of)]
    if now[RATIO].notna().sum() < minimum:
        return pd.DataFrame(columns=COLUMNS)
    table = [_row("centre", "centre", now[RATIO], minimum, is_hidden=False)]
    for by, column in (("site", "site"), ("tenure", "tenure_band")):
        if column in now and now[column].notna().any():
            gone = _gone(now[now[RATIO].notna()], column, minimum, hidden)
            groups = sorted(now.groupby(column)[RATIO], key=lambda group: _place(str(group[0])))
            table += [
                _row(by, str(n), part, minimum, is_hidden=str(n) in gone or part.notna().sum() < minimum)
                for n, part in groups
            ]
    return pd.DataFrame(table, columns=COLUMNS)


def _place(group: str) -> tuple[int, str]:
    """Order bands of tenure by tenure, and sites by name."""
    return (BANDS.index(group) if group in BANDS else 0, group)


def _gone(now: pd.DataFrame, column: str, minimum: int, hidden: Collection[tuple[str, str]]) -> set[str]:
    """Choose which sites, or which bands of tenure, are not shown."""
    counts = {str(name): int(n) for name, n in now[column].value_counts().items()}
    if column != "site":
        nowhere = {"": int(now[column].isna().sum())}
        return hidden_parts(counts | {name: n for name, n in nowhere.items() if n}, minimum)
    people = {("centre", "centre"): len(now)} | {("site", name): n for name, n in counts.items()}
    gone = hidden_everywhere([people], {}, minimum=minimum, also=[unit for unit in hidden if unit[0] == "site"])
    return {name for level, name in gone if level == "site"}


def _row(by: str, group: str, ratio: pd.Series, minimum: int, *, is_hidden: bool) -> tuple[object, ...]:
    if is_hidden:
        return (by, group, *[float("nan")] * 5, True)
    heads, ratio = float(len(ratio)), ratio.dropna()
    outer = len(ratio) >= OUTER_FROM * minimum
    low, median, high = (round(round(q / STEP) * STEP, 4) for q in ratio.quantile([0.1, 0.5, 0.9]))
    below = rounded_share(int((ratio < BELOW).sum()), len(ratio))
    missing = float("nan")
    return by, group, heads, median, low if outer else missing, high if outer else missing, below, False
