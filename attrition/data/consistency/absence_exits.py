"""Derive exits from absence, for sites that have no list of exits or an incomplete one (`exits_from = "absence"`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.absences import absent_months, month_end, usual_absence
from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, QualityLine

_SCHEMA = {
    "agent_id": "string",
    "exit_date": "date",
    "exit_type": "string",
    "known_on": "date",
    "superseded_on": "date",
}


@dataclass(frozen=True, kw_only=True)
class AbsenceExits:
    """Exits with those derived from absence, and what is said about them.

    Parameters
    ----------
    exits : ibis.Table
        The listed exits and the derived ones.
    lines : tuple of QualityLine
        How many were derived.
    assumption : {"en": ..., "zh": ...}
        The rule in words.
    """

    exits: ir.Table
    lines: tuple[QualityLine, ...]
    assumption: Mapping[str, str]


def exits_from_absence(facts: Facts) -> AbsenceExits:
    """Return the exits with one more for every absence that no listed exit explains.

    The exit is dated the day after the agent was last seen. It is known from the end of the month in which the absence
    shows: the first month without the agent where the monthly file is the roster; otherwise the first one in which the
    absence is longer than is usual at the site. When the agent comes back within the same employment, the exit is
    withdrawn from the end of that month on: the absence was leave.
    """
    months = absent_months(facts.tables, facts.activity, facts.spells, end=facts.data_ends)
    shown_after = 1 if facts.roster == "snapshots" else usual_absence(months) + 1
    kind = facts.declared.site.absence_exit_type
    absences = months.filter(months.number == shown_after)
    was_leave = absences.back_in.notnull() & ~absences.is_rehired
    derived = absences.select(
        "agent_id",
        exit_date=(absences.last_seen + ibis.interval(days=1)).cast("date"),
        exit_type=ibis.literal(kind),
        known_on=month_end(absences.month_start),
        superseded_on=ibis.ifelse(was_leave, month_end(absences.back_in), ibis.null("date")),
    ).cache()
    counts = derived.aggregate(exits=derived.superseded_on.isnull().sum(), all=derived.count()).to_pandas()
    exits = int(counts["exits"].fillna(0).iloc[0])
    return AbsenceExits(
        exits=_with_listed(facts, derived),
        lines=(
            QualityLine(table="exits", rule=NOTICED + Phrase("derived from absence", "由缺勤推断的离职"), rows=exits),
        ),
        assumption=_assumption(exits, int(counts["all"].iloc[0]) - exits, shown_after, kind),
    )


def _with_listed(facts: Facts, derived: ir.Table) -> ir.Table:
    if "exits" not in facts.tables:
        return derived
    listed = facts.tables["exits"]
    others = {name: ibis.null(kind) for name, kind in listed.schema().items() if name not in _SCHEMA}
    derived = derived.mutate(**others).select(*listed.columns).cast(listed.schema())
    return listed.union(derived).cache()


def _assumption(exits: int, leaves: int, months: int, kind: str) -> Mapping[str, str]:
    """Return the rule in both languages, with the number of exits derived by it."""
    is_resignation = kind == "voluntary"
    return {
        "en": f'exits_from = "absence": {exits} agents without a listed exit show no sign of activity for '
        f"{_months(months)} or more up to the end; each is taken to have left (exit_type {kind}) on the day after they "
        f"were last seen, known at the end of that month of absence; {leaves} absences that ended again are leave"
        + ("" if is_resignation else "; exits derived in this way do not count as resignations"),
        "zh": f'exits_from = "absence"：{exits} 名座席没有离职记录，且连续 {months} 个月及以上'
        f"直至数据末尾没有任何出勤；视为在最后一次出勤的次日离职（exit_type 为 {kind}），"
        f"并视为在该缺勤月末入录；{leaves} 段其后恢复的缺勤视为休假"
        + ("" if is_resignation else "；由此推出的离职不计为主动离职"),
    }


def _months(number: int) -> str:
    return "one month" if number == 1 else f"{number} months"
