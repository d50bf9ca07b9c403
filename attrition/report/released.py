"""What of a scored month or a backtest may be stored and shown: the one function that knows what each mode withholds.

In the mode "banded" a person's tables keep their columns, and every figure that would give a risk back is null: an
order of rows, a number of reasons or a choice of offers that follows the risk gives it back too. In "group_only" no
table of persons is left. What is left of groups obeys the smallest group and its complements, as in the report.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.data.people.protection import Mode
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, QualityLine, quality_table
from attrition.model.bands import BAND_NAMES, LOWEST_BAND
from attrition.predict.playbook import ALWAYS_OFFERED, TALK_FIRST
from attrition.report.disclosure import Unit, parts_to_hide, suppress_small_units, units_to_hide
from attrition.report.figures.lever_counts import lever_counts
from attrition.report.figures.tables import merged_by_topic, team_sites
from attrition.report.rounding import round_points

WITHHELD = {
    "scores": ("risk", "risk_low", "risk_high", "involuntary_risk", "rank"),
    "drivers": ("contribution", "points", "peer_risk"),
    "recommendations": ("risk_before", "risk_after", "risk_after_model", "risk_after_evidence", "expected_saving"),
}
"""Columns of persons' tables that hold nulls in the mode "banded"."""
BACKTEST_OF_GROUPS = ("metrics", "months", "groups", "lead_time", "stability")
"""Tables of a backtest that hold no row of a person."""
REASONS = (("causes", 3), ("signs", 2), ("lowering", 1))
"""How many reasons of each kind are named for a person: the same number for all, since more mean a higher risk."""
GRADES = ("randomised", "quasi-experimental", "correlational", "assumption")
LEVEL_OF_GROUPING = {"centre": "centre", "site": "site", "team_id": "team"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Release:
    """What a table must obey before it is stored.

    Parameters
    ----------
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent.
    groups : DataFrame
        ``agent_id``, ``as_of`` and whichever of ``site``, ``team_id`` are known, of every agent-month of the tables.
    horizon : int
        The headline horizon, in months.
    min_group : int
        Smallest group that is shown.
    previously_hidden : collection of (level, unit)
        What the month before did not show.
    """

    mode: Mode
    groups: pd.DataFrame
    horizon: int
    min_group: int
    previously_hidden: Collection[Unit] = ()


def released_month(tables: Mapping[str, pd.DataFrame], release: Release) -> dict[str, pd.DataFrame]:
    """Return the tables of a month that its mode allows, from those of `attrition.steps.month.score_month`.

    In the mode "individual" they are the same. Else ``expected_leavers`` and ``driver_views`` are those of groups large
    enough, ``levers`` counts for how many people of a unit each lever matters, ``scored_by`` names the model and the
    mode, and ``quality`` says what is withheld.
    """
    if release.mode == "individual":
        return dict(tables)
    expected = released_expected(tables["expected_leavers"], release)
    hidden = hidden_units(expected)
    scores = tables["scores"]
    made_by = scores[["as_of", "model_name", "model_version"]].head(1).assign(mode=release.mode)
    of_groups = {
        "expected_leavers": expected,
        "driver_views": _released_views(tables["driver_views"], release, hidden),
        "levers": _levers(tables["drivers"], release, hidden),
        "quality": _with_withheld(tables["quality"], release.mode, people=scores["agent_id"].nunique()),
        "scored_by": made_by.reset_index(drop=True),
    }
    return of_groups if release.mode == "group_only" else of_groups | _of_bands(tables, release)


def released_backtest(
    tables: Mapping[str, pd.DataFrame], release: Release, *, expected: pd.DataFrame, calibration: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables of a backtest that its mode allows; in the mode "individual" they are the same.

    `expected` are the expected numbers of its months with their ranges, `calibration` its groups of similar risks: what
    later reports need instead of scores.
    """
    if release.mode == "individual":
        return dict(tables)
    kept = {name: tables[name] for name in BACKTEST_OF_GROUPS if name in tables}
    kept["groups"] = _large_groups(kept["groups"], release.min_group)
    parts = [released_expected(month, release) for _, month in expected.groupby("as_of")]
    return kept | {
        "expected": pd.concat(parts, ignore_index=True),
        "calibration": calibration[calibration["agents"] >= release.min_group],
    }


def _large_groups(groups: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return the rows of groups (``level``, ``unit``, ``people``) that are large enough, beside each other too."""
    parts = []
    for _, part in groups.groupby("level", sort=False):
        people = {str(unit): int(count) for unit, count in zip(part["unit"], part["people"], strict=True)}
        parts.append(part[~part["unit"].astype(str).isin(parts_to_hide(people, min_group))])
    return pd.concat(parts, ignore_index=True) if parts else groups


def released_expected(expected: pd.DataFrame, release: Release) -> pd.DataFrame:
    """Return the expected numbers of one month as a report shows them: whole, and null where a unit is hidden."""
    as_of = expected["as_of"].iloc[0]
    sites = team_sites(release.groups[release.groups["as_of"] == as_of])
    parts = [
        suppress_small_units(
            rows, sites, min_group=release.min_group, previously_hidden=release.previously_hidden
        ).drop(columns=["site", "is_hidden"])
        for _, rows in expected.groupby("horizon_months")
    ]
    return pd.concat(parts, ignore_index=True)


def means_of_bands(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``scores`` with the mean risk of a band in place of each risk in it, and its place as the rank.

    Within a band all are alike then: whoever draws or chooses by risk does so among bands.
    """
    keys = ["as_of", "horizon_months", "band"]
    means = scores.groupby(keys, dropna=False)[["risk", "involuntary_risk"]].transform("mean")
    place = scores["band"].map({name: number for number, name in enumerate((*BAND_NAMES, LOWEST_BAND), start=1)})
    return scores.assign(
        risk=means["risk"],
        risk_low=means["risk"],
        risk_high=means["risk"],
        involuntary_risk=means["involuntary_risk"],
        rank=place.astype("Int64"),
    )


def offers_of_groups(offers: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return how many people of each site are offered each intervention, and at what cost, without small counts.

    Parameters
    ----------
    offers : DataFrame
        One row per offer: ``agent_id``, ``site``, ``intervention``, ``en``, ``zh``, ``lever``, ``cost``.
    min_group : int
        Smaller counts are left out, with those of other sites that would reveal them.
    """
    keys = ["site", "intervention", "en", "zh", "lever"]
    counts = offers.assign(site=offers["site"].fillna("")).groupby(keys)
    table = counts.agg(offers=("agent_id", "size"), cost=("cost", "sum")).reset_index()
    parts = []
    for _, sites in table.groupby("intervention"):
        small = parts_to_hide(dict(zip(sites["site"].astype(str), sites["offers"].astype(int), strict=True)), min_group)
        parts.append(sites[~sites["site"].isin(small)])
    return pd.concat(parts, ignore_index=True) if parts else table


def hidden_units(expected: pd.DataFrame) -> set[Unit]:
    """Return the units whose figures are withheld in a stored table of expected numbers."""
    rows = expected[expected["headcount"].isna()]
    return set(zip(rows["level"].astype(str), rows["unit"].astype(str), strict=True))


def _levers(drivers: pd.DataFrame, release: Release, hidden: Collection[Unit]) -> pd.DataFrame:
    """Return `lever_counts` of a month, with its end."""
    month = drivers["as_of"].unique()
    rows = drivers[drivers["horizon_months"] == release.horizon]
    groups = release.groups[release.groups["as_of"].isin(month)].drop(columns="as_of")
    table = lever_counts(rows, groups, min_group=release.min_group, hidden=hidden)
    table.insert(0, "as_of", pd.Series(list(month) * len(table), dtype="datetime64[us]"))
    return table


def _with_withheld(quality: pd.DataFrame, mode: Mode, *, people: int) -> pd.DataFrame:
    """Return the quality table with a line that says for how many people what is withheld."""
    rule = Phrase(
        "figures of single agents, withheld by the mode {mode}", "个人数值，按 {mode} 模式不予保留", mode=mode
    )
    line = QualityLine(table="scores", rule=NOTICED + rule, rows=people, columns=WITHHELD["scores"])
    added = quality_table([line]).assign(as_of=quality["as_of"].iloc[0], share=1.0)
    return pd.concat([quality, added[[name for name in quality if name in added]]], ignore_index=True)


def _of_bands(tables: Mapping[str, pd.DataFrame], release: Release) -> dict[str, pd.DataFrame]:
    """Return the tables of persons with bands, reasons and offers, and without a figure."""
    scores = tables["scores"].sort_values(["agent_id", "horizon_months"], ignore_index=True)
    reasons = _main_reasons(tables["drivers"], release.horizon)
    offers = tables["recommendations"].sort_values("agent_id", kind="stable", ignore_index=True)
    offers = _with_choice_by_reason(offers, reasons)
    blank = {"scores": scores, "drivers": reasons, "recommendations": offers}
    withheld = {
        name: table.assign(**{column: _nulls(table[column]) for column in WITHHELD[name] if column in table})
        for name, table in blank.items()
    }
    return withheld | {"treated": tables["treated"]}


def _nulls(column: pd.Series) -> pd.Series:
    return pd.Series(pd.NA if str(column.dtype) == "Int64" else np.nan, index=column.index, dtype=column.dtype)


def _main_reasons(drivers: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the reasons that are named for each agent, as many for everybody, in the order of their names."""
    merged = merged_by_topic(drivers[drivers["horizon_months"] == horizon])
    merged = merged.sort_values(["agent_id", "contribution"], ascending=[True, False], kind="stable")
    is_sign, is_raising = merged["is_symptom"].astype(bool), merged["contribution"] > 0
    kinds = {"causes": merged[~is_sign & is_raising], "signs": merged[is_sign & is_raising]}
    kinds["lowering"] = merged[~is_sign & ~is_raising].iloc[::-1]
    named = pd.concat([kinds[kind].groupby("agent_id").head(number) for kind, number in REASONS])
    named = named.sort_values(["agent_id", "is_symptom", "feature"], kind="stable", ignore_index=True)
    return named[[name for name in drivers.columns if name in named]]


def _with_choice_by_reason(offers: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """Return the offers with one chosen for each agent by their reasons and the best evidence, and not by a saving.

    Capacity is not given to some before others: that would order people. Where no offer fits a reason, it is a talk.
    """
    causes = reasons[~reasons["is_symptom"].astype(bool) & (reasons["direction"] == "raises")]
    levers = pd.MultiIndex.from_frame(causes[["agent_id", "lever"]].astype(str))
    own = pd.MultiIndex.from_frame(offers[["agent_id", "lever"]].astype(str))
    fits = offers["eligible"].astype(bool) & own.isin(levers) & ~offers["intervention"].isin(ALWAYS_OFFERED)
    order = offers["evidence"].map(GRADES.index).where(fits, len(GRADES))
    order = order.mask(~fits & (offers["intervention"] == TALK_FIRST), len(GRADES) - 0.5)
    best = offers.assign(order=order).sort_values(["agent_id", "order"], kind="stable").drop_duplicates("agent_id")
    return offers.assign(chosen=offers.index.isin(best.index))


def _released_views(views: pd.DataFrame, release: Release, hidden: Collection[Unit]) -> pd.DataFrame:
    """Return the drivers of groups without hidden ones, and rounded as the report rounds means of points."""
    shown = _shown_groups(views, release, hidden)
    rows = views[pd.MultiIndex.from_frame(views[["grouping", "group"]].astype(str)).isin(shown)].copy()
    for people in rows["agents"].unique().tolist():
        is_so_large = rows["agents"] == people
        rows.loc[is_so_large, "points"] = round_points(rows.loc[is_so_large, "points"], int(people))
    return rows.assign(
        contribution=rows["contribution"].round(2),
        typical_risk=rows["typical_risk"].round(2),
        typical_risk_of_centre=rows["typical_risk_of_centre"].round(2),
    )


def _shown_groups(views: pd.DataFrame, release: Release, hidden: Collection[Unit]) -> list[tuple[str, str]]:
    people = views.drop_duplicates(["as_of", "grouping", "group"])
    units = people[people["grouping"].isin(LEVEL_OF_GROUPING)]
    months = []
    for _, month in units.groupby("as_of"):
        names = zip(month["grouping"].map(LEVEL_OF_GROUPING), month["group"].astype(str), strict=True)
        months.append(dict(zip(names, month["agents"].astype(int), strict=True)))
    sites = team_sites(release.groups)
    withheld = units_to_hide(months, sites, min_group=release.min_group, always_hidden=hidden)
    shown = [
        (grouping, group)
        for grouping, group in zip(units["grouping"], units["group"].astype(str), strict=True)
        if (LEVEL_OF_GROUPING[grouping], group) not in withheld
    ]
    bands = people[people["grouping"] == "tenure_band"]
    small: set[str] = set()
    for _, month in bands.groupby("as_of"):
        counts = dict(zip(month["group"].astype(str), month["agents"].astype(int), strict=True))
        small |= parts_to_hide(counts, release.min_group)
    return shown + [("tenure_band", group) for group in bands["group"].astype(str).unique() if group not in small]
