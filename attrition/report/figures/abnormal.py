"""Indicators that are abnormal beyond chance, of teams, sites, queues and the centre, among very many comparisons.

Each group is compared with its own past year and, teams, with the other teams of the month. A month differs from a
group's own past by more than chance where its distance exceeds what the group's months vary anyway: the standard
deviation of its twelve months and the typical one of its level count half each, since twelve months alone estimate it
badly (Smyth 2004, "Linear models and empirical Bayes methods"). Fatal errors, which are rare, of three
months are compared as counts, by the exact binomial test, their variance raised by how unevenly agents make them. The
resignations of a team's year are compared with those of the other teams as a Poisson count; the director's edition
compares them with what the model expected of the same people.

Of thousands of comparisons hundreds would fall outside 95 % limits by chance. Listed is therefore what the procedure of
Benjamini & Hochberg (1995) keeps at a false discovery rate of `FALSE_DISCOVERIES`: of the listed points at most this
share is expected to be chance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binom, poisson
from scipy.stats import t as student

from attrition.report.figures.indicators import BY_NAME, HEADCOUNT, KEYS, TRAINING, TURNOVER, ratios

FALSE_DISCOVERIES = 0.05
PAST_MONTHS, MIN_MONTHS = 12, 6
"""Months a group is compared with, and the fewest of them."""
RARE_MONTHS = 3
"""Rare events are added up over this many months."""
MIN_TEAMS = 8
"""Teams are compared with each other where there are at least this many."""
LEAST_SPREAD = 1e-3
"""The standard deviation of months is taken to be at least this part of their mean."""
LEFT_OUT = (HEADCOUNT, TURNOVER, TRAINING)
"""Indicators that are not compared month by month: how many are new and training describe a group, and turnover is of
a whole year; it is compared as a count."""
RARE = "fatal_errors"
COLUMNS = [*KEYS, "against", "value", "usual", "distance", "p"]


def comparisons(sums: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return every comparison of the month, whether it is abnormal or not.

    Parameters
    ----------
    sums : DataFrame
        From `attrition.report.figures.indicators.shown_sums`: groups that may be shown.
    as_of : Timestamp
        The month.

    Returns
    -------
    DataFrame
        `KEYS`; ``against``, ``past`` or ``others``; ``value``, ``usual`` (what it is compared with); ``distance``, the
        difference in standard deviations; ``p``, the probability of such a distance by chance; ``is_worse``; and
        ``is_abnormal``. Figures are exact: they are rounded where they are shown.
    """
    table = ratios(sums[~sums["indicator"].isin(LEFT_OUT)])
    turnover = sums[(sums["indicator"] == TURNOVER) & (sums["level"] == "team") & (sums["as_of"] == as_of)]
    common, rare = table[table["indicator"] != RARE], table[table["indicator"] == RARE]
    by_month = common.pivot_table(index=KEYS, columns="as_of", values="value")
    parts = [_with_own_past(by_month, as_of), _with_others(by_month, as_of), _rare_with_past(rare, as_of)]
    parts.append(_turnover_with_others(turnover))
    compared = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    worse = compared["indicator"].map(lambda name: BY_NAME[name].worse)
    is_worse = (worse == "either") | ((worse == "high") & (compared["distance"] > 0))
    is_worse |= (worse == "low") & (compared["distance"] < 0)
    is_abnormal = pd.Series(False, index=compared.index)
    for against in ("past", "others"):  # many groups off their past must not loosen the comparison with others
        of_kind = compared["against"] == against
        is_abnormal[of_kind] = discoveries(compared.loc[of_kind, "p"].to_numpy(dtype=float))
    return compared.assign(is_worse=is_worse, is_abnormal=is_abnormal)


def discoveries(p: np.ndarray, rate: float = FALSE_DISCOVERIES) -> np.ndarray:
    """Return which of many comparisons are kept at a false discovery rate (Benjamini & Hochberg 1995).

    Examples
    --------
    >>> discoveries(np.array([0.001, 0.5, 0.02, 0.04]), 0.05).tolist()
    [True, False, True, False]
    """
    order = np.argsort(p, kind="stable")
    is_below = p[order] <= rate * np.arange(1, len(p) + 1) / max(len(p), 1)
    last = np.flatnonzero(is_below).max(initial=-1)
    kept = np.zeros(len(p), dtype=bool)
    kept[order[: last + 1]] = True
    return kept


def _with_own_past(by_month: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Compare each group's month with its own months before."""
    if as_of not in by_month:
        return pd.DataFrame(columns=COLUMNS)
    months = pd.date_range(end=as_of, periods=PAST_MONTHS + 1, freq="ME")[:-1]
    past, now = by_month[[month for month in months if month in by_month]], by_month[as_of]
    number, mean, variance = past.count(axis=1), past.mean(axis=1), past.var(axis=1)
    levels = [by_month.index.get_level_values("level"), by_month.index.get_level_values("indicator")]
    typical = variance.groupby(levels).transform("median")
    pooled, degrees = (variance + typical) / 2, 2 * (number - 1)
    is_alone = variance.groupby(levels).transform("count") < MIN_TEAMS
    pooled, degrees = pooled.mask(is_alone, variance), degrees.mask(is_alone, number - 1)
    distance = (now - mean) / np.sqrt(_not_tiny(pooled, mean) * (1 + 1 / number.clip(lower=1)))
    return _rows(now, mean, distance.mask(number < MIN_MONTHS), degrees, against="past")


def _with_others(by_month: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Compare each team's month with that of all other teams, which it is not part of itself."""
    if as_of not in by_month:
        return pd.DataFrame(columns=COLUMNS)
    now = by_month.loc[by_month.index.get_level_values("level") == "team", as_of].dropna()
    teams = now.groupby(level="indicator")
    n, total, squares = teams.transform("count"), teams.transform("sum"), (now**2).groupby(level="indicator")
    mean = (total - now) / (n - 1)
    variance = ((squares.transform("sum") - now**2) - (n - 1) * mean**2) / (n - 2)
    distance: pd.Series = (now - mean) / np.sqrt(_not_tiny(variance, mean) * (1 + 1 / (n - 1)))
    return _rows(now, mean, distance.mask(n < MIN_TEAMS), n - 2, against="others")


def _not_tiny(variance: pd.Series, mean: pd.Series) -> pd.Series:
    """Return variances, none so small that a difference in the last decimals would count as one."""
    least = (LEAST_SPREAD * mean) ** 2
    return variance.where(variance > least, least)


def _rows(now: pd.Series, usual: pd.Series, distance: pd.Series, degrees: pd.Series, *, against: str) -> pd.DataFrame:
    p = pd.Series(2 * student.sf(distance.abs(), degrees.clip(lower=1)), index=distance.index)
    table = pd.DataFrame({"value": now, "usual": usual, "distance": distance, "p": p}).dropna()
    return table.reset_index().assign(against=against)[COLUMNS]


def _rare_with_past(rare: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Compare events of the last months with those of the year before, as counts."""
    first_now = as_of - pd.offsets.MonthEnd(RARE_MONTHS)
    is_now = rare["as_of"] > first_now
    is_past = ~is_now & (rare["as_of"] > first_now - pd.offsets.MonthEnd(PAST_MONTHS))
    now, past = (rare[rows].groupby(KEYS)[["y", "x"]].sum() for rows in (is_now, is_past))
    both = now.add_suffix("_now").join(past.add_suffix("_past"), how="inner")
    both = both[(both["x_now"] > 0) & (both["x_past"] > 0)]
    uneven = _unevenness(rare[is_now | is_past])
    count, number = both["y_now"] / uneven, (both["y_now"] + both["y_past"]) / uneven
    chance = both["x_now"] / (both["x_now"] + both["x_past"])
    spread = np.sqrt((number * chance * (1 - chance)).clip(lower=1e-9))
    table = both.assign(
        value=both["y_now"] / both["x_now"],
        usual=both["y_past"] / both["x_past"],
        distance=(count - number * chance) / spread,
        p=[_two_sided(*cell) for cell in zip(count, number, chance, strict=True)],
    )
    return table.reset_index().assign(against="past")[COLUMNS]


def _turnover_with_others(teams: pd.DataFrame) -> pd.DataFrame:
    """Compare the resignations of each team's year, as counts, with those of all other teams."""
    if len(teams) < MIN_TEAMS:
        return pd.DataFrame(columns=COLUMNS)
    usual = (teams["y"].sum() - teams["y"]) / (teams["x"].sum() - teams["x"])
    expected = usual * teams["x"]
    half = poisson.pmf(teams["y"], expected) / 2
    above, below = poisson.sf(teams["y"], expected) + half, poisson.cdf(teams["y"], expected) - half
    distance: pd.Series = (teams["y"] - expected) / np.sqrt(expected.clip(lower=1e-9))
    p = np.minimum(1.0, 2 * np.minimum(above, below))
    table = teams.assign(value=teams["y"] / teams["x"], usual=usual, distance=distance, p=p, against="others")
    return table[COLUMNS]


def _unevenness(rare: pd.DataFrame) -> float:
    """Return by how much the variance of counts between agents exceeds that of chance, at least 1."""
    centre = rare[rare["level"] == "centre"]
    if centre.empty or not centre["y"].sum() > 0:
        return 1.0
    value = centre["y"].sum() / centre["x"].sum()
    squares = centre["yy"].sum() - 2 * value * centre["xy"].sum() + value**2 * centre["xx"].sum()
    return max(1.0, float(squares / centre["y"].sum()))


def _two_sided(count: float, number: float, chance: float) -> float:
    """Return the two-sided mid-p value of a binomial count."""
    k, n = round(count), max(round(number), 0)
    half = binom.pmf(k, n, chance) / 2
    return float(min(1.0, 2 * min(binom.cdf(k, n, chance) - half, binom.sf(k, n, chance) + half)))
