"""All families, and the one function that lays their features side by side for every agent-month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import ibis.expr.types as ir

from attrition.data.engine import run_in_parallel
from attrition.data.terms import FAMILY_NAMES
from attrition.exposure.open_past import GROUPS
from attrition.exposure.past import Past
from attrition.features.career import CAREER
from attrition.features.context import CONTEXT
from attrition.features.declare import PEER_SUFFIX, Family, Feature
from attrition.features.pay import PAY
from attrition.features.peers import PEER_GROUP, group_totals, join_group_totals, mean_of_others
from attrition.features.quality import QUALITY
from attrition.features.schedule import SCHEDULE
from attrition.features.team import TEAM
from attrition.features.tenure import TENURE
from attrition.features.workload import WORKLOAD

FAMILIES: tuple[Family, ...] = (PAY, CAREER, WORKLOAD, SCHEDULE, QUALITY, TEAM, TENURE, CONTEXT)


def declared_features(families: Iterable[Family] = FAMILIES) -> dict[str, Feature]:
    """List every feature that can be built, comparisons with peers included, by name, in the panel's order."""
    own = [feature for family in families for feature in family.features]
    return {feature.name: feature for feature in [*own, *map(_against_peers, filter(_is_compared, own))]}


def build_features(past: Past, families: Sequence[Family] = FAMILIES) -> ir.Table:
    """Build every feature of every agent-month that the site's tables can supply.

    Parameters
    ----------
    past : Past
        The doors to the past of a set of agent-months.
    families : sequence of Family
        All of them, unless a test asks for one.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, the groups and one column per feature, one row per agent-month.
    """
    known = declared_features(families)
    tasks = [partial(_family, family, past, known) for family in families]
    built = run_in_parallel(past.months.get_backend(), tasks)
    of_family = [table for table in built if table is not None]
    own = _beside(past.months.select("agent_id", "as_of", *GROUPS), of_family, known)
    table = _compared(past, own, of_family, known)
    return table.select("agent_id", "as_of", *GROUPS, *(name for name in known if name in table.columns))


def available_features(past: Past, families: Sequence[Family] = FAMILIES) -> dict[str, list[str]]:
    """List, by family, the features that the site's tables can supply; the rows of the past may be left out."""
    supplied = {name for family in families for part in family.build(past) for name in part.columns}
    known = declared_features(families).values()
    can_be_built = [one for one in known if (one.compared or one.name) in supplied]
    return {family: [one.name for one in can_be_built if one.family == family] for family in FAMILY_NAMES}


def _compared(past: Past, own: ir.Table, of_family: Sequence[ir.Table], known: dict[str, Feature]) -> ir.Table:
    """Add the comparisons with peers; their groups are worked out from the few columns that are compared."""
    wanted = [[name for name in part.columns if name in known and _is_compared(known[name])] for part in of_family]
    few = [part.select("agent_id", "as_of", *names) for part, names in zip(of_family, wanted, strict=True) if names]
    compared = [name for names in wanted for name in names]
    narrow = _beside(past.months.select("agent_id", "as_of", *PEER_GROUP), few, known)
    joined = join_group_totals(own, group_totals(narrow, compared).cache())
    return joined.select(own, **{name + PEER_SUFFIX: joined[name] - mean_of_others(joined, name) for name in compared})


def _family(family: Family, past: Past, known: dict[str, Feature]) -> ir.Table | None:
    """Build one family and materialise it; None where the site's tables supply nothing of it."""
    parts = [_only_declared(part, known) for part in family.build(past)]
    return _beside(past.months.select("agent_id", "as_of"), parts, known).cache() if parts else None


def _is_compared(feature: Feature) -> bool:
    return feature.peers


def _against_peers(feature: Feature) -> Feature:
    """Declare the comparison of a feature with peers."""
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


def _only_declared(part: ir.Table, known: dict[str, Feature]) -> ir.Table:
    """Let pass what holds keys, steps on the way and features; a feature that nobody declared is a mistake of ours."""
    built = [name for name in part.columns if name not in ("agent_id", "as_of") and not name.startswith("_")]
    unknown = [name for name in built if name not in known]
    if unknown:
        raise LookupError(f"features are built that nobody declared: {', '.join(unknown)}")
    return part


def _beside(table: ir.Table, parts: Sequence[ir.Table], known: dict[str, Feature]) -> ir.Table:
    """Join the parts to the table in one step; where no row means that nothing happened, say zero."""
    joined = table
    for number, part in enumerate(parts):
        joined = joined.left_join(part, ["agent_id", "as_of"], rname=f"{{name}}_{number}")
    columns = [name for part in parts for name in part.columns if name in known]
    return joined.select(*table.columns, **{name: _written(joined[name], known[name]) for name in columns})


def _written(value: ir.Value, feature: Feature) -> ir.Value:
    typed = value.cast("string" if feature.is_category else "float64")
    return typed.fill_null(0.0) if feature.absence == "zero" else typed
