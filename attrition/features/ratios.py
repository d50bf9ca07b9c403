"""Features that are ratios of two totals or differences of two values, as far as a site supplies both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from attrition.features.declare import Feature
from attrition.features.operators import ratio

Values = Mapping[str, ir.Value]
Pairs = Mapping[str, tuple[str, str]]
"""By the name of the new value: the names of its two operands."""


def ratios_of_totals(totals: ir.Table, pairs: Pairs) -> dict[str, ir.Value]:
    """Divide the first column of each pair by the second; pairs with a missing column are left out."""
    return {name: ratio(totals[a], totals[b]) for name, (a, b) in _possible(totals.columns, pairs).items()}


def differences(values: Values, pairs: Pairs) -> dict[str, ir.Value]:
    """Subtract the second value of each pair from the first; pairs with a missing value are left out."""
    return {name: values[a] - values[b] for name, (a, b) in _possible(values, pairs).items()}


def select_features(table: ir.Table, values: Values, features: Sequence[Feature]) -> ir.Table:
    """Select the keys and those values that are declared features."""
    return table.select(
        "agent_id", "as_of", **{item.name: values[item.name] for item in features if item.name in values}
    )


def _possible(available: Sequence[str] | Values, pairs: Pairs) -> dict[str, tuple[str, str]]:
    names = set(available)
    return {name: pair for name, pair in pairs.items() if names.issuperset(pair)}
