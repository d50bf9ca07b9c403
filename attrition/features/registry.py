"""All families of features, and the function that builds the feature table of every agent-month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.data.engine import run_in_parallel
from attrition.data.terms import FAMILY_NAMES
from attrition.exposure.open_past import GROUP_COLUMNS
from attrition.exposure.past import Past
from attrition.features.career import CAREER
from attrition.features.context import CONTEXT
from attrition.features.declare import PEER_SUFFIX, UNKNOWN_PREFIX, Family, Feature
from attrition.features.pay import PAY
from attrition.features.peers import PEER_GROUP, group_totals, join_group_totals, mean_of_others
from attrition.features.quality import QUALITY
from attrition.features.schedule import SCHEDULE
from attrition.features.team import TEAM
from attrition.features.tenure import TENURE
from attrition.features.workload import WORKLOAD

FAMILIES: tuple[Family, ...] = (PAY, CAREER, WORKLOAD, SCHEDULE, QUALITY, TEAM, TENURE, CONTEXT)


def declared_features(families: Iterable[Family] = FAMILIES) -> dict[str, Feature]:
    """Return every declared feature by name, in the order of the panel's columns, differences from peers at the end."""
    features = [feature for family in families for feature in family.features]
    differences = [_peer_difference(feature) for feature in features if feature.peers]
    return {feature.name: feature for feature in [*features, *differences]}


def build_features(past: Past, families: Sequence[Family] = FAMILIES) -> ir.Table:
    """Return every feature of every agent-month that the site's tables can supply.

    Parameters
    ----------
    past : Past
        The past of a set of agent-months.
    families : sequence of Family
        The families to build.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, the groups and one column per feature, one row per agent-month.
    """
    declared = declared_features(families)
    tasks = [partial(_build_family, family, past, declared) for family in families]
    tables = [table for table in run_in_parallel(past.months.get_backend(), tasks) if table is not None]
    joined = _join(past.months.select("agent_id", "as_of", *GROUP_COLUMNS), tables, declared)
    table = _with_peer_differences(past, joined, tables, declared)
    return table.select("agent_id", "as_of", *GROUP_COLUMNS, *(name for name in declared if name in table.columns))


def available_features(past: Past, families: Sequence[Family] = FAMILIES) -> dict[str, list[str]]:
    """Return by family the names of the features that the site's tables can supply.

    Only the tables' columns are read, so the tables may be empty.
    """
    supplied = {name for family in families for part in family.build(past) for name in part.columns}
    declared = declared_features(families).values()
    available = [feature for feature in declared if (feature.compared or feature.name) in supplied]
    return {family: [feature.name for feature in available if feature.family == family] for family in FAMILY_NAMES}


def _with_peer_differences(
    past: Past, joined: ir.Table, tables: Sequence[ir.Table], declared: Mapping[str, Feature]
) -> ir.Table:
    """Return the table with the differences from peers.

    Group totals are computed over the compared columns alone, which is much faster than over the whole table.
    """
    compared_names = [[name for name in table.columns if name in declared and declared[name].peers] for table in tables]
    pairs = zip(tables, compared_names, strict=True)
    parts = [table.select("agent_id", "as_of", *names) for table, names in pairs if names]
    compared = [name for names in compared_names for name in names]
    narrow = _join(past.months.select("agent_id", "as_of", *PEER_GROUP), parts, declared)
    with_totals = join_group_totals(joined, group_totals(narrow, compared).cache())
    differences = {name + PEER_SUFFIX: with_totals[name] - mean_of_others(with_totals, name) for name in compared}
    return with_totals.select(joined, **differences)


def _build_family(family: Family, past: Past, declared: Mapping[str, Feature]) -> ir.Table | None:
    """Return one family as a materialised table; None where the site's tables supply none of its features."""
    parts = [_only_declared(part, declared) for part in family.build(past)]
    return _join(past.months.select("agent_id", "as_of"), parts, declared).cache() if parts else None


def _peer_difference(feature: Feature) -> Feature:
    """Return the declaration of the difference of a feature from its peers' mean."""
    return replace(
        feature,
        name=feature.name + PEER_SUFFIX,
        measure="difference_from_peers",
        compared=feature.name,
        en=f"{feature.en}, against peers",
        zh=f"{feature.zh}（与同类座席相比）",
        absence="unknown",
        peers=False,
    )


def _only_declared(part: ir.Table, declared: Mapping[str, Feature]) -> ir.Table:
    """Return the table unchanged; raise a LookupError where it holds features that no family declares."""
    built = [name for name in part.columns if name not in ("agent_id", "as_of") and not name.startswith("_")]
    unknown = [name for name in built if name not in declared]
    if unknown:
        raise LookupError(f"features are built that no family declares: {', '.join(unknown)}")
    return part


def _join(table: ir.Table, parts: Sequence[ir.Table], declared: Mapping[str, Feature]) -> ir.Table:
    """Return the table with the features of all parts; those whose absence means zero are zero where nothing is known.

    They stay null where a part says that they are unknown.
    """
    joined = table
    for number, part in enumerate(parts):
        joined = joined.left_join(part, ["agent_id", "as_of"], rname=f"{{name}}_{number}")
    columns = [name for part in parts for name in part.columns if name in declared]
    return joined.select(*table.columns, **{name: _typed(joined, declared[name]) for name in columns})


def _typed(table: ir.Table, feature: Feature) -> ir.Value:
    """Return a feature as a string or double, with nulls replaced by 0 where absence means zero and nothing unknown."""
    typed = table[feature.name].cast("string" if feature.is_category else "float64")
    if feature.absence != "zero":
        return typed
    is_unknown = UNKNOWN_PREFIX + feature.name
    zero = ibis.literal(0.0)
    return typed.fill_null(
        table[is_unknown].ifelse(ibis.null("float64"), zero) if is_unknown in table.columns else zero
    )
