"""Small synthetic centres, and what may be done to their future."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from attrition import workspace as workspaces
from attrition.data.centre import Centre, open_centre
from attrition.data.events import Reorganisation
from attrition.data.people.people_key import key_file
from attrition.data.synthetic import sources_toml, write_centre
from attrition.data.tables import TABLES
from attrition.exposure.open_past import open_past
from attrition.features.registry import build_features

Tables = Mapping[str, ir.Table]


@dataclass(frozen=True)
class World:
    """A centre's validated tables and its months."""

    tables: Tables
    first: pd.Timestamp
    last: pd.Timestamp


def world(folder: Path, *, seed: int, agents: int = 40, months: int = 15) -> World:
    """Draw up a centre and open it as a site's own."""
    workspaces.write_starter(folder)
    key_file(folder).write_text("one key for every world, so that each run gives the same ids", encoding="utf-8")
    write_centre(folder / "exports", agents=agents, months=months, seed=seed)
    (folder / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
    centre = open_centre(folder)
    return World({name: table.cache() for name, table in centre.tables.items()}, *_span(centre))


IDENTIFIERS = (
    *("agent_id", "referrer_id", "other_id", "supervisor_id", "evaluator_id", "evaluation_id"),
    *("site", "team_id", "account"),
)


def side_by_side(worlds: Mapping[str, World]) -> World:
    """Put centres of the same months into one set of tables; agents, teams, sites and markets bear their centre's name.

    What a feature takes of a whole centre, such as the usual score of all evaluators, it then takes of them all.
    """
    engine = ibis.duckdb.connect(threads=2)
    one = next(iter(worlds.values()))
    assert {(world.first, world.last, *world.tables) for world in worlds.values()} == {
        (one.first, one.last, *one.tables)
    }
    tables = {}
    for name in one.tables:
        parts = [_named(world.tables[name], centre).to_pyarrow() for centre, world in worlds.items()]
        tables[name] = engine.create_table(name, pa.concat_tables(parts))
    return World(tables, one.first, one.last)


def with_silent_months(here: World, *, missing: str, late: str) -> World:
    """Take a month of shifts and contacts out of one centre, and record that of another three months late."""
    gone, slow = (here.last.to_period("M") - 4), (here.last.to_period("M") - 7)
    recorded = ibis.date((slow + 3).end_time.date())
    tables = dict(here.tables)
    for name in ("shifts", "contacts"):
        rows, day = tables[name], _happened(name, tables[name])
        is_gone = rows.agent_id.startswith(missing) & _is_in(day, gone)
        is_late = rows.agent_id.startswith(late) & _is_in(day, slow)
        known_on = is_late.ifelse(ibis.greatest(rows.known_on, recorded), rows.known_on)
        tables[name] = rows.filter(~is_gone).mutate(known_on=known_on).cache()
    return World(tables, here.first, here.last)


def _is_in(day: ir.DateValue, month: pd.Period) -> ir.BooleanValue:
    return (day >= ibis.date(month.start_time.date())) & (day <= ibis.date(month.end_time.date()))


def _named(rows: ir.Table, centre: str) -> ir.Table:
    return rows.mutate(**{name: ibis.literal(centre) + rows[name] for name in IDENTIFIERS if name in rows.columns})


def of_centre(rows: pa.Table, centre: str) -> pa.Table:
    """Keep the agent-months of one of the centres that stand side by side."""
    return rows.filter(pc.starts_with(rows["agent_id"], centre)).combine_chunks()


def _span(centre: Centre) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)


def features(
    here: World, tables: Tables, upto: pd.Timestamp, *, reorganisations: tuple[Reorganisation, ...] = ()
) -> pa.Table:
    """Build every family's features of every agent-month up to a month-end, sorted."""
    past = open_past(tables, here.first, upto, reorganisations=reorganisations)
    return build_features(past)


def until(rows: pa.Table, day: pd.Timestamp) -> pa.Table:
    """Keep the agent-months up to a month-end."""
    return rows.filter(pc.less_equal(rows["as_of"], day.date())).combine_chunks()


def parquet_bytes(rows: pa.Table) -> bytes:
    """Write rows as Parquet, so that two tables are compared to the last bit."""
    content = io.BytesIO()
    pq.write_table(rows.combine_chunks(), content)
    return content.getvalue()


def differing(one: pa.Table, other: pa.Table) -> list[str]:
    """Name the features that differ, for the message of a test that failed."""
    if len(one) != len(other):
        return ["the agent-months themselves"]
    return [name for name in one.column_names if not one[name].equals(other[name])]


def as_known(tables: Tables, cut_off: pd.Timestamp) -> Tables:
    """Delete every record that happened or was recorded after a day, and every trace that one would be replaced."""
    day = ibis.date(cut_off.date())
    kept = {}
    for name, rows in tables.items():
        there = (rows.known_on <= day) & (_happened(name, rows) <= day)
        replaced = ibis.ifelse(rows.superseded_on <= day, rows.superseded_on, ibis.null("date"))
        kept[name] = rows.filter(there).mutate(superseded_on=replaced).cache()
    return kept


def with_another_future(tables: Tables, cut_off: pd.Timestamp) -> Tables:
    """Add what nobody knew by a day: each fact once more, recorded later, with absurd, empty and copied values.

    The facts keep their dates, so that they are corrections of the past as well as events of the future, and every
    earlier version counts as replaced.
    """
    later = ibis.date((cut_off + pd.Timedelta(days=1)).date())
    return {name: _with_later(rows, later).cache() for name, rows in tables.items()}


def _with_later(rows: ir.Table, later: ir.DateScalar) -> ir.Table:
    kinds = rows.schema()
    absurd = {name: ibis.literal(2**40).cast(kind) for name, kind in kinds.items() if kind.is_integer()}
    absurd |= {name: ibis.literal(1e300) for name, kind in kinds.items() if kind.is_floating()}
    empty = {name: ibis.null(kind) for name, kind in kinds.items() if kind.is_string() and name != "agent_id"}
    recorded = {"known_on": later, "superseded_on": ibis.null("date")}
    strangers = {"agent_id": ibis.literal("new-") + rows.agent_id} if "agent_id" in kinds else {}
    changes: tuple[dict[str, ir.Value], ...] = (absurd, empty, strangers)
    added = [rows.mutate(**change, **recorded).select(rows.columns) for change in changes]
    replaced = rows.mutate(superseded_on=ibis.coalesce(rows.superseded_on, later))
    return ibis.union(replaced, *added, distinct=False)


def _happened(name: str, rows: ir.Table) -> ir.DateValue:
    if name == "exits":
        return ibis.least(rows.exit_date, rows.notice_date.fill_null(rows.exit_date))
    return rows[TABLES[name].happened] if TABLES[name].happened else rows.known_on
