"""Give loaded tables the days on which their rows became known and were replaced, and count both."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.engine import Connection
from attrition.data.loaded import LoadedTable
from attrition.data.people.name_columns import without_names
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, SET_ASIDE, USED, QualityLine
from attrition.data.rows import agent_months, versions
from attrition.data.sources import Sources
from attrition.data.tables import TABLES


def add_versions(con: Connection, name: str, loaded: LoadedTable, declared: Sources) -> list[QualityLine]:
    """Create the relation of a table with `known_on` and `superseded_on`; return the quality lines of its versions."""
    table, has_versions = TABLES[name], loaded.key_check.has_versions
    columns = without_names(loaded.checked.columns)
    delay = declared.tables[name].recording_delay_days or 0
    query = versions.versions_query(con, table, loaded.relation, columns, loaded.key_check, delay_days=delay)
    is_copied = has_versions and not engine.is_read_by_workers(con, loaded.relation)
    engine.execute(con, f"CREATE {'TABLE' if is_copied else 'VIEW'} {engine.quote_name(name)} AS {query}")
    if has_all_rows(loaded) and agent_months.is_counted(con, loaded.relation):
        agent_months.rename(con, loaded.relation, name)
    used, superseded = _count_versions(con, name, columns)
    lines = [QualityLine(table=name, rule=USED, rows=used)]
    if has_versions:
        lines.append(
            QualityLine(
                table=name, rule=NOTICED + Phrase("replaced by a later version", "已被之后的版本取代"), rows=superseded
            )
        )
    if "is_retracted" in columns:
        withdrawn = _count(con, loaded.relation, "is_retracted")
        rule = SET_ASIDE + Phrase("withdrawal", "撤销记录")
        lines.insert(0, QualityLine(table=name, rule=rule, rows=withdrawn, columns=("is_retracted",)))
    return lines


def has_all_rows(loaded: LoadedTable) -> bool:
    """Return whether every row of a loaded table is in the table with versions, and none replaces another."""
    return not loaded.key_check.has_versions and "is_retracted" not in loaded.checked.columns


def _count_versions(con: Connection, name: str, columns: Sequence[str]) -> tuple[int, int]:
    """Return how many rows a table has, and how many of them a later version replaces."""
    if not agent_months.has_agent_months(TABLES[name], columns):
        return _count(con, name), _count(con, name, "superseded_on IS NOT NULL")
    months = engine.quote_name(agent_months.count(con, TABLES[name], name))
    query = f"SELECT coalesce(sum(rows), 0), coalesce(sum(rows) FILTER (NOT is_newest), 0) FROM {months}"
    rows, superseded = engine.fetch_rows(con, query)[0]
    return int(rows), int(superseded)


def _count(con: Connection, relation: str, condition: str = "true") -> int:
    query = f"SELECT count(*) FROM {engine.quote_name(relation)} WHERE {condition}"
    return int(engine.fetch_rows(con, query)[0][0])
