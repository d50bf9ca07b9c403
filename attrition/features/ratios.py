"""Features that are one total over another, or one feature minus another, for whatever totals a site can supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from attrition.features.declare import Feature
from attrition.features.operators import ratio

Values = Mapping[str, ir.Value]
Pairs = Mapping[str, tuple[str, str]]
"""By the name of the new value: the two it is made of."""


def ratios_of_totals(totals: ir.Table, pairs: Pairs) -> dict[str, ir.Value]:
    """Give each first column over its second; what lacks a column is left away, nothing over nothing is null."""
    return {name: ratio(totals[a], totals[b]) for name, (a, b) in _possible(totals.columns, pairs).items()}


def differences(values: Values, pairs: Pairs) -> dict[str, ir.Value]:
    """Give each first value minus its second; what lacks a value is left away."""
    return {name: values[a] - values[b] for name, (a, b) in _possible(values, pairs).items()}


def select_features(table: ir.Table, values: Values, features: Sequence[Feature]) -> ir.Table:
    """Keep the keys and those values that are features, in one step."""
    return table.select(
        "agent_id", "as_of", **{item.name: values[item.name] for item in features if item.name in values}
    )


def _possible(known: Sequence[str] | Values, pairs: Pairs) -> dict[str, tuple[str, str]]:
    names = set(known)
    return {name: pair for name, pair in pairs.items() if names.issuperset(pair)}
