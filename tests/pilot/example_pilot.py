"""A pilot small enough to check by hand: its agents, the offer, and their exits."""

from __future__ import annotations

from datetime import date

import pandas as pd

from attrition.labels.interventions_received import read_interventions
from attrition.pilot.draw import DesignRequest, DrawnPilot, draw_pilot
from attrition.pilot.lessons import EffectEstimate
from attrition.pilot.preregistration import Offer

START = date(2026, 4, 30)
END = pd.Timestamp("2026-10-31")
PRIOR = EffectEstimate(hazard_ratio=0.8, low=0.7, high=0.9)
NO_INTERVENTIONS = read_interventions(None)


def offer(**changed: object) -> Offer:
    words = {"en": "a talk", "zh": "一次谈话", "limits": "voluntary", "limits_zh": "自愿", "source": "a paper"}
    fields = {"id": "talk", "capacity_per_month": None, "months_to_effect": 0, "prior": PRIOR, "grade": "assumption"}
    return Offer(**(words | fields | changed))


def candidates(agents: int = 40) -> pd.DataFrame:
    """Return candidates, half of them in Foshan and half in Wuhan, with ranks in the order of ids."""
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


def draw_example_pilot(
    agents: pd.DataFrame | None = None, *, name: str = "talks", max_agents: int | None = None, **changed: object
) -> DrawnPilot:
    agents = candidates() if agents is None else agents
    return draw_pilot(agents, scores(agents), offer=offer(**changed), request=DesignRequest(name, START, 6, max_agents))


def participants(pilot: DrawnPilot) -> pd.DataFrame:
    return pilot.assignment.merge(pilot.baseline, on="agent_id")


def no_exits(agents: pd.Series) -> pd.DataFrame:
    """Return outcomes in which nobody leaves."""
    nothing = {"exit_kind": None, "left_on": pd.NaT, "known_on": pd.NaT}
    rows = pd.DataFrame({"agent_id": agents.to_numpy(), "as_of": pd.Timestamp(START), **nothing})
    return rows.astype({"exit_kind": object, "left_on": "datetime64[us]", "known_on": "datetime64[us]"})


def with_exits(
    outcomes: pd.DataFrame, agents: pd.Series, *, on: str, kind: str = "voluntary", known_on: str | None = None
) -> pd.DataFrame:
    """Return the outcomes with these agents leaving on a day, recorded on that day unless `known_on` is set."""
    rows = outcomes.copy()
    rows.loc[rows["agent_id"].isin(agents), ["exit_kind", "left_on", "known_on"]] = [
        kind,
        pd.Timestamp(on),
        pd.Timestamp(known_on or on),
    ]
    return rows
