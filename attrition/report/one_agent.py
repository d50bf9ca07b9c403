"""Everything the month says of one agent: estimates, what they are made of, what can be offered, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.errors import UserError
from attrition.report.tables import each, headline, merged_twins
from attrition.report.watch import PLACE, is_like_peers

if TYPE_CHECKING:
    from attrition.report.products import Products

LEAST_POINTS = 0.3
"""Topics that move the estimate by less are summed up in one line."""


@dataclass(frozen=True, eq=False)
class OneAgent:
    """One agent: ``estimates`` by horizon, ``topics`` largest first, ``rest`` of points, offers, what is ruled out."""

    agent_id: str
    place: dict[str, str]
    abstained: str
    estimates: list[Any]
    topics: list[Any]
    rest: float
    options: list[Any]
    ruled_out: list[Any]
    done: list[Any]
    staying: pd.DataFrame


def one_agent(products: Products, survival: pd.DataFrame | None, agent: str) -> OneAgent:
    """Take what concerns one agent out of a scored month.

    Parameters
    ----------
    products : Products
        The month.
    survival : DataFrame, optional
        From `attrition.predict.survival.survival`.
    agent : str
        Staff number.

    Raises
    ------
    UserError
        The agent was not at risk in the month.
    """
    now = headline(products)
    mine = now[now["agent_id"] == agent]
    if mine.empty:
        raise UserError(
            f"no agent of that number was at risk at the end of {products.as_of:%Y-%m}; {len(now)} were. Numbers are "
            "text: leading zeros count. Agents on notice are not scored"
        )
    drivers = _of(products.drivers, agent)
    topics = merged_twins(drivers[drivers["horizon_months"] == products.horizon]).assign(
        size=lambda t: -t["points"].abs()
    )
    told = [row for row in each(topics.sort_values(["size", "subject"], kind="stable")) if _is_told(row)]
    offers = _of(products.recommendations, agent)
    is_eligible = offers["eligible"].astype(bool)
    estimates = _of(products.scores, agent).sort_values("horizon_months")
    is_abstained = bool(mine["abstained"].iloc[0])
    return OneAgent(
        agent_id=agent,
        place=_place(products.groups, agent),
        abstained=str(mine["abstain_reason"].iloc[0]) if is_abstained else "",
        estimates=[] if is_abstained else each(estimates),
        topics=[] if is_abstained else told,
        rest=float(topics["points"].sum() - sum(row.points for row in told)),
        options=each(offers[is_eligible].sort_values("expected_saving", ascending=False, kind="stable")),
        ruled_out=each(offers[~is_eligible]),
        done=_done(products.treated, agent),
        staying=pd.DataFrame() if survival is None or is_abstained else _of(survival, agent),
    )


def _of(table: pd.DataFrame, agent: str) -> pd.DataFrame:
    return table[table["agent_id"] == agent].reset_index(drop=True)


def _done(treated: pd.DataFrame | None, agent: str) -> list[Any]:
    if treated is None:
        return []
    return each(_of(treated, agent).sort_values("start_date", ascending=False, kind="stable"))


def _is_told(row: Any) -> bool:
    return abs(row.points) >= LEAST_POINTS and not is_like_peers(row)


def _place(groups: pd.DataFrame, agent: str) -> dict[str, str]:
    rows = _of(groups[[name for name in ("agent_id", *PLACE) if name in groups]], agent)
    return {str(name): str(value) for name, value in rows.iloc[0].items() if pd.notna(value)} if len(rows) else {}
