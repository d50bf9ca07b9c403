"""Read the names of agents for the HR partner; no other module reads them, and no table and no file keeps them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import ibis.expr.types as ir

from attrition.data import engine, sources
from attrition.data.faults import TableError
from attrition.data.files import reading
from attrition.data.loading import load_tables
from attrition.data.mapping import same_name
from attrition.data.people.name_columns import NAME
from attrition.data.sources import Sources

NEEDED = ("agents", "identities", "renumbered", "exits")
"""The tables that say who an agent is: exits too, since a number that changed is no exit."""


def names_of(workspace: Path, agents: Collection[str]) -> dict[str, str]:
    """Return the names of some agents by staff number, from the site's own table of agents.

    Returns
    -------
    dict of str to str
        Without agents whose name is not on file; empty where the site maps no `display_name`, and where its table of
        agents cannot be read any more.
    """
    declared = sources.read(workspace)
    if not agents or not _has_names(declared, workspace):
        return {}
    tables = {name: declared.tables[name] for name in NEEDED if name in declared.tables}
    con = engine.open_duckdb(time_zone=declared.site.time_zone)
    loaded = load_tables(con, declared.model_copy(update={"tables": tables, "events": ()}), workspace).tables
    if "agents" not in loaded or NAME not in loaded["agents"].checked.columns:
        return {}
    return _latest(con.table(loaded["agents"].relation), agents)


def _latest(rows: ir.Table, agents: Collection[str]) -> dict[str, str]:
    """Return the name of each agent in their last employment, in its last version."""
    order = [name for name in ("hire_date", "recorded_at") if name in rows.columns]
    rows = rows.filter(rows.agent_id.isin(list(agents)) & rows[NAME].notnull())
    listed = rows.order_by(order).select("agent_id", NAME).to_pyarrow().to_pylist()
    return {row["agent_id"]: " ".join(row[NAME].split()) for row in listed}


def _has_names(declared: Sources, workspace: Path) -> bool:
    """Return whether the table of agents has names, as far as that can be seen without reading its rows."""
    source = declared.tables.get("agents")
    if source is None or NAME in source.columns.values() or source.path is None:
        return source is not None
    try:
        headings = reading.source_headings(workspace, "agents", source)
    except TableError:
        return False
    return any(same_name(heading, (NAME,)) for heading in headings)
