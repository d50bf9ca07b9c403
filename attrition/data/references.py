"""Check referential integrity: rows of unknown agents, rows before the hire, ids that lost their leading zeros."""

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
    """The result of checking tables against the roster.

    `used_condition` is the SQL condition that an exit, with the alias `rows`, is used; "true" where all are.
    """

    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()
    used_condition: str = "true"


@dataclass(frozen=True, kw_only=True)
class _References:
    """Numbers of rows of one table: all, of unknown agents, of ids that lost their zeros, and dated before the hire."""

    rows: int
    unknown: int
    lost_zeros: int
    before_hire: int


def check_references(
    con: Connection, relations: Mapping[str, str], columns: Mapping[str, Sequence[str]], source_names: Mapping[str, str]
) -> ReferenceCheck:
    """Check every table of events against the roster, which is the table of agents or, without one, the snapshots.

    Any id that lost its leading zeros is a fault of its table. Few exits of unknown agents, or before the hire, are set
    aside, many are a fault (see `MAX_BAD_SHARE`); in other tables such rows are counted and kept.

    Parameters
    ----------
    relations, columns, source_names : mapping
        By table: the relation of its rows, its columns without a fault, and the name of its source in messages.
    """
    roster = "agents" if "agents" in relations else "snapshots"
    if "agent_id" not in columns.get(roster, ()):
        return ReferenceCheck()
    first_hire_date = "min(hire_date)" if "hire_date" in columns[roster] else "CAST(NULL AS DATE)"
    engine.execute(
        con,
        f"CREATE OR REPLACE TABLE __roster AS SELECT agent_id, {first_hire_date} AS first_hire_date, "
        "ltrim(agent_id, '0') AS id_without_zeros "
        f"FROM {quote_name(relations[roster])} WHERE agent_id IS NOT NULL GROUP BY agent_id",
    )
    faults: list[Fault] = []
    lines: list[QualityLine] = []
    used_condition = "true"
    no_events = (roster, "snapshots", "audit_attributes")
    tables = [table for table in relations if table not in no_events and "agent_id" in columns[table]]
    tasks = [partial(_count_references, con, table, relations[table], columns[table]) for table in tables]
    for table, references in zip(tables, engine.run_in_parallel(con, tasks), strict=True):
        if references.lost_zeros:
            faults.append(_fault(source_names[table], table, "id read as a number", references.lost_zeros, _LOST_ZEROS))
        elif table == "exits":
            exits = _check_exits(references, roster, source_names[table])
            faults, lines, used_condition = [*faults, *exits.faults], [*lines, *exits.lines], exits.used_condition
        else:
            lines += _event_lines(table, references, roster)
    return ReferenceCheck(faults=tuple(faults), lines=tuple(lines), used_condition=used_condition)


def _count_references(con: Connection, table: str, relation: str, columns: Sequence[str]) -> _References:
    """Count the rows of one table without a matching agent, and those dated before the agent's first hire."""
    happened = TABLES[table].happened
    has_day = happened is not None and happened in columns
    is_early = f"rows.{quote_name(happened)} < roster.first_hire_date" if happened is not None and has_day else "false"
    query = (
        f"SELECT count(*), count(*) FILTER (roster.agent_id IS NULL), count(*) FILTER ({is_early}) "
        f"FROM {quote_name(relation)} AS rows LEFT JOIN __roster AS roster USING (agent_id)"
    )
    rows, unknown, before_hire = engine.fetch_rows(con, query)[0]
    lost_zeros = 0
    if unknown:
        query = (
            f"SELECT count(*) FROM {quote_name(relation)} AS rows ANTI JOIN __roster AS roster USING (agent_id) "
            "WHERE ltrim(agent_id, '0') IN (SELECT id_without_zeros FROM __roster)"
        )
        lost_zeros = engine.fetch_rows(con, query)[0][0]
    return _References(rows=rows, unknown=unknown, lost_zeros=lost_zeros, before_hire=before_hire)


def _check_exits(references: _References, roster: str, source_name: str) -> ReferenceCheck:
    """Return quality lines if few exits do not match an agent, and faults if many do not.

    Many mean that the exits of other staff or of another period were supplied.
    """
    unknown, before_hire = references.unknown, references.before_hire
    if unknown + before_hire >= MAX_BAD_SHARE * references.rows:
        advice = f"supply {roster} and exits of the same staff and period; under {MAX_BAD_SHARE:.0%} would be set aside"
        faults = [
            _fault(source_name, "exits", rule, rows, advice)
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
    matches = "roster.agent_id = rows.agent_id AND coalesce(rows.exit_date >= roster.first_hire_date, true)"
    used_condition = f"EXISTS (FROM __roster AS roster WHERE {matches})"
    return ReferenceCheck(lines=tuple(lines), used_condition=used_condition if lines else "true")


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


def _fault(source_name: str, table: str, rule: str, rows: int, advice: str) -> Fault:
    return Fault(file=source_name, table=table, column="agent_id", rule=rule, rows=rows, advice=advice)
