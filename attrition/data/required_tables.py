"""The tables without which no panel can be built."""

from __future__ import annotations

from attrition.data.people.person_faults import no_history
from attrition.data.phrase import Phrase
from attrition.data.sources import Sources
from attrition.errors import Fault


def undeclared_tables(declared: Sources) -> list[Fault]:
    """Return a fault for each required table that is not declared."""
    if without_history := no_history(declared):
        return without_history
    required = ["exits"] if "snapshots" in declared.tables else ["agents", "assignments", "exits"]
    if declared.site.exits_from == "absence":
        required.remove("exits")
    return [_undeclared(table) for table in required if table not in declared.tables]


def _undeclared(table: str) -> Fault:
    advice = (
        "supply agents, assignments and exits, or snapshots and exits: add [tables.{table}] with its path",
        "请提供 agents、assignments 和 exits，或 snapshots 和 exits：添加 [tables.{table}] 及其 path",
    )
    return Fault(
        file="pipelines/sources.toml",
        table=table,
        column="",
        rule=Phrase("missing table", "缺少必需的表"),
        rows=None,
        advice=Phrase(*advice, table=table),
    )
