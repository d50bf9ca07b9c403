"""FIFE: one LightGBM per month ahead on those still at risk, multiplied to survival; risk is 1 - S(horizon)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from side_by_side.process import KEYS, ScoreFunction, Task, TrainingData, read_tasks

PACKAGES = {"fife": ["fife", "lightgbm"]}
AGENT, PERIOD = "agent_id", "period"
SEED = 0


def tasks(_peer: str, trials: Path, cores: int) -> Iterator[Task]:
    """Return the task at each origin."""
    return read_tasks(_fit, trials, cores)


def _fit(data: TrainingData) -> ScoreFunction:
    """Let FIFE prepare the rows and fit at its defaults, with exits and censoring taken from our labels."""
    from fife.lgb_modelers import LGBSurvivalModeler
    from fife.processors import PanelDataProcessor

    # Without the last two FIFE takes a number with fewer than 1,024 values for a category.
    config = {"INDIVIDUAL_IDENTIFIER": AGENT, "TIME_IDENTIFIER": PERIOD, "SEED": SEED}
    config |= {"NUMERIC_SUFFIXES": data.numbers, "CATEGORICAL_SUFFIXES": data.categories}
    np.random.seed(SEED)  # FIFE draws the agents of its validation by this
    rows = data.rows[data.rows["months"].notna()].sort_values(KEYS, ignore_index=True)
    with contextlib.redirect_stdout(io.StringIO()):
        prepared = PanelDataProcessor(config, _panel(rows, data.names))
        prepared.build_processed_data()
        modeler = LGBSurvivalModeler(config=config, data=_with_known_exits(prepared.data, rows))
        modeler.build_model(n_intervals=data.horizon)
    return lambda later: _risk(modeler, _panel(later, data.names))


def _panel(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    period = rows["as_of"].dt.year * 100 + rows["as_of"].dt.month
    return pd.concat([rows[[AGENT]], period.rename(PERIOD), rows[names]], axis=1)


def _with_known_exits(data: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Replace what FIFE assumes, that an agent without a row has exited, by the known resignations and censorings."""
    if not (data[AGENT].to_numpy() == rows[AGENT].to_numpy()).all():
        raise RuntimeError("FIFE put the rows into another order; exits cannot be joined to them")
    event = rows["event"] == 1
    return data.assign(
        _duration=(rows["months"] - event).astype(int), _event_observed=event, _maximum_lead=rows["months"].astype(int)
    )


def _risk(modeler: Any, later: pd.DataFrame) -> np.ndarray:
    """ScoreFunction later rows as FIFE scores its last month, with the categories of its training rows."""
    training = modeler.data
    columns = {
        name: pd.Categorical(
            later[name].astype(object).where(later[name].notna(), "NaN"), categories=training[name].cat.categories
        )
        for name in modeler.categorical_features
    }
    modeler.data = later[modeler.numeric_features].assign(**columns)
    survival = modeler.predict()
    modeler.data = training
    return 1.0 - survival[:, -1]
