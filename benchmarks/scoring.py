"""Seconds of a month's score, relative to the trees' own predictions and SHAP values of the same agents.

python benchmarks/scoring.py DEMO [--agents 20000]

The agents of the last month of a workspace, and of the months it is compared with, are repeated under new numbers and
in teams of their own until there are as many as wanted; the model in use scores them.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.model.blend import Blend
from attrition.predict import driver_views, month
from attrition.runs import Runs
from attrition.steps import month as steps
from attrition.steps.model_in_use import load_model_in_use

if TYPE_CHECKING:
    from attrition.model.panel import Panel
    from attrition.model.risk import FittedRisk

PARTS = {
    "scores": (month, "scores"),
    "drivers": (month, "drivers"),
    "recommendations": (month, "recommendations"),
    "expected leavers": (month, "expected_leavers"),
    "survival": (month, "survival"),
    "drivers of groups": (month, "driver_views"),
}


def enlarged(panel: Panel, agents: int) -> Panel:
    """Return the months of a panel that a score reads, repeated until the last one has so many agents."""
    last = panel.rows["as_of"].max()
    months = driver_views.months_shown(last)
    tables = [table[table["as_of"].isin(months)].reset_index(drop=True) for table in (panel.rows, panel.outcomes)]
    copies = -(-agents // int((tables[0]["as_of"] == last).sum()))
    rows, outcomes = (pd.concat([_copy(table, copy) for copy in range(copies)]) for table in tables)
    order = rows.reset_index(drop=True).sort_values(["agent_id", "as_of"]).index
    return replace(panel, rows=rows.iloc[order], outcomes=outcomes.iloc[order])


def _copy(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return a table with other numbers of agents and teams."""
    return table.assign(**{name: table[name] + f"-{number}" for name in ("agent_id", "team_id") if name in table})


def trees_alone(fitted: FittedRisk, encoded: Any) -> dict[str, float]:
    """Return the seconds that LightGBM takes for raw scores of all boosters, and for SHAP values of resignations."""
    models = [fitted.resignations.trees, fitted.other_exits.trees]
    boosters = [
        (model.trees_ if isinstance(model, Blend) else model).boosters_ for model in models if model is not None
    ]
    every = [booster for group in boosters for booster in group]
    return {
        "LightGBM's raw scores": _seconds(lambda: [booster.predict(encoded, raw_score=True) for booster in every]),
        "LightGBM's SHAP values": _seconds(
            lambda: [booster.predict(encoded, pred_contrib=True) for booster in boosters[0]]
        ),
    }


@contextmanager
def timed_parts(seconds: dict[str, float]) -> Iterator[None]:
    """Add up the seconds of each part of a month's score while the block runs."""
    originals = {name: getattr(module, function) for name, (module, function) in PARTS.items()}
    for name, (module, function) in PARTS.items():
        setattr(module, function, _timed(originals[name], name, seconds))
    try:
        yield
    finally:
        for name, (module, function) in PARTS.items():
            setattr(module, function, originals[name])


def _timed(function: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def run(*args: Any, **options: Any) -> Any:
        begun = time.process_time()
        result = function(*args, **options)
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - begun
        return result

    return run


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure(workspace: Path, agents: int) -> dict[str, float]:
    """Return the processor's seconds of each part, and of LightGBM alone, for so many agents."""
    model, panel = load_model_in_use(workspace), Runs(workspace).read_panel()
    panel = enlarged(panel, agents)
    as_of = panel.rows["as_of"].max().date()
    encoded = model.fitted.encoding.matrix(panel.month(as_of).rows)
    seconds = trees_alone(model.fitted, encoded)
    with timed_parts(seconds):
        seconds["a month's score"] = _seconds(lambda: steps.score_month(workspace, panel, as_of, model=model))
    return {"agents": len(encoded)} | seconds


def main() -> None:
    """Print the seconds of one run, and how many times LightGBM's own they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--agents", type=int, default=20_000)
    arguments = parser.parse_args()
    figures = measure(arguments.workspace, arguments.agents)
    agents, alone = figures.pop("agents"), figures["LightGBM's raw scores"] + figures["LightGBM's SHAP values"]
    print(f"{agents:.0f} agents; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at the peak")
    for name, seconds in figures.items():
        print(f"{name:24} {seconds:7.2f} s {agents / max(seconds, 1e-9):9.0f} agents/s {seconds / alone:6.2f}")


if __name__ == "__main__":
    main()
