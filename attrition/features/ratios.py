"""Computes features that are ratios of two totals or differences of two values, where a site supplies both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from attrition.features.declare import UNKNOWN_PREFIX, Feature
from attrition.features.operators import ratio

Values = Mapping[str, ir.Value]
Pairs = Mapping[str, tuple[str, str]]
"""By the name of the new value: the names of its two operands."""


def ratios_of_totals(totals: ir.Table, pairs: Pairs) -> dict[str, ir.Value]:
    """Return the first column of each pair divided by the second, by name; pairs with a missing column are left out."""
    return {name: ratio(totals[a], totals[b]) for name, (a, b) in _possible(totals.columns, pairs).items()}


def differences(values: Values, pairs: Pairs) -> dict[str, ir.Value]:
    """Return the first value of each pair minus the second, by name; pairs with a missing value are left out."""
    return {name: values[a] - values[b] for name, (a, b) in _possible(values, pairs).items()}


def select_features(table: ir.Table, values: Values, features: Sequence[Feature]) -> ir.Table:
    """Return the keys, those of the values that are declared features, and where these are unknown."""
    names = [name for feature in features for name in (feature.name, UNKNOWN_PREFIX + feature.name) if name in values]
    return table.select("agent_id", "as_of", **{name: values[name] for name in names})


def _possible(available: Sequence[str] | Values, pairs: Pairs) -> dict[str, tuple[str, str]]:
    """Return the pairs whose operands are both available."""
    names = set(available)
    return {name: pair for name, pair in pairs.items() if names.issuperset(pair)}
