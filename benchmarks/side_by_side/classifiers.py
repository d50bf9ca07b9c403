"""Peers that learn "resigned within the horizon, yes or no" from mature labels, at their defaults."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from side_by_side.process import Known, Score, Turn, turns_of

PACKAGES = {
    "lightgbm": ["lightgbm"],
    "xgboost": ["xgboost"],
    "catboost": ["catboost"],
    "hist_gradient_boosting": ["scikit-learn"],
    "logistic_splines": ["scikit-learn"],
}
FURTHEST = 5.0
"""Standard deviations beyond which a number is pulled in before splines, so that knots lie where the rows are."""


def turns(peer: str, trials: Path, cores: int) -> Iterator[Turn]:
    """Give a peer's origins."""
    return turns_of(partial(_fit, peer), trials, cores)


def _fit(peer: str, known: Known) -> Score:
    X, label = known.mature()
    model = MAKERS[peer](known).fit(X, label)
    return lambda later: _risk(model, later[known.names])


def _risk(model: Any, rows: pd.DataFrame) -> np.ndarray:
    return model.predict_proba(rows.to_numpy())[:, 1]


def _lightgbm(known: Known) -> Any:
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_jobs=known.cores, verbosity=-1, random_state=0)


def _xgboost(known: Known) -> Any:
    from xgboost import XGBClassifier

    return XGBClassifier(n_jobs=known.cores, random_state=0)


def _catboost(known: Known) -> Any:
    from catboost import CatBoostClassifier

    return CatBoostClassifier(thread_count=known.cores, random_seed=0, verbose=0, allow_writing_files=False)


def _hist_gradient_boosting(known: Known) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=0)


def _logistic_splines(known: Known) -> Any:
    """Cubic splines over each number, categories one-hot, absent values the median with an indicator."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler

    numbers = [place for place, name in enumerate(known.names) if name not in known.categories]
    words = [place for place, name in enumerate(known.names) if name in known.categories]
    curves = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -FURTHEST, "a_max": FURTHEST}),
        SplineTransformer(sparse_output=True),
    )
    columns = ColumnTransformer(
        [
            ("curves", curves, numbers),
            ("absent", MissingIndicator(error_on_new=False), numbers),
            ("words", OneHotEncoder(handle_unknown="ignore"), words),
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
