"""Tables held against each other: events of people nobody knows, exits before the hire, ids that lost their zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from attrition.data import engine
from attrition.data.engine import Connection, name
from attrition.data.quality import NOTICED, SET_ASIDE, Line
from attrition.data.tables import TABLES
from attrition.data.validation import FEW
from attrition.errors import Fault

_LOST_ZEROS = "format the column as text and export again: leading zeros are lost on one side, so agents are not found"


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What the tables say of each other; `is_used` is the condition of the exits that count."""

    faults: tuple[Fault, ...] = ()
    lines: tuple[Line, ...] = ()
    is_used: str = "true"


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Rows of one table without a known agent, without one only because zeros were lost, and before the hire."""

    rows: int
    unknown: int
    lost: int
    early: int


def link(
    con: Connection, relations: Mapping[str, str], columns: Mapping[str, Sequence[str]], places: Mapping[str, str]
) -> Linked:
    """Hold every table of events against the table of agents, or the snapshots where there is none.

    Parameters
    ----------
    relations, columns, places : mapping
        By table: the checked relation, its columns without a fault, and what errors call its source.
    """
    roster = "agents" if "agents" in relations else "snapshots"
    if "agent_id" not in columns.get(roster, ()):
        return Linked()
    hired = "min(hire_date)" if "hire_date" in columns[roster] else "CAST(NULL AS DATE)"
    engine.run(
        con,
        f"CREATE OR REPLACE TABLE __roster AS SELECT agent_id, {hired} AS hired, ltrim(agent_id, '0') AS bare "
        f"FROM {name(relations[roster])} WHERE agent_id IS NOT NULL GROUP BY agent_id",
    )
    faults: list[Fault] = []
    lines: list[Line] = []
    is_used = "true"
    apart = (roster, "snapshots", "audit_attributes")
    held = [table for table in relations if table not in apart and "agent_id" in columns[table]]
    looks = [partial(_look, con, table, relations[table], columns[table]) for table in held]
    for table, found in zip(held, engine.run_in_parallel(con, looks), strict=True):
        if found.lost:
            faults.append(_fault(places[table], table, "id read as a number", found.lost, _LOST_ZEROS))
        elif table == "exits":
            said = _exits(found, roster, places[table])
            faults, lines, is_used = [*faults, *said.faults], [*lines, *said.lines], said.is_used
        else:
            lines += _events(table, found, roster)
    return Linked(faults=tuple(faults), lines=tuple(lines), is_used=is_used)


def _look(con: Connection, table: str, relation: str, columns: Sequence[str]) -> _Found:
    happened = TABLES[table].happened
    early = f"rows.{name(happened)} < roster.hired" if happened is not None and happened in columns else "false"
    query = (
        f"SELECT count(*), count(*) FILTER (roster.agent_id IS NULL), count(*) FILTER ({early}) "
        f"FROM {name(relation)} AS rows LEFT JOIN __roster AS roster USING (agent_id)"
    )
    rows, unknown, before = engine.rows(con, query)[0]
    lost = 0
    if unknown:
        query = (
            f"SELECT count(*) FROM {name(relation)} AS rows ANTI JOIN __roster AS roster USING (agent_id) "
            "WHERE ltrim(agent_id, '0') IN (SELECT bare FROM __roster)"
        )
        lost = engine.rows(con, query)[0][0]
    return _Found(rows=rows, unknown=unknown, lost=lost, early=before)


def _exits(found: _Found, roster: str, place: str) -> Linked:
    """Judge the exits: a few that fit nobody are set aside, many mean that the wrong file was given."""
    if found.unknown + found.early >= FEW * found.rows:
        advice = f"give {roster} and exits of the same staff and period; under {FEW:.0%} would be set aside"
        faults = [
            _fault(place, "exits", rule, rows, advice)
            for rule, rows in ((f"agent not in {roster}", found.unknown), ("exit before the hire", found.early))
            if rows
        ]
        return Linked(faults=tuple(faults))
    lines = []
    if found.unknown:
        lines.append(
            Line(table="exits", rule=f"{SET_ASIDE}agent not in {roster}", rows=found.unknown, columns=("agent_id",))
        )
    if found.early:
        lines.append(
            Line(table="exits", rule=f"{SET_ASIDE}exit before the hire", rows=found.early, columns=("exit_date",))
        )
    known = "known.agent_id = rows.agent_id AND coalesce(rows.exit_date >= known.hired, true)"
    is_used = f"EXISTS (FROM __roster AS known WHERE {known})"
    return Linked(lines=tuple(lines), is_used=is_used if lines else "true")


def _events(table: str, found: _Found, roster: str) -> list[Line]:
    lines = []
    if found.unknown:
        rule = f"{NOTICED}agent not in {roster}"
        lines.append(Line(table=table, rule=rule, rows=found.unknown, columns=("agent_id",)))
    if found.early:
        rule = f"{NOTICED}before the agent's hire"
        lines.append(Line(table=table, rule=rule, rows=found.early, columns=(TABLES[table].happened or "",)))
    return lines


def _fault(place: str, table: str, rule: str, rows: int, advice: str) -> Fault:
    return Fault(file=place, table=table, column="agent_id", rule=rule, rows=rows, advice=advice)
