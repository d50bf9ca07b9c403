"""How soon `attrition monitor` notices that the level is off, and how often it alarms where nothing changed.

Drawing and fitting a whole centre for each seed would take days. So the agents of one fitted centre are drawn anew for
each seed, with the risks that the product gave them month by month (its backtest) and the hazards that the simulation
really used (``exports/truth``). For each seed: a calibrated level that misses by as much as its resignations allow,
shocks of single months, resignations agent by agent, each at most once a month, and the test of the product itself.
What single months miss by is nothing, a shock of 10 %, or what the product's backtest months missed the truth by (each
is of another model, so that one version in use misses by less). The worlds are steady for 24 months, or the level is
30 % off from the first month or from the seventh.

"At best" is what no test can beat that keeps its false alarms: the power of the most powerful test (Neyman and Pearson)
that knows direction and month of the change, and may be wrong in 3 of ``months between`` months.

    attrition demo --workspace demo
    python benchmarks/monitoring.py demo --seeds 200
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from centre_truth import centre_truth
from scipy.stats import norm

from attrition.monitor.counts import CountModel, level_evidence

SIZES, SHOCKS, CHANGES, BEGINNINGS = (300, 1200, 5000), (0.0, 0.1), (0.7, 1.3), (0, 6)
STEADY_MONTHS, EARLIER_MONTHS, MONTHS_TO_NOTICE, CALIBRATION_MONTHS = 24, 12, 3, 12


@dataclass(frozen=True, eq=False)
class Centre:
    """The agents of one fitted centre: by agent and month the product's risk and the true hazard; zeros when away."""

    risk: np.ndarray
    hazard: np.ndarray

    @classmethod
    def read(cls, workspace: Path) -> Centre:
        """Read the backtest's risks of one month ahead and the truth behind the exports."""
        scores = pd.read_parquet(workspace / "runs" / "backtest" / "scores.parquet")
        truth = centre_truth(workspace, "agent_months")
        one = scores.loc[scores["horizon_months"] == 1, ["agent_id", "as_of", "risk"]]
        dates = {"as_of": "datetime64[us]"}
        rows = one.astype(dates).merge(
            truth[["agent_id", "as_of", "oracle_1m"]].astype(dates), on=["agent_id", "as_of"]
        )
        tables = (rows.pivot(index="agent_id", columns="as_of", values=name) for name in ("risk", "oracle_1m"))
        risk, hazard = (table.fillna(0.0).to_numpy() for table in tables)
        return cls(risk, hazard)

    def with_level(self, level: np.ndarray | float) -> Centre:
        """Return the centre with the risks of each month multiplied."""
        return Centre(self.risk * level, self.hazard)

    @property
    def level(self) -> np.ndarray:
        """True over expected resignations by month."""
        return self.hazard.sum(axis=0) / self.risk.sum(axis=0)

    @property
    def employed(self) -> float:
        """The mean share of the agents that is there in a month."""
        return float((self.hazard > 0).mean())


@dataclass(frozen=True)
class World:
    """A centre of so many agents, with shocks of single months, and perhaps a change of its level."""

    agents: int
    shock: float = 0.0
    change: float = 1.0
    begins: int = 0


def counts(centre: Centre, world: World, months: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return observed and expected resignations month by month, of agents drawn from the centre."""
    chosen = draw.integers(len(centre.risk), size=round(world.agents / centre.employed))
    risk, hazard = centre.risk[chosen], centre.hazard[chosen]
    cycle = np.arange(months) % risk.shape[1]
    shocks = draw.gamma(1 / world.shock**2, world.shock**2, months) if world.shock else np.ones(months)
    level = np.where(np.arange(months) >= world.begins, world.change, 1.0) * shocks
    observed = [
        (draw.random(len(chosen)) < hazard[:, month] * factor).sum() for month, factor in zip(cycle, level, strict=True)
    ]
    return np.array(observed, dtype=float), risk.sum(axis=0)[cycle]


def alarms(centre: Centre, world: World, months: int, seed: int, *, months_between: float) -> np.ndarray:
    """Return whether an alarm stood after each month of one world."""
    draw = np.random.default_rng(seed)
    earlier = counts(centre, World(world.agents, world.shock), EARLIER_MONTHS, draw)
    observed, expected = counts(centre, world, months, draw)
    calibrated_on = int(CALIBRATION_MONTHS * expected.mean())
    missed_by = np.exp(draw.normal(0.0, 1.0 / np.sqrt(calibrated_on)))
    model = CountModel.calibrated_on(calibrated_on, earlier=earlier)
    return level_evidence(observed, expected * missed_by, model=model, months_between=months_between).is_alarm


def false_alarms(centre: Centre, world: World, seeds: int, *, months_between: float) -> np.ndarray:
    """Return how many alarms began within 24 steady months, by seed."""
    counted = []
    for seed in range(seeds):
        standing = alarms(centre, world, STEADY_MONTHS, seed, months_between=months_between)
        counted.append(int((standing & ~np.r_[False, standing[:-1]]).sum()))
    return np.array(counted)


def caught(centre: Centre, world: World, seeds: int, *, months_between: float) -> float:
    """Return in which share of seeds an alarm stands within three months after the change."""
    months = world.begins + MONTHS_TO_NOTICE
    standing = [alarms(centre, world, months, seed, months_between=months_between) for seed in range(seeds)]
    return float(np.mean([months_[world.begins :].any() for months_ in standing]))


def at_best(centre: Centre, world: World, *, months_between: float) -> float:
    """Return the power that no test exceeds which keeps its false alarms."""
    monthly = a_month(centre, world)
    of_a_month = 1.0 / monthly + world.shock**2
    level = 1.0 / (CALIBRATION_MONTHS * monthly + world.begins / of_a_month)
    deviation = np.sqrt(of_a_month / MONTHS_TO_NOTICE + level)
    wrong = min(MONTHS_TO_NOTICE / months_between, 0.5)
    return float(norm.cdf(abs(np.log(world.change)) / deviation - norm.isf(wrong)))


def a_month(centre: Centre, world: World) -> float:
    """Return how many agents resign in a month."""
    return float(centre.hazard.sum(axis=0).mean() * world.agents / (centre.employed * len(centre.hazard)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--months-between", type=float, nargs="+", default=[24.0])
    asked = parser.parse_args()
    centre = Centre.read(asked.workspace)
    missed = float(np.std(np.log(centre.level)))
    exact, backtested = centre.with_level(centre.level), centre.with_level(centre.hazard.sum() / centre.risk.sum())
    print("| months between | agents | a month | months miss by | false alarms in 24 months | at most one | "
          "30 % fewer, first | from 7th | 30 % more, first | from 7th | at best |")  # fmt: skip
    print("|" + "---|" * 11)
    for months_between in asked.months_between:
        for agents in SIZES:
            for shock in SHOCKS:
                print(row(exact, World(agents, shock), f"{shock:.0%}", asked.seeds, months_between), flush=True)
            print(row(backtested, World(agents), f"backtest, {missed:.0%}", asked.seeds, months_between), flush=True)


def row(centre: Centre, world: World, missed: str, seeds: int, months_between: float) -> str:
    """Return a line of the table."""
    began = false_alarms(centre, world, seeds, months_between=months_between)
    changed = [World(world.agents, world.shock, change, begins) for change in CHANGES for begins in BEGINNINGS]
    shares = [caught(centre, each, seeds, months_between=months_between) for each in changed]
    bounds = [at_best(centre, each, months_between=months_between) for each in changed]
    cells = [f"{months_between:.0f}", f"{world.agents:,}", f"{a_month(centre, world):.0f}", missed]
    cells += [f"{began.mean():.2f}", f"{(began <= 1).mean():.0%}", *(f"{share:.0%}" for share in shares)]
    return "| " + " | ".join([*cells, f"{min(bounds):.0%}-{max(bounds):.0%}"]) + " |"


if __name__ == "__main__":
    main()
