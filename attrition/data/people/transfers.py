"""Make the resignations of a declared transfer, or change of systems, exits of another kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from attrition.data.engine import Connection
from attrition.data.events import Event
from attrition.data.phrase import Phrase
from attrition.data.quality import REPAIRED, QualityLine
from attrition.errors import Fault

NO_RESIGNATION = "resignation on the day of a declared transfer, now other"
DAYS = 31
"""A change of numbers so many days from an event may be what it declares."""


@dataclass(frozen=True, kw_only=True)
class Transferred:
    """The relation of exits ("" where it is as it was), a fault for each event without exits, and quality lines."""

    relation: str = ""
    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()


def exits_of_transfers(con: Connection, relations: Mapping[str, str], events: Sequence[Event]) -> Transferred:
    """Return the exits with the type "other" instead of "voluntary" on the days and at the sites of some events.

    Exits of numbers that go on as others were set aside before. An event on whose day nobody leaves, and no number
    changes within `DAYS` of it, is a fault, since its date is likely wrong.
    """
    exits = con.table(relations["exits"])
    exits = exits.left_join(_sites(con, relations), "agent_id").select(*exits.columns, "__site")
    conditions = [_is_at(exits, event) & (exits.exit_type == "voluntary") for event in events]
    counts = [int(exits.filter(condition).count().execute()) for condition in conditions]
    changes = _days_of_new_numbers(con, relations)
    faults = [
        _nobody_left(event)
        for event, count in zip(events, counts, strict=True)
        if not count and not any(abs((day - event.date).days) <= DAYS for day in changes)
    ]
    if not any(counts):
        return Transferred(faults=tuple(faults))
    exit_type = ibis.ifelse(ibis.or_(*conditions), "other", exits.exit_type)
    changed = exits.mutate(exit_type=exit_type).drop("__site")
    line = QualityLine(
        table="exits", rule=REPAIRED + NO_RESIGNATION, rows=sum(counts), columns=("exit_date", "exit_type")
    )
    con.create_table("transferred_exits", changed)
    return Transferred(relation="transferred_exits", faults=tuple(faults), lines=(line,))


def _sites(con: Connection, relations: Mapping[str, str]) -> ir.Table:
    """Return ``agent_id`` and ``__site``, as the roster has it last."""
    name, day = ("agents", "hire_date") if "agents" in relations else ("snapshots", "as_of")
    rows = con.table(relations[name])
    site = rows.site if "site" in rows.columns else ibis.null("string")
    rows = rows.select("agent_id", day=rows[day], site=site)
    return rows.group_by("agent_id").aggregate(__site=rows.site.argmax(rows.day))


def _is_at(exits: ir.Table, event: Event) -> ir.BooleanValue:
    is_that_day = exits.exit_date == ibis.date(event.date)
    return is_that_day if event.site is None else is_that_day & (exits["__site"] == event.site).fill_null(False)


def _days_of_new_numbers(con: Connection, relations: Mapping[str, str]) -> list[date]:
    if "renumbered" not in relations:
        return []
    days = con.table(relations["renumbered"]).select("from_date").distinct()
    return [row["from_date"] for row in days.to_pyarrow().to_pylist()]


def _nobody_left(event: Event) -> Fault:
    return Fault(
        file="pipelines/sources.toml",
        table="exits",
        column="exit_date",
        rule=Phrase(
            'nobody resigns on {day}, which is declared as "{kind}"',
            '声明 {day} 为 "{kind}"，但当日无人离职',
            day=event.date,
            kind=event.kind,
        ),
        rows=0,
        advice=Phrase(
            "give the last day of employment as the exits have it, and the site as the roster names it",
            "请按离职表填写最后在职日，并按花名册填写职场名称",
        ),
        severity="labels",
    )
