"""Run one peer in a process of its own: fit at every origin, score the later months, write scores and seconds.

    python -m side_by_side.process PEER TRIALS OUT CORES

Needs pandas and the peer's own packages only, so that it runs in the peer's own environment.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

KEYS = ["agent_id", "as_of"]
MODULES = {
    "ours": ("attrition", "base_rate", "tenure_only", "logistic"),
    "classifiers": ("lightgbm", "xgboost", "catboost", "hist_gradient_boosting", "logistic_splines"),
    "survival": ("random_survival_forest", "cox"),
    "forecasts": ("fife",),
}


@dataclass(frozen=True)
class TrainingData:
    """What was known at an origin: the rows and encoded features, the horizon in months, the cores to use."""

    rows: pd.DataFrame
    names: list[str]
    categories: list[str]
    horizon: int
    cores: int

    @property
    def numbers(self) -> list[str]:
        """The features that are not categories."""
        return [name for name in self.names if name not in self.categories]

    def labelled(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the matrix and the labels of the rows whose horizon had passed at the origin."""
        rows = self.rows[self.rows["label"].notna()]
        return rows[self.names].to_numpy(), rows["label"].to_numpy()

    def with_follow_up(self) -> pd.DataFrame:
        """Return the rows with at least one month of follow-up; others carry no information on survival."""
        return self.rows[self.rows["months"] >= 1]


ScoreFunction = Callable[[pd.DataFrame], np.ndarray]
FitFunction = Callable[[TrainingData], ScoreFunction]


@dataclass(frozen=True)
class Task:
    """The task at one origin: a fit, and the later rows to score with it."""

    fit: Callable[[], ScoreFunction]
    later: pd.DataFrame


def read_tasks(fit: FitFunction, trials: Path, cores: int) -> Iterator[Task]:
    """Yield the task at each origin, oldest first."""
    description = json.loads((trials / "about.json").read_text(encoding="utf-8"))
    for number in range(len(description["at"])):
        past = pd.read_parquet(trials / f"origin-{number}" / "past.parquet")
        data = TrainingData(past, description["names"], description["categories"], description["horizon"], cores)
        yield Task(lambda data=data: fit(data), pd.read_parquet(trials / f"origin-{number}" / "later.parquet"))


def run(tasks: Iterable[Task], out: Path, *, packages: list[str]) -> None:
    """Fit and score every task; write ``scores.parquet`` and ``seconds.json``."""
    parts, seconds = [], {"fit": 0.0, "fit_cpu": 0.0, "score": 0.0, "score_cpu": 0.0}
    for task in tasks:
        started, cpu = time.perf_counter(), time.process_time()
        score = task.fit()
        fitted, fitted_cpu = time.perf_counter(), time.process_time()
        risk = score(task.later)
        seconds["score"] += time.perf_counter() - fitted
        seconds["score_cpu"] += time.process_time() - fitted_cpu
        seconds["fit"] += fitted - started
        seconds["fit_cpu"] += fitted_cpu - cpu
        parts.append(task.later[KEYS].assign(risk=np.asarray(risk, dtype=float)))
    scores = pd.concat(parts, ignore_index=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    content = {"fits": len(parts), **seconds, "peak_mb": peak, "packages": _versions(packages)}
    scores.to_parquet(out / "scores.parquet", index=False)
    (out / "seconds.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


def _versions(packages: list[str]) -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in packages}


def module_of(peer: str) -> str:
    """Return the name of the module that holds a peer."""
    return next(name for name, peers in MODULES.items() if peer in peers)


def main() -> None:
    """Run the peer named on the command line."""
    peer, trials, out, cores = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    module = importlib.import_module(f"side_by_side.{module_of(peer)}")
    tasks = module.tasks(peer, trials, cores)
    run(tasks, out, packages=module.PACKAGES[peer])


if __name__ == "__main__":
    main()
