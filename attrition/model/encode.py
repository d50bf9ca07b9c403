"""Encodes the features of the panel as a matrix of floats: the order of the columns and the codes of the categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from attrition.errors import DataError, did_you_mean
from attrition.features.declare import Feature
from attrition.message import joined

BASELINE_FEATURE = "tenure_days"
"""The feature that holds the time since hire; the trees are first fitted on it alone."""
MIN_AGENTS = 10
"""A category that fewer agents had is coded as missing.

Trees would learn the individual agents of so small a category, and the saved list of categories could identify them.
"""

FEW_ROWS = 256
"""Of so few rows the categories are looked up one by one; of more, each different one is looked up once."""


@dataclass(frozen=True)
class Encoding:
    """The order of the model's columns, and the codes of the categories.

    Attributes
    ----------
    features : tuple of Feature
        In the order of the columns.
    categories : dict of str to tuple of str
        For each categorical feature its categories, the most frequent first. The code of a category is its position, so
        renaming categories does not change a model. A category that is not in the tuple is coded as missing.
    """

    features: tuple[Feature, ...]
    categories: dict[str, tuple[str, ...]]

    @cached_property
    def names(self) -> list[str]:
        """Return the features' names in the order of the columns."""
        return [feature.name for feature in self.features]

    @cached_property
    def codes(self) -> Mapping[str, Mapping[str, float]]:
        """Return for each categorical feature the code of each of its categories."""
        return {
            name: {category: float(code) for code, category in enumerate(categories)}
            for name, categories in self.categories.items()
        }

    @cached_property
    def topics(self) -> np.ndarray:
        """Return the topic of each column as a code, counted from 0; a topic is one measure over several windows."""
        code_of: dict[str, int] = {}
        return np.array([code_of.setdefault(feature.topic, len(code_of)) for feature in self.features], dtype=np.intp)

    @cached_property
    def sum_by_topic(self) -> csr_array:
        """Return the matrix of ones, topics x columns, whose product with columns is their sum by topic."""
        columns = len(self.features)
        shape = (int(self.topics.max(initial=-1)) + 1, columns)
        return csr_array((np.ones(columns), (self.topics, np.arange(columns))), shape=shape)

    @property
    def constraints(self) -> list[int]:
        """Return the monotone constraint of each column: 1, -1, or 0 for none; categorical features have none."""
        return [0 if feature.is_category else feature.direction for feature in self.features]

    @property
    def baseline(self) -> list[int]:
        """Return the column of the time since hire as a list of one index; empty if it is not a feature."""
        return [position for position, name in enumerate(self.names) if name == BASELINE_FEATURE]

    @property
    def category_columns(self) -> list[int]:
        """Return the columns that hold codes of categories."""
        return [position for position, feature in enumerate(self.features) if feature.is_category]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the features of a table as an n x features float64 matrix.

        Nulls, infinite numbers and unknown categories become NaN.

        Raises
        ------
        DataError
            A column is missing, or holds text where numbers are expected. The message names columns and never a value.
        """
        missing_names = [name for name in self.names if name not in frame.columns]
        if missing_names:
            hint = did_you_mean(missing_names[0], map(str, frame.columns))
            listed = joined(", ", missing_names[:10])
            raise DataError(
                "{missing} features of the model are not in the table: {listed}{hint}",
                missing=len(missing_names),
                listed=listed,
                hint=hint,
            )
        encoded = np.empty((len(frame), len(self.features)), dtype=np.float64, order="F")
        for position, feature in enumerate(self.features):
            encoded[:, position] = finite(self._column(frame[feature.name], feature))
        return encoded

    def with_changes(self, encoded: np.ndarray, changed: pd.DataFrame) -> np.ndarray:
        """Return a copy of encoded rows with the features that a table of the same rows holds, and no others, changed.

        Examples
        --------
        >>> span = Feature(name="team_span", family="team", lever="team", en="", zh="", unit="agents")
        >>> Encoding((span,), {}).with_changes(np.array([[12.0]]), pd.DataFrame({"team_span": [8]})).tolist()
        [[8.0]]
        """
        encoded = encoded.copy(order="F")
        for position, feature in enumerate(self.features):
            if feature.name in changed:
                encoded[:, position] = finite(self._column(changed[feature.name], feature))
        return encoded

    def _column(self, values: pd.Series, feature: Feature) -> np.ndarray:
        if feature.is_category:
            codes = self.codes[feature.name]
            if len(values) <= FEW_ROWS:
                return np.array([codes.get(value, np.nan) for value in values.astype("object")], dtype=np.float64)
            positions, different = pd.factorize(values)
            # Nulls have the position -1, which is the last code.
            return np.array([*(codes.get(value, np.nan) for value in different), np.nan])[positions]
        try:
            return values.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError):
            raise DataError('"{name}" holds something that is not a number', name=feature.name) from None


def finite(numbers: np.ndarray) -> np.ndarray:
    """Return numbers as the model reads them: infinite ones are NaN, and minus zero is zero.

    Examples
    --------
    >>> finite(np.array([1.5, -0.0, np.inf])).tolist()
    [1.5, 0.0, nan]
    """
    return np.where(np.isfinite(numbers), numbers + 0.0, np.nan)


def fit_encoding(frame: pd.DataFrame, features: Sequence[Feature], *, min_agents: int = MIN_AGENTS) -> Encoding:
    """Return the encoding of some rows: columns ordered by name, categories by frequency and then by name.

    Parameters
    ----------
    frame : DataFrame
        ``agent_id`` and every feature.
    features : sequence of Feature
        The declarations of the columns.
    min_agents : int
        A category that fewer agents had is coded as missing.

    Examples
    --------
    >>> mode = Feature(name="schedule_work_mode", family="schedule", lever="schedule", en="", zh="", unit="category")
    >>> rows = pd.DataFrame({"agent_id": list("abcd"), "schedule_work_mode": ["home", "office", "office", None]})
    >>> encoding = fit_encoding(rows, [mode], min_agents=1)
    >>> encoding.matrix(pd.DataFrame({"schedule_work_mode": ["office", "home", "moon"]})).ravel().tolist()
    [0.0, 1.0, nan]
    """
    ordered = tuple(sorted(features, key=lambda feature: feature.name))
    categories = {
        feature.name: _categories(frame[feature.name], frame["agent_id"], min_agents)
        for feature in ordered
        if feature.is_category
    }
    return Encoding(ordered, categories)


def _categories(values: pd.Series, agent: pd.Series, min_agents: int) -> tuple[str, ...]:
    known_values = values.dropna().astype(str)
    counts, agent_counts = known_values.value_counts(), agent[known_values.index].groupby(known_values).nunique()
    frequent = [category for category in counts.index if agent_counts[category] >= min_agents]
    return tuple(sorted(frequent, key=lambda category: (-counts[category], category)))


def tenure_feature(features: tuple[Feature, ...]) -> Feature | None:
    """Return the feature that holds the time since hire, or None.

    It is of the tenure family, in days or months, and not compared with peers. One named tenure_days or tenure_months
    comes first.
    """
    candidates = [
        feature
        for feature in features
        if feature.family == "tenure" and feature.unit in ("days", "months") and not feature.compared
    ]
    preferred = [feature for feature in candidates if feature.name.startswith(("tenure_days", "tenure_months"))]
    return next(iter(preferred or candidates), None)


def canonical_order(as_of: pd.Series, encoded: np.ndarray, labels: pd.DataFrame) -> np.ndarray:
    """Return the positions of rows ordered by month and then by a hash of features and labels.

    Sampling inside the boosters depends on the order of rows. This order does not depend on agent ids or on the order
    in the file, and rows that tie are equal in everything the model uses. So neither shuffled files nor renamed agents
    change a fitted model.
    """
    row_content = pd.DataFrame(encoded).assign(**{f"label_{name}": labels[name].to_numpy() for name in labels})
    row_hashes = pd.util.hash_pandas_object(row_content, index=False).to_numpy()
    return np.lexsort((row_hashes, as_of.to_numpy()))
