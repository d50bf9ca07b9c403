"""Simulate pilots with a known effect through the real design and reading; count how often what they say is right.

Each pilot has agents whose risks differ as in a centre, in sites and bands; resignations follow each agent's own
hazard, times the effect for those drawn, and other exits compete. Intervals should cover the truth in 95 % of pilots,
a pilot without effect should seldom seem to have one, and effects should be found as often as the design promised.

    python benchmarks/pilots.py --pilots 200
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from attrition.labels.interventions_received import read_interventions
from attrition.pilot.draw import DesignRequest, DrawnPilot, draw_pilot
from attrition.pilot.lessons import EffectEstimate
from attrition.pilot.preregistration import Offer
from attrition.pilot.reading import PilotReading, read_pilot
from attrition.pilot.verdict import Verdict

BEGUN, HORIZONS = date(2026, 4, 30), (1, 3, 6, 12)
DAYS_PER_MONTH = 184 / 6
"""May to October."""
OTHER_EXITS = 0.006
"""Hazard per month of being dismissed, moved or at a contract's end."""


@dataclass(frozen=True)
class World:
    """A centre to draw pilots in: agents, sites, months of the pilot, capacity of the intervention."""

    agents: int = 1200
    sites: int = 6
    months: int = 6
    capacity: int | None = None


def centre(world: World, lots: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw up agents with hazards that differ by agent and by site; tell the risks as a calibrated model would."""
    site = lots.integers(world.sites, size=world.agents)
    hazard = 0.022 * np.exp(lots.normal(0, 0.75, world.agents) + lots.normal(0, 0.25, world.sites)[site])
    order = np.argsort(np.argsort(-hazard)) + 1
    band = np.select([order <= 0.05 * world.agents, order <= 0.15 * world.agents], ["very_high", "high"], "medium")
    agents = pd.DataFrame(
        {
            "agent_id": [f"{number:06d}" for number in range(world.agents)],
            "site": [f"site {number}" for number in site],
            "tenure_band": lots.choice(["31-90 days", "181-365 days", "2 years and more"], world.agents),
            "band": np.where(order <= 0.40 * world.agents, band, "low"),
            "rank": order,
            "refusal": np.where(lots.random(world.agents) < 0.1, "the agent has it already", ""),
            "hazard": hazard,
        }
    )
    told = [_scores(agents, months) for months in HORIZONS]
    return agents, pd.concat(told, ignore_index=True)


def offer(ratio: float, world: World) -> Offer:
    """Give an intervention of which the playbook says so much."""
    prior = EffectEstimate(hazard_ratio=ratio, low=ratio * 0.85, high=min(1.0, ratio * 1.15))
    words = {"en": "an offer", "zh": "一项措施", "limits": "none", "limits_zh": "无", "source": "a simulation"}
    return Offer(
        id="offer",
        capacity_per_month=world.capacity,
        months_to_effect=0,
        prior=prior,
        grade="assumption",
        **words,
    )


def live(agents: pd.DataFrame, planned: DrawnPilot, *, ratio: float, lots: np.random.Generator) -> pd.DataFrame:
    """Let the months pass: the first of a resignation and another exit ends an agent's time."""
    arm = planned.assignment.set_index("agent_id")["arm"]
    rows = agents[agents["agent_id"].isin(arm.index)].reset_index(drop=True)
    treated = (rows["agent_id"].map(arm) == "treated").to_numpy()
    resigns = lots.exponential(DAYS_PER_MONTH / (rows["hazard"] * np.where(treated, ratio, 1.0)))
    leaves = lots.exponential(DAYS_PER_MONTH / OTHER_EXITS, len(rows))
    left = pd.Timestamp(BEGUN) + pd.to_timedelta(np.ceil(np.minimum(resigns, leaves)).astype(int), unit="D")
    return pd.DataFrame(
        {
            "agent_id": rows["agent_id"],
            "as_of": pd.Timestamp(BEGUN),
            "exit_kind": np.where(resigns <= leaves, "voluntary", "involuntary"),
            "left_on": left,
            "known_on": left,
        }
    )


def pilot(world: World, *, ratio: float, hoped: float, seed: int) -> tuple[DrawnPilot, PilotReading, float]:
    """Design, live and read one pilot; the true risk difference comes along."""
    lots = np.random.default_rng(seed)
    agents, scores = centre(world, lots)
    planned = draw_pilot(
        agents, scores, offer=offer(hoped, world), asked=DesignRequest(f"pilot-{seed}", BEGUN, world.months)
    )
    outcomes = live(agents, planned, ratio=ratio, lots=lots)
    known_at = pd.Timestamp(BEGUN) + pd.offsets.MonthEnd(world.months)
    people = planned.assignment.merge(planned.baseline, on="agent_id")
    found = read_pilot(planned.design, people, outcomes, read_interventions(None), known_at=known_at)
    hazard = agents.set_index("agent_id").loc[planned.assignment["agent_id"], "hazard"].to_numpy()
    truth = _risk(hazard * ratio, world.months) - _risk(hazard, world.months)
    return planned, found, float(truth.mean())


def trial(world: World, *, ratio: float, hoped: float, pilots: int) -> dict[str, float]:
    """Run many pilots and count."""
    runs = [pilot(world, ratio=ratio, hoped=hoped, seed=seed) for seed in range(pilots)]
    read = [found for _, found, _ in runs]
    return {
        "agents": float(np.mean([planned.design.size.agents for planned, _, _ in runs])),
        "treated": float(np.mean([planned.design.size.treated for planned, _, _ in runs])),
        "covered_hazard_ratio": _share(found.ratio.low <= ratio <= found.ratio.high for found in read),
        "covered_difference": _share(f.difference.low <= truth <= f.difference.high for _, f, truth in runs),
        "covered_adjusted": _share(f.adjusted.low <= truth <= f.adjusted.high for _, f, truth in runs),
        "said_works": _share(found.ruling.verdict == Verdict.works for found in read),
        "excluded_no_effect": _share(not found.ratio.low <= 1.0 <= found.ratio.high for found in read),
        "said_does_not": _share(found.ruling.verdict == Verdict.does_not for found in read),
        "power_promised": float(np.mean([planned.design.size.power for planned, _, _ in runs])),
        "width_difference": float(np.mean([f.difference.high - f.difference.low for f in read])),
        "width_adjusted": float(np.mean([f.adjusted.high - f.adjusted.low for f in read])),
    }


WORLDS = {"half treated": World(), "a capacity of 60": World(agents=3000, sites=12, capacity=60)}


def main() -> None:
    """Run every world with the effect that was hoped for, and without any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=200)
    parser.add_argument("--ratio", type=float, default=0.55)
    asked = parser.parse_args()
    began = time.monotonic()
    for name, world in WORLDS.items():
        for ratio in (asked.ratio, 1.0):
            figures = trial(world, ratio=ratio, hoped=asked.ratio, pilots=asked.pilots)
            print(json.dumps({"world": name, "ratio": ratio} | {k: round(v, 3) for k, v in figures.items()}))
    print(f"{time.monotonic() - began:.0f} s")


def _scores(agents: pd.DataFrame, months: int) -> pd.DataFrame:
    risk = _risk(agents["hazard"].to_numpy(), months)
    told = {"agent_id": agents["agent_id"], "horizon_months": months, "risk": risk, "model_version": "1"}
    return pd.DataFrame(told)


def _risk(hazard: np.ndarray, months: float) -> np.ndarray:
    """Give the chance of a resignation within the months, coming before any other exit."""
    both = hazard + OTHER_EXITS
    return hazard / both * -np.expm1(-both * months)


def _share(flags: object) -> float:
    return float(np.mean(list(flags)))  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
