"""The backtest of a workspace: past months scored by models that knew only what was known then, kept as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.atomic import atomic_folder
from attrition.ledger.persons import objectors
from attrition.runs import Runs
from attrition.steps.beginning import naming_the_beginning
from attrition.steps.mode import stored_backtest

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.panel import Panel
    from attrition.model.spec import BacktestJob, Spec
    from attrition.steps.training_panel import TrainingPanel


def read_backtest_job(workspace: Path) -> BacktestJob:
    """Read how many origins a backtest has and how far apart they lie, ``pipelines/backtest.toml``."""
    from attrition.model.spec import BacktestJob

    return declared.read(workspace / "pipelines" / "backtest.toml", BacktestJob)


def load_tested_panel(data: TrainingPanel, job: BacktestJob, spec: Spec) -> Panel:
    """Return everybody in the months that a backtest scores, also where models learn from a sample of agents."""
    from attrition.model.backtest import months_to_test

    with naming_the_beginning(data.panel):
        return data.everybody_in(months_to_test(data.newest.outcomes, spec, job))


def backtest_panel(
    training: Panel, tested: Panel, job: BacktestJob, spec: Spec, *, progress: Progress
) -> dict[str, pd.DataFrame]:
    """Fit at past month-ends on the panel of the training, and score and explain everybody in the months after each.

    Returns
    -------
    dict of str to DataFrame
        As `attrition.predict.backtest_tables.backtest_tables`.
    """
    from attrition.model.backtest import backtest
    from attrition.predict.backtest_tables import backtest_tables

    with naming_the_beginning(training):
        trial = backtest(training, spec=spec, job=job, tested=tested, progress=progress)
    progress("explaining the agents who were flagged")
    return backtest_tables(trial, tested, spec=spec)


def write_backtest(workspace: Path, tables: dict[str, pd.DataFrame]) -> list[Path]:
    """Write what the mode allows of a backtest's tables, all of it or nothing, without people who objected."""
    folder, objected = Runs(workspace).backtest, objectors(workspace)
    with atomic_folder(folder) as part:
        for name, table in stored_backtest(workspace, tables).items():
            kept = table[~table["agent_id"].isin(objected)] if "agent_id" in table else table
            kept.to_parquet(part / f"{name}.parquet", index=False)
    return [folder]
