"""Count the rows that happened while their agent was not employed: before the hire, after the exit, or between two."""

from __future__ import annotations

from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.facts import Facts
from attrition.data.people.people_counts import MANY_UNKNOWN
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, QualityLine
from attrition.data.tables import TABLES
from attrition.errors import Fault

FEW_DAYS = 7
"""Work this long before the hire or after the exit is work on the days around them, and no fault."""
_PAPER_DAYS = 92
"""After an exit bonuses are still paid, evaluations made and surveys answered."""
_WORK_TABLES = ("shifts", "contacts", "interactions")
_NOT_HELD = ("exits", "snapshots", "agents")
"""Tables whose own rows say who is employed, and from when to when."""
_BY_MONTH = [name for name, table in TABLES.items() if table.happened == "effective_date"]
"""Tables that say from when something holds."""
_KINDS = {
    "before": Phrase("before the agent's hire", "早于该座席入职"),
    "after": Phrase("after the agent's exit", "晚于该座席离职"),
    "between": Phrase("between two employments", "在两段雇佣期之间"),
}


class OutsideEmployment(NamedTuple):
    """Rows outside their agent's employment: faults where they are many, lines of the quality table for the others."""

    faults: list[Fault]
    lines: list[QualityLine]


def outside_employment(facts: Facts, people: ir.Table | None) -> OutsideEmployment:
    """Return what is to be said of rows that happened outside their agent's employment.

    Only agents whose first or last row lies outside, or who were active between two employments, are looked at row by
    row.

    Parameters
    ----------
    people : ibis.Table, optional
        First and last day of every number in every table, from `attrition.data.people.references`.
    """
    if people is None:
        return OutsideEmployment([], [])
    spells, agents = _spells(facts), people.filter(people.column == "agent_id")
    candidates = _candidates(facts, agents, spells)
    names = candidates.select("table").distinct().to_pyarrow().column(0).to_pylist()
    if not names:
        return OutsideEmployment([], [])
    candidates = candidates.cache()
    rows = [_rows(facts, name, candidates) for name in sorted(names)]
    counts = _count(ibis.union(*rows) if len(rows) > 1 else rows[0], spells)
    totals = agents.group_by("table").aggregate(table_rows=agents.rows.sum(), table_agents=agents.count())
    outside_counts = counts.join(totals, "table").order_by("table", "kind").to_pyarrow().to_pylist()
    columns = {row["table"]: (TABLES[row["table"]].happened or "",) for row in outside_counts}
    lines = [
        QualityLine(
            table=row["table"], rule=NOTICED + _KINDS[row["kind"]], rows=row["rows"], columns=columns[row["table"]]
        )
        for row in outside_counts
    ]
    faults = [fault for row in outside_counts if (fault := _fault(facts, row))]
    named = {(fault.table, NOTICED + fault.rule) for fault in faults}  # a fault brings its own line
    return OutsideEmployment(faults, [line for line in lines if (line.table, line.rule) not in named])


def _spells(facts: Facts) -> ir.Table:
    """Return the employments; where the monthly file is the roster, one from the first hire date, without an end."""
    if facts.roster == "agents":
        return facts.spells.select("agent_id", "hired", "next_hire", "exit_date")
    rows = facts.newest("snapshots")
    if "hire_date" not in rows.columns:
        rows = rows.mutate(hire_date=ibis.null("date"))
    hires = rows.filter(rows.hire_date.notnull()).group_by("agent_id").aggregate(hired=rows.hire_date.min())
    return hires.mutate(next_hire=ibis.null("date"), exit_date=ibis.null("date"))


def _candidates(facts: Facts, agents: ir.Table, spells: ir.Table) -> ir.Table:
    """Return ``table``, ``agent_id`` and their ``first_hire`` where some row may lie outside their employment."""
    employed = spells.group_by("agent_id").aggregate(
        first_hire=spells.hired.min(),
        last_exit=spells.exit_date.max(where=spells.next_hire.isnull()),
    )
    agents = agents.filter(agents.table.notin(_NOT_HELD) & agents["first"].notnull())
    held = agents.join(employed, agents.id == employed.agent_id)
    is_outside = (held["first"] < held.first_hire) | (held["last"] > held.last_exit + _days(held.table))
    between = _between(facts.activity, spells).select("table", "agent_id", is_between=True).distinct()
    held = held.mutate(is_outside=is_outside).left_join(between, ["table", "agent_id"])
    return held.filter(held.is_outside | held.is_between).select("table", "agent_id", "first_hire")


def _between(activity: ir.Table, spells: ir.Table) -> ir.Table:
    """Return the months of activity that begin or end between two employments."""
    gaps = spells.filter(spells.next_hire.notnull() & spells.exit_date.notnull())
    months = activity.join(gaps, "agent_id")
    is_gap = [
        (day > months.exit_date + _days(months.table)) & (day < months.next_hire)
        for day in (months["first"], months["last"])
    ]
    return months.filter(is_gap[0] | is_gap[1])


def _days(table: ir.StringValue) -> ir.IntervalValue:
    """Return how long after an exit rows of a table are normal."""
    return ibis.ifelse(table.isin(_WORK_TABLES), FEW_DAYS, _PAPER_DAYS).as_interval("D")


def _rows(facts: Facts, name: str, candidates: ir.Table) -> ir.Table:
    """Return ``table``, ``agent_id``, ``first_hire`` and ``day`` of the candidates' rows; of shifts those worked."""
    rows = facts.newest(name)
    if name == "shifts" and "worked_minutes" in rows.columns:
        rows = rows.filter(rows.worked_minutes > 0)
    rows = rows.select("agent_id", day=rows[TABLES[name].happened or ""])
    return (
        candidates.filter(candidates.table == name)
        .join(rows, "agent_id")
        .select("table", "agent_id", "first_hire", "day")
    )


def _count(rows: ir.Table, spells: ir.Table) -> ir.Table:
    """Count rows and agents by ``table`` and ``kind``, and those of more than a few days (``far_...``)."""
    is_in_spell = [
        rows.agent_id == spells.agent_id,
        rows.day >= spells.hired,
        spells.next_hire.isnull() | (rows.day < spells.next_hire),
    ]
    placed = rows.left_join(spells, is_in_spell)
    has_left = (placed.day > placed.exit_date + _days(placed.table)).fill_null(False)
    kind = ibis.cases(
        (_says_month_of_hire(placed), ibis.null("string")),
        (placed.hired.isnull(), "before"),
        (has_left & placed.next_hire.isnull(), "after"),
        (has_left, "between"),
        else_=ibis.null("string"),
    )
    is_far = placed.hired.notnull() | (placed.day < placed.first_hire - ibis.interval(days=FEW_DAYS))
    placed = placed.mutate(kind=kind, is_far=is_far)
    placed = placed.filter(placed.kind.notnull())
    return placed.group_by("table", "kind").aggregate(
        rows=placed.count(),
        far_rows=placed.is_far.sum(),
        far_agents=placed.agent_id.nunique(where=placed.is_far),
    )


def _says_month_of_hire(placed: ir.Table) -> ir.BooleanValue:
    """Return whether a row says from when something holds by the month of the hire, named by its first day.

    So do tables with one column per month: the pay of somebody hired on the 15th holds from the 1st.
    """
    hire = ibis.coalesce(placed.next_hire, placed.first_hire)
    is_month = (placed.day.day() == 1) & (placed.day.truncate("M") == hire.truncate("M"))
    return placed.table.isin(_BY_MONTH) & is_month.fill_null(False)


def _fault(facts: Facts, row: dict[str, Any]) -> Fault | None:
    """Return the fault of one kind of rows of one table; None where they are few, or named as exits already.

    Exits after which work goes on are found by `attrition.data.consistency.after_exit` from shifts and contacts.
    """
    table, kind = row["table"], row["kind"]
    if kind != "before" and any(name in facts.tables for name in ("shifts", "contacts")):
        return None
    share = max(row["far_rows"] / row["table_rows"], row["far_agents"] / row["table_agents"])
    if share < MANY_UNKNOWN:
        return None
    return Fault(
        file=facts.source_name(table),
        table=table,
        column=TABLES[table].happened or "",
        rule=_KINDS[kind],
        rows=row["rows"],
        share=share,
        severity="labels" if kind == "before" and table in _WORK_TABLES else "features",
        advice=_ADVICE_BEFORE if kind == "before" else _ADVICE_AFTER,
        effect=_EFFECT,
    )


_ADVICE_BEFORE = Phrase(
    "see whether hire_date is the first day at the centre, and not the day of a transfer or of a new system",
    "请核对 hire_date 是否为到岗首日，而不是调动日或系统切换日",
)
_ADVICE_AFTER = Phrase(
    "see whether these agents were hired again: give each employment its own row in agents; "
    "or whether their numbers went to somebody else",
    "请核对这些座席是否再次入职（每段雇佣期在 agents 中应各有一行），或其工号是否已转给他人",
)
_EFFECT = Phrase("rows outside an employment bring no feature", "雇佣期之外的行不产生特征")
