"""Doubt the dates of exits where leavers usually stopped working long before: the dates are those of something else."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_EXITS = 20
"""Fewer exits with work before them show no habit."""
USUAL_DAYS = {("shifts", "contacts"): 21, ("snapshots",): 45}
"""By tables of activity, how many days usually lie at most between the last row and the exit."""


def check_work_before_exits(facts: Facts) -> list[Fault]:
    """Return a fault where half of all exits lie long after the last activity of who left."""
    for tables, usual in USUAL_DAYS.items():
        if any(table in facts.tables for table in tables):
            exits, median = _gaps(facts, tables)
            return [_fault(facts, exits, int(median))] if exits >= FEWEST_EXITS and median > usual else []
    return []


def _gaps(facts: Facts, tables: tuple[str, ...]) -> tuple[int, float]:
    """Return how many exits have activity before them, and the median of the days between."""
    activity = facts.activity.filter(facts.activity.table.isin(tables))
    spells = facts.spells.filter(facts.spells.exit_date.notnull())
    is_before = [spells.agent_id == activity.agent_id, activity["last"] <= spells.exit_date]
    pairs = spells.join(activity, is_before).select("agent_id", "hired", "exit_date", "last")
    pairs = pairs.filter(pairs["last"] >= pairs.hired)
    exits: ir.Table = pairs.group_by("agent_id", "exit_date").aggregate(last=pairs["last"].max())
    days = exits.exit_date.delta(exits["last"], unit="day")
    row = exits.aggregate(exits=exits.count(), median=days.quantile(0.5)).to_pyarrow().to_pylist()[0]
    return row["exits"], row["median"] or 0.0


def _fault(facts: Facts, exits: int, days: int) -> Fault:
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="exit_date",
        rule=Phrase(
            "exits dated long after the last day of work: half of them {days} days or more",
            "离职日期远晚于最后出勤日：半数相差 {days} 天以上",
            days=days,
        ),
        rows=exits,
        advice=Phrase(
            "map the last day of employment, not the day on which the exit was entered, paid out or ends a leave; "
            "where the dates are right, nothing is to be done",
            "请映射最后在职日，而非录入、结算或休假结束的日期；若日期无误，则无需处理",
        ),
        severity="labels",
        effect=Phrase(
            "resignations count months after they happened, and who has left is still scored",
            "主动离职会晚数月计入，已离开者仍被评分",
        ),
    )
