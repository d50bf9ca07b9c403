"""Read monthly extracts of a whole table as versions of its facts: rows that repeat the extract before are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.phrase import Phrase
from attrition.data.quality import SET_ASIDE, QualityLine
from attrition.data.rows.versions import happened_on_sql
from attrition.data.schema import Table
from attrition.data.source import Source

UNCHANGED = Phrase("unchanged since the extract before", "与上一份报表相同")
"""What rows are called in the quality table that repeat what an earlier extract says."""


@dataclass(frozen=True, kw_only=True)
class Extracts:
    """The relation of a table's versions, the quality lines of what was left out, and what was assumed."""

    relation: str
    lines: tuple[QualityLine, ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()


def as_versions(con: Connection, table: Table, relation: str, columns: Sequence[str], source: Source) -> Extracts:
    """Leave out rows that say the same as the extract before; what is left are the versions of each fact.

    Where `recording_delay_days` is declared, it dates the rows of the first extract, of which no earlier one shows when
    they became known.
    """
    key = [quote_name(column) for column in table.key if column in columns]
    if source.recorded_at_from is None or not key or "recorded_at" not in columns:
        return Extracts(relation=relation)
    others = [quote_name(column) for column in columns if column not in (*table.key, "recorded_at")]
    same = " AND ".join(
        [
            "row_number() OVER versions > 1",
            *(f"{name} IS NOT DISTINCT FROM lag({name}) OVER versions" for name in others),
        ]
    )
    versions = f"extracts_{table.name}"
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(versions)} AS SELECT * FROM ({_dated(table, relation, columns, source)}) "
        f"WINDOW versions AS (PARTITION BY {', '.join(key)} ORDER BY recorded_at) QUALIFY NOT ({same})",
    )
    first = engine.fetch_rows(con, f"SELECT min(CAST(recorded_at AS DATE)) FROM {quote_name(relation)}")[0][0]
    unchanged = _count(con, relation) - _count(con, versions)
    line = QualityLine(table=table.name, rule=SET_ASIDE + UNCHANGED, rows=unchanged, columns=("recorded_at",))
    notes = (_first_extract_note(table.name, first, source.recording_delay_days),)
    return Extracts(relation=versions, lines=(line,) if unchanged else (), notes=notes)


def _dated(table: Table, relation: str, columns: Sequence[str], source: Source) -> str:
    """Return the query of a table's rows, those of the first extract dated by the declared delay."""
    if source.recording_delay_days is None:
        return f"SELECT * FROM {quote_name(relation)}"
    known = f"CAST({happened_on_sql(table, columns)} + {source.recording_delay_days} AS TIMESTAMP)"
    first = f"rows.recorded_at = (SELECT min(recorded_at) FROM {quote_name(relation)})"
    dated = f"CASE WHEN {first} THEN least(rows.recorded_at, {known}) ELSE rows.recorded_at END"
    return f"SELECT rows.* REPLACE ({dated} AS recorded_at) FROM {quote_name(relation)} AS rows"


def _count(con: Connection, relation: str) -> int:
    return int(engine.fetch_rows(con, f"SELECT count(*) FROM {quote_name(relation)}")[0][0])


def _first_extract_note(table: str, first: date, delay_days: int | None) -> dict[str, str]:
    if delay_days is None:
        return {
            "en": f"{table}: nothing is known before the first extract ({first}); with recording_delay_days its rows "
            "count as known that many days after they happened",
            "zh": f"{table}：首份报表（{first}）之前视为一无所知；"
            "声明 recording_delay_days 后，其各行按发生日加该天数视为已知",
        }
    return {
        "en": f"{table}: rows of the first extract ({first}) are taken to be known {delay_days} days after they "
        "happened",
        "zh": f"{table}：首份报表（{first}）的各行假定在发生 {delay_days} 天后已知",
    }
