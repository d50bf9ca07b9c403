"""What the risk would be had a fact been otherwise: the fact is written, and the same code builds the features anew.

A raise moves the market ratio, the place among peers and the days since the last raise at once, since the row of pay is
what changes. Everybody else stays as he is. What comes out describes the model, not what a raise would cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.errors import UserError
from attrition.exposure.counterfactual_tables import counterfactual_tables
from attrition.exposure.open_past import open_past
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.registry import build_features, declared_features
from attrition.predict.facts import Fact, allowed_range, find_fact, parse_category, parse_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from attrition.model.risk import FittedRisk

Progress = Callable[[str], None]
MONTHS_BACK = 12
"""Months before the one asked about that its features look back upon as agent-months."""
ROSTER_MONTHS = 3
PLACES_OF_AGENTS = ("agents", "assignments", "exits", "snapshots")
"""What the agent-months themselves are made of; a change there concerns every family."""


@dataclass(frozen=True)
class WhatIf:
    """Risks before and after, and the features that moved.

    Parameters
    ----------
    risks : DataFrame
        As `attrition.predict.before_after.before_after`, one row per agent and horizon.
    moved : DataFrame
        agent_id, feature, en, zh, before, after: what follows from the facts.
    """

    risks: pd.DataFrame
    moved: pd.DataFrame


@dataclass(frozen=True)
class Asked:
    """A month of a centre in which facts can be supposed.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables.
    as_of : date
        The month's end.
    families : sequence of Family
        All families of features of the centre.
    frame : DataFrame
        The panel's rows of that month.
    """

    tables: Mapping[str, ir.Table]
    as_of: date
    families: Sequence[Family]
    frame: pd.DataFrame

    @cached_property
    def past(self) -> Past:
        """The past as it was."""
        return self._past_of(self.tables)

    @cached_property
    def features(self) -> dict[str, Feature]:
        """Every feature by name."""
        return declared_features(self.families)

    def after(self, agent: str, changes: Mapping[str, str]) -> pd.DataFrame:
        """Give an agent's row of the panel as it would be; facts by name, values as they were written.

        Raises
        ------
        UserError
            The agent is not there, nobody can set the fact, or the value is outside the site's limits.
        """
        row = self.frame[self.frame["agent_id"] == agent]
        if row.empty:
            raise UserError(f"nobody with that staff number is at risk on {self.as_of}")
        facts = {find_fact(name, self.features): text for name, text in changes.items()}
        tables, changed = dict(self.tables), sorted({fact.table for fact in facts})
        for table in changed:
            own = {fact: text for fact, text in facts.items() if fact.table == table}
            tables = counterfactual_tables(tables, table, self._rows(agent, table, own))
        built = build_features(self._past_of(tables), self._reading(changed))
        mine = built.filter((built.agent_id == agent) & (built.as_of == self.as_of)).to_pandas()
        new = {name: mine[name].to_numpy() for name in mine.columns if name in row.columns and name in self.features}
        return row.assign(**new)

    def _past_of(self, tables: Mapping[str, ir.Table]) -> Past:
        last = pd.Timestamp(self.as_of)
        return open_past(tables, last - pd.DateOffset(months=MONTHS_BACK), last)

    def _reading(self, changed: Sequence[str]) -> tuple[Family, ...]:
        """Find the families that read the changed tables, by letting them read tables without rows."""
        if set(changed) & set(PLACES_OF_AGENTS):
            return tuple(self.families)
        noted = _Noted({name: table.limit(0) for name, table in self.tables.items()})
        past, found = self._past_of(noted), []
        for family in self.families:
            noted.read.clear()
            list(family.build(past))
            found += [family] if noted.read & set(changed) else []
        return tuple(found)

    def _rows(self, agent: str, table: str, facts: Mapping[Fact, str]) -> list[dict[str, Any]]:
        """Write the rows that hold the facts."""
        for fact in facts:
            if not self.past.has(table, fact.column):
                raise UserError(f"{fact.name}: the site has no {table} with {fact.column}")
        values = {fact: self._value(agent, fact, text) for fact, text in facts.items()}
        writes = {fact.writes for fact in facts}
        if writes == {"state"}:
            return [self._state_of(agent, table) | self._today | self._posted(table, values)]
        if writes == {"event"}:
            return [self._event(agent, fact, value) for fact, value in values.items()]
        return self._roster(agent, values)

    @property
    def _today(self) -> dict[str, Any]:
        return {"effective_date": self.as_of, "known_on": self.as_of, "superseded_on": None}

    def _posted(self, table: str, values: Mapping[Fact, Any]) -> dict[str, Any]:
        """Give the columns that change; a new team comes with its leader."""
        columns = {fact.column: value for fact, value in values.items()}
        if "team_id" in columns and self.past.has(table, "supervisor_id"):
            posts = self._in_force(table)
            leaders = posts.loc[posts["team_id"] == columns["team_id"], "supervisor_id"].mode()
            columns["supervisor_id"] = None if leaders.empty else leaders.iloc[0]
        return columns

    def _event(self, agent: str, fact: Fact, value: float) -> dict[str, Any]:
        hours = {"hours": value} if fact.column == "hours" else {}
        day = {"event_date": self.as_of, "known_on": self.as_of, "event_id": "supposed"}
        return {"agent_id": agent, "kind": fact.event} | day | hours

    def _roster(self, agent: str, values: Mapping[Fact, float]) -> list[dict[str, Any]]:
        """Flag so many shifts of the last three months as the share says, those flagged already first.

        Features look back, so this stands for a roster that has been worked by for so long; see `facts.Fact`.
        """
        shifts = self.tables["shifts"]
        first = (pd.Timestamp(self.as_of) - pd.offsets.MonthEnd(ROSTER_MONTHS)).date()
        seen = (shifts.shift_date > first) & (shifts.shift_date <= self.as_of) & (shifts.scheduled_minutes > 0)
        known = (shifts.known_on <= self.as_of) & (shifts.superseded_on.isnull() | (shifts.superseded_on > self.as_of))
        rows = shifts.filter((shifts.agent_id == agent) & seen & known).order_by("shift_date").to_pyarrow().to_pylist()
        for fact, share in values.items():
            order = sorted(range(len(rows)), key=lambda place: (not rows[place][fact.column], place))
            flagged = set(order[: round(share * len(rows))])
            rows = [row | {fact.column: place in flagged} for place, row in enumerate(rows)]
        return rows

    def _value(self, agent: str, fact: Fact, text: str) -> Any:
        """Read a value, held against what is in force at the agent's site."""
        site = self._site(agent, fact)
        mine = site[site["agent_id"] == agent]
        own = {str(name): mine[name].iloc[0] for name in mine if len(mine)}
        if not fact.is_number:
            return parse_category(fact, text, sorted(map(str, site[fact.column].dropna().unique())))
        low, high = allowed_range(fact, own, site)
        return parse_number(fact, text, low=low, high=high)

    def _site(self, agent: str, fact: Fact) -> pd.DataFrame:
        """Give what is in force for the agents of one site, or their events or shares of shifts."""
        place = self._in_force("assignments") if "assignments" in self.tables else self._months
        place = place.drop(columns="site", errors="ignore").merge(self._months[["agent_id", "site"]], on="agent_id")
        here = place[place["site"].isin(place.loc[place["agent_id"] == agent, "site"]) | place["site"].isna()]
        if fact.table == "assignments":
            return here
        told = self._in_force(fact.table) if fact.writes == "state" else self._told(fact)
        return here[["agent_id", *here.columns.intersection(["grade", "job_role"])]].merge(told, on="agent_id")

    def _told(self, fact: Fact) -> pd.DataFrame:
        if fact.writes == "event":
            rows = self.tables[fact.table]
            return rows.filter(rows.kind == fact.event).select("agent_id", fact.column).to_pandas()
        share = self.frame[["agent_id", f"schedule_{fact.name}_3m"]]
        return share.rename(columns={f"schedule_{fact.name}_3m": fact.column})

    @cached_property
    def _months(self) -> pd.DataFrame:
        months = self.past.months
        return months.filter(months.as_of == self.as_of).select("agent_id", "site").to_pandas()

    def _in_force(self, table: str) -> pd.DataFrame:
        state = self.past.state(table)
        return state.filter(state.as_of == self.as_of).drop("as_of").to_pandas()

    def _state_of(self, agent: str, table: str) -> dict[str, Any]:
        state = self.past.state(table)
        rows = state.filter((state.agent_id == agent) & (state.as_of == self.as_of)).drop("as_of")
        found = rows.to_pyarrow().to_pylist()
        if not found:
            raise UserError(f"nothing is known of the agent in {table} on {self.as_of}")
        return dict(found[0])


class _Noted(dict[str, Any]):
    """Tables that note which of them are read."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        super().__init__(tables)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)


def what_if(fitted: FittedRisk, month: Asked, changes: Mapping[str, Mapping[str, str]]) -> WhatIf:
    """Suppose facts for many agents, each with everybody else unchanged.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scores.
    month : Asked
        From `open_month`.
    changes : mapping of str to mapping of str to str
        By agent, the facts by name: ``{"0012345": {"base_pay": "5200"}}``.
    """
    from attrition.predict.before_after import before_after

    after = pd.concat([month.after(agent, facts) for agent, facts in changes.items()], ignore_index=True)
    before = after[["agent_id"]].merge(month.frame, on="agent_id", how="left")
    moved = [
        {"agent_id": agent, "feature": name, "before": old, "after": new}
        for name in [feature.name for feature in fitted.features]
        for agent, old, new in zip(after["agent_id"], before[name], after[name], strict=True)
        if not (old == new or (pd.isna(old) and pd.isna(new)))
    ]
    table = pd.DataFrame(moved, columns=["agent_id", "feature", "before", "after"])
    said = {name: [getattr(month.features[row], name) for row in table["feature"]] for name in ("en", "zh")}
    return WhatIf(before_after(fitted, before, after), table.assign(**said))


def open_month(workspace: Path, as_of: date, *, progress: Progress) -> Asked:
    """Open a month of a workspace's centre for suppositions; reads and checks its tables."""
    from attrition.data.centre import open_centre
    from attrition.steps.loading import fresh_panel, month_of
    from attrition.steps.panel import families_of

    rows, _, _, _ = fresh_panel(workspace, progress)
    frame = month_of(rows, as_of)
    progress("reading and checking the tables")
    centre = open_centre(workspace)
    return Asked(centre.tables, as_of, families_of(centre), frame)
