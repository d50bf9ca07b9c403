"""What the checks of one table against another start from: newest rows, employment spells, and signs of activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.absences import absent_months, gone_without_exit
from attrition.data.sources import Sources
from attrition.data.tables import TABLES

ACTIVITY_TABLES = ("shifts", "contacts", "qa_evaluations", "snapshots")
"""Tables whose rows show that an agent was at work, or on the books, on their day."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """The checked tables of a centre, and the tables that several checks need, each of which is computed once.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        The checked tables in the contract's names and types, with `known_on` and `superseded_on`.
    declared : Sources
        What the site declares about its tables.
    source_names : mapping of str to str
        By table, the name of its source in messages.
    data_ends : date
        The last month-end of the data.
    rows : mapping of str to int
        By table its number of rows; a table that is not named counts as small.
    """

    tables: Mapping[str, ir.Table]
    declared: Sources
    source_names: Mapping[str, str]
    data_ends: date
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def roster(self) -> str:
        """The table that says who is employed."""
        return "agents" if "agents" in self.tables else "snapshots"

    def has(self, table: str, *columns: str) -> bool:
        """Return whether the site supplies a table with all these columns."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    def newest(self, table: str) -> ir.Table:
        """Return the rows of a table that no later version replaces."""
        rows = self.tables[table]
        return rows.filter(rows.superseded_on.isnull())

    @cached_property
    def activity(self) -> ir.Table:
        """Signs of activity: ``agent_id``, ``table``, ``month_start``, ``rows``, ``first`` and ``last`` day.

        One row per agent, table of `ACTIVITY_TABLES` and month. A shift counts where minutes were worked; where no
        minutes worked are supplied, every shift up to the end of the data does, since a schedule may reach beyond it.
        """
        monthly = [self._monthly(name) for name in ACTIVITY_TABLES if self.has(name, "agent_id")]
        if not monthly:
            schema = {"agent_id": "string", "table": "string", "month_start": "date"}
            return ibis.memtable([], schema=schema | {"rows": "int64", "first": "date", "last": "date"})
        return ibis.union(*monthly).cache() if len(monthly) > 1 else monthly[0].cache()

    @cached_property
    def spells(self) -> ir.Table:
        """Employment spells: ``agent_id``, ``hired``, ``next_hire`` and ``exit_date`` (both null where there is none).

        The exit is the first one from the hire to the day before the next hire. With snapshots alone the hire is the
        hire date of the newest snapshot or, where that is unknown, the first month-end.
        """
        hires = self._hires()
        order = ibis.window(group_by="agent_id", order_by="hired")
        hires = hires.mutate(next_hire=hires.hired.lead().over(order))
        exits = self.newest("exits").select("agent_id", "exit_date") if "exits" in self.tables else None
        if exits is None:
            return hires.mutate(exit_date=ibis.null("date")).cache()
        is_in_spell = (exits.exit_date >= hires.hired) & (
            hires.next_hire.isnull() | (exits.exit_date < hires.next_hire)
        )
        ends = hires.join(exits, [hires.agent_id == exits.agent_id, is_in_spell])
        first = ends.group_by("agent_id", "hired").aggregate(exit_date=ends.exit_date.min())
        return (
            hires.left_join(first, ["agent_id", "hired"]).select("agent_id", "hired", "next_hire", "exit_date").cache()
        )

    @cached_property
    def absent_months(self) -> ir.Table:
        """Months without a sign of activity that no exit explains, see `attrition.data.consistency.absences`."""
        return absent_months(self.tables, self.activity, self.spells, end=self.data_ends)

    @cached_property
    def gone(self) -> ir.Table:
        """Agents who are gone without an exit: ``agent_id``, ``site``, ``hired`` and the day ``last_seen``."""
        return gone_without_exit(self.absent_months).cache()

    @cached_property
    def sites(self) -> Mapping[str, str]:
        """The site of each agent in the roster's newest rows; empty where the site supplies none."""
        if not self.has(self.roster, "site"):
            return {}
        rows = self.newest(self.roster)
        pairs = rows.group_by("agent_id").aggregate(site=rows.site.max()).to_pandas()
        return dict(zip(pairs["agent_id"], pairs["site"], strict=True))

    def source_name(self, table: str) -> str:
        """Return the name of a table's source in messages."""
        return self.source_names.get(table, "pipelines/sources.toml")

    def _hires(self) -> ir.Table:
        if "agents" in self.tables:
            agents = self.newest("agents")
            return agents.select("agent_id", hired=agents.hire_date).distinct()
        rows = self.newest("snapshots")
        hired = rows.hire_date if "hire_date" in rows.columns else ibis.null("date")
        rows = rows.select("agent_id", "as_of", hire_date=hired)
        return rows.group_by("agent_id").aggregate(hired=ibis.coalesce(rows.hire_date.max(), rows.as_of.min()))

    def _monthly(self, name: str) -> ir.Table:
        rows = self.newest(name)
        if name == "shifts" and "worked_minutes" in rows.columns:
            rows = rows.filter(rows.worked_minutes > 0)
        day = rows[TABLES[name].happened or ""]
        rows = rows.select("agent_id", day=day).filter(lambda t: t.day <= ibis.literal(self.data_ends))
        months = rows.group_by("agent_id", month_start=rows.day.truncate("M").cast("date"))
        totals = months.aggregate(rows=rows.count(), first=rows.day.min(), last=rows.day.max())
        return totals.select("agent_id", "month_start", "rows", "first", "last", table=ibis.literal(name))
