"""Peers that learn time to resignation, censored by other exits and by the origin; risk is 1 - S(horizon)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from side_by_side.process import ScoreFunction, Task, TrainingData, read_tasks

PACKAGES = {"random_survival_forest": ["scikit-survival"], "cox": ["scikit-survival"]}
FOREST_ROWS = 20_000
"""The forest is fitted on every second, third, ... month of each agent, so that no more rows than this are left."""
ROWS_PER_CALL = 2_000
DEVIATION_LIMIT = 5.0
PENALTY = 1.0
"""The weight of the squared coefficients: what scikit-learn's logistic regression has by default."""


def tasks(peer: str, trials: Path, cores: int) -> Iterator[Task]:
    """Return a peer's task at each origin."""
    return read_tasks(partial(_fit, peer), trials, cores)


def _fit(peer: str, data: TrainingData) -> ScoreFunction:
    rows = data.with_follow_up()
    model, sample, until = MAKERS[peer](data, rows)
    model.fit(sample[data.names].to_numpy(), survival_target(sample, until=until))
    return partial(_risk, model, data)


def survival_target(rows: pd.DataFrame, *, until: int) -> np.ndarray:
    """Return event and time for scikit-survival, with follow-up ending after ``until`` months."""
    from sksurv.util import Surv

    event = (rows["event"] == 1) & (rows["months"] <= until)
    return Surv.from_arrays(event=event.to_numpy(), time=rows["months"].clip(upper=until).to_numpy())


def every_nth_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep every n-th month of each agent; the first month differs by agent, so that all months are used."""
    step = -(-len(rows) // FOREST_ROWS)
    month = rows["as_of"].dt.year * 12 + rows["as_of"].dt.month
    offset = pd.factorize(rows["agent_id"])[0]
    return rows[((month + offset) % step == 0).to_numpy()]


def _risk(model: Any, data: TrainingData, later: pd.DataFrame) -> np.ndarray:
    parts = []
    for start in range(0, len(later), ROWS_PER_CALL):
        X = later[data.names].iloc[start : start + ROWS_PER_CALL].to_numpy()
        parts.append([1.0 - curve(data.horizon) for curve in model.predict_survival_function(X)])
    return np.concatenate(parts)


def _forest(data: TrainingData, rows: pd.DataFrame) -> tuple[Any, pd.DataFrame, int]:
    """Return the forest at its defaults, a sample of rows it can be fitted on, and the whole of their follow-up."""
    from sksurv.ensemble import RandomSurvivalForest

    forest = RandomSurvivalForest(n_jobs=data.cores, random_state=0)
    return forest, every_nth_month(rows), int(rows["months"].max())


def _cox(data: TrainingData, rows: pd.DataFrame) -> tuple[Any, pd.DataFrame, int]:
    """Return Cox with numbers scaled, limited and imputed with indicators, categories one-hot, coefficients penalised.

    Follow-up ends at the horizon: on Ola that is better for Cox than the whole follow-up.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
    from sksurv.linear_model import CoxPHSurvivalAnalysis

    numbers = [position for position, name in enumerate(data.names) if name not in data.categories]
    categories = [position for position, name in enumerate(data.names) if name in data.categories]
    scale = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -DEVIATION_LIMIT, "a_max": DEVIATION_LIMIT}),
    )
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([("numbers", scale, numbers), ("categories", one_hot, categories)])
    return make_pipeline(columns, CoxPHSurvivalAnalysis(alpha=PENALTY)), rows, data.horizon


MAKERS = {"random_survival_forest": _forest, "cox": _cox}
