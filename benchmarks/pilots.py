"""Simulate pilots with a known effect through the real design and analysis; measure coverage, power and false alarms.

Each pilot has agents whose risks differ as in a centre, in sites and bands; resignations follow each agent's own
hazard, times the effect for the treated, and other exits compete. Intervals should cover the truth in 95 % of pilots,
a pilot without effect should seldom seem to have one, and the power should be that of the design.

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
from attrition.pilot.verdict import Conclusion

START, HORIZONS = date(2026, 4, 30), (1, 3, 6, 12)
DAYS_PER_MONTH = 184 / 6
"""May to October."""
OTHER_EXITS = 0.006
"""Hazard per month of any exit but a resignation."""


@dataclass(frozen=True)
class World:
    """A simulated centre: agents, sites, months of the pilot, capacity of the intervention."""

    agents: int = 1200
    sites: int = 6
    months: int = 6
    capacity: int | None = None


def simulate_centre(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate agents with hazards that differ by agent and by site, and the scores of a calibrated model."""
    site = rng.integers(world.sites, size=world.agents)
    hazard = 0.022 * np.exp(rng.normal(0, 0.75, world.agents) + rng.normal(0, 0.25, world.sites)[site])
    rank = np.argsort(np.argsort(-hazard)) + 1
    band = np.select([rank <= 0.05 * world.agents, rank <= 0.15 * world.agents], ["very_high", "high"], "medium")
    agents = pd.DataFrame(
        {
            "agent_id": [f"{number:06d}" for number in range(world.agents)],
            "site": [f"site {number}" for number in site],
            "tenure_band": rng.choice(["31-90 days", "181-365 days", "2 years and more"], world.agents),
            "band": np.where(rank <= 0.40 * world.agents, band, "low"),
            "rank": rank,
            "ineligible_reason": np.where(rng.random(world.agents) < 0.1, "the agent has it already", ""),
            "hazard": hazard,
        }
    )
    scores = [_scores(agents, months) for months in HORIZONS]
    return agents, pd.concat(scores, ignore_index=True)


def declare_offer(ratio: float, world: World) -> Offer:
    """Return an intervention with this hazard ratio in the playbook."""
    prior = EffectEstimate(hazard_ratio=ratio, low=ratio * 0.85, high=min(1.0, ratio * 1.15))
    texts = {"en": "an offer", "zh": "一项措施", "limits": "none", "limits_zh": "无", "source": "a simulation"}
    return Offer(
        id="offer",
        capacity_per_month=world.capacity,
        months_to_effect=0,
        prior=prior,
        grade="assumption",
        **texts,
    )


def simulate_outcomes(
    agents: pd.DataFrame, pilot: DrawnPilot, *, ratio: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Simulate the months of the pilot: the first of a resignation and another exit ends an agent's follow-up."""
    arm = pilot.assignment.set_index("agent_id")["arm"]
    rows = agents[agents["agent_id"].isin(arm.index)].reset_index(drop=True)
    is_treated = (rows["agent_id"].map(arm) == "treated").to_numpy()
    days_to_resignation = rng.exponential(DAYS_PER_MONTH / (rows["hazard"] * np.where(is_treated, ratio, 1.0)))
    days_to_other_exit = rng.exponential(DAYS_PER_MONTH / OTHER_EXITS, len(rows))
    days = np.ceil(np.minimum(days_to_resignation, days_to_other_exit)).astype(int)
    exit_day = pd.Timestamp(START) + pd.to_timedelta(days, unit="D")
    return pd.DataFrame(
        {
            "agent_id": rows["agent_id"],
            "as_of": pd.Timestamp(START),
            "exit_kind": np.where(days_to_resignation <= days_to_other_exit, "voluntary", "involuntary"),
            "left_on": exit_day,
            "known_on": exit_day,
        }
    )


def simulate_pilot(
    world: World, *, ratio: float, expected_ratio: float, seed: int
) -> tuple[DrawnPilot, PilotReading, float]:
    """Design, simulate and analyse one pilot; return it with the true risk difference."""
    rng = np.random.default_rng(seed)
    agents, scores = simulate_centre(world, rng)
    request = DesignRequest(f"pilot-{seed}", START, world.months)
    pilot = draw_pilot(agents, scores, offer=declare_offer(expected_ratio, world), request=request)
    outcomes = simulate_outcomes(agents, pilot, ratio=ratio, rng=rng)
    known_at = pd.Timestamp(START) + pd.offsets.MonthEnd(world.months)
    members = pilot.assignment.merge(pilot.baseline, on="agent_id")
    reading = read_pilot(pilot.design, members, outcomes, read_interventions(None), known_at=known_at)
    hazard = agents.set_index("agent_id").loc[pilot.assignment["agent_id"], "hazard"].to_numpy()
    truth = _risk(hazard * ratio, world.months) - _risk(hazard, world.months)
    return pilot, reading, float(truth.mean())


def summarise_pilots(world: World, *, ratio: float, expected_ratio: float, pilots: int) -> dict[str, float]:
    """Simulate pilots with the seeds from 0 on, and return coverage, power and false alarms."""
    runs = [simulate_pilot(world, ratio=ratio, expected_ratio=expected_ratio, seed=seed) for seed in range(pilots)]
    readings = [reading for _, reading, _ in runs]
    return {
        "agents": float(np.mean([pilot.design.size.agents for pilot, _, _ in runs])),
        "treated": float(np.mean([pilot.design.size.treated for pilot, _, _ in runs])),
        "covered_hazard_ratio": _share(reading.ratio.low <= ratio <= reading.ratio.high for reading in readings),
        "covered_difference": _share(r.difference.low <= truth <= r.difference.high for _, r, truth in runs),
        "covered_adjusted": _share(r.adjusted.low <= truth <= r.adjusted.high for _, r, truth in runs),
        "verdict_works": _share(reading.verdict.conclusion == Conclusion.works for reading in readings),
        "excluded_no_effect": _share(not reading.ratio.low <= 1.0 <= reading.ratio.high for reading in readings),
        "verdict_does_not": _share(reading.verdict.conclusion == Conclusion.does_not for reading in readings),
        "predicted_power": float(np.mean([pilot.design.size.power for pilot, _, _ in runs])),
        "width_difference": float(np.mean([reading.difference.high - reading.difference.low for reading in readings])),
        "width_adjusted": float(np.mean([reading.adjusted.high - reading.adjusted.low for reading in readings])),
    }


WORLDS = {"half treated": World(), "a capacity of 60": World(agents=3000, sites=12, capacity=60)}


def main() -> None:
    """Run every world with the expected effect, and without any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=200, help="simulated pilots of each world and effect")
    parser.add_argument("--ratio", type=float, default=0.55, help="true hazard ratio of the intervention")
    options = parser.parse_args()
    started = time.monotonic()
    for name, world in WORLDS.items():
        for ratio in (options.ratio, 1.0):
            figures = summarise_pilots(world, ratio=ratio, expected_ratio=options.ratio, pilots=options.pilots)
            print(json.dumps({"world": name, "ratio": ratio} | {k: round(v, 3) for k, v in figures.items()}))
    print(f"{time.monotonic() - started:.0f} s")


def _scores(agents: pd.DataFrame, months: int) -> pd.DataFrame:
    risk = _risk(agents["hazard"].to_numpy(), months)
    columns = {"agent_id": agents["agent_id"], "horizon_months": months, "risk": risk, "model_version": "1"}
    return pd.DataFrame(columns)


def _risk(hazard: np.ndarray, months: float) -> np.ndarray:
    """Return the probability of a resignation within the months, before any other exit."""
    total = hazard + OTHER_EXITS
    return hazard / total * -np.expm1(-total * months)


def _share(flags: object) -> float:
    return float(np.mean(list(flags)))  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
