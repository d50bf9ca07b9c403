"""Referential integrity: events of unknown agents, exits before the hire, ids that lost their leading zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.quality import NOTICED, SET_ASIDE, QualityLine
from attrition.data.tables import TABLES
from attrition.data.validation import MAX_BAD_SHARE
from attrition.errors import Fault

_LOST_ZEROS = "format the column as text and export again: leading zeros are lost on one side, so agents are not found"


@dataclass(frozen=True, kw_only=True)
class ReferenceCheck:
    """The result of checking tables against the roster; `is_used` is the condition of the exits that count."""

    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()
    is_used: str = "true"


@dataclass(frozen=True, kw_only=True)
class _References:
    """Rows of one table: all, of unknown agents, of agents whose id lost its zeros, and from before the hire."""

    rows: int
    unknown: int
    lost_zeros: int
    before_hire: int


def check_references(
    con: Connection, relations: Mapping[str, str], columns: Mapping[str, Sequence[str]], places: Mapping[str, str]
) -> ReferenceCheck:
    """Check every table of events against the roster: the table of agents, or the snapshots where there is none.

    Parameters
    ----------
    relations, columns, places : mapping
        By table: the checked relation, its columns without a fault, and the name of its source in messages.
    """
    roster = "agents" if "agents" in relations else "snapshots"
    if "agent_id" not in columns.get(roster, ()):
        return ReferenceCheck()
    hired = "min(hire_date)" if "hire_date" in columns[roster] else "CAST(NULL AS DATE)"
    engine.execute(
        con,
        f"CREATE OR REPLACE TABLE __roster AS SELECT agent_id, {hired} AS hired, ltrim(agent_id, '0') AS bare "
        f"FROM {quote_name(relations[roster])} WHERE agent_id IS NOT NULL GROUP BY agent_id",
    )
    faults: list[Fault] = []
    lines: list[QualityLine] = []
    is_used = "true"
    no_events = (roster, "snapshots", "audit_attributes")
    tables = [table for table in relations if table not in no_events and "agent_id" in columns[table]]
    tasks = [partial(_count_references, con, table, relations[table], columns[table]) for table in tables]
    for table, references in zip(tables, engine.run_in_parallel(con, tasks), strict=True):
        if references.lost_zeros:
            faults.append(_fault(places[table], table, "id read as a number", references.lost_zeros, _LOST_ZEROS))
        elif table == "exits":
            exits = _check_exits(references, roster, places[table])
            faults, lines, is_used = [*faults, *exits.faults], [*lines, *exits.lines], exits.is_used
        else:
            lines += _event_lines(table, references, roster)
    return ReferenceCheck(faults=tuple(faults), lines=tuple(lines), is_used=is_used)


def _count_references(con: Connection, table: str, relation: str, columns: Sequence[str]) -> _References:
    happened = TABLES[table].happened
    has_day = happened is not None and happened in columns
    is_early = f"rows.{quote_name(happened)} < roster.hired" if happened is not None and has_day else "false"
    query = (
        f"SELECT count(*), count(*) FILTER (roster.agent_id IS NULL), count(*) FILTER ({is_early}) "
        f"FROM {quote_name(relation)} AS rows LEFT JOIN __roster AS roster USING (agent_id)"
    )
    rows, unknown, before_hire = engine.fetch_rows(con, query)[0]
    lost_zeros = 0
    if unknown:
        query = (
            f"SELECT count(*) FROM {quote_name(relation)} AS rows ANTI JOIN __roster AS roster USING (agent_id) "
            "WHERE ltrim(agent_id, '0') IN (SELECT bare FROM __roster)"
        )
        lost_zeros = engine.fetch_rows(con, query)[0][0]
    return _References(rows=rows, unknown=unknown, lost_zeros=lost_zeros, before_hire=before_hire)


def _check_exits(references: _References, roster: str, place: str) -> ReferenceCheck:
    """Set a few exits without a matching agent aside; refuse many, which mean that the wrong file was supplied."""
    unknown, before_hire = references.unknown, references.before_hire
    if unknown + before_hire >= MAX_BAD_SHARE * references.rows:
        advice = f"supply {roster} and exits of the same staff and period; under {MAX_BAD_SHARE:.0%} would be set aside"
        faults = [
            _fault(place, "exits", rule, rows, advice)
            for rule, rows in ((f"agent not in {roster}", unknown), ("exit before the hire", before_hire))
            if rows
        ]
        return ReferenceCheck(faults=tuple(faults))
    lines = []
    if unknown:
        rule = f"{SET_ASIDE}agent not in {roster}"
        lines.append(QualityLine(table="exits", rule=rule, rows=unknown, columns=("agent_id",)))
    if before_hire:
        rule = f"{SET_ASIDE}exit before the hire"
        lines.append(QualityLine(table="exits", rule=rule, rows=before_hire, columns=("exit_date",)))
    matches = "known.agent_id = rows.agent_id AND coalesce(rows.exit_date >= known.hired, true)"
    is_used = f"EXISTS (FROM __roster AS known WHERE {matches})"
    return ReferenceCheck(lines=tuple(lines), is_used=is_used if lines else "true")


def _event_lines(table: str, references: _References, roster: str) -> list[QualityLine]:
    lines = []
    if references.unknown:
        rule = f"{NOTICED}agent not in {roster}"
        lines.append(QualityLine(table=table, rule=rule, rows=references.unknown, columns=("agent_id",)))
    if references.before_hire:
        rule = f"{NOTICED}before the agent's hire"
        columns = (TABLES[table].happened or "",)
        lines.append(QualityLine(table=table, rule=rule, rows=references.before_hire, columns=columns))
    return lines


def _fault(place: str, table: str, rule: str, rows: int, advice: str) -> Fault:
    return Fault(file=place, table=table, column="agent_id", rule=rule, rows=rows, advice=advice)
