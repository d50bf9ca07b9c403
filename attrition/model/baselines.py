"""The baselines a model must beat: the base rate, tenure alone, and a logistic regression on the same columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from attrition.features.declare import Feature
from attrition.model.encode import Encoding

BASE_RATE, TENURE_ONLY, LOGISTIC = "base_rate", "tenure_only", "logistic"
CLIP = 5.0
"""Standard deviations at which values are clipped for the logistic regression, so that one odd value cannot lead it."""
SMALLEST_LEAF = 100


def baselines(encoding: Encoding) -> dict[str, Any]:
    """Return unfitted classifiers over the encoded matrix, by name; tenure is left out where no feature holds it."""
    classifiers: dict[str, Any] = {BASE_RATE: DummyClassifier(strategy="prior")}
    tenure = tenure_feature(encoding.features)
    if tenure is not None:
        classifiers[TENURE_ONLY] = _tenure_only(encoding.names.index(tenure.name))
    return classifiers | {LOGISTIC: _logistic(encoding)}


def tenure_feature(features: tuple[Feature, ...]) -> Feature | None:
    """Return the feature of the time since hire: of the tenure family, in days or months; null where there is none."""
    candidates = [f for f in features if f.family == "tenure" and f.unit in ("days", "months") and not f.compared]
    named = [f for f in candidates if f.name.startswith("tenure_days") or f.name.startswith("tenure_months")]
    return next(iter(named or candidates), None)


def _tenure_only(place: int) -> Pipeline:
    """Rates by band of tenure, with the bands of a small tree."""
    keep = ColumnTransformer([("tenure", "passthrough", [place])])
    tree = DecisionTreeClassifier(
        criterion="log_loss", max_leaf_nodes=20, min_samples_leaf=SMALLEST_LEAF, random_state=0
    )
    return make_pipeline(keep, tree)


def _logistic(encoding: Encoding) -> Pipeline:
    """L2-penalised logistic regression: numbers scaled, limited and imputed with indicators, categories one-hot."""
    numbers = [place for place, feature in enumerate(encoding.features) if not feature.is_category]
    categories = [place for place, feature in enumerate(encoding.features) if feature.is_category]
    scale = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -CLIP, "a_max": CLIP}),
    )
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([("numbers", scale, numbers), ("categories", one_hot, categories)])
    return make_pipeline(columns, LogisticRegression(C=0.05, max_iter=500, tol=1e-3))
