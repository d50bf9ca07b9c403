"""Hire dates that a system writes for "not known", such as 1900-01-01: named, and treated as unknown.

The agent stays, from the first day on which any table shows them. So that joins of employment spells stay as they are,
such a date is not emptied but moved into the year 1900, which `known_hire_date` reads as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

LAST_UNKNOWN_DAY = date(1900, 12, 31)
"""Hire dates up to this day are unknown."""
LONGEST_CAREER_YEARS = 50
SYSTEM_DEFAULT = date(1970, 1, 1)
"""The day that many systems write where they have no date; it counts as unknown unless an earlier one is declared."""
FIRST_SIGHTS = {"assignments": "effective_date", "pay": "effective_date"}
"""Tables that show when an agent was first employed at the latest, with their day, beside signs of activity."""


def known_hire_date(rows: ir.Table) -> ir.DateValue:
    """Return the hire date of each row, null where it is unknown."""
    return ibis.ifelse(rows.hire_date > LAST_UNKNOWN_DAY, rows.hire_date, ibis.null("date"))


def earliest_hire(facts: Facts) -> date:
    """Return the first plausible hire date: the declared one, or fifty years before the end of the data."""
    declared = facts.declared.site.earliest_hire
    if declared is not None:
        return date(int(declared[:4]), int(declared[5:]), 1)
    default = date(facts.data_ends.year - LONGEST_CAREER_YEARS, facts.data_ends.month, 1)
    return max(default, date(SYSTEM_DEFAULT.year, SYSTEM_DEFAULT.month, SYSTEM_DEFAULT.day + 1))


def without_default_hires(facts: Facts) -> tuple[Mapping[str, ir.Table], list[Fault]]:
    """Return the tables with implausible hire dates marked as unknown, and a fault that names them.

    A marked spell of ``agents`` counts as known from the first sight of the agent, so that nobody is at risk before.
    """
    table = facts.roster
    if not facts.has(table, "hire_date"):
        return facts.tables, []
    rows, earliest = facts.tables[table], earliest_hire(facts)
    is_default = rows.hire_date < earliest
    counted = rows.aggregate(rows=rows.count(where=is_default), agents=rows.agent_id.nunique(where=is_default))
    counts = counted.to_pyarrow().to_pylist()[0]
    if not counts["rows"]:
        return facts.tables, []
    marked = rows.mutate(hire_date=ibis.ifelse(is_default, _marker(rows.hire_date), rows.hire_date))
    if table == "agents":
        marked = _known_from_first_sight(facts, marked)
    return {**facts.tables, table: marked}, [_fault(facts, earliest, **counts)]


def _marker(day: ir.DateValue) -> ir.DateValue:
    """Return a day of 1900 that keeps the order of years, so that two spells of an agent stay two."""
    return ibis.date("1900-01-01") + (day.year() - 1900).as_interval("D")


def _known_from_first_sight(facts: Facts, agents: ir.Table) -> ir.Table:
    """Return agents of whom those without a hire date become known on the first day on which a table shows them."""
    sights = [facts.activity.select("agent_id", day=facts.activity["first"])]
    sights += [
        facts.tables[name].select("agent_id", day=facts.tables[name][day])
        for name, day in FIRST_SIGHTS.items()
        if name in facts.tables
    ]
    both = ibis.union(*sights)
    first = both.group_by("agent_id").aggregate(first_sight=both.day.min())
    joined = agents.left_join(first, "agent_id")
    is_unknown = (joined.hire_date <= LAST_UNKNOWN_DAY) & joined.first_sight.notnull()
    known_on = ibis.ifelse(is_unknown, ibis.greatest(joined.known_on, joined.first_sight), joined.known_on)
    return joined.mutate(known_on=known_on).select(*agents.columns)


def _fault(facts: Facts, earliest: date, *, rows: int, agents: int) -> Fault:
    return Fault(
        file=facts.source_name(facts.roster),
        table=facts.roster,
        column="hire_date",
        rule=Phrase(
            "hire date before {earliest}, which systems write for a day that is not known",
            "入职日期早于 {earliest}，系统常以此表示日期未知",
            earliest=earliest,
        ),
        rows=rows,
        advice=Phrase(
            "enter the right dates; if people were hired before, write the first month under [site]: "
            'earliest_hire = "1965-01"',
            '请填入正确日期；若确有更早入职者，在 [site] 下写明最早月份：earliest_hire = "1965-01"',
        ),
        severity="features",
        effect=Phrase(
            "The tenure of {agents:,} agents is unknown: they have no features of tenure, and stay on the list.",
            "{agents:,} 名座席的司龄未知：无司龄特征，但仍在名单中。",
            agents=agents,
        ),
    )


def tenure_assumption(facts: Facts) -> Mapping[str, str] | None:
    """Return the assumption that tenure counts from first sight, where snapshots lack hire dates; else None."""
    if facts.roster != "snapshots":
        return None
    rows = facts.tables["snapshots"]
    is_missing = rows.hire_date.isnull() if "hire_date" in rows.columns else ibis.literal(True)
    agents = rows.filter(is_missing).agent_id.nunique().to_pyarrow().as_py()
    if not agents:
        return None
    return {
        "en": f"snapshots: the hire date of {agents:,} agents is not given; "
        "their tenure is counted from the first month in which they are seen",
        "zh": f"snapshots：{agents:,} 名座席缺少入职日期；其司龄自首次出现的月份起算",
    }
