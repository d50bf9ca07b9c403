"""The encoding of the panel's columns as the model's matrix: the order of features, and the codes of categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.errors import DataError, nearest
from attrition.features.declare import Feature

BASELINE = "tenure_days"
"""Time since hire: the time axis of the baseline hazard."""
FEWEST_AGENTS = 10
"""Agents a category needs to have a code of its own: rarer ones are coded as missing.

From a category of a handful of agents trees learn the agents, and the saved list of categories would name them.
"""


@dataclass(frozen=True)
class Encoding:
    """The order of the model's columns, and the categories of each text feature, most frequent first.

    A category is coded by its place in that order, so that renaming categories changes nothing; one that was not in
    the training is missing.
    """

    features: tuple[Feature, ...]
    categories: dict[str, tuple[str, ...]]

    @property
    def names(self) -> list[str]:
        """The features' names in the order of the matrix."""
        return [feature.name for feature in self.features]

    @property
    def constraints(self) -> list[int]:
        """The direction of risk along each column; 0 for a text feature."""
        return [0 if feature.is_category else feature.direction for feature in self.features]

    @property
    def baseline(self) -> list[int]:
        """The index of the time since hire among the columns; empty without it."""
        return [place for place, name in enumerate(self.names) if name == BASELINE]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the n x k float64 matrix of the frame's features; null, infinite and unknown are NaN.

        Raises
        ------
        DataError
            A column is missing, or holds text where numbers are expected; names the columns, never a value.
        """
        absent = [name for name in self.names if name not in frame.columns]
        if absent:
            hint = nearest(absent[0], map(str, frame.columns))
            raise DataError(f"{len(absent)} features of the model are not in the table: {', '.join(absent[:10])}{hint}")
        encoded = np.empty((len(frame), len(self.features)), dtype=np.float64, order="F")
        for place, feature in enumerate(self.features):
            encoded[:, place] = self._column(frame[feature.name], feature)
        return np.where(np.isfinite(encoded), encoded + 0.0, np.nan)

    def _column(self, values: pd.Series, feature: Feature) -> np.ndarray:
        if feature.is_category:
            categories = pd.Index(self.categories[feature.name], dtype="object")
            codes = categories.get_indexer(pd.Index(values.astype("object"))).astype(np.float64)
            return np.where(codes < 0, np.nan, codes)
        try:
            return values.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError):
            raise DataError(f'"{feature.name}" holds something that is not a number') from None


def fit_encoding(frame: pd.DataFrame, features: Sequence[Feature], *, fewest_agents: int = FEWEST_AGENTS) -> Encoding:
    """Return the encoding: features ordered by name, categories by frequency and then by name.

    Parameters
    ----------
    frame : DataFrame
        ``agent_id`` and every feature.
    features : sequence of Feature
        Their declarations.
    fewest_agents : int
        A category that fewer agents had has no code.

    Examples
    --------
    >>> mode = Feature(name="schedule_work_mode", family="schedule", lever="schedule", en="", zh="", unit="category")
    >>> rows = pd.DataFrame({"agent_id": list("abcd"), "schedule_work_mode": ["home", "office", "office", None]})
    >>> encoding = fit_encoding(rows, [mode], fewest_agents=1)
    >>> encoding.matrix(pd.DataFrame({"schedule_work_mode": ["office", "home", "moon"]})).ravel().tolist()
    [0.0, 1.0, nan]
    """
    ordered = tuple(sorted(features, key=lambda feature: feature.name))
    categories = {
        feature.name: _categories(frame[feature.name], frame["agent_id"], fewest_agents)
        for feature in ordered
        if feature.is_category
    }
    return Encoding(ordered, categories)


def _categories(values: pd.Series, agent: pd.Series, fewest_agents: int) -> tuple[str, ...]:
    stated = values.dropna().astype(str)
    counts, agents = stated.value_counts(), agent[stated.index].groupby(stated).nunique()
    frequent = [category for category in counts.index if agents[category] >= fewest_agents]
    return tuple(sorted(frequent, key=lambda category: (-counts[category], category)))


def canonical_order(as_of: pd.Series, encoded: np.ndarray, labels: pd.DataFrame) -> np.ndarray:
    """Return the order of rows by month and content, never by name or by place in the file.

    Sampling inside the boosters depends on the order of rows. Rows that tie here are equal in everything
    the model uses, so neither shuffled files nor renamed agents change a fitted model.
    """
    content = pd.DataFrame(encoded).assign(**{f"label_{name}": labels[name].to_numpy() for name in labels})
    fingerprints = pd.util.hash_pandas_object(content, index=False).to_numpy()
    return np.lexsort((fingerprints, as_of.to_numpy()))
