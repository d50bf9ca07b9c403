"""One look at a landed table: its rows as the contract wants them, what was mended, and every fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attrition.data import column_sql, engine, money
from attrition.data.casting import Manner
from attrition.data.column_sql import Part
from attrition.data.engine import Connection, name, text
from attrition.data.mapping import Laid
from attrition.data.prefilter import suspected
from attrition.data.quality import NOTICED, READ, Line
from attrition.data.raw_table import FILE, Landed
from attrition.data.row_checks import about, kept, questions, without
from attrition.data.schema import Table
from attrition.data.sources import Site, Source
from attrition.data.validation import Judge, judge
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What one look found: faults, lines of `quality`, and the query of the rows in the contract's names and types.

    `is_parsed` tells that the query reads text, so that its answer is better kept than asked for again.
    """

    query: str
    columns: tuple[str, ...]
    faults: tuple[Fault, ...]
    lines: tuple[Line, ...]
    read: int
    is_parsed: bool


def check(con: Connection, table: Table, source: Source, landed: Landed, laid: Laid, *, site: Site) -> Checked:
    """Check every column of a landed table in one query over it; mend what may be mended."""
    manner = Manner(
        dates=source.dates,
        time_zone=site.time_zone,
        is_excel=landed.is_excel,
        allows_months=table.name == "snapshots",
    )
    made = [column_sql.make(mapped, landed, manner, at) for at, mapped in enumerate(laid.columns)]
    read, counts = _answers(con, table, source, landed, made, site)
    verdict = judge(table.name, landed, made, counts, site)
    faults = verdict.faults
    if faults and landed.is_text and len(landed.manifest) > 1:
        faults = _by_file(con, source, landed, verdict, site)
    lines = [Line(table=table.name, rule=READ, rows=read), *verdict.lines, *_headers(table, laid)]
    return Checked(
        query=_rows(source, landed, made, verdict, site),
        columns=tuple(part.column.name for part in made),
        faults=tuple(faults),
        lines=tuple(lines),
        read=read,
        is_parsed=landed.is_text or any(not part.is_native and part.column.kind != "text" for part in made),
    )


def _answers(
    con: Connection, table: Table, source: Source, landed: Landed, made: Sequence[Part], site: Site
) -> tuple[int, dict[tuple[str, str], int]]:
    """Count the rows of every question in one query; of a table in its own types, only what can have rows."""
    of_all, of_kept = without(made, source), questions(table.name, made, site)
    if not landed.is_text:
        of_kept = suspected(con, landed.relation, made, of_kept)
        # An empty row would lack a required value, so without such a suspicion there is none.
        of_all = of_all if source.only_with or any(item.rule == "missing" for item in of_kept) else []
    if not (of_all or of_kept):
        return engine.rows(con, f"SELECT count(*) FROM {name(landed.relation)}")[0][0], {}
    inner = f"SELECT *, ({kept(made, source)}) AS __kept FROM ({column_sql.query(made, landed.relation, watched=True)})"
    counted = [f"count(*) FILTER ({question.condition})" for question in of_all]
    counted += [f"count(*) FILTER (({question.condition}) AND __kept)" for question in of_kept]
    read, *found = engine.rows(con, f"SELECT {', '.join(['count(*)', *counted])} FROM ({inner})")[0]
    answers: dict[tuple[str, str], int] = {}
    for item, rows in zip([*of_all, *of_kept], found, strict=True):
        answers[item.column, item.rule] = answers.get((item.column, item.rule), 0) + rows
    return read, answers


def _by_file(con: Connection, source: Source, landed: Landed, verdict: Judge, site: Site) -> list[Fault]:
    """Say of each fault of several files in which of them it is."""
    made = verdict.parts
    asked = [item for item in questions(verdict.table, made, site) if verdict.count(item.column, item.rule)]
    counted = ", ".join(f"count(*) FILTER (({item.condition}) AND __kept)" for item in asked)
    inner = column_sql.query(made, landed.relation, watched=True, carried=(FILE,))
    inner = f"SELECT *, ({kept(made, source)}) AS __kept FROM ({inner})"
    found = engine.rows(con, f"SELECT {FILE}, {counted} FROM ({inner}) GROUP BY 1 ORDER BY 1")
    whole = {(fault.column, fault.rule) for fault in verdict.faults}
    faults = []
    for file, *rows in found:
        counts = {(item.column, item.rule): n for item, n in zip(asked, rows, strict=True) if item.rule != "given"}
        said = judge(verdict.table, replace(landed, place=file), made, counts, site).faults
        faults += [fault for fault in said if (fault.column, fault.rule) in whole]
    return faults


def _rows(source: Source, landed: Landed, made: Sequence[Part], verdict: Judge, site: Site) -> str:
    """Write the query of the checked rows; a column without a flaw is read without a function."""
    ready = [column_sql.untouched(part) if _is_clean(part, verdict) and not landed.is_excel else part for part in made]
    unit = money.currency(made)
    chosen = [f"{_value(part, verdict, unit, site)} AS {name(part.column.name)}" for part in ready]
    is_whole = not any(line.rule.startswith("set aside") for line in verdict.lines)
    where = "" if is_whole else f" WHERE {kept(made, source)}"
    return f"SELECT {', '.join(chosen)} FROM ({column_sql.query(ready, landed.relation)}){where}"


def _is_clean(part: Part, verdict: Judge) -> bool:
    is_plain = part.column.kind == "text" and part.raw_type == "VARCHAR" and not part.column.choices
    return is_plain and part.header is not None and not part.is_mapped and not verdict.count(part.column.name, "untidy")


def _value(part: Part, verdict: Judge, unit: Part | None, site: Site) -> str:
    value, name_ = part.value, part.column.name
    if name_ == "as_of":
        return f"last_day({value})"
    if unit is not None and (verdict.table, name_) in money.MONEY and verdict.count("currency", "converted"):
        value = money.converted(value, unit, site)
    if unit is not None and name_ == "currency":
        return text(site.currency)
    bad = _bad(part, verdict)
    return f"CASE WHEN NOT coalesce({bad}, false) THEN {value} END" if bad else value


def _bad(part: Part, verdict: Judge) -> str:
    """Write the condition of values that become empty; "" where there are none."""
    mended = ("not finite", "out of range", "not allowed") if part.column.name in verdict.mended else ()
    flaws = [item for item in about(part) if item.rule in (*mended, "open end")]
    return " OR ".join(f"({item.condition})" for item in flaws if verdict.count(item.column, item.rule))


def _headers(table: Table, laid: Laid) -> list[Line]:
    lines = []
    if laid.unused:
        rule = NOTICED + "columns not used"
        lines.append(Line(table=table.name, rule=rule, rows=0, columns=laid.unused))
    if laid.nearly:
        rule = NOTICED + "columns not used whose names are close to the contract's"
        lines.append(Line(table=table.name, rule=rule, rows=0, columns=tuple(laid.nearly)))
    return lines
