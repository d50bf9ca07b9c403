"""The watch list: as many agents as the site can talk to, in bands, each with drivers and what the playbook offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.tables import each, headline, merged_twins

if TYPE_CHECKING:
    from attrition.report.products import Products

PLACE = ("site", "team_id", "job_role", "tenure_band")
"""What is told of where an agent works."""

DRIVERS_EACH = 3
SYMPTOMS_EACH = 2
OTHERS_EACH = 3
LEAST_POINTS = 0.3
"""A driver that moves the estimate less than this is not worth a sentence."""


@dataclass(frozen=True, eq=False)
class Watched:
    """One agent of the watch list, with the rows of ``drivers``, ``recommendations`` and ``treated`` that concern it.

    ``suggested`` is what was chosen, ``others`` what else would save more than it costs, ``done`` what was given within
    a year.
    """

    agent_id: str
    band: str
    risk_low: float
    risk_high: float
    place: dict[str, str]
    raising: list[Any]
    warnings: list[Any]
    lowering: list[Any]
    suggested: list[Any]
    others: list[Any]
    done: list[Any]


def watch_list(products: Products) -> list[Watched]:
    """Name the agents with the highest risk, at most `capacity`, in bands.

    Inside a band the order is by staff number: the differences there are smaller than what the model can tell.
    """
    scores = headline(products)
    listed = scores[~scores["abstained"].astype(bool)].head(products.capacity)
    order = {band: place for place, band in enumerate(listed["band"].drop_duplicates())}
    listed = listed.assign(place=listed["band"].map(order)).sort_values(["place", "agent_id"], kind="stable")
    drivers = products.drivers[products.drivers["agent_id"].isin(listed["agent_id"])]
    drivers = _largest_first(merged_twins(drivers[drivers["horizon_months"] == products.horizon]))
    why = _by_agent(drivers)
    offers = _by_agent(_worth_offering(products.recommendations))
    done = _by_agent(_newest_first(products.treated))
    known = [name for name in ("agent_id", *PLACE) if name in products.groups]
    groups = {row.agent_id: vars(row) for row in each(products.groups[known])}
    return [
        _watched(row, why[row.agent_id], offers[row.agent_id], done[row.agent_id], groups.get(row.agent_id, {}))
        for row in each(listed)
    ]


def _worth_offering(recommendations: pd.DataFrame) -> pd.DataFrame:
    """Keep what was chosen and what else would save more than it costs, largest saving first."""
    is_chosen = recommendations["chosen"].astype(bool)
    saves = recommendations["eligible"].astype(bool) & (recommendations["expected_saving"] > 0)
    order = recommendations[is_chosen | saves].sort_values(
        ["expected_saving", "intervention"], ascending=[False, True], kind="stable"
    )
    return order.reset_index(drop=True)


def _newest_first(treated: pd.DataFrame | None) -> pd.DataFrame:
    if treated is None:
        return pd.DataFrame()
    return treated.sort_values(["start_date", "intervention"], ascending=[False, True], kind="stable")


def _by_agent(table: pd.DataFrame) -> defaultdict[str, list[Any]]:
    """Collect the rows of each agent, in the table's order."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in each(table):
        found[row.agent_id].append(row)
    return found


def not_scored(products: Products) -> int:
    """Count the agents the model abstained from."""
    return int(headline(products)["abstained"].astype(bool).sum())


def beyond_capacity(products: Products, listed: list[Watched]) -> int:
    """Count the agents whose band is on the list, while they themselves found no place."""
    scores = headline(products)
    bands = {watched.band for watched in listed}
    same = scores[scores["band"].isin(bands) & ~scores["abstained"].astype(bool)]
    return len(same) - len(listed)


def _watched(score: Any, drivers: list[Any], offers: list[Any], done: list[Any], group: Mapping[str, Any]) -> Watched:
    drivers = [row for row in drivers if not is_like_peers(row)]
    up = [row for row in drivers if row.points >= LEAST_POINTS]
    down = [row for row in drivers if row.points <= -LEAST_POINTS and not row.is_symptom]
    return Watched(
        agent_id=str(score.agent_id),
        band=str(score.band),
        risk_low=float(score.risk_low),
        risk_high=float(score.risk_high),
        place={name: str(value) for name, value in group.items() if pd.notna(value)},
        raising=[row for row in up if not row.is_symptom][:DRIVERS_EACH],
        warnings=[row for row in up if row.is_symptom][:SYMPTOMS_EACH],
        lowering=down[:1],
        suggested=[row for row in offers if row.chosen],
        others=[row for row in offers if not row.chosen][:OTHERS_EACH],
        done=done,
    )


def is_like_peers(row: Any) -> bool:
    """Whether a sentence would set a value beside the same value; it would tell a reader nothing."""
    category = getattr(row, "category", None)
    if isinstance(category, str):
        return bool(category == row.peer_category)
    return bool(row.value == row.peer_value) or bool(pd.isna(row.value) and pd.isna(row.peer_value))


def _largest_first(drivers: pd.DataFrame) -> pd.DataFrame:
    order = drivers.assign(size=drivers["points"].abs())
    return order.sort_values(["size", "subject"], ascending=[False, True], kind="stable").drop(columns="size")
