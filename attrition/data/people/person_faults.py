"""Faults of a list of people declared as if it were a history: nobody's past, or facts of today dated at hire."""

from __future__ import annotations

from attrition.data.faults import LIFE_TABLE
from attrition.data.people.person_file import ASK_FOR_HISTORY
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.data.sources import Sources
from attrition.data.tables import TABLES
from attrition.errors import Fault

NO_PANEL = Phrase(
    "No panel, no model and no risk of a person can be made; how long people stay can be shown.",
    "无法生成面板、模型或个人风险；但可以给出人员留存多久。",
)
_NEXT = Phrase(
    "run `attrition life-table`: it shows how long people stay, by tenure, site and unit; ",
    "请运行 `attrition life-table`：按司龄、职场和部门给出留存情况。",
)


def no_history(declared: Sources) -> list[Fault]:
    """Return a fault where hires and exits are declared, and nothing says where people were in between."""
    tables = declared.tables
    if "assignments" in tables or "snapshots" in tables or not {"agents", "exits"} <= set(tables):
        return []
    rule = Phrase("hires and exits, and no history in between", "只有入职和离职，没有期间的历史")
    return [_fault(tables["agents"].source_name, "assignments", "", rule)]


def dated_at_hire(declared: Sources) -> list[Fault]:
    """Return a fault for each table whose facts are taken from the list of people and dated by its column of hires.

    Facts that stand beside a hire date in one row per person are those of the day of export: a model that reads them
    as those of the day of hire learns from what came after.
    """
    agents = declared.tables.get("agents")
    hired = _heading(agents, "hire_date")
    if agents is None or hired is None:
        return []
    return [
        _of_today(name, source, hired)
        for name, source in declared.tables.items()
        if name not in ("agents", "exits") and _is_same_place(source, agents)
        if hired == _heading(source, TABLES[name].happened or "")
    ]


def is_one_list(declared: Sources) -> bool:
    """Return whether hires and exits are declared to stand in the same rows of one file."""
    agents, exits = declared.tables.get("agents"), declared.tables.get("exits")
    return agents is not None and exits is not None and _is_same_place(agents, exits)


def _of_today(name: str, source: Source, hired: str) -> Fault:
    others = [column for column in source.columns.values() if column not in ("agent_id", TABLES[name].happened)]
    rule = Phrase(
        'facts of the day of export, dated at hire by "{hired}"', "导出当天的值，却按“{hired}”记在入职日", hired=hired
    )
    return _fault(source.source_name, name, ", ".join(others), rule)


def _fault(file: str, table: str, column: str, rule: Phrase) -> Fault:
    return Fault(
        file=file,
        table=table,
        column=column,
        rule=rule,
        rows=None,
        advice=_NEXT + ASK_FOR_HISTORY,
        effect=NO_PANEL,
        check=LIFE_TABLE,
    )


def _heading(source: Source | None, column: str) -> str | None:
    """Return the heading that is mapped to a column; the column's own name where none is."""
    if source is None or not column:
        return None
    return next((heading for heading, name in source.columns.items() if name == column), column)


def _is_same_place(source: Source, other: Source) -> bool:
    """Return whether two tables are read from the same rows."""
    return all(getattr(source, key) == getattr(other, key) for key in ("path", "url", "query", "catalog", "sheet"))
