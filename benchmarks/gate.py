"""Count how often the promotion criteria refuse perfect models, and stop wrong ones, by size of centre.

Centres are simulated with known risks (`at_the_gate/centres.py`); no model is fitted. Each is judged by the criteria of
`attrition retrain` with the starter declaration: with the true risks, with risks that are a fifth too high or too low,
and with an order no better than tenure alone. Where fewer people resigned than declared, nothing is passed; these
centres are counted apart.

    python benchmarks/gate.py --centres 200
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from at_the_gate.centres import HORIZON, Centre, simulate_centre
from scipy.special import expit, logit

from attrition.model.calibration_criteria import evaluate_calibration
from attrition.model.metrics import LabelledScores
from attrition.model.order_criteria import check_against_tenure
from attrition.model.spec import Spec

SIZES = (100, 250, 600, 1200, 2500, 5000)
SPEC = Spec(name="resignation")
COLUMNS = (
    "agents",
    "people who resign",
    "too few people",
    "perfect: refused",
    "a fifth too high: stopped",
    "a fifth too low: stopped",
    "half too high: stopped",
    "no better than tenure: stopped",
    "perfect: better than tenure",
)
NOISE = 0.3
"""Spread of the log-odds that blur tenure, differently for the model and for the baseline: neither is better."""


def judge_centre(centre: Centre, seed: int) -> dict[str, float]:
    """Return the people who resigned, and which models are refused in one centre."""
    scores, people = centre.scores, len(np.unique(centre.scores.agent[centre.scores.label == 1]))
    return {
        "people": people,
        "is_few": people < SPEC.promotion.minimum_events,
        "perfect": is_refused(scores),
        "too_high": is_refused(_times(scores, 1.2)),
        "too_low": is_refused(_times(scores, 1 / 1.2)),
        "half_too_high": is_refused(_times(scores, 1.5)),
        "no_better": not _is_shown_better(*_no_better_than_tenure(centre, seed)),
        "better": _is_shown_better(scores, replace(scores, risk=centre.tenure_risk)),
    }


def is_refused(scores: LabelledScores) -> bool:
    """Return whether level, slope or error is refused."""
    result = evaluate_calibration(scores, SPEC.promotion, horizon=HORIZON, draws=SPEC.holdout.draws)
    return any(result.is_refused(name) for name in result.figures)


def _times(scores: LabelledScores, factor: float) -> LabelledScores:
    return replace(scores, risk=np.minimum(scores.risk * factor, 0.99))


def _no_better_than_tenure(centre: Centre, seed: int) -> tuple[LabelledScores, LabelledScores]:
    """Return two models that order by tenure, blurred alike: by an amount that stays with each agent."""
    draw, (agents, agent) = np.random.default_rng(seed), np.unique(centre.scores.agent, return_inverse=True)
    noises = draw.normal(0, NOISE, (2, len(agents)))[:, agent]
    model, baseline = (replace(centre.scores, risk=expit(logit(centre.tenure_risk) + noise)) for noise in noises)
    return model, baseline


def _is_shown_better(scores: LabelledScores, tenure: LabelledScores) -> bool:
    """Return whether the order is shown to be better, whatever the number of people."""
    return check_against_tenure(scores, tenure, SPEC, people=SPEC.promotion.minimum_events)[0]


def row_of_size(agents: int, *, monthly_rate: float, seeds: Sequence[int]) -> list[str]:
    """Simulate centres of one size, and return the shares as the cells of a row."""
    results = [judge_centre(simulate_centre(agents, monthly_rate, seed), seed) for seed in seeds]
    values = {name: np.array([result[name] for result in results], dtype=float) for name in results[0]}
    shares = [f"{100 * values[name].mean():.1f} %" for name in list(values)[1:]]
    return [f"{agents:,}", f"{values['people'].mean():.0f}", *shares]


def main() -> None:
    """Print the table, a row as soon as a size is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centres", type=int, default=200, help="simulated centres of each size")
    parser.add_argument("--first-seed", type=int, default=1001, help="the first seed")
    parser.add_argument("--monthly-rate", type=float, default=0.02, help="share of agents who resign in a month")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="agents")
    options = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    started = time.perf_counter()
    seeds = range(options.first_seed, options.first_seed + options.centres)
    for agents in options.sizes:
        print(f"| {' | '.join(row_of_size(agents, monthly_rate=options.monthly_rate, seeds=seeds))} |", flush=True)
    print(f"{options.centres} centres of each size, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
