"""What the checks of one table against another start from: newest rows, employment spells, activity, and the extent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.consistency.absences import absent_months, gone_without_exit, open_absences, site_of_agents
from attrition.data.consistency.activity import signs_of_activity
from attrition.data.consistency.employment import employment_spells
from attrition.data.consistency.extent import Extent, before_unlisted_exits, measure_extent
from attrition.data.consistency.headcount import People, headcount
from attrition.data.consistency.team_changes import find_reorganisations
from attrition.data.engine import Connection, run_in_parallel
from attrition.data.events import Reorganisation
from attrition.data.rows.versions import newest
from attrition.data.sources import Sources


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """The checked tables of a centre, and the tables that several checks need.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        The checked tables in the contract's names and types, with `known_on` and `superseded_on`.
    declared : Sources
        What the site declares about its tables.
    source_names : mapping of str to str
        By table, the name of its source in messages.
    rows : mapping of str to int
        By table its number of rows; a table that is not named counts as small.
    activity : ibis.Table
        Signs of activity up to the end of the data, see `attrition.data.consistency.activity`.
    spells : ibis.Table
        Employment spells, see `attrition.data.consistency.employment`.
    absent_months : ibis.Table
        Months without a sign of activity that no exit explains, see `attrition.data.consistency.absences`.
    gone : ibis.Table
        Agents who are gone without an exit on file: ``agent_id``, ``site``, ``hired`` and the day ``last_seen``.
    extent : Extent
        From when to when the data are complete, and the exits among them.
    reorganisations : tuple of Reorganisation
        The days on which the teams of a site were changed, declared or found in the tables.
    """

    tables: Mapping[str, ir.Table]
    declared: Sources
    source_names: Mapping[str, str]
    rows: Mapping[str, int]
    activity: ir.Table
    spells: ir.Table
    absent_months: ir.Table
    gone: ir.Table
    extent: Extent
    reorganisations: tuple[Reorganisation, ...] = ()

    @property
    def con(self) -> Connection:
        """The engine that holds the tables."""
        return next(iter(self.tables.values())).get_backend()

    @property
    def data_ends(self) -> date:
        """The last month-end of the data."""
        return self.extent.ends

    @property
    def roster(self) -> str:
        """The table that says who is employed."""
        return "agents" if "agents" in self.tables else "snapshots"

    def has(self, table: str, *columns: str) -> bool:
        """Return whether the site supplies a table with all these columns."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    def newest(self, table: str) -> ir.Table:
        """Return the rows of a table that no later version replaces."""
        return newest(self.tables[table])

    @cached_property
    def sites(self) -> Mapping[str, str]:
        """The site of each agent, as last recorded; empty where the site supplies none."""
        pairs = site_of_agents(self.tables).to_pandas()
        return {agent: site for agent, site in zip(pairs["agent_id"], pairs["site"], strict=True) if site}

    @cached_property
    def headcount(self) -> pd.DataFrame:
        """People employed and active by site and month, see `attrition.data.consistency.headcount`."""
        people = People(
            tables=self.tables, activity=self.activity, spells=self.spells, gone=self.gone, end=self.data_ends
        )
        return headcount(people).order_by("site", "as_of").to_pandas()

    def source_name(self, table: str) -> str:
        """Return the name of a table's source in messages."""
        return self.source_names.get(table, "pipelines/sources.toml")


def gather_facts(
    tables: Mapping[str, ir.Table], declared: Sources, source_names: Mapping[str, str], *, rows: Mapping[str, int]
) -> Facts:
    """Return the facts of a centre; the tables that several checks need are kept on the engine of the tables."""
    con = next(iter(tables.values())).get_backend()
    activity, spells = run_in_parallel(con, [partial(signs_of_activity, tables), partial(employment_spells, tables)])
    extent = measure_extent(declared.site, tables, activity, spells)
    activity = activity.filter(activity.month_start <= ibis.literal(extent.ends))
    absences, reorganisations = run_in_parallel(
        con,
        [
            partial(absent_months, tables, activity, spells, end=extent.ends),
            partial(find_reorganisations, tables, spells, declared.events, end=extent.ends),
        ],
    )
    if not declared.site.exits_complete_to:
        extent = before_unlisted_exits(extent, open_absences(absences))
    return Facts(
        tables=tables,
        declared=declared,
        source_names=source_names,
        rows=rows,
        activity=activity,
        spells=spells,
        absent_months=absences,
        gone=gone_without_exit(absences, listed_to=extent.exits_complete_to).cache(),
        extent=extent,
        reorganisations=reorganisations,
    )
