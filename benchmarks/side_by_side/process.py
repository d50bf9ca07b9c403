"""One peer in a process of its own: fit at every origin, score its later months, leave the scores and the seconds.

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
class Known:
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

    def mature(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the matrix and the labels of the rows whose horizon had passed at the origin."""
        rows = self.rows[self.rows["label"].notna()]
        return rows[self.names].to_numpy(), rows["label"].to_numpy()

    def followed(self) -> pd.DataFrame:
        """Give the rows that were followed for at least a month; others say nothing of survival."""
        return self.rows[self.rows["months"] >= 1]


Score = Callable[[pd.DataFrame], np.ndarray]
Fit = Callable[[Known], Score]


@dataclass(frozen=True)
class Turn:
    """One origin: fit, then score these later rows."""

    fit: Callable[[], Score]
    later: pd.DataFrame


def turns_of(fit: Fit, trials: Path, cores: int) -> Iterator[Turn]:
    """Read one origin after the other."""
    about = json.loads((trials / "about.json").read_text(encoding="utf-8"))
    for place in range(len(about["at"])):
        past = pd.read_parquet(trials / f"origin-{place}" / "past.parquet")
        known = Known(past, about["names"], about["categories"], about["horizon"], cores)
        yield Turn(lambda known=known: fit(known), pd.read_parquet(trials / f"origin-{place}" / "later.parquet"))


def run(turns: Iterable[Turn], out: Path, *, packages: list[str]) -> None:
    """Fit and score every turn; leave ``scores.parquet`` and ``seconds.json``."""
    parts, spent = [], {"fit": 0.0, "fit_cpu": 0.0, "score": 0.0, "score_cpu": 0.0}
    for turn in turns:
        started, cpu = time.perf_counter(), time.process_time()
        score = turn.fit()
        fitted, fitted_cpu = time.perf_counter(), time.process_time()
        risk = score(turn.later)
        spent["score"] += time.perf_counter() - fitted
        spent["score_cpu"] += time.process_time() - fitted_cpu
        spent["fit"] += fitted - started
        spent["fit_cpu"] += fitted_cpu - cpu
        parts.append(turn.later[KEYS].assign(risk=np.asarray(risk, dtype=float)))
    scores = pd.concat(parts, ignore_index=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"fits": len(parts), **spent, "peak_mb": peak, "packages": _versions(packages)}
    scores.to_parquet(out / "scores.parquet", index=False)
    (out / "seconds.json").write_text(json.dumps(said, indent=1), encoding="utf-8")


def _versions(packages: list[str]) -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in packages}


def module_of(peer: str) -> str:
    """Name the module that holds a peer."""
    return next(name for name, peers in MODULES.items() if peer in peers)


def main() -> None:
    """Run the peer that was named."""
    peer, trials, out, cores = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    module = importlib.import_module(f"side_by_side.{module_of(peer)}")
    turns = module.turns(peer, trials, cores)
    run(turns, out, packages=module.PACKAGES[peer])


if __name__ == "__main__":
    main()
