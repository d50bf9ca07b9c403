"""The columns of an additive model: ramps between quantiles of numbers, and indicators of nulls and categories.

The sum of ramps with coefficients of one sign is monotone, so a bound on each coefficient keeps a declared direction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

MIN_ROWS = 50
"""A ramp ends where this many rows lie beyond it, and an indicator needs as many, so that no term is one person."""
ROWS_AT_ONCE = 4096
"""Rows of which the terms are computed in one step, so that a design stands in memory once."""
TAIL_SHARES = (0.01, 0.1)
"""Ramps end at the first of these shares of rows, so that no outlier matters; in small tables at most at the second."""


@dataclass(frozen=True)
class Term:
    """One column of the design: a ramp or an indicator of one feature, centred on the rows of the fit.

    Attributes
    ----------
    feature : int
        Position of the feature.
    kind : {"ramp", "null", "code"}
        A ramp is 0 up to `low`, 1 from `high`, linear between, and at its mean for a null. The others are 1 for a null,
        and for the category whose code is `low`.
    sign : {-1, 0, 1}
        Direction of risk along a ramp; 0 for none. The ramp is multiplied by -1 where it is -1, so that a coefficient
        of a directed ramp is never negative.
    low, high, mean : float
        `mean` is the mean of the uncentred column over the rows of the fit (of a ramp: over those without a null).
    """

    feature: int
    kind: Literal["ramp", "null", "code"]
    sign: int = 0
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0

    def raw(self, values: np.ndarray) -> np.ndarray:
        """Return the column before it is centred and given its sign; a ramp is null for a null."""
        if self.kind == "null":
            return np.isnan(values).astype(np.float64)
        if self.kind == "code":
            return (values == self.low).astype(np.float64)
        return np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class _Kinds:
    """The terms of a basis by kind, as arrays, so that all terms of a row are computed together.

    Attributes
    ----------
    ramp, null, code : ndarray of int
        Positions of the terms of each kind.
    is_ramp : ndarray of bool, shape (terms,)
    low, mean, sign : ndarray of float, shape (terms,)
        As in `Term`; the sign is -1 or 1.
    width : ndarray of float
        By ramp.
    """

    ramp: np.ndarray
    null: np.ndarray
    code: np.ndarray
    is_ramp: np.ndarray
    low: np.ndarray
    mean: np.ndarray
    sign: np.ndarray
    width: np.ndarray

    @classmethod
    def of_terms(cls, terms: Sequence[Term]) -> _Kinds:
        kinds = np.array([term.kind for term in terms], dtype=object)
        ramp, null, code = (np.flatnonzero(kinds == kind) for kind in ("ramp", "null", "code"))
        low, high, mean = (np.array([getattr(term, name) for term in terms]) for name in ("low", "high", "mean"))
        sign = np.array([-1.0 if term.kind == "ramp" and term.sign < 0 else 1.0 for term in terms])
        return cls(ramp, null, code, kinds == "ramp", low, mean, sign, high[ramp] - low[ramp])


@dataclass(frozen=True)
class Basis:
    """The terms of an additive model, ordered by feature.

    Examples
    --------
    >>> basis = Basis.from_rows(np.arange(10.0)[:, None], constraints=[1], segments={0: 2})
    >>> [(term.kind, round(term.low, 2), round(term.high, 2)) for term in basis.terms]
    [('ramp', 0.9, 4.5), ('ramp', 4.5, 8.1)]
    """

    terms: tuple[Term, ...]

    @classmethod
    def from_rows(
        cls,
        X: np.ndarray,
        *,
        constraints: Sequence[int],
        segments: Mapping[int, int],
        categories: Collection[int] = (),
    ) -> Basis:
        """Return the basis of encoded rows.

        Parameters
        ----------
        X : ndarray of shape (n, features)
            Numbers, codes of categories, and NaN.
        constraints : sequence of {-1, 0, 1}
            Direction of risk along each feature.
        segments : mapping of int to int
            Ramps of each feature, between quantiles.
        categories : collection of int
            Features that hold codes.
        """
        tail = float(np.clip(MIN_ROWS / max(len(X), 1), *TAIL_SHARES))
        terms: list[Term] = []
        for feature, direction in enumerate(constraints):
            values = X[:, feature]
            is_code = feature in categories
            drafts = _codes(values, feature) if is_code else _ramps(values, feature, direction, segments[feature], tail)
            terms += [*drafts, Term(feature, "null")]
        centred = (_centred(term, X[:, term.feature], tail) for term in terms)
        return cls(tuple(term for term in centred if term is not None))

    @cached_property
    def features(self) -> np.ndarray:
        """Return the feature of each term."""
        return np.array([term.feature for term in self.terms], dtype=np.int64)

    @property
    def is_bounded(self) -> np.ndarray:
        """Return for each term whether its coefficient must not be negative."""
        return np.array([term.sign != 0 for term in self.terms], dtype=bool)

    def values(self, X: np.ndarray) -> np.ndarray:
        """Return the centred columns of the terms, n x terms; a ramp is 0 for a null."""
        kinds = self._kinds
        values = X[:, self.features]
        raw = np.empty_like(values)
        is_null = np.isnan(values)
        ramps = values[:, kinds.ramp]
        raw[:, kinds.ramp] = np.clip((ramps - kinds.low[kinds.ramp]) / kinds.width, 0.0, 1.0)
        raw[:, kinds.null] = is_null[:, kinds.null]
        raw[:, kinds.code] = values[:, kinds.code] == kinds.low[kinds.code]
        centred = (raw - kinds.mean) * kinds.sign
        centred[is_null & kinds.is_ramp] = 0.0
        return centred

    def design(self, X: np.ndarray) -> np.ndarray:
        """Return the columns as a matrix, n x (terms + 1), with a last column of ones."""
        design = np.ones((len(X), len(self.terms) + 1), order="F")
        for first in range(0, len(X), ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            design[rows, :-1] = self.values(X[rows])
        return design

    @cached_property
    def sum_by_feature(self) -> csr_array:
        """Return the matrix of ones, features x terms, whose product with terms is their sum by feature.

        It ends at the last feature that has a term.
        """
        terms, features = len(self.terms), int(self.features.max(initial=0)) + 1
        return csr_array((np.ones(terms), (self.features, np.arange(terms))), shape=(features, terms))

    @cached_property
    def _kinds(self) -> _Kinds:
        return _Kinds.of_terms(self.terms)


def _ramps(values: np.ndarray, feature: int, direction: int, segments: int, tail: float) -> list[Term]:
    """Return the ramps between the quantiles of a feature, without those that quantiles in one place leave empty."""
    known_values = values[~np.isnan(values)]
    if not len(known_values):
        return []
    shares = np.r_[tail, np.arange(1, segments) / segments, 1.0 - tail]
    knots = np.unique(np.quantile(known_values, shares))
    return [Term(feature, "ramp", int(direction), float(low), float(high)) for low, high in pairwise(knots)]


def _codes(values: np.ndarray, feature: int) -> list[Term]:
    codes = np.unique(values[~np.isnan(values)])
    return [Term(feature, "code", low=float(code)) for code in codes]


def _centred(term: Term, values: np.ndarray, tail: float) -> Term | None:
    """Return the term with its mean; None for an indicator of too few or nearly all rows."""
    raw = term.raw(values)
    mean = float(np.mean(raw[~np.isnan(raw)]))
    if term.kind != "ramp" and not tail / 2 <= mean <= 1.0 - tail / 2:
        return None
    return Term(term.feature, term.kind, term.sign, term.low, term.high, mean)
