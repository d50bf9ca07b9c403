"""Put the features of a panel together month by month, on an engine whose tables never come into one process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ibis.expr.types as ir
import pyarrow as pa

from attrition.exposure.past import Past
from attrition.features.agent_months import KEYS, AgentMonths
from attrition.features.declare import Family, Feature
from attrition.features.registry import aligned_features, declared_parts, put_together


def features_of_family(family: Family, past: Past, declared: Mapping[str, Feature]) -> ir.Table:
    """Return ``agent_id``, ``as_of``, the features of a family and their flags, on the engine of the past, in no order.

    Parameters
    ----------
    family : Family
        The family to build.
    past : Past
        The past of a set of agent-months.
    declared : mapping of str to Feature
        Every declared feature by name.

    Raises
    ------
    LookupError
        The family builds features that it does not declare.
    """
    return left_joined(past.months.select(*KEYS), list(declared_parts(family, past, declared)))


def features_of_month(months: pa.Table, families: Iterable[pa.Table], declared: Mapping[str, Feature]) -> pa.Table:
    """Return every feature of the agents of a month, as `attrition.features.registry.build_features` does for all.

    Joining a hundred columns and more row by row takes an engine of rows longer than building them.

    Parameters
    ----------
    months : pyarrow.Table
        ``agent_id``, ``as_of`` and the groups; the agents of one month, in any order.
    families : iterable of pyarrow.Table
        The rows of `features_of_family` of that month.
    declared : mapping of str to Feature
        Every declared feature by name.

    Raises
    ------
    LookupError
        A family has two rows for one agent-month.
    """
    agents = AgentMonths.of(months)
    columns: dict[str, pa.ChunkedArray] = {}
    for family in families:
        columns |= aligned_features(family, agents, declared)
    return put_together(agents, columns, declared)


def left_joined(table: ir.Table, parts: Sequence[ir.Table]) -> ir.Table:
    """Return a table with the columns of others that have the same keys, null where one of them has no row.

    All of them are joined by the same keys, so that an engine distributes the rows of each by these keys once.
    """
    joined = table
    for number, part in enumerate(parts):
        joined = joined.left_join(part, list(KEYS), rname=f"{{name}}_{number}")
    names = [*table.columns, *(name for part in parts for name in part.columns if name not in KEYS)]
    return joined.select(*names)
