"""Time the selection of offers on random centres, and compare it with simpler ways to spend the same money.

python benchmarks/plan.py --agents 20000 --interventions 16
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from attrition.predict.baselines import best_ratio_first, riskiest_first
from attrition.predict.fairness import fairness_quotas
from attrition.predict.fairness_rule import FairnessRule
from attrition.predict.offer_selection import select_offers

RULE = FairnessRule(levels=("site", "tenure_band", "job_role"), minimum_share=0.5, minimum_group_size=10)
RESIGNATION_COST = 14_700
"""What one resignation costs by the starter playbook, in CNY."""


def simulate_centre(agents: int, interventions: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate agents with groups and risks, and offers with costs, effects and capacities like the playbook's."""
    members = pd.DataFrame({"agent_id": [f"{n:06d}" for n in range(agents)]})
    members["risk"] = 1 / (1 + np.exp(-rng.normal(-1.6, 1.0, agents)))
    for name, units in (("site", 6), ("tenure_band", 7), ("job_role", 3)):
        members[name] = rng.integers(units, size=agents).astype(str)
    kinds = pd.DataFrame({"intervention": [f"i{n}" for n in range(interventions)]})
    kinds["price"] = rng.uniform(40, 1500, interventions).round()
    kinds["ratio"] = rng.uniform(0.80, 0.98, interventions)
    kinds["capacity"] = (agents * rng.uniform(0.005, 0.05, interventions)).round()
    table = members.merge(kinds, how="cross")
    table = table[rng.random(len(table)) < 0.5].reset_index(drop=True)
    ratio = np.clip(table["ratio"] + rng.normal(0, 0.03, len(table)), 0.6, 1.0)
    risk_reduction = (1 - table["risk"]) ** ratio - (1 - table["risk"])
    table = table.assign(cost=table["price"], site_capacity=np.inf, risk_before=table["risk"])
    table["expected_saving"] = RESIGNATION_COST * rng.uniform(0.8, 1.2, len(table)) * risk_reduction - table["cost"]
    return table[table["expected_saving"] > 0].reset_index(drop=True), members


def main() -> None:
    """Print one line per budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=20_000)
    parser.add_argument("--interventions", type=int, default=16)
    parser.add_argument("--budgets", type=float, nargs="+", default=[200_000, 1_000_000, 4_000_000])
    parser.add_argument("--seconds", type=float, default=60.0, help="the solver's time limit for one budget")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    offers, members = simulate_centre(options.agents, options.interventions, np.random.default_rng(options.seed))
    print(
        f"{len(offers)} offers; | budget | plan saves | riskiest first | best ratio first | gap | seconds | processor |"
    )
    quotas = fairness_quotas(members, offers, RULE)
    for budget in options.budgets:
        started, cpu_started = time.perf_counter(), time.process_time()
        selection = select_offers(offers, budget=budget, fairness=quotas, seconds=options.seconds)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
        baselines = (riskiest_first(offers, budget=budget), best_ratio_first(offers, budget=budget))
        shares = [offers["expected_saving"].iloc[rows].sum() / selection.saving for rows in baselines]
        baseline_shares = " | ".join(f"{share:.1%}" for share in shares)
        print(
            f"| {budget:,.0f} | {selection.saving:,.0f} | {baseline_shares} | {selection.gap:.4%} | {seconds:.1f} | "
            f"{cpu_seconds:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
