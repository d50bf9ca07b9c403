"""The centre's figures of this month as tables: expected resignations, drivers, warning signs; none is drawn here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.data.quality import NOTICED, READ, REPAIRED, SET_ASIDE, USED
from attrition.features.declare import PEER_SUFFIX
from attrition.model.metrics import flagged_count
from attrition.report.disclosure import hidden_units

if TYPE_CHECKING:
    from collections.abc import Collection

    from attrition.report.products import Products

SIGNS = "signs"
"""Stands in the place of a lever for warning signs, which have none."""

RAISED_POINTS = 1.0
"""An agent counts as raised by a driver from this many percentage points on."""

FEATURES_SHOWN = 12
LEAST_MEAN_POINTS = 0.05
"""What would be written as 0.0 points is left out."""

TEAMS_DRAWN = 24
"""A chart of more teams than this is no chart any more; the table behind it holds them all."""


def each(table: pd.DataFrame) -> list[Any]:
    """Go through the rows, columns as attributes."""
    return [SimpleNamespace(**{str(name): value for name, value in row.items()}) for row in table.to_dict("records")]


def headline(products: Products) -> pd.DataFrame:
    """Take the scores of the headline horizon, highest risk first."""
    scores = products.scores[products.scores["horizon_months"] == products.horizon]
    return scores.sort_values(["risk", "agent_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def explained(products: Products) -> pd.DataFrame:
    """Take the drivers of the headline horizon."""
    return products.drivers[products.drivers["horizon_months"] == products.horizon]


def flagged(products: Products) -> list[str]:
    """Name the agents that count as flagged: the share with the highest risk among those scored."""
    scores = headline(products)
    scored = scores[~scores["abstained"].astype(bool)]
    return scored["agent_id"].head(flagged_count(products.capacity_share, len(scored))).tolist()


def expected_units(products: Products) -> pd.DataFrame:
    """Give expected resignations of centre, sites and teams, with small groups hidden.

    Returns
    -------
    DataFrame
        ``level``, ``unit``, ``site`` (of a team), ``headcount``, ``expected``, ``low``, ``high``, ``share`` (of
        headcount) with its ``share_low`` and ``share_high``, ``is_hidden``; teams under their site,
        highest share first.
    """
    table = products.expected_leavers
    table = table[(table["horizon_months"] == products.horizon) & table["level"].isin(["centre", "site", "team"])]
    homes, before = team_sites(products.groups), products.hidden_earlier
    shown = hidden_units(table, homes, minimum=products.min_group, before=before)
    heads = shown["headcount"].where(shown["headcount"] > 0).astype(float)
    shown = shown.assign(
        share=shown["expected"] / heads,
        share_low=shown["low"] / heads,
        share_high=(shown["high"] / heads).clip(upper=1),
    )
    return _teams_under_sites(shown)


def centre_row(units: pd.DataFrame) -> Any:
    """Take the whole centre's row of `expected_units`, columns as attributes."""
    return next(row for row in each(units) if row.level == "centre")


def _teams_under_sites(units: pd.DataFrame) -> pd.DataFrame:
    """Order for reading: the centre, then each site with its teams, then teams without a site of their own."""
    site = units["site"]
    level = units["level"].map({"centre": 0, "site": 1, "team": 2})
    block = level.clip(upper=1) + ((level == 2) & (site == ""))
    order = units.assign(block=block, place=level)
    ascending = [True, True, True, False, True]
    order = order.sort_values(["block", "site", "place", "share", "unit"], ascending=ascending, kind="stable")
    return order.drop(columns=["block", "place"]).reset_index(drop=True)


def drawn_units(units: pd.DataFrame) -> pd.DataFrame:
    """Choose the rows of `expected_units` to draw: what is shown at all, and of many teams the highest of each site."""
    shown = units[~units["is_hidden"].astype(bool)]
    teams = shown[shown["level"] == "team"]
    if len(teams) <= TEAMS_DRAWN:
        return shown.reset_index(drop=True)
    each_site = max(TEAMS_DRAWN // teams["site"].nunique(), 1)
    highest = teams.groupby("site").head(each_site).index
    return shown[(shown["level"] != "team") | shown.index.isin(highest)].reset_index(drop=True)


def team_sites(groups: pd.DataFrame) -> dict[str, str]:
    """Give each team's site, empty where it has none; a team with people in several sites is left out."""
    if "team_id" not in groups:
        return {}
    site = groups["site"].fillna("") if "site" in groups else pd.Series("", index=groups.index)
    pairs = pd.DataFrame({"team": groups["team_id"], "site": site}).dropna(subset="team").drop_duplicates()
    homes = pairs[~pairs["team"].duplicated(keep=False)]
    return dict(zip(homes["team"].astype(str), homes["site"].astype(str), strict=True))


def merged_twins(drivers: pd.DataFrame) -> pd.DataFrame:
    """Add up what an agent's features say of one topic: for a reader they are one statement.

    Column ``topic`` names it (see `attrition.features.declare.Feature`). The row's other columns are those of the
    feature that says most of it in the direction of the whole, the feature itself before its comparison with peers;
    ``subject`` is that feature without ``_vs_peers``.
    """
    table = drivers.assign(is_twin=drivers["feature"].str.endswith(PEER_SUFFIX))
    keys = ["agent_id", "topic"]
    sums = table.groupby(keys)[["points", "contribution"]].transform("sum")
    table = table.assign(is_against=table["points"] * sums["points"] <= 0, size=-table["points"].abs())
    order = table.sort_values([*keys, "is_against", "is_twin", "size", "feature"], kind="stable")
    merged = order.assign(points=sums["points"], contribution=sums["contribution"]).drop_duplicates(keys)
    merged = merged.assign(subject=merged["feature"].str.removesuffix(PEER_SUFFIX))
    return merged.drop(columns=["is_twin", "is_against", "size"]).reset_index(drop=True)


def lever_points(drivers: pd.DataFrame, agents: Collection[str]) -> pd.DataFrame:
    """Average the points of each lever over the named agents; all rows together are their distance from peers.

    Returns
    -------
    DataFrame
        ``lever``, ``points`` (mean over `agents`), ``raised`` (how many of all agents are at least
        `RAISED_POINTS` higher with it), largest first. The lever "none" holds circumstances nobody can set;
        warning signs, whatever their lever, stand under `SIGNS` at the end.
    """
    lever = drivers["lever"].astype("str").mask(drivers["is_symptom"].astype(bool), SIGNS)
    table = _averaged(drivers, lever.rename("lever"), agents)
    return pd.concat([table[table["lever"] != SIGNS], table[table["lever"] == SIGNS]], ignore_index=True)


def feature_points(
    drivers: pd.DataFrame, agents: Collection[str], *, everyone: pd.DataFrame, symptoms: bool, minimum: int
) -> pd.DataFrame:
    """Average the points of each feature over the named agents, with the typical value there and among peers.

    Parameters
    ----------
    drivers : DataFrame
        The drivers of the named agents at least.
    agents : collection of str
        Staff numbers.
    everyone : DataFrame
        The points of all agents: ``agent_id``, ``topic``, ``is_symptom``, ``points``.
    symptoms : bool
        Whether to tell of warning signs or of the others.
    minimum : int
        The fewest agents something typical may be told of.

    Returns
    -------
    DataFrame
        ``topic``, ``subject``, ``lever``, ``points``, ``raised``, and what is typical of the named agents, null under
        `minimum` of them: ``value`` and ``peer_value`` (medians), ``category`` and ``peer_category`` (most common);
        at most `FEATURES_SHOWN` rows, largest first, only what raises.
    """
    for text in ("category", "peer_category"):
        drivers = drivers if text in drivers else drivers.assign(**{text: None})
    told = everyone[everyone["is_symptom"].astype(bool) == symptoms]
    table = _averaged(told, told["topic"].astype("str"), agents)
    own = drivers[(drivers["is_symptom"].astype(bool) == symptoms) & drivers["agent_id"].isin(agents)]
    merged = merged_twins(own)
    subjects = _subjects(merged)
    table = table.assign(subject=table["topic"].map(subjects))
    own = own[own["feature"].isin(subjects)]
    grouped = own.groupby("feature")
    typical = grouped[["value", "peer_value"]].median()
    typical = typical.assign(**{text: grouped[text].agg(_most_common) for text in ("category", "peer_category")})
    typical = typical.where(grouped.size() >= minimum).rename_axis("subject")
    table = table.merge(typical.reset_index(), on="subject", how="left")
    levers = merged.drop_duplicates("topic").set_index("topic")["lever"]
    table = table.assign(lever=table["topic"].map(levers))
    return table[table["points"] >= LEAST_MEAN_POINTS].head(FEATURES_SHOWN).reset_index(drop=True)


def _subjects(merged: pd.DataFrame) -> pd.Series:
    """Name for each topic the feature that told it for most agents (ties: first in the alphabet)."""
    counts = merged.groupby(["topic", "subject"]).size().rename("here").reset_index()
    order = counts.sort_values(["topic", "here", "subject"], ascending=[True, False, True], kind="stable")
    return order.drop_duplicates("topic").set_index("topic")["subject"]


def _averaged(drivers: pd.DataFrame, by: pd.Series, agents: Collection[str]) -> pd.DataFrame:
    """Mean points over the named agents (an agent without a row counts as zero), and how many agents are raised.

    A centre of thousands has millions of rows: they are summed where they stand, and never sorted.
    """
    people, ids = pd.factorize(drivers["agent_id"])
    groups, names = pd.factorize(by, sort=True)
    places = people * max(len(names), 1) + groups
    sums = np.bincount(places, weights=drivers["points"].to_numpy(dtype=float), minlength=len(ids) * len(names))
    each_agent = sums.reshape(len(ids), len(names))
    named = pd.Index(ids).isin(list(agents))
    table = pd.DataFrame(
        {
            by.name: pd.Series(names, dtype=by.dtype),
            "points": each_agent[named].sum(axis=0) / max(len(agents), 1),
            "raised": (each_agent >= RAISED_POINTS).sum(axis=0),
        }
    )
    return table.sort_values(["points", str(by.name)], ascending=[False, True], kind="stable").reset_index(drop=True)


def _most_common(texts: pd.Series) -> object:
    counts = texts.dropna().value_counts()
    return None if counts.empty else sorted(counts[counts == counts.max()].index)[0]


def compared(now: pd.DataFrame, before: pd.DataFrame | None, by: str) -> pd.DataFrame:
    """Put last month's points beside this month's, null where there is no last month."""
    if before is None:
        return now.assign(points_before=np.nan)
    return now.assign(points_before=now[by].map(before.set_index(by)["points"]).astype(float))


def quality_rules(products: Products) -> pd.DataFrame:
    """Give the rules that touched any row this month: rows set aside first, then repaired, then only noticed."""
    table = products.quality
    table = table[(table["rows"] > 0) & ~table["rule"].isin([READ, USED])]
    kinds = [SET_ASIDE, REPAIRED, NOTICED]
    place = [next((n for n, kind in enumerate(kinds) if rule.startswith(kind)), -1) for rule in table["rule"]]
    order = table.assign(place=place).sort_values(
        ["place", "share", "table", "rule"], ascending=[True, False, True, True], kind="stable"
    )
    return order.drop(columns="place").reset_index(drop=True)


def rows_read_and_used(products: Products) -> tuple[int, int]:
    """Count the rows of all tables that were read, and those that were used."""
    rows = products.quality.groupby("rule")["rows"].sum()
    return int(rows.get(READ, 0)), int(rows.get(USED, 0))
