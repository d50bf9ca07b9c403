"""Put the table of contacts in the place of a loaded log of contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.loaded import LoadedTable
from attrition.data.phrase import Phrase, in_language
from attrition.data.rows.contact_log import roll_up
from attrition.data.rows.keys import check_key
from attrition.data.source import Source
from attrition.data.sources import Sources
from attrition.data.tables import CONTACTS
from attrition.errors import Fault


def contacts_from_log(
    con: Connection, loaded: Mapping[str, LoadedTable], declared: Sources
) -> tuple[dict[str, LoadedTable], tuple[Fault, ...]]:
    """Return the tables with contacts instead of the log, and faults of its customers.

    A log with a fault that stops is left out, since nothing is built then.
    """
    others = {name: table for name, table in loaded.items() if name != "contact_log"}
    if len(others) == len(loaded) or any(fault.stops for fault in loaded["contact_log"].faults):
        return others, ()
    contacts, faults = _contacts(con, loaded["contact_log"], declared.tables["contact_log"])
    return {**others, "contacts": contacts}, faults


def as_supplied(faults: Iterable[Fault], declared: Sources) -> tuple[Fault, ...]:
    """Return the faults, those of contacts with the name of the log where a site supplies that.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> declared = SimpleNamespace(tables={"contact_log": None})
    >>> advice = Phrase("declare it under [tables.contacts]", "请在 [tables.contacts] 下声明")
    >>> fault = Fault(file="x", table="contacts", column="", rule=advice, rows=None, advice=advice)
    >>> [fault] = as_supplied([fault], declared)
    >>> fault.table, fault.advice.zh
    ('contact_log', '请在 [tables.contact_log] 下声明')
    """
    if "contact_log" not in declared.tables:
        return tuple(faults)
    return tuple(_as_log(fault) if fault.table == "contacts" else fault for fault in faults)


def _as_log(fault: Fault) -> Fault:
    texts = (str(fault.advice), in_language(fault.advice, "zh"))
    english, chinese = (text.replace("[tables.contacts", "[tables.contact_log") for text in texts)
    return replace(fault, table="contact_log", advice=Phrase(english, chinese))


def _contacts(con: Connection, log: LoadedTable, source: Source) -> tuple[LoadedTable, tuple[Fault, ...]]:
    rolled = roll_up(con, log.relation, log.checked.columns, key_check=log.key_check, source=source)
    key_check = check_key(con, CONTACTS, rolled.relation, columns=rolled.columns, raw_table=log.raw_table)
    _drop_log(con)
    contacts = replace(
        log,
        raw_table=replace(log.raw_table, notes=(*log.raw_table.notes, *_assumed(log, source))),
        checked=replace(log.checked, columns=rolled.columns),
        key_check=key_check,
        relation=rolled.relation,
        lines=(*log.lines, *log.key_check.lines, *rolled.lines),
    )
    return contacts, rolled.faults


def _drop_log(con: Connection) -> None:
    """Drop every relation of the log, since no customer is kept."""
    query = "SELECT table_name, table_type FROM information_schema.tables WHERE ends_with(table_name, 'contact_log')"
    for name, kind in sorted(engine.fetch_rows(con, query), key=lambda row: row[1] != "VIEW"):
        engine.execute(con, f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {quote_name(name)}")


def _assumed(log: LoadedTable, source: Source) -> list[Mapping[str, str]]:
    """Return the assumption about when contacts became known, where neither the log nor the site says it."""
    if source.recording_delay_days is not None or "recorded_at" in log.checked.columns:
        return []
    return [
        {
            "en": "contact_log: neither recorded_at nor recording_delay_days is given; "
            "contacts are taken to be known on the day they happened",
            "zh": "contact_log：未提供 recorded_at，也未声明 recording_delay_days；假定来电在发生当日即已入录",
        }
    ]
