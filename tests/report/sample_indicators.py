"""Sums behind the indicators of operations, drawn so that their ratios are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from attrition.features.indicators import COLUMNS

AS_OF = pd.Timestamp("2026-10-31")
MONTHS = pd.date_range(end=AS_OF, periods=25, freq="ME")
LEVELS = {
    "first_contact_resolution": (0.89, 0.01),
    "handling_seconds": (330.0, 9.0),
    "adherence": (0.93, 0.01),
    "occupancy": (0.81, 0.02),
    "fatal_errors": (0.04, 0.0),
    "absence": (0.03, 0.008),
}
"""Mean of an indicator, and the deviation of a team's months."""


def sums_of(values: pd.DataFrame, indicator: str, level: str, sites: Mapping[str, str], people: int) -> pd.DataFrame:
    """Return sums over `people` agents with 100 contacts each, by month (rows) and unit (columns)."""
    rows = values.stack().rename("value").rename_axis(["as_of", "unit"]).reset_index()
    rows = rows.assign(level=level, indicator=indicator, clusters=people, x=100.0 * people, xx=100.0**2 * people)
    rows = rows.assign(site=[sites.get(unit, "") for unit in rows["unit"]], y=rows["value"] * rows["x"])
    return rows.assign(xy=rows["value"] * rows["xx"], yy=rows["value"] ** 2 * rows["xx"] + people)[list(COLUMNS)]


def values_of(mean: float, deviation: float, units: list[str], seed: int = 1) -> pd.DataFrame:
    """Draw the values of units in 25 months."""
    drawn = np.random.default_rng(seed).normal(mean, deviation, (len(MONTHS), len(units)))
    return pd.DataFrame(drawn, index=MONTHS, columns=units)


def people_of(units: Mapping[str, int], sites: Mapping[str, str], indicator: str = "new_agents") -> pd.DataFrame:
    """Return the numbers of agents of each team in every month, and those of sites and the centre they add up to."""
    rows = [(month, "team", team, sites[team], count) for month in MONTHS for team, count in units.items()]
    table = pd.DataFrame(rows, columns=["as_of", "level", "unit", "site", "x"])
    by_site = table.groupby(["as_of", "site"], as_index=False)["x"].sum().assign(level="site")
    centre = table.groupby("as_of", as_index=False)["x"].sum().assign(level="centre", unit="centre", site="")
    table = pd.concat([table, by_site.assign(unit=by_site["site"]), centre])
    events = dict.fromkeys(("y", "yy", "xy"), table["x"] // 25)
    return table.assign(indicator=indicator, clusters=table["x"], xx=table["x"], **events)[list(COLUMNS)]


def sample_sums(sizes: Mapping[str, int], sites: Mapping[str, str]) -> pd.DataFrame:
    """Return the sums of a centre of these teams; one team resolves far less this month, and one site answers less."""
    parts = [people_of(sizes, sites, name) for name in ("new_agents", "resignations")]
    units = {"team": [*sizes], "site": sorted({*sites.values()}), "centre": ["centre"]}
    own = {**sites, **{site: site for site in units["site"]}}
    for seed, (name, (mean, deviation)) in enumerate(LEVELS.items()):
        for level, names in units.items():
            values = values_of(mean, deviation / (1 if level == "team" else 4), names, seed)
            if name == "first_contact_resolution" and level == "team":
                values.loc[AS_OF, next(iter(sizes))] -= 0.10
            parts.append(sums_of(values, name, level, own, 30 if level == "team" else 150))
    for seed, name in enumerate(("service_level", "connect_rate", "schedule_fit", "scheduled_of_required")):
        for level, names in (*units.items(), ("queue", ["billing", "orders"])):
            if level != "team":
                values = values_of(0.9, 0.01, names, 10 + seed)
                if name == "service_level" and level == "site":
                    values.loc[AS_OF, units["site"][0]] -= 0.12
                parts.append(sums_of(values, name, level, own, 31))
    parts += [sums_of(values_of(330.0, 3.0, ["billing", "orders"]), "handling_seconds", "queue", {}, 60)]
    return pd.concat(parts, ignore_index=True)
