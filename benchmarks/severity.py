"""How well the quality edition recovers the severities of a synthetic centre's evaluators, which are known.

    python benchmarks/severity.py --agents 80 --seeds 1 2 3 4 5 6 7 8
    python benchmarks/severity.py --agents 1200 --seeds 1

Printed are, over the last months of each centre: the rank correlation of the estimates with the truth, beside that of
the mean score of each evaluator; the share of 95 % intervals that hold the truth; and the mean standard error.
"""

from __future__ import annotations

import argparse

import pandas as pd
from scipy.stats import spearmanr

from attrition.data.synthetic.layout import make_layout
from attrition.data.synthetic.market import draw_market
from attrition.data.synthetic.simulate import SimulatedMonth, simulate_months
from attrition.data.synthetic.teams import evaluator_severities
from attrition.report.figures.evaluators.records import SEVERITY_MONTHS
from attrition.report.figures.evaluators.severity import severities


def measure_centre(agents: int, seed: int, *, months: int) -> dict[str, float]:
    """Draw a centre and compare what is estimated from its last months with the truth."""
    layout = make_layout(agents, months, seed=seed, last_month="2026-10")
    scores = pd.concat([_scores(month) for month in simulate_months(layout, draw_market(layout))])
    scores = scores[scores["month"] > scores["month"].max() - SEVERITY_MONTHS]
    severity = severities(scores)
    if severity is None:
        return {"seed": seed, "evaluators": 0}
    truth = evaluator_severities(layout)[severity.mean.index]
    means = scores.groupby("evaluator_id")["score"].mean().reindex(severity.mean.index)
    distance = severity.mean - (truth - truth.mean())
    return {
        "seed": seed,
        "evaluators": len(truth),
        "rank_correlation": float(spearmanr(severity.mean, truth).statistic),
        "of_mean_scores": float(spearmanr(-means, truth).statistic),
        "intervals_hold": float((distance.abs() < 1.96 * severity.error).mean()),
        "mean_error": float(severity.error.mean()),
    }


def _scores(simulated: SimulatedMonth) -> pd.DataFrame:
    """Return a simulated month's evaluations."""
    rows = simulated.evaluations
    people = simulated.seats["person"][rows["seat"]]
    columns = {"evaluator_id": rows["evaluator"], "score": rows["score"]}
    return pd.DataFrame({"agent_id": people, "month": simulated.month.number} | columns)


def main() -> None:
    """Measure each centre and print the table with its means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=80)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    table = pd.DataFrame([measure_centre(options.agents, seed, months=options.months) for seed in options.seeds])
    print(table.round(3).to_string(index=False))
    print(table.drop(columns="seed").mean().round(3).to_string())


if __name__ == "__main__":
    main()
