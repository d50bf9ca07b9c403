"""Which drivers matter most this month, and what changed in them against the month before and a year ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.driver_views import CENTRE
from attrition.report.disclosure import coarse, counted, hidden_everywhere
from attrition.report.tables import explained, feature_points

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attrition.features.declare import Feature
    from attrition.report.products import Products

MOST = 3
CHANGES = 5
BACK = {"month": 1, "year": 12}


@dataclass(frozen=True, kw_only=True, eq=False)
class Movements:
    """What matters and what moved; points are percentage points of the typical estimate, rounded.

    Parameters
    ----------
    most : DataFrame
        The topics that raise the flagged most over their peers: ``topic``, ``lever``, ``points``, ``raised`` (agents)
        and how the whole centre's points changed: ``month``, ``year``.
    changed : DataFrame
        The topics whose points changed most in the whole centre: ``topic``, ``lever``, ``month``, ``year``.
    sites : DataFrame
        Per site that may be shown: ``site``, ``topic``, ``lever``, ``points`` (over the centre's mean agent) of what
        raises it most, and ``changed``, ``changed_points``: what changed most in it since a year ago, or the month
        before where the data do not reach back.
    subjects : dict of str to str
        For each topic the feature that names it.
    """

    most: pd.DataFrame
    changed: pd.DataFrame
    sites: pd.DataFrame
    subjects: dict[str, str]


def movements(
    products: Products, flagged: Sequence[str], *, hidden: Collection[tuple[str, str]] = ()
) -> Movements | None:
    """Compare what the model says of the centre and its sites over time; nothing without the views of drivers.

    Parameters
    ----------
    products : Products
        With ``driver_views``: this month and earlier months told by one model.
    flagged : sequence of str
        The agents that count as flagged.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Notes
    -----
    Warning signs are left out: they are told elsewhere and are no levers.
    """
    if products.driver_views is None or products.driver_views.empty:
        return None
    views = products.driver_views
    views = views[~views["is_symptom"].astype(bool) & (views["agents"] >= products.min_group)]
    now = pd.Timestamp(products.as_of)
    table = views.groupby(["as_of", "grouping", "group", "agents", "topic"]).agg(
        points=("points", "sum"), lever=("lever", "first")
    )
    table = table.reset_index()
    centre = _over_time(table[table["grouping"] == CENTRE], now).drop(columns=["group", "points"])
    shown = _sites_shown(table, products.min_group, hidden)
    sites = table[(table["grouping"] == "site") & table["group"].isin(shown)]
    return Movements(
        most=_most(products, flagged, centre),
        changed=_largest(centre, CHANGES),
        sites=_of_sites(_over_time(sites, now)),
        subjects={name: subject(name, products.features) for name in table["topic"].unique()},
    )


def subject(name: str, features: Sequence[Feature]) -> str:
    """Choose the feature whose phrase names a topic: one of its own name if there is, the longest window last."""
    twins = [f.name for f in features if f.topic == name and not f.compared]
    own = [twin for twin in twins if twin.startswith(name)]
    return min(own or twins or [name], key=lambda twin: (len(twin), twin))


def _over_time(table: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Lay the months of each group and topic beside each other: points now, and now minus then, rounded."""
    keys = ["group", "topic"]
    here = table[table["as_of"] == now].set_index(keys)[["lever", "agents", "points"]]
    for name, back in BACK.items():
        then = table[table["as_of"] == now - pd.offsets.MonthEnd(back)].set_index(keys)[["points", "agents"]]
        here = here.join(then.rename(columns={"points": f"{name}_then", "agents": f"{name}_agents"}))
        here[name] = here["points"] - here[f"{name}_then"]
        few = here[["agents", f"{name}_agents"]].min(axis=1)
        here[name] = _rounded(here[name], few)
    here["points"] = _rounded(here["points"], here["agents"])
    return here.reset_index()[["group", "topic", "lever", "points", *BACK]]


def _rounded(points: pd.Series, people: pd.Series) -> pd.Series:
    parts = [coarse(points[people == n], int(n)) for n in people.dropna().unique()]
    return pd.concat(parts).reindex(points.index) if parts else pd.Series(np.nan, index=points.index)


def _largest(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """Keep the largest changes since a year ago, then those since the month before; what rounds to nothing is none."""
    year, month = table["year"].abs().fillna(0.0), table["month"].abs().fillna(0.0)
    order = table.assign(size=year, then=month)
    order = order.sort_values(["size", "then", "topic"], ascending=[False, False, True], kind="stable")
    moved = order[(order["size"] > 0) | (order["then"] > 0)]
    return moved.head(number).drop(columns=["size", "then"]).reset_index(drop=True)


def _most(products: Products, flagged: Sequence[str], centre: pd.DataFrame) -> pd.DataFrame:
    columns = ["topic", "lever", "points", "raised", *BACK]
    if len(flagged) < products.min_group:
        return pd.DataFrame(columns=columns)
    everyone, own = products.everyone, explained(products)
    points = feature_points(own, flagged, everyone=everyone, symptoms=False, minimum=products.min_group).head(MOST)
    points = points.assign(
        points=coarse(points["points"], len(flagged)), raised=counted(points["raised"], products.min_group)
    )
    both = points.drop(columns="lever").merge(centre, on="topic", how="left")
    levers = dict(zip(points["topic"], points["lever"], strict=True))
    return both.assign(lever=both["topic"].map(levers))[columns]


def _sites_shown(table: pd.DataFrame, minimum: int, hidden: Collection[tuple[str, str]]) -> set[str]:
    """Name the sites that may be shown in each of the months."""
    months = []
    heads = table.drop_duplicates(["as_of", "grouping", "group"])
    for _, now in heads.groupby("as_of"):
        people = {("centre", "centre"): int(now.loc[now["grouping"] == CENTRE, "agents"].sum())}
        at = now[now["grouping"] == "site"]
        months.append(people | {("site", str(s)): int(n) for s, n in zip(at["group"], at["agents"], strict=True)})
    gone = hidden_everywhere(months, {}, minimum=minimum, also=[unit for unit in hidden if unit[0] == "site"])
    return {name for month in months for level, name in month if level == "site" and (level, name) not in gone}


def _of_sites(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for site, part in table.groupby("group"):
        raised = part[part["points"] > 0].sort_values(["points", "topic"], ascending=[False, True]).head(1)
        since = "year" if part["year"].notna().any() else "month"
        moved = part.assign(size=part[since].abs()).sort_values(["size", "topic"], ascending=[False, True]).head(1)
        moved = moved[moved["size"] > 0]
        rows.append(
            {
                "site": site,
                "topic": raised["topic"].iloc[0] if len(raised) else "",
                "lever": raised["lever"].iloc[0] if len(raised) else "",
                "points": raised["points"].iloc[0] if len(raised) else np.nan,
                "changed": moved["topic"].iloc[0] if len(moved) else "",
                "changed_points": moved[since].iloc[0] if len(moved) else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["site", "topic", "lever", "points", "changed", "changed_points"])
