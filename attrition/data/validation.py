"""From counts to a verdict: what breaks the contract is a fault, what can be mended is a line of `quality`.

A required column must be whole: no value missing, unreadable or out of range. An optional column may have a few
bad values (under 5 % of those given): they become null and are counted; more than that is refused, because then it is
the export that is wrong, not somebody's slip. A date that can be read in two ways is always refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrition.data.column_sql import Part
from attrition.data.quality import NOTICED, REPAIRED, SET_ASIDE, Line
from attrition.data.raw_table import Landed
from attrition.data.schema import Column
from attrition.data.sources import Site
from attrition.errors import Fault

FEW = 0.05
"""Share of bad values in an optional column from which on the export is refused."""

Counts = Mapping[tuple[str, str], int]
"""Rows by column and rule, the answers to the questions of `row_checks`."""


class Judge:
    """Collects the faults and lines of one table; `mended` names the columns whose bad values become null."""

    def __init__(self, table: str, landed: Landed, parts: Sequence[Part], counts: Counts) -> None:
        self.table = table
        self.parts = parts
        self.landed = landed
        self.counts = counts
        self.faults: list[Fault] = []
        self.lines: list[Line] = []
        self.mended: set[str] = set()

    def count(self, column: str, rule: str) -> int:
        """Give the number of rows found, 0 where nobody asked."""
        return self.counts.get((column, rule), 0)

    def add_fault(self, column: str, rule: str, rows: int, advice: str) -> None:
        """Add a fault, where there are rows."""
        if rows:
            self.faults.append(
                Fault(file=self.landed.place, table=self.table, column=column, rule=rule, rows=rows, advice=advice)
            )

    def note(self, rule: str, rows: int, *columns: str) -> None:
        """Add a line, where there are rows."""
        if rows:
            self.lines.append(Line(table=self.table, rule=rule, rows=rows, columns=columns))


def judge(table: str, landed: Landed, parts: Sequence[Part], counts: Counts, site: Site) -> Judge:
    """Judge every column of one table."""
    made = Judge(table, landed, parts, counts)
    for (column, rule), rows in counts.items():
        if rule == "empty row" or rule.startswith("without "):
            made.note(SET_ASIDE + rule, rows, *filter(None, [column]))
    for part in parts:
        _judge_values(made, part)
        _judge_text(made, part)
    made.add_fault(
        "currency",
        "currency without a rate",
        made.count("currency", "no rate"),
        f"write what one unit is worth in {site.currency} under [site.rates]",
    )
    made.note(f"{REPAIRED}money converted to {site.currency}", made.count("currency", "converted"), "currency")
    made.note(REPAIRED + "month named by another day than its last", made.count("as_of", "not a month-end"), "as_of")
    return made


def _judge_values(made: Judge, part: Part) -> None:
    column = part.column
    name = column.name
    ambiguous = made.count(name, "ambiguous")
    made.add_fault(name, "ambiguous date", ambiguous, _which_layout(made, name))
    made.add_fault(name, "required value missing", made.count(name, "missing"), "fill it in, or take the rows out")
    bad = [
        (_unreadable(column), made.count(name, "unreadable") - ambiguous, _mend(column)),
        ("not a finite number", made.count(name, "not finite"), _mend(column)),
        (_range(column), made.count(name, "out of range"), "mend the export, or the unit it is in"),
        (_choices(column), made.count(name, "not allowed"), f"map it under [tables.{made.table}.values.{name}]"),
    ]
    total, given = sum(rows for _, rows, _ in bad), made.count(name, "given")
    is_mendable = not column.required and total < FEW * given
    if is_mendable and total:
        made.mended.add(name)
    for rule, rows, advice in bad:
        if is_mendable:
            made.note(f"{REPAIRED}{rule}, now empty", rows, name)
        else:
            made.add_fault(name, rule, rows, advice)


def _judge_text(made: Judge, part: Part) -> None:
    name = part.column.name
    advice = "format the column as text and export again: leading zeros and long numbers are lost"
    made.add_fault(name, "id read as a number", made.count(name, "read as a number"), advice)
    made.note(
        REPAIRED + "blanks around the text", made.count(name, "untidy") if part.column.kind == "text" else 0, name
    )
    made.note(REPAIRED + "number with separators or signs", made.count(name, "signs"), name)
    made.note(REPAIRED + "word for no value, now empty", made.count(name, "word for nothing"), name)
    made.note(REPAIRED + "open end far in the future, now empty", made.count(name, "open end"), name)
    stored = made.landed.numbers.get(part.header or "", 0)
    if part.is_id:
        rows = stored + made.count(name, "stored as a number")
        made.note(NOTICED + "ids were stored as numbers; leading zeros would be lost", rows, name)


def _unreadable(column: Column) -> str:
    return {
        "number": "text in a number",
        "whole": "not a whole number",
        "flag": "neither yes nor no",
        "date": "not a date in a known layout",
        "moment": "not a moment in a known layout",
        "text": "not text",
    }[column.kind]


def _mend(column: Column) -> str:
    if column.kind in ("date", "moment"):
        return 'mend the export, or say its layouts, for example dates = ["%d.%m.%Y"]'
    return "mend the export; a column of another kind may have been mapped here"


def _range(column: Column) -> str:
    if column.kind in ("date", "moment"):
        return "a year before 1900 or after 2199"
    low, high = column.minimum, column.maximum
    if high is None:
        return f"below {low:g}" if low is not None else "out of range"
    return f"above {high:g}" if low is None else f"not between {low:g} and {high:g}"


def _choices(column: Column) -> str:
    return f"not one of {', '.join(column.choices)}"


def _which_layout(made: Judge, column: str) -> str:
    day, month = made.count(column, "day first"), made.count(column, "month first")
    said = "say the layout under [tables." + made.table + "]: "
    if day and not month:
        return (
            said + f'dates = ["%d/%m/%Y"] fits ({day:,} rows have a first number above 12); write the separator it has'
        )
    if month and not day:
        return (
            said
            + f'dates = ["%m/%d/%Y"] fits ({month:,} rows have a second number above 12); write the separator it has'
        )
    return said + 'dates = ["%d/%m/%Y"] or ["%m/%d/%Y"], with the separator it has, or both in the order to try them'
