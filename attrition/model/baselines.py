"""Baseline models to compare with: the base rate, tenure alone, and a logistic regression on all features."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from attrition.model.encode import Encoding, tenure_feature

BASE_RATE, TENURE_ONLY, LOGISTIC = "base_rate", "tenure_only", "logistic"
CLIP = 5.0
"""Values for the logistic regression are clipped at this many standard deviations, so that no outlier dominates it."""
MIN_ROWS_IN_LEAF = 100
"""Agent-months in the smallest leaf of the tree on tenure."""


def baseline_classifiers(encoding: Encoding) -> dict[str, Any]:
    """Return unfitted scikit-learn classifiers for the encoded matrix by name; two if there is no tenure feature."""
    classifiers: dict[str, Any] = {BASE_RATE: DummyClassifier(strategy="prior")}
    tenure = tenure_feature(encoding.features)
    if tenure is not None:
        classifiers[TENURE_ONLY] = _tenure_only(encoding.names.index(tenure.name))
    return classifiers | {LOGISTIC: _logistic(encoding)}


class MedianAtZero(TransformerMixin, BaseEstimator):
    """Subtract each column's median in place, so that 0 in an empty cell stands for the median.

    scikit-learn's imputer of medians sorts the whole matrix with masks, which takes more than twice as long, and its
    scaler by medians warns of columns without a value. Such a column stays as it is.

    Examples
    --------
    >>> MedianAtZero().fit_transform(np.array([[1.0, np.nan], [2.0, np.nan], [9.0, np.nan]])).tolist()
    [[-1.0, nan], [0.0, nan], [7.0, nan]]
    """

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Find the median of each column's values; ``X`` is n x columns, with NaN where a cell is empty."""
        self.median_ = np.array([_median(column) for column in X.T])
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Subtract the medians from the matrix itself, and return it."""
        X -= self.median_
        return X


def _median(column: np.ndarray) -> float:
    """Return the median of the values that are there; 0 without any."""
    values = column[~np.isnan(column)]
    return float(np.median(values)) if len(values) else 0.0


def _tenure_only(position: int) -> Pipeline:
    """Return a small decision tree on the tenure column alone: the rate of resigning in each band of tenure."""
    keep = ColumnTransformer([("tenure", "passthrough", [position])])
    tree = DecisionTreeClassifier(
        criterion="log_loss", max_leaf_nodes=20, min_samples_leaf=MIN_ROWS_IN_LEAF, random_state=0
    )
    return make_pipeline(keep, tree)


def _logistic(encoding: Encoding) -> Pipeline:
    """Return an L2-penalised logistic regression.

    Numbers are imputed by the median with an indicator, scaled and clipped; categories are one-hot encoded.
    """
    numbers = [position for position, feature in enumerate(encoding.features) if not feature.is_category]
    categories = [position for position, feature in enumerate(encoding.features) if feature.is_category]
    # In place, since the columns that are picked are a copy already; a large training set would be copied twice more.
    scale = make_pipeline(
        MedianAtZero(),
        SimpleImputer(strategy="constant", fill_value=0.0, add_indicator=True, keep_empty_features=True, copy=False),
        StandardScaler(copy=False),
        FunctionTransformer(np.clip, kw_args={"a_min": -CLIP, "a_max": CLIP}),
    )
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([("numbers", scale, numbers), ("categories", one_hot, categories)])
    return make_pipeline(columns, LogisticRegression(C=0.05, max_iter=500, tol=1e-3))
