"""A month with one agent's facts changed: the fact is written into the tables, and the same code builds the features.

A raise moves the market ratio, the place among peers and the days since the last raise at once, since the row of pay is
what changes. Everybody else stays as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.compute as pc

from attrition.data.people.near_numbers import did_you_mean_number
from attrition.errors import UserError
from attrition.exposure.counterfactual_tables import counterfactual_tables
from attrition.exposure.open_past import open_past
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.registry import build_features, declared_features
from attrition.predict.betterment import refuse_fallen_pay, refuse_worse
from attrition.predict.facts import Fact, allowed_range, find_fact, parse_category, parse_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from attrition.data.events import Reorganisation

MONTHS_BACK = 12
"""Months before this one whose agent-months its features need."""
ROSTER_MONTHS = 3
AGENT_TABLES = ("agents", "assignments", "exits", "snapshots")
"""The tables that agent-months are built from; a change in one of them may change every family."""


@dataclass(frozen=True)
class CounterfactualMonth:
    """A month of a centre in which facts of one agent can be changed.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables.
    as_of : date
        The month's end.
    families : sequence of Family
        All families of features of the centre.
    frame : DataFrame
        The panel's rows of that month.
    reorganisations : tuple of Reorganisation
        The days on which the teams of a site were changed.
    """

    tables: Mapping[str, ir.Table]
    as_of: date
    families: Sequence[Family]
    frame: pd.DataFrame
    reorganisations: tuple[Reorganisation, ...] = ()

    @cached_property
    def past(self) -> Past:
        """The past without changes."""
        return self._past_of(self.tables)

    @cached_property
    def features(self) -> dict[str, Feature]:
        """Every feature by name."""
        return declared_features(self.families)

    def after(self, agent: str, changes: Mapping[str, str]) -> pd.DataFrame:
        """Return an agent's row of the panel with changed facts: facts by name, values as they were typed.

        Raises
        ------
        UserError
            The agent is not there, nobody can set the fact, or the value is outside the site's limits.
        """
        row = self.frame[self.frame["agent_id"] == agent]
        if row.empty:
            raise UserError(
                "nobody with that staff number is at risk on {as_of}{near}",
                as_of=self.as_of,
                near=did_you_mean_number(agent, self.frame["agent_id"]),
            )
        facts = {find_fact(name, self.features): text for name, text in changes.items()}
        tables, changed = dict(self.tables), sorted({fact.table for fact in facts})
        for table in changed:
            own = {fact: self._value(agent, fact, text, facts) for fact, text in facts.items() if fact.table == table}
            tables = counterfactual_tables(tables, table, self._rows(agent, table, own))
        built = build_features(self._past_of(tables), self._families_reading(changed))
        rebuilt = built.filter((pc.field("agent_id") == agent) & (pc.field("as_of") == self.as_of)).to_pandas()
        shared = [name for name in rebuilt.columns if name in row.columns and name in self.features]
        after = row.assign(**{name: rebuilt[name].to_numpy() for name in shared})
        refuse_fallen_pay(changes, self.features, row.iloc[0].to_dict(), after.iloc[0].to_dict())
        return after

    def _past_of(self, tables: Mapping[str, ir.Table]) -> Past:
        last = pd.Timestamp(self.as_of)
        first = last - pd.DateOffset(months=MONTHS_BACK)
        return open_past(tables, first, last, reorganisations=self.reorganisations)

    def _families_reading(self, changed: Sequence[str]) -> tuple[Family, ...]:
        """Return the families that read the changed tables, found by building each from tables without rows."""
        if set(changed) & set(AGENT_TABLES):
            return tuple(self.families)
        tables = _ReadTracker({name: table.limit(0) for name, table in self.tables.items()})
        past, readers = self._past_of(tables), []
        for family in self.families:
            tables.names_read.clear()
            list(family.build(past))
            readers += [family] if tables.names_read & set(changed) else []
        return tuple(readers)

    def _rows(self, agent: str, table: str, values: Mapping[Fact, Any]) -> list[dict[str, Any]]:
        """Return the rows of a table that hold the changed facts."""
        writes = {fact.writes for fact in values}
        if writes == {"state"}:
            changed = {fact.column: value for fact, value in values.items()}
            return [self._state_of(agent, table) | self._today | changed]
        if writes == {"event"}:
            return [self._event(agent, fact, value) for fact, value in values.items()]
        return self._roster(agent, values)

    @property
    def _today(self) -> dict[str, Any]:
        return {"effective_date": self.as_of, "known_on": self.as_of, "superseded_on": None}

    def _event(self, agent: str, fact: Fact, value: float) -> dict[str, Any]:
        hours = {"hours": value} if fact.column == "hours" else {}
        day = {"event_date": self.as_of, "known_on": self.as_of, "event_id": "counterfactual"}
        return {"agent_id": agent, "kind": fact.event} | day | hours

    def _roster(self, agent: str, values: Mapping[Fact, float]) -> list[dict[str, Any]]:
        """Flag a share of the shifts of the last three months, those flagged already first.

        Features look back, so the share describes a roster that was in force all that time; see `facts.Fact`.
        """
        shifts = self.past.events("shifts", months=ROSTER_MONTHS)
        own = shifts.filter((shifts.agent_id == agent) & (shifts.as_of == self.as_of) & (shifts.scheduled_minutes > 0))
        own = own.order_by("shift_date").select(*self.tables["shifts"].columns)
        rows = own.to_pyarrow().to_pylist()
        for fact, share in values.items():
            order = sorted(range(len(rows)), key=lambda position: (not rows[position][fact.column], position))
            flagged = set(order[: round(share * len(rows))])
            rows = [row | {fact.column: position in flagged} for position, row in enumerate(rows)]
        return rows

    def _value(self, agent: str, fact: Fact, text: str, facts: Mapping[Fact, str]) -> Any:
        """Parse a value, which must be within the range in force at the agent's site, and better for the agent."""
        if not self.past.has(fact.table, fact.column):
            raise UserError(
                "{name}: the site has no {table} with {column}", name=fact.name, table=fact.table, column=fact.column
            )
        site = self._values_at_site(agent, fact)
        row = site[site["agent_id"] == agent]
        own = {str(name): row[name].iloc[0] for name in row if len(row)}
        if not fact.is_number:
            category = parse_category(fact, text, sorted(map(str, site[fact.column].dropna().unique())))
            refuse_worse(fact, own.get(fact.column), category, typical_pay=self._typical_pay(agent, fact))
            return category
        post = {changed.column: value for changed, value in facts.items() if changed.better == "paid_more"}
        low, high = allowed_range(fact, own | post, site)
        number = parse_number(fact, text, low=low, high=high)
        refuse_worse(fact, own.get(fact.column), number)
        return number

    def _typical_pay(self, agent: str, fact: Fact) -> Mapping[str, float]:
        """Return the median base pay at the agent's site by the values of a fact; empty where it does not matter."""
        if fact.better != "paid_more" or not self.past.has("pay", "base_pay"):
            return {}
        paid = self._values_at_site(agent, fact).merge(self._in_force("pay")[["agent_id", "base_pay"]], on="agent_id")
        typical = paid.groupby(fact.column)["base_pay"].median()
        return dict(zip(typical.index.astype(str), typical.astype(float), strict=True))

    def _values_at_site(self, agent: str, fact: Fact) -> pd.DataFrame:
        """Return the values in force for the agents of one site, or their events or shares of shifts."""
        posts = self._in_force("assignments") if "assignments" in self.tables else self._sites
        posts = posts.drop(columns="site", errors="ignore").merge(self._sites[["agent_id", "site"]], on="agent_id")
        members = posts[posts["site"].isin(posts.loc[posts["agent_id"] == agent, "site"]) | posts["site"].isna()]
        if fact.table == "assignments":
            return members
        values = self._in_force(fact.table) if fact.writes == "state" else self._event_values(fact)
        return members[["agent_id", *members.columns.intersection(["grade", "job_role"])]].merge(values, on="agent_id")

    def _event_values(self, fact: Fact) -> pd.DataFrame:
        """Return the values of the events of the last year, or the shares of shifts of the last three months."""
        if fact.writes == "event":
            events = self.past.events(fact.table, months=MONTHS_BACK)
            rows = events.filter((events.kind == fact.event) & (events.as_of == self.as_of))
            return rows.select("agent_id", fact.column).to_pandas()
        share = self.frame[["agent_id", f"schedule_{fact.name}_3m"]]
        return share.rename(columns={f"schedule_{fact.name}_3m": fact.column})

    @cached_property
    def _sites(self) -> pd.DataFrame:
        months = self.past.months
        return months.filter(months.as_of == self.as_of).select("agent_id", "site").to_pandas()

    def _in_force(self, table: str) -> pd.DataFrame:
        state = self.past.state(table)
        return state.filter(state.as_of == self.as_of).drop("as_of").to_pandas()

    def _state_of(self, agent: str, table: str) -> dict[str, Any]:
        state = self.past.state(table)
        rows = state.filter((state.agent_id == agent) & (state.as_of == self.as_of)).drop("as_of")
        states = rows.to_pyarrow().to_pylist()
        if not states:
            raise UserError("nothing is known of the agent in {table} on {as_of}", table=table, as_of=self.as_of)
        return dict(states[0])


class _ReadTracker(dict[str, Any]):
    """Tables by name that remember which of them were read."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        super().__init__(tables)
        self.names_read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.names_read.add(name)
        return super().__getitem__(name)
