"""The indicators of operations by month: of the centre, each site, team and queue, after disclosure control.

A ratio is compared over its agents (for queues: its days), so its interval covers how much they differ, and it is
rounded so coarsely that nobody's own value can be worked out, see `attrition.report.rounding.round_group_means`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy.stats import chi2
from scipy.stats import t as student

from attrition.report.disclosure import CENTRE, parts_to_hide, units_to_hide
from attrition.report.rounding import round_means

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MONTHS = 13
"""Months shown: this one, and the twelve before."""
TURNOVER_MONTHS = 12
"""Turnover is counted over this many months."""
KEYS = ["level", "unit", "site", "indicator"]
ENDS = ["value", "low", "high"]
HEADCOUNT, TURNOVER, TRAINING = "new_agents", "turnover", "training_hours"
"""The indicator whose denominator is the number of agents, the one that is added up over a year, and one that
describes."""


@dataclass(frozen=True)
class Indicator:
    """How an indicator is shown: its unit, which direction is worse, and whether it counts rare events or queues."""

    name: str
    unit: Literal["share", "seconds", "per_100", "hours"]
    worse: Literal["low", "high", "either"]
    is_rare: bool = False
    is_of_queues: bool = False


INDICATORS = (
    Indicator("service_level", "share", "low", is_of_queues=True),
    Indicator("connect_rate", "share", "low", is_of_queues=True),
    Indicator("first_contact_resolution", "share", "low"),
    Indicator("handling_seconds", "seconds", "high"),
    Indicator("talk_seconds", "seconds", "high"),
    Indicator("hold_seconds", "seconds", "high"),
    Indicator("wrap_seconds", "seconds", "high"),
    Indicator("adherence", "share", "low"),
    Indicator("occupancy", "share", "either"),
    Indicator("utilisation", "share", "either"),
    Indicator("scheduled_of_required", "share", "low", is_of_queues=True),
    Indicator("schedule_fit", "share", "low", is_of_queues=True),
    Indicator("worked_of_scheduled", "share", "low"),
    Indicator("fatal_errors", "per_100", "high", is_rare=True),
    Indicator("nonfatal_errors", "per_100", "high"),
    Indicator("absence", "share", "high"),
    Indicator(TURNOVER, "share", "high", is_rare=True),
    Indicator(HEADCOUNT, "share", "either"),
    Indicator(TRAINING, "hours", "either"),
)
"""The indicators in reading order: what customers meet, how calls are handled, staffing, quality, people."""
BY_NAME: Mapping[str, Indicator] = {indicator.name: indicator for indicator in INDICATORS}
PARTS = [
    each.name
    for each in INDICATORS
    if each.unit == "share" and each.name not in ("scheduled_of_required", "worked_of_scheduled", TURNOVER)
]
"""Indicators whose numerator is a part of their denominator, so that they cannot exceed one."""


def indicator_values(
    sums: pd.DataFrame, as_of: pd.Timestamp, *, min_group: int, hidden: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Return each indicator of each group that may be shown, month by month, rounded.

    Parameters
    ----------
    sums : DataFrame
        From `attrition.features.indicators.indicator_sums`.
    as_of : Timestamp
        The last month shown.
    min_group : int
        Smallest group that is shown.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Returns
    -------
    DataFrame
        `KEYS`, ``as_of``, ``value`` with its 95 % interval ``low``, ``high``, and ``clusters`` (agents, or days of a
        queue). Groups that may not be shown in one of the months are left out of all.
    """
    shown = shown_sums(sums, as_of, min_group=min_group, hidden=hidden)
    table = ratios(shown[shown["as_of"] > as_of - pd.offsets.MonthEnd(MONTHS)])
    ranges = ranges_of_one(table[["indicator", "as_of"]], table)
    rounded = {name: round_means(table[name], table["clusters"], range_of_one=ranges) for name in ENDS}
    return table.assign(**rounded)[[*KEYS, "as_of", *ENDS, "clusters"]].reset_index(drop=True)


def ranges_of_one(cells: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return by how much two agents differ, for each pair of ``indicator`` and ``as_of``: two standard deviations.

    Parameters
    ----------
    cells : DataFrame
        ``indicator``, ``as_of``.
    table : DataFrame
        From `ratios`; the rows of the centre say how much its agents differ.
    """
    spread = table[table["level"] == "centre"].set_index(["indicator", "as_of"])["spread"]
    ranges = 2 * spread.reindex(pd.MultiIndex.from_frame(cells)).fillna(0.0)
    return pd.Series(ranges.to_numpy(), index=cells.index)


def shown_sums(
    sums: pd.DataFrame, as_of: pd.Timestamp, *, min_group: int, hidden: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Return the sums of groups that may be shown up to a month, turnover added up over a year.

    A cell over fewer agents than `min_group` is left out even where its group is large enough.
    """
    rows = sums[sums["as_of"] <= as_of]
    turnover = _over_a_year(rows[rows["indicator"] == "resignations"])
    rows = pd.concat([rows[rows["indicator"].isin(list(BY_NAME))], turnover], ignore_index=True)
    recent = rows[(rows["indicator"] == HEADCOUNT) & (rows["as_of"] > as_of - pd.offsets.MonthEnd(MONTHS))]
    not_shown = _hidden_groups(recent, min_group, hidden) | _hidden_queues(rows, as_of, min_group)
    is_hidden = [unit in not_shown for unit in zip(rows["level"], rows["unit"], strict=True)]
    is_of_queues = rows["indicator"].isin([each.name for each in INDICATORS if each.is_of_queues])
    return rows[~np.array(is_hidden, dtype=bool) & (is_of_queues | (rows["clusters"] >= min_group))]


def ratios(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the ratio of each row with its interval and ``spread``, the standard deviation between its agents.

    The variance is that of a ratio estimator over agents (or days), its interval Student's, and that of counted people
    Poisson's (Garwood 1936). A share of what it is part of ends at 1.

    Examples
    --------
    >>> row = {"level": "team", "unit": "A", "site": "", "indicator": "absence", "as_of": pd.Timestamp("2026-10-31")}
    >>> agents = pd.DataFrame({"y": [1.0, 3.0], "x": [10.0, 10.0]})
    >>> squares = {"yy": 10.0, "xy": 40.0, "xx": 200.0}
    >>> one = ratios(pd.DataFrame([row | {"clusters": 2, "y": 4.0, "x": 20.0} | squares]))
    >>> one[["value", "spread"]].round(3).values.tolist()
    [[0.2, 0.1]]
    """
    n, value = sums["clusters"].astype(float), sums["y"] / sums["x"]
    squares = (sums["yy"] - 2 * value * sums["xy"] + value**2 * sums["xx"]).clip(lower=0.0)
    spread = np.sqrt(squares / n) / (sums["x"] / n)
    half = student.ppf(0.975, (n - 1).clip(lower=1)) * spread / np.sqrt((n - 1).clip(lower=1))
    counted, events = sums["indicator"].isin([HEADCOUNT, TURNOVER]), sums["y"]
    low = (value - half).clip(lower=0.0).mask(counted, chi2.ppf(0.025, 2 * events) / 2 / sums["x"]).fillna(0.0)
    high = (value + half).mask(counted, chi2.ppf(0.975, 2 * events + 2) / 2 / sums["x"])
    highest = np.where(sums["indicator"].isin(PARTS), 1.0, np.inf)
    return sums.assign(value=value, low=low, high=np.minimum(high, highest), spread=spread)


def _over_a_year(resignations: pd.DataFrame) -> pd.DataFrame:
    """Return resignations of twelve months over the average number of agents, for months with a whole year behind."""
    names = ["y", "x", "yy", "xy", "xx", "clusters"]
    ordered = resignations.sort_values([*KEYS, "as_of"])
    rolling = ordered.groupby(KEYS)[names].rolling(TURNOVER_MONTHS).sum().reset_index(level=KEYS, drop=True)
    summed = ordered.assign(**rolling, indicator=TURNOVER).dropna(subset="x")
    # An agent is one cluster over the year: agents on average, each with a year at risk.
    scale = {"x": 1, "xy": 1, "xx": 1, "clusters": 1}
    return summed.assign(**{name: summed[name] / TURNOVER_MONTHS for name in scale})


def _hidden_groups(recent: pd.DataFrame, min_group: int, hidden: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the centre, sites and teams that may not be shown in one of the months."""
    teams = recent[recent["level"] == "team"][["unit", "site"]].drop_duplicates()
    teams = teams[~teams["unit"].duplicated(keep=False)]
    months = []
    for _, now in recent[recent["level"] != "queue"].groupby("as_of"):
        people = now.groupby(["level", "unit"])["x"].sum().astype(int)
        names = zip(*(people.index.get_level_values(name) for name in ("level", "unit")), people, strict=True)
        months.append({(str(level), str(unit)): int(count) for level, unit, count in names})
    counted = {unit for month in months for unit in month} | {CENTRE}
    sites = dict(zip(teams["unit"].astype(str), teams["site"].astype(str), strict=True))
    return units_to_hide(months, sites, min_group=min_group, always_hidden=set(hidden) & counted)


def _hidden_queues(sums: pd.DataFrame, as_of: pd.Timestamp, min_group: int) -> set[tuple[str, str]]:
    """Return the queues that too few agents serve in one of the months, and those that would reveal them."""
    of_agents = sums[
        (sums["level"] == "queue") & sums["indicator"].isin(["handling_seconds", "first_contact_resolution"])
    ]
    recent = of_agents[of_agents["as_of"] > as_of - pd.offsets.MonthEnd(MONTHS)]
    not_shown: set[str] = set()
    for _, now in recent.groupby("as_of"):
        agents = now.groupby("unit")["clusters"].max()
        not_shown |= parts_to_hide({str(name): int(count) for name, count in agents.items()}, min_group)
    return {("queue", name) for name in not_shown}
