"""Tables of a month's figures: expected resignations, drivers, warning signs and data quality."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.data.quality import NOTICED, READ, REPAIRED, SET_ASIDE, SUMMED, USED
from attrition.features.declare import PEER_SUFFIX
from attrition.model.metrics import flagged_count
from attrition.report.disclosure import LEVELS, suppress_small_units

if TYPE_CHECKING:
    from collections.abc import Collection

    from attrition.report.inputs import ReportInputs

WARNING_SIGNS = "signs"
"""Value of the column ``lever`` for warning signs: drivers that foretell a resignation but cannot be changed."""

RAISED_POINTS = 1.0
"""An agent's risk counts as raised by a driver that adds at least this many percentage points."""

MAX_TOPICS = 12
MIN_MEAN_POINTS = 0.05
"""Topics with a smaller mean of points are left out: it would be shown as 0.0 points."""

MIN_HEADCOUNT_OF_SHARE = 50
"""Smallest headcount at which the expected number is shown as a share too. It is rounded to a whole one: in a smaller
group, half a resignation would move the share by more than a percentage point."""


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, with its columns as attributes."""
    return [SimpleNamespace(**{str(name): value for name, value in row.items()}) for row in table.to_dict("records")]


def flagged_agents(inputs: ReportInputs) -> list[str]:
    """Return the agents that count as flagged: of those scored, the share `capacity_share` with the highest risk."""
    scored = inputs.ranked_scores
    return scored["agent_id"].head(flagged_count(inputs.capacity_share, len(scored))).tolist()


def expected_units(inputs: ReportInputs) -> pd.DataFrame:
    """Return expected resignations of centre, sites and teams, with small groups hidden.

    Returns
    -------
    DataFrame
        ``level``, ``unit``, ``site`` (of a team), ``headcount``, ``expected``, ``low``, ``high``, ``share`` (of
        headcount) with its ``share_low`` and ``share_high``, null under `MIN_HEADCOUNT_OF_SHARE` but for the centre,
        ``standing`` from `standings`, ``is_hidden``; teams under their site, those above it first.
    """
    table = inputs.expected_leavers
    table = table[(table["horizon_months"] == inputs.horizon) & table["level"].isin(LEVELS)]
    sites = team_sites(inputs.groups)
    units = suppress_small_units(table, sites, min_group=inputs.min_group, previously_hidden=inputs.previous_hidden)
    is_large = (units["headcount"] >= MIN_HEADCOUNT_OF_SHARE) | (units["level"] == "centre")
    headcount = units["headcount"].where(is_large & (units["headcount"] > 0)).astype(float)
    units = units.assign(
        share=units["expected"] / headcount,
        share_low=units["low"] / headcount,
        share_high=(units["high"] / headcount).clip(upper=1),
    )
    return _teams_under_sites(units.assign(standing=standings(units)))


def standings(units: pd.DataFrame) -> list[str]:
    """Return whether each unit is ``above``, ``about`` or ``below`` its site, or the centre; "" where nothing is shown.

    It is above where even the low end of its range is more than would be expected at the rate of its site. All is
    worked out from the rounded numbers that are shown.

    Examples
    --------
    >>> rows = [("site", "a", "", 100, 8.0, 4.0, 12.0), ("team", "t", "a", 20, 5.0, 2.0, 8.0)]
    >>> units = pd.DataFrame(rows, columns=["level", "unit", "site", "headcount", "expected", "low", "high"])
    >>> standings(units)
    ['', 'above']
    """
    rows = rows_of(units)
    rates = {
        (row.level, row.unit): row.expected / row.headcount for row in rows if row.headcount > 0 and row.level != "team"
    }
    centre = next((rate for (level, _), rate in rates.items() if level == "centre"), float("nan"))
    references = [
        float("nan")
        if row.level == "centre"
        else rates.get(("site", row.site), centre)
        if row.level == "team"
        else centre
        for row in rows
    ]
    return [_standing(row, rate * row.headcount) for row, rate in zip(rows, references, strict=True)]


def _standing(row: Any, at_rate_of_reference: float) -> str:
    if math.isnan(at_rate_of_reference):
        return ""
    return "above" if row.low > at_rate_of_reference else "below" if row.high < at_rate_of_reference else "about"


def centre_row(units: pd.DataFrame) -> Any:
    """Return the whole centre's row of `expected_units`, with its columns as attributes."""
    return next(row for row in rows_of(units) if row.level == "centre")


def _teams_under_sites(units: pd.DataFrame) -> pd.DataFrame:
    """Return units in reading order: the centre, then each site with its teams, then teams without a site."""
    level = units["level"].map(LEVELS.index)
    block = level.clip(upper=1) + ((units["level"] == "team") & (units["site"] == ""))
    standing = units["standing"].map({"above": 0, "about": 1, "below": 2}).fillna(3)
    keys = ["block", "site", "level_order", "standing_order", "unit"]
    ordered = units.assign(block=block, level_order=level, standing_order=standing).sort_values(keys, kind="stable")
    return ordered.drop(columns=["block", "level_order", "standing_order"]).reset_index(drop=True)


def units_to_draw(units: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `expected_units` to draw: those of which a share is shown."""
    return units[~units["is_hidden"].astype(bool) & units["share"].notna()].reset_index(drop=True)


def team_sites(groups: pd.DataFrame) -> dict[str, str]:
    """Return each team's site, empty where it has none; a team with people in several sites is left out."""
    if "team_id" not in groups:
        return {}
    site = groups["site"].fillna("") if "site" in groups else pd.Series("", index=groups.index)
    pairs = pd.DataFrame({"team": groups["team_id"], "site": site}).dropna(subset="team").drop_duplicates()
    pairs = pairs[~pairs["team"].duplicated(keep=False)]
    return dict(zip(pairs["team"].astype(str), pairs["site"].astype(str), strict=True))


def merged_by_topic(drivers: pd.DataFrame) -> pd.DataFrame:
    """Return drivers with one row per agent and topic; ``points`` and ``contribution`` are sums over its features.

    A topic is what several features say about one thing, such as occupancy over one month and over three. The other
    columns are those of one of its features that contribute in the direction of the sum: the largest that is not a
    comparison with peers or, if there is none, the largest comparison. ``subject`` is the name of that feature without
    ``_vs_peers``.
    """
    table = drivers.assign(is_comparison=drivers["feature"].str.endswith(PEER_SUFFIX))
    keys = ["agent_id", "topic"]
    sums = table.groupby(keys)[["points", "contribution"]].transform("sum", min_count=1)
    table = table.assign(is_against=table["points"] * sums["points"] <= 0, size=-table["points"].abs())
    ordered = table.sort_values([*keys, "is_against", "is_comparison", "size", "feature"], kind="stable")
    merged = ordered.assign(points=sums["points"], contribution=sums["contribution"]).drop_duplicates(keys)
    merged = merged.assign(subject=merged["feature"].str.removesuffix(PEER_SUFFIX))
    return merged.drop(columns=["is_comparison", "is_against", "size"]).reset_index(drop=True)


def lever_points(drivers: pd.DataFrame, agents: Collection[str]) -> pd.DataFrame:
    """Return the mean points of each lever over the given agents.

    The points sum to how far the mean risk of these agents is from that of their peers, in percentage points.

    Parameters
    ----------
    drivers : DataFrame
        The points of all agents of the month: ``agent_id``, ``lever``, ``is_symptom``, ``points``.
    agents : collection of str
        The ``agent_id`` of those averaged over.

    Returns
    -------
    DataFrame
        ``lever``, ``points`` (mean over `agents`), ``raised`` (to how many of all agents it adds at
        least `RAISED_POINTS`), largest first. The lever "none" holds circumstances nobody can change;
        warning signs, whatever their lever, are last, under `WARNING_SIGNS`.
    """
    lever = drivers["lever"].astype("str").mask(drivers["is_symptom"].astype(bool), WARNING_SIGNS)
    table = _mean_points(drivers, lever.rename("lever"), agents)
    is_sign = table["lever"] == WARNING_SIGNS
    return pd.concat([table[~is_sign], table[is_sign]], ignore_index=True)


def topic_points(
    drivers: pd.DataFrame, agents: Collection[str], *, everyone: pd.DataFrame, symptoms: bool, min_group: int
) -> pd.DataFrame:
    """Return the mean points of each topic over the given agents, with typical values of them and of their peers.

    Parameters
    ----------
    drivers : DataFrame
        The drivers of the given agents at least.
    agents : collection of str
        Their ``agent_id``.
    everyone : DataFrame
        The points of all agents: ``agent_id``, ``topic``, ``is_symptom``, ``points``.
    symptoms : bool
        Whether to return warning signs or the other drivers.
    min_group : int
        The fewest agents for which typical values are shown.

    Returns
    -------
    DataFrame
        ``topic``, ``subject``, ``lever``, ``points``, ``raised``, and what is typical of the given agents, null under
        `min_group` of them: ``value`` and ``peer_value`` (medians), ``category`` and ``peer_category`` (most common);
        at most `MAX_TOPICS` rows, largest first, none under `MIN_MEAN_POINTS`.
    """
    for name in ("category", "peer_category"):
        drivers = drivers if name in drivers else drivers.assign(**{name: None})
    points_of_kind = everyone[everyone["is_symptom"].astype(bool) == symptoms]
    table = _mean_points(points_of_kind, points_of_kind["topic"].astype("str"), agents)
    of_given = drivers[(drivers["is_symptom"].astype(bool) == symptoms) & drivers["agent_id"].isin(agents)]
    merged = merged_by_topic(of_given)
    subjects = _subjects(merged)
    levers = merged.drop_duplicates("topic").set_index("topic")["lever"]
    table = table.assign(subject=table["topic"].map(subjects))
    table = table.merge(
        _typical_values(of_given[of_given["feature"].isin(subjects)], min_group), on="subject", how="left"
    )
    table = table.assign(lever=table["topic"].map(levers))
    return table[table["points"] >= MIN_MEAN_POINTS].head(MAX_TOPICS).reset_index(drop=True)


def topic_subjects(drivers: pd.DataFrame, agents: Collection[str]) -> dict[str, str]:
    """Return the feature that names each topic in all sections: the one that names it for most of the given agents.

    Warning signs are left out.
    """
    rows = drivers[~drivers["is_symptom"].astype(bool) & drivers["agent_id"].isin(agents)]
    return {str(topic): str(name) for topic, name in _subjects(merged_by_topic(rows)).items()}


def _typical_values(drivers: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return median values and most common categories per feature, null for fewer agents than `min_group`."""
    grouped = drivers.groupby("feature")
    typical = grouped[["value", "peer_value"]].median()
    typical = typical.assign(**{name: grouped[name].agg(most_common) for name in ("category", "peer_category")})
    return typical.where(grouped.size() >= min_group).rename_axis("subject").reset_index()


def _subjects(merged: pd.DataFrame) -> pd.Series:
    """Return for each topic the feature that names it for most agents (ties: first in the alphabet)."""
    counts = merged.groupby(["topic", "subject"]).size().rename("agents").reset_index()
    ordered = counts.sort_values(["topic", "agents", "subject"], ascending=[True, False, True], kind="stable")
    return ordered.drop_duplicates("topic").set_index("topic")["subject"]


def _mean_points(drivers: pd.DataFrame, by: pd.Series, agents: Collection[str]) -> pd.DataFrame:
    """Return mean points over the given agents, and to how many agents of `drivers` a group adds `RAISED_POINTS`.

    A given agent without a row counts as zero. A centre of thousands of agents has millions of rows, so they are summed
    with `numpy.bincount`, which needs no sorting, and not with a group-by.
    """
    agent_codes, ids = pd.factorize(drivers["agent_id"])
    group_codes, names = pd.factorize(by, sort=True)
    cells = agent_codes * max(len(names), 1) + group_codes
    sums = np.bincount(cells, weights=drivers["points"].to_numpy(dtype=float), minlength=len(ids) * len(names))
    by_agent = sums.reshape(len(ids), len(names))
    is_given = pd.Index(ids).isin(list(agents))
    table = pd.DataFrame(
        {
            by.name: pd.Series(names, dtype=by.dtype),
            "points": by_agent[is_given].sum(axis=0) / max(len(agents), 1),
            "raised": (by_agent >= RAISED_POINTS).sum(axis=0),
        }
    )
    return table.sort_values(["points", str(by.name)], ascending=[False, True], kind="stable").reset_index(drop=True)


def most_common(texts: pd.Series) -> str | None:
    """Return the most common text (ties: first in the alphabet), or None where there is none."""
    counts = texts.dropna().astype(str).value_counts()
    return None if counts.empty else min(counts[counts == counts.max()].index)


def with_previous_points(levers: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    """Return `levers` with a column ``points_before``, the points of last month; null without `previous`."""
    if previous is None:
        return levers.assign(points_before=np.nan)
    return levers.assign(points_before=levers["lever"].map(previous.set_index("lever")["points"]).astype(float))


def quality_rules(inputs: ReportInputs) -> pd.DataFrame:
    """Return the rules that touched any row this month: rows set aside first, then repaired, then only noticed."""
    table = inputs.quality
    table = table[(table["rows"] > 0) & ~table["rule"].isin([READ, USED])]
    kinds = [SET_ASIDE, SUMMED, REPAIRED, NOTICED]
    order = [next((n for n, kind in enumerate(kinds) if rule.startswith(kind)), -1) for rule in table["rule"]]
    ordered = table.assign(order=order).sort_values(
        ["order", "share", "table", "rule"], ascending=[True, False, True, True], kind="stable"
    )
    return ordered.drop(columns="order").reset_index(drop=True)


def rows_read_and_used(inputs: ReportInputs) -> tuple[int, int]:
    """Return the number of rows of all tables that were read, and of those that were used."""
    rows = inputs.quality.groupby("rule")["rows"].sum()
    return int(rows.get(READ, 0)), int(rows.get(USED, 0))
