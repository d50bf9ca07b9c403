"""Name the sites and queues of service levels that stand in no other table: the report would show them apart."""

from __future__ import annotations

import ibis.expr.types as ir

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.data.rows.agent_months import TELLS_APART, agent_months, has_agent_months
from attrition.data.tables import TABLES
from attrition.errors import Fault

NAMED_IN = {"site": ("agents", "snapshots"), "queue": ("contacts",)}
"""By column: the tables that name it as well, of which the first that is there counts."""
MAX_NAMES = 5


def check_queue_names(facts: Facts) -> list[Fault]:
    """Return a fault for each column of service levels with names that the other table does not have."""
    columns = facts.tables["service_levels"].columns if "service_levels" in facts.tables else ()
    others = {
        name: next((table for table in tables if facts.has(table, name)), "") for name, tables in NAMED_IN.items()
    }
    return [
        fault
        for column, other in others.items()
        if column in columns and other and (fault := _unknown_names(facts, column, other)) is not None
    ]


def _unknown_names(facts: Facts, column: str, other: str) -> Fault | None:
    levels, elsewhere = facts.newest("service_levels"), _names(facts, column, other)
    rows = levels.filter(levels[column].notnull()).anti_join(elsewhere, column)
    counts = rows.group_by(column).aggregate(rows=rows.count()).to_pandas().sort_values(column)
    if counts.empty:
        return None
    names = ", ".join(counts[column].head(MAX_NAMES))
    return Fault(
        file=facts.source_name("service_levels"),
        table="service_levels",
        column=column,
        rule=Phrase(
            "names that {table} does not have: {names}", "{table} 中没有的名称：{names}", table=other, names=names
        ),
        rows=int(counts["rows"].sum()),
        advice=Phrase(
            "write each as {table} calls it under [tables.service_levels.values.{column}]",
            "请在 [tables.service_levels.values.{column}] 下将其改写为 {table} 中的名称",
            table=other,
            column=column,
        ),
        severity="features",
        effect=Phrase(
            "the report for operations shows them apart from their agents",
            "运营版报告会将其与所属座席分开显示",
        ),
    )


def _names(facts: Facts, column: str, other: str) -> ir.Table:
    """Return the names that another table has, from the smallest table that holds them."""
    if column != TELLS_APART or not has_agent_months(TABLES[other], facts.tables[other].columns):
        return facts.newest(other)
    months = agent_months(facts.con, TABLES[other], other)
    return months.filter(months.is_newest)
