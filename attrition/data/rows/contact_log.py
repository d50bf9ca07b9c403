"""Roll the log of single contacts up to `contacts`: one row per agent, day and queue, as it was known on each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, READ, SET_ASIDE, USED, QualityLine
from attrition.data.rows.keys import KeyCheck, same_key
from attrition.data.rows.repeated_contacts import ONE_CUSTOMER, create_repeats, is_one_customer, without_customer
from attrition.data.rows.versions import versions_query
from attrition.data.source import Source
from attrition.data.tables import CONTACT_LOG
from attrition.errors import Fault

SUMS = {
    "talk_seconds": "talk_seconds",
    "hold_seconds": "hold_seconds",
    "wrap_seconds": "wrap_seconds",
    "transfers": "transferred",
    "abusive": "abusive",
    "complaints": "complaint",
    "csat_sum": "csat",
}
"""By column of `contacts`, the column of the log that is added up."""

_NEVER = "DATE '9999-12-31'"
_ROLLED_UP = ("rolled up to contacts, by agent, day and queue", "已按座席、日、队列汇总为 contacts")
_NO_CUSTOMER = ("contact without a customer_id, which counts as not repeated", "来电无 customer_id，按未重复计")
_ADVICE = Phrase(
    "it seems to stand for no customer: list it for customer_id under [tables.contact_log.missing], or map repeated",
    "该值疑似表示“无客户号”：请在 [tables.contact_log.missing] 下为 customer_id 列出该值，或映射 repeated",
)


@dataclass(frozen=True, kw_only=True)
class RolledUp:
    """The relation and the columns of `contacts`, quality lines of both tables, and faults of the log."""

    relation: str
    columns: tuple[str, ...]
    lines: tuple[QualityLine, ...]
    faults: tuple[Fault, ...] = ()


def roll_up(con: Connection, relation: str, columns: Sequence[str], *, key_check: KeyCheck, source: Source) -> RolledUp:
    """Create the relation of `contacts` from that of a checked log.

    A row has a version for each day on which more became known of it, as `recorded_at`: contacts that were recorded or
    corrected later, and whether they were repeated. No customer is in what is left.
    """
    kept = [name for name in columns if name not in ("customer_id", "channel")]
    delay = source.recording_delay_days or 0
    query = versions_query(con, CONTACT_LOG, relation, kept, key_check, delay_days=delay)
    _create(con, "known_log", f"SELECT *, CAST(started_at AS DATE) AS contact_date FROM ({query})")
    lines = _log_lines(con, relation, columns)
    faults: list[Fault] = []
    is_worked_out = "repeated" not in columns and "customer_id" in columns
    if is_worked_out:
        create_repeats(con, relation, known="known_log", window=source.repeats_within, delay_days=delay)
        unknown = without_customer(con, relation)
        lines += [_line(NOTICED + Phrase(*_NO_CUSTOMER), unknown, "customer_id")] if unknown else []
        faults += [_one_customer(source)] if is_one_customer(con, relation) else []
    key = [name for name in ("agent_id", "contact_date", "queue") if name == "contact_date" or name in columns]
    values = _values(kept, is_worked_out=is_worked_out)
    _create(con, "rolled_contacts", _rolled_up(key, values, is_worked_out=is_worked_out))
    for name in ("known_log", "log_repeats"):
        engine.execute(con, f"DROP TABLE IF EXISTS {name}")
    rows = _count(con, "rolled_contacts")
    return RolledUp(
        relation="rolled_contacts",
        columns=(*key, *values, "recorded_at"),
        lines=(*lines, QualityLine(table="contacts", rule=READ, rows=rows)),
        faults=tuple(faults),
    )


def _values(columns: Sequence[str], *, is_worked_out: bool) -> dict[str, str]:
    """Return the SQL of each column of `contacts` beside its key, from the rows of one key that were known then."""
    values = {"handled": "CAST(count(log.contact_id) AS DOUBLE)"}
    for name, summed in SUMS.items():
        if summed in columns:
            values[name] = f"sum(CAST(log.{summed} AS DOUBLE))"
    if "csat" in columns:
        values["csat_count"] = "CAST(count(log.csat) AS DOUBLE)"
    if "repeated" in columns:
        values["repeats"] = "sum(CAST(log.repeated AS DOUBLE))"
    if is_worked_out:
        is_open = "log.repeat_known_on IS NULL OR log.repeat_known_on > moments.moment"
        repeats = "sum(CAST(log.is_repeated AS DOUBLE))"
        values["repeats"] = f"CASE WHEN count(log.contact_id) FILTER ({is_open}) = 0 THEN {repeats} END"
    return values


def _rolled_up(key: Sequence[str], values: dict[str, str], *, is_worked_out: bool) -> str:
    """Return the query of the rows: of each key, what was known on each day on which something of it became known."""
    repeats = " LEFT JOIN log_repeats USING (contact_id)" if is_worked_out else ""
    # Comparisons of plain columns only, which DuckDB joins by hash.
    log = f"SELECT *, coalesce(superseded_on, {_NEVER}) AS until FROM known_log{repeats}"
    key_columns = ", ".join(map(quote_name, key))
    days = ["known_on", "superseded_on", *(["repeat_known_on"] if is_worked_out else [])]
    moments = " UNION ".join(f"SELECT {key_columns}, {day} AS moment FROM log WHERE {day} IS NOT NULL" for day in days)
    selected = ", ".join(f"{sql} AS {quote_name(name)}" for name, sql in values.items())
    of_key = ", ".join(f"moments.{quote_name(name)}" for name in key)
    return (
        f"WITH log AS ({log}), moments AS ({moments}) "
        f"SELECT {of_key}, {selected}, CAST(moments.moment AS TIMESTAMP) AS recorded_at FROM moments LEFT JOIN log ON "
        f"{same_key(key, 'moments', 'log')} AND log.known_on <= moments.moment AND "
        f"log.until > moments.moment GROUP BY {of_key}, moments.moment"
    )


def _log_lines(con: Connection, relation: str, columns: Sequence[str]) -> list[QualityLine]:
    """Return the quality lines of the log: its rows that are used, withdrawn and rolled up."""
    used = _count(con, "known_log")
    lines = [_line(USED, used), _line(NOTICED + Phrase(*_ROLLED_UP), used)]
    if "is_retracted" in columns:
        withdrawn = _count(con, relation, "is_retracted")
        lines.append(_line(SET_ASIDE + Phrase("withdrawal", "撤销记录"), withdrawn, "is_retracted"))
    return lines


def _one_customer(source: Source) -> Fault:
    return Fault(
        file=source.source_name,
        table="contact_log",
        column="customer_id",
        rule=ONE_CUSTOMER,
        rows=None,
        advice=_ADVICE,
    )


def _line(rule: str, rows: int, *columns: str) -> QualityLine:
    return QualityLine(table="contact_log", rule=rule, rows=rows, columns=columns)


def _create(con: Connection, name: str, query: str) -> None:
    engine.execute(con, f"CREATE TABLE {name} AS {query}")


def _count(con: Connection, relation: str, condition: str = "true") -> int:
    query = f"SELECT count(*) FROM {quote_name(relation)} WHERE {condition}"
    return int(engine.fetch_rows(con, query)[0][0])
