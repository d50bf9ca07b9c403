"""Features that are one total over another, or one feature minus another, for whatever totals a site can supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from attrition.features.declare import Feature
from attrition.features.operators import ratio

Pairs = Mapping[str, tuple[str, str]]
"""By the name of the new column: the two columns it is made of."""


def shares(table: ir.Table, pairs: Pairs) -> ir.Table:
    """Add each first column over its second; what lacks a column is left away, nothing over nothing is null."""
    return table.mutate(**{name: ratio(table[a], table[b]) for name, (a, b) in _possible(table, pairs).items()})


def changes(table: ir.Table, pairs: Pairs) -> ir.Table:
    """Add each first column minus its second; what lacks a column is left away."""
    return table.mutate(**{name: table[a] - table[b] for name, (a, b) in _possible(table, pairs).items()})


def features_only(table: ir.Table, features: Sequence[Feature]) -> ir.Table:
    """Keep the keys and those of these features that the table has."""
    return table.select("agent_id", "as_of", *(item.name for item in features if item.name in table.columns))


def _possible(table: ir.Table, pairs: Pairs) -> dict[str, tuple[str, str]]:
    columns = set(table.columns)
    return {name: pair for name, pair in pairs.items() if columns.issuperset(pair)}
