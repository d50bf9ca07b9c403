"""Count how often the criteria of fairness refuse perfect models, and stop models that wrong one gender, by size.

Centres are simulated with known risks (`at_the_gate/centres.py`); no model is fitted. Gender and age band have nothing
to do with risk or leaving, so a model with the true risks is fair. Of the wrong models, one gives women two thirds of
their risk, another lowers their log-odds by one and raises the men's, so that the list holds mostly men.

    python benchmarks/fairness.py --centres 50
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd
from at_the_gate.centres import HORIZON, Centre, simulate_centre
from scipy.special import expit, logit

from attrition.model.check import FAILED, FAIR_LEVEL, FAIR_LIST
from attrition.model.fairness import errors_at_the_list, level_by_protected_group
from attrition.model.fairness_criteria import fairness_checks
from attrition.model.protected_groups import AGE_BANDS, protected_groups
from attrition.model.spec import Spec

SIZES = (250, 600, 1200, 2500)
SPEC = Spec(name="resignation", headline=HORIZON)
COLUMNS = (
    "agents",
    "people who resign",
    "fair: refused",
    "women's risk two thirds: stopped by level",
    "mostly men listed: stopped by list",
    "mostly men listed: stopped by either",
)


def rows_of(centre: Centre) -> pd.DataFrame:
    """Return the scores of a centre as the audit takes them."""
    scores = centre.scores
    months = pd.to_datetime("2026-01-31") + pd.to_timedelta(pd.factorize(scores.month, sort=True)[0] * 31, "D")
    return pd.DataFrame(
        {"agent_id": scores.agent.astype(str), "as_of": months, "resigned": scores.label, "risk": scores.risk}
    )


def failed_checks(rows: pd.DataFrame, groups: pd.DataFrame) -> set[str]:
    """Return the criteria of fairness that a model failed."""
    tables = [level_by_protected_group(rows, groups, SPEC), errors_at_the_list(rows, groups, SPEC)]
    return {check.name for check in fairness_checks(pd.concat(tables, ignore_index=True)) if check.status == FAILED}


def judge_centre(agents: int, monthly_rate: float, seed: int) -> dict[str, float]:
    """Return which models are refused in one centre."""
    rows, draw = rows_of(simulate_centre(agents, monthly_rate, seed)), np.random.default_rng(seed)
    people = pd.DataFrame({"agent_id": rows["agent_id"].unique()})
    people["gender"] = draw.choice(["f", "m"], len(people))
    people["age_band"] = draw.choice(list(AGE_BANDS), len(people))
    groups = protected_groups(rows, people)
    is_woman = (groups["gender"] == "f").to_numpy()
    risk = rows["risk"].to_numpy()
    too_low = np.where(is_woman, risk / 1.5, risk)
    mostly_men = expit(logit(risk) + np.where(is_woman, -1.0, 1.0))
    level = failed_checks(rows.assign(risk=too_low), groups)
    order = failed_checks(rows.assign(risk=mostly_men), groups)
    return {
        "people": rows.loc[rows["resigned"] == 1, "agent_id"].nunique(),
        "fair": bool(failed_checks(rows, groups)),
        "level": FAIR_LEVEL in level,
        "list": FAIR_LIST in order,
        "either": bool(order),
    }


def row_of_size(agents: int, *, monthly_rate: float, seeds: Sequence[int]) -> list[str]:
    """Simulate centres of one size, and return the shares as the cells of a row."""
    values = pd.DataFrame([judge_centre(agents, monthly_rate, seed) for seed in seeds]).astype(float)
    shares = [f"{100 * values[name].mean():.0f} %" for name in ("fair", "level", "list", "either")]
    return [f"{agents:,}", f"{values['people'].mean():.0f}", *shares]


def main() -> None:
    """Print the table, a row as soon as a size is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centres", type=int, default=50, help="simulated centres of each size")
    parser.add_argument("--first-seed", type=int, default=3001, help="the first seed")
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
