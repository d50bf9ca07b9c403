"""A pilot small enough to work through by head: agents, the offer, and what became of everybody."""

from __future__ import annotations

from datetime import date

import pandas as pd

from attrition.labels.interventions_received import read_interventions
from attrition.pilot.draw import DesignRequest, DrawnPilot, draw_pilot
from attrition.pilot.lessons import EffectEstimate
from attrition.pilot.preregistration import Offer

BEGUN = date(2026, 4, 30)
END = pd.Timestamp("2026-10-31")
PRIOR = EffectEstimate(hazard_ratio=0.8, low=0.7, high=0.9)
NOTHING_GIVEN = read_interventions(None)


def offer(**changed: object) -> Offer:
    words = {"en": "a talk", "zh": "一次谈话", "limits": "voluntary", "limits_zh": "自愿", "source": "a paper"}
    fields = {"id": "talk", "capacity_per_month": None, "months_to_effect": 0, "prior": PRIOR, "grade": "assumption"}
    return Offer(**(words | fields | changed))


def candidates(agents: int = 40) -> pd.DataFrame:
    """Half in Foshan, half in Wuhan; ranks and ids in the same order."""
    return pd.DataFrame(
        {
            "agent_id": [f"{number:05d}" for number in range(agents)],
            "site": ["Foshan", "Wuhan"] * (agents // 2),
            "tenure_band": "1-2 years",
            "band": "high",
            "rank": range(1, agents + 1),
            "ineligible_reason": "",
        }
    )


def scores(agents: pd.DataFrame, *, risk: float = 0.3) -> pd.DataFrame:
    rows = [agents[["agent_id"]].assign(horizon_months=months, risk=risk * months / 6) for months in (3, 6)]
    return pd.concat(rows, ignore_index=True).assign(model_version="7")


def planned(
    agents: pd.DataFrame | None = None, *, name: str = "talks", most: int | None = None, **changed: object
) -> DrawnPilot:
    agents = candidates() if agents is None else agents
    return draw_pilot(agents, scores(agents), offer=offer(**changed), request=DesignRequest(name, BEGUN, 6, most))


def people(drawn: DrawnPilot) -> pd.DataFrame:
    return drawn.assignment.merge(drawn.baseline, on="agent_id")


def stayed(agents: pd.Series) -> pd.DataFrame:
    """Nobody leaves."""
    nothing = {"exit_kind": None, "left_on": pd.NaT, "known_on": pd.NaT}
    rows = pd.DataFrame({"agent_id": agents.to_numpy(), "as_of": pd.Timestamp(BEGUN), **nothing})
    return rows.astype({"exit_kind": object, "left_on": "datetime64[us]", "known_on": "datetime64[us]"})


def left(
    outcomes: pd.DataFrame, agents: pd.Series, *, on: str, kind: str = "voluntary", known: str | None = None
) -> pd.DataFrame:
    """Let these agents leave on a day, known the same day unless said."""
    rows = outcomes.copy()
    rows.loc[rows["agent_id"].isin(agents), ["exit_kind", "left_on", "known_on"]] = [
        kind,
        pd.Timestamp(on),
        pd.Timestamp(known or on),
    ]
    return rows
