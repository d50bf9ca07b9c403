"""The watch list: as many agents as the site can talk to, in bands, each with drivers and what the playbook offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.tables import headline, merged_twins

if TYPE_CHECKING:
    from attrition.report.products import Products

DRIVERS_EACH = 3
SYMPTOMS_EACH = 2
LEAST_POINTS = 0.3
"""A driver that moves the estimate less than this is not worth a sentence."""


@dataclass(frozen=True, eq=False)
class Watched:
    """One agent of the watch list, with the rows of `drivers` and `recommendations` that concern it."""

    agent_id: str
    band: str
    risk_low: float
    risk_high: float
    place: dict[str, str]
    raising: pd.DataFrame
    warnings: pd.DataFrame
    lowering: pd.DataFrame
    suggested: pd.DataFrame


def watch_list(products: Products) -> list[Watched]:
    """Name the agents with the highest risk, at most `capacity`, in bands.

    Inside a band the order is by staff number: the differences there are smaller than what the model can tell.
    """
    scores = headline(products)
    listed = scores[~scores["abstained"].astype(bool)].head(products.capacity)
    order = {band: place for place, band in enumerate(listed["band"].drop_duplicates())}
    listed = listed.assign(place=listed["band"].map(order)).sort_values(["place", "agent_id"], kind="stable")
    drivers = products.drivers[products.drivers["agent_id"].isin(listed["agent_id"])]
    drivers = merged_twins(drivers[drivers["horizon_months"] == products.horizon])
    of = {str(agent): rows for agent, rows in drivers.groupby("agent_id")}
    groups = products.groups.set_index("agent_id")
    nothing = drivers.head(0)
    return [
        _watched(row, of.get(row["agent_id"], nothing), _place(groups, row["agent_id"]), _suggested(products, row))
        for row in listed.to_dict("records")
    ]


def not_scored(products: Products) -> pd.DataFrame:
    """Count the agents the model abstained from, per reason."""
    scores = headline(products)
    reasons = scores.loc[scores["abstained"].astype(bool), "abstain_reason"].fillna("")
    return reasons.value_counts().rename_axis("reason").reset_index(name="agents")


def beyond_capacity(products: Products, listed: list[Watched]) -> int:
    """Count the agents whose band is on the list, while they themselves found no place."""
    scores = headline(products)
    bands = {watched.band for watched in listed}
    same = scores[scores["band"].isin(bands) & ~scores["abstained"].astype(bool)]
    return len(same) - len(listed)


def _watched(row: dict[Any, Any], drivers: pd.DataFrame, place: dict[str, str], suggested: pd.DataFrame) -> Watched:
    symptom = drivers["is_symptom"].astype(bool)
    up, down = drivers["points"] >= LEAST_POINTS, drivers["points"] <= -LEAST_POINTS
    return Watched(
        agent_id=str(row["agent_id"]),
        band=str(row["band"]),
        risk_low=float(row["risk_low"]),
        risk_high=float(row["risk_high"]),
        place=place,
        raising=_largest(drivers[up & ~symptom], DRIVERS_EACH),
        warnings=_largest(drivers[up & symptom], SYMPTOMS_EACH),
        lowering=_largest(drivers[down & ~symptom], 1),
        suggested=suggested,
    )


def _largest(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    order = rows.assign(size=rows["points"].abs()).sort_values(["size", "subject"], ascending=[False, True])
    return order.drop(columns="size").head(count)


def _place(groups: pd.DataFrame, agent: str) -> dict[str, str]:
    if agent not in groups.index:
        return {}
    return {str(column): str(value) for column, value in groups.loc[agent].items() if pd.notna(value)}


def _suggested(products: Products, row: dict[Any, Any]) -> pd.DataFrame:
    table = products.recommendations
    mine = table[(table["agent_id"] == row["agent_id"]) & table["chosen"].astype(bool)]
    return mine.sort_values(["risk_after", "intervention"], kind="stable").reset_index(drop=True)
