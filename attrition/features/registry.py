"""All families of features, and the function that builds the feature table of every agent-month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from attrition.data.engine import give_back, open_duckdb, run_in_parallel
from attrition.data.terms import FAMILY_NAMES
from attrition.exposure.open_past import GROUP_COLUMNS
from attrition.exposure.past import Past
from attrition.features.agent_months import AgentMonths
from attrition.features.career import CAREER
from attrition.features.context import CONTEXT
from attrition.features.declare import PEER_SUFFIX, UNKNOWN_PREFIX, Family, Feature
from attrition.features.pay import PAY
from attrition.features.peers import PEER_GROUP, with_mean_of_others
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


def build_features(past: Past, families: Sequence[Family] = FAMILIES) -> pa.Table:
    """Return every feature of every agent-month that the site's tables can supply.

    Parameters
    ----------
    past : Past
        The past of a set of agent-months.
    families : sequence of Family
        The families to build.

    Returns
    -------
    pyarrow.Table
        ``agent_id``, ``as_of``, the groups and one column per feature; one row per agent-month, sorted by both.

    Raises
    ------
    LookupError
        A family builds features that it does not declare, or two rows for one agent-month.
    """
    declared = declared_features(families)
    months = AgentMonths.of(past.months.select("agent_id", "as_of", *GROUP_COLUMNS).to_pyarrow())
    tasks = [partial(_build_family, family, past, months, declared) for family in families]
    columns: dict[str, pa.ChunkedArray] = {}
    for built in run_in_parallel(past.months.get_backend(), tasks):
        columns |= built
    return put_together(months, columns, declared)


def put_together(
    months: AgentMonths, columns: Mapping[str, pa.ChunkedArray], declared: Mapping[str, Feature]
) -> pa.Table:
    """Return agent-months with their features in the order in which these are declared, differences from peers added.

    Peers are agents of the same month, so that any whole months can be put together by themselves.
    """
    compared = {name: columns[name] for name in columns if declared[name].peers}
    columns = {**columns, **_peer_differences(months, compared)}
    features = {name: columns[name] for name in declared if name in columns}
    return pa.table({**dict(zip(months.rows.column_names, months.rows.columns, strict=True)), **features})


def available_features(past: Past, families: Sequence[Family] = FAMILIES) -> dict[str, list[str]]:
    """Return by family the names of the features that the site's tables can supply.

    Only the tables' columns are read, so the tables may be empty.
    """
    supplied = {name for family in families for part in family.build(past) for name in part.columns}
    declared = declared_features(families).values()
    available = [feature for feature in declared if (feature.compared or feature.name) in supplied]
    return {family: [feature.name for feature in available if feature.family == family] for family in FAMILY_NAMES}


def declared_parts(family: Family, past: Past, declared: Mapping[str, Feature]) -> Iterator[ir.Table]:
    """Yield the tables that a family builds, with ``agent_id``, ``as_of``, features in their types, and their flags.

    A flag says where a feature is unknown although absence of rows means zero (`UNKNOWN_PREFIX`).
    """
    for part in family.build(past):
        if names := _declared_names(part, declared):
            flags = [name for name in part.columns if name.removeprefix(UNKNOWN_PREFIX) in names and name not in names]
            values = {name: part[name].cast("string" if declared[name].is_category else "float64") for name in names}
            yield part.select("agent_id", "as_of", *flags, **values)


def _build_family(
    family: Family, past: Past, months: AgentMonths, declared: Mapping[str, Feature]
) -> dict[str, pa.ChunkedArray]:
    """Return the features of one family in the order of the agent-months; none where the site's tables supply none."""
    columns: dict[str, pa.ChunkedArray] = {}
    for part in declared_parts(family, past, declared):
        columns |= aligned_features(part.to_pyarrow(), months, declared)
        give_back(past.months.get_backend())
    return columns


def aligned_features(
    part: pa.Table, months: AgentMonths, declared: Mapping[str, Feature]
) -> dict[str, pa.ChunkedArray]:
    """Return the features of a table from `declared_parts` in the order of the agent-months, absences as declared."""
    rows = months.aligned(part)
    return {name: _without_absences(rows, declared[name]) for name in rows.column_names if name in declared}


def _peer_differences(months: AgentMonths, compared: Mapping[str, pa.ChunkedArray]) -> dict[str, pa.ChunkedArray]:
    """Return the differences of features from the means of peers."""
    if not compared:
        return {}
    keys = {name: months.rows[name] for name in ("agent_id", "as_of", *PEER_GROUP)}
    differences = differences_from_peers(ibis.memtable(pa.table({**keys, **compared})), list(compared))
    rows = months.aligned(open_duckdb().to_pyarrow(differences))
    return dict(zip(rows.column_names, rows.columns, strict=True))


def differences_from_peers(table: ir.Table, compared: Sequence[str]) -> ir.Table:
    """Return ``agent_id``, ``as_of`` and the difference of each of these features from the mean of the peers."""
    others = with_mean_of_others(table, compared)
    differences = {name + PEER_SUFFIX: others[name] - others[f"{name}_others"] for name in compared}
    return others.select("agent_id", "as_of", **differences)


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


def _declared_names(part: ir.Table, declared: Mapping[str, Feature]) -> list[str]:
    """Return the names of a table's features; raise a LookupError where it holds some that no family declares."""
    built = [name for name in part.columns if name not in ("agent_id", "as_of") and not name.startswith("_")]
    unknown = [name for name in built if name not in declared]
    if unknown:
        raise LookupError(f"features are built that no family declares: {', '.join(unknown)}")
    return built


def _without_absences(rows: pa.Table, feature: Feature) -> pa.ChunkedArray:
    """Return a feature with nulls replaced by 0 where absence of rows means zero, and nothing says it is unknown."""
    values = rows[feature.name]
    if feature.absence != "zero":
        return values
    flag = UNKNOWN_PREFIX + feature.name
    if flag not in rows.column_names:
        return pc.fill_null(values, 0.0)
    is_zero = pc.and_(pc.is_null(values), pc.invert(pc.fill_null(rows[flag], False)))
    return pc.if_else(is_zero, 0.0, values)
