"""Peers that learn "resigned within the horizon, yes or no" from mature labels, at their defaults."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from side_by_side.process import ScoreFunction, Task, TrainingData, read_tasks

PACKAGES = {
    "lightgbm": ["lightgbm"],
    "xgboost": ["xgboost"],
    "catboost": ["catboost"],
    "hist_gradient_boosting": ["scikit-learn"],
    "logistic_splines": ["scikit-learn"],
}
DEVIATION_LIMIT = 5.0
"""Standard deviations to which a number is limited before splines, so that knots are placed where the rows are."""


def tasks(peer: str, trials: Path, cores: int) -> Iterator[Task]:
    """Return a peer's task at each origin."""
    return read_tasks(partial(_fit, peer), trials, cores)


def _fit(peer: str, data: TrainingData) -> ScoreFunction:
    X, label = data.labelled()
    model = MAKERS[peer](data).fit(X, label)
    return lambda later: _risk(model, later[data.names])


def _risk(model: Any, rows: pd.DataFrame) -> np.ndarray:
    return model.predict_proba(rows.to_numpy())[:, 1]


def _lightgbm(data: TrainingData) -> Any:
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_jobs=data.cores, verbosity=-1, random_state=0)


def _xgboost(data: TrainingData) -> Any:
    from xgboost import XGBClassifier

    return XGBClassifier(n_jobs=data.cores, random_state=0)


def _catboost(data: TrainingData) -> Any:
    from catboost import CatBoostClassifier

    return CatBoostClassifier(thread_count=data.cores, random_seed=0, verbose=0, allow_writing_files=False)


def _hist_gradient_boosting(data: TrainingData) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=0)


def _logistic_splines(data: TrainingData) -> Any:
    """Cubic splines over each number, categories one-hot, absent values the median with an indicator."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler

    numbers = [position for position, name in enumerate(data.names) if name not in data.categories]
    categories = [position for position, name in enumerate(data.names) if name in data.categories]
    curves = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -DEVIATION_LIMIT, "a_max": DEVIATION_LIMIT}),
        SplineTransformer(sparse_output=True),
    )
    columns = ColumnTransformer(
        [
            ("curves", curves, numbers),
            ("absent", MissingIndicator(error_on_new=False), numbers),
            ("categories", OneHotEncoder(handle_unknown="ignore"), categories),
        ]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=500))


MAKERS = {
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "catboost": _catboost,
    "hist_gradient_boosting": _hist_gradient_boosting,
    "logistic_splines": _logistic_splines,
}
