"""Put the features of a panel together by joins, on an engine whose tables never come into one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.data.engine import run_in_parallel
from attrition.exposure.open_past import GROUP_COLUMNS
from attrition.exposure.past import Past
from attrition.features.declare import UNKNOWN_PREFIX, Family, Feature
from attrition.features.peers import PEER_GROUP
from attrition.features.registry import FAMILIES, declared_features, declared_parts, differences_from_peers

KEYS = ("agent_id", "as_of")


def joined_features(past: Past, families: Sequence[Family] = FAMILIES) -> ir.Table:
    """Return every feature of every agent-month, as `attrition.features.registry.build_features` does.

    Parameters
    ----------
    past : Past
        The past of a set of agent-months.
    families : sequence of Family
        The families to build.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, the groups and one column per feature, on the engine of the past, in no order.

    Raises
    ------
    LookupError
        A family builds features that it does not declare, or two rows for one agent-month.
    """
    declared = declared_features(families)
    months = past.months.select(*KEYS, *GROUP_COLUMNS)
    keys = months.select(*KEYS)
    tasks = [partial(_family, family, past, keys, declared) for family in families]
    of_families = run_in_parallel(past.months.get_backend(), tasks)
    built = left_joined(months, of_families)
    built = built.select(*months.columns, **_without_absences(built, declared)).cache()
    if compared := [name for name in built.columns if name in declared and declared[name].peers]:
        built = _with_differences(built, compared)
    built = built.select(*months.columns, *(name for name in declared if name in built.columns)).cache()
    if built.count().execute() != past.months.count().execute():
        raise LookupError("two rows for one agent-month, in one of the parts of the panel")
    return built


def _family(family: Family, past: Past, keys: ir.Table, declared: Mapping[str, Feature]) -> ir.Table:
    """Return the features of a family, kept."""
    return left_joined(keys, list(declared_parts(family, past, declared))).cache()


def left_joined(table: ir.Table, parts: Sequence[ir.Table]) -> ir.Table:
    """Return a table with the columns of others that have the same keys, null where one of them has no row.

    All of them are joined by the same keys, so that an engine distributes the rows of each by these keys once.
    """
    joined = table
    for number, part in enumerate(parts):
        joined = joined.left_join(part, list(KEYS), rname=f"{{name}}_{number}")
    names = [*table.columns, *(name for part in parts for name in part.columns if name not in KEYS)]
    return joined.select(*names)


def _with_differences(built: ir.Table, compared: Sequence[str]) -> ir.Table:
    differences = differences_from_peers(built.select(*KEYS, *PEER_GROUP, *compared), compared)
    return left_joined(built, [differences])


def _without_absences(built: ir.Table, declared: dict[str, Feature]) -> dict[str, ir.Value]:
    """Return each feature with nulls replaced by 0 where absence of rows means zero, and nothing says it is unknown."""
    values = {}
    for name in built.columns:
        if name not in declared:
            continue
        flag, value = UNKNOWN_PREFIX + name, built[name]
        if declared[name].absence == "zero":
            is_zero = value.isnull()
            is_zero &= ~built[flag].fill_null(False) if flag in built.columns else ibis.literal(True)
            value = ibis.ifelse(is_zero, 0.0, value)
        values[name] = value
    return values
