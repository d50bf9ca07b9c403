"""Doubt the dates of exits: a second exit without a hire between, and dates that look like the first day away."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.after_exit import FEW_DAYS
from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_EXITS = 20
"""Fewer days with exits show no habit."""
FEWEST_ROWS = 5
"""Months with fewer rows of an agent do not show on which days they worked."""
NEAR_DAYS = 3
"""An agent who worked within so many days before the exit date would now and then have worked on it as well."""
LARGEST_SHARE_ON_DAY = 0.02
"""Where hardly more of them worked on the date of the exit itself, it is likely the first day away."""
SHARE_ON_FIRST = 0.5
"""So does the date where half of all exits are dated the 1st of a month."""


def check_second_exits(facts: Facts) -> list[Fault]:
    """Return a fault for exits that follow another one without a hire between; the first one counts."""
    if "exits" not in facts.tables:
        return []
    exits = facts.newest("exits").select("agent_id", second=lambda t: t.exit_date).distinct()
    spells = facts.spells.filter(facts.spells.exit_date.notnull())
    is_second = [
        exits.agent_id == spells.agent_id,
        exits.second > spells.exit_date,
        spells.next_hire.isnull() | (exits.second < spells.next_hire),
    ]
    # DuckDB compares every exit with every spell in a semi join of such conditions, and joins by hash here.
    second = exits.join(spells, is_second).select(exits.agent_id, exits.second).distinct()
    rows = int(second.count().execute())
    if not rows:
        return []
    return [
        Fault(
            file=facts.source_name("exits"),
            table="exits",
            column="exit_date",
            rule=Phrase("second exit without a hire between", "两次离职之间没有再入职记录"),
            rows=rows,
            share=rows / max(1, facts.rows.get("exits", rows)),
            severity="labels",
            advice=Phrase(
                "the first one counts: mark it is_retracted where it was withdrawn or its date corrected, "
                "or give the agent a row in agents with the day of the new hire",
                "以首次离职为准：若首次离职已撤回或日期已更正，请标记 is_retracted；"
                "若期间再次入职，请在 agents 中补一行",
            ),
            effect=Phrase("the later exits are in no rate", "后一次离职不计入任何比率"),
        )
    ]


def check_first_day_away(facts: Facts) -> list[Fault]:
    """Return a fault where the dates of exits look like the first day away, unless the site says what they are."""
    source = facts.declared.tables.get("exits")
    if source is None or "exits" not in facts.tables or "exit_date_is" in source.model_fields_set:
        return []
    counts = _exit_days(facts).to_pyarrow().to_pylist()[0]
    exits, on_first, near, on_day = (count or 0 for count in counts.values())
    never_on_day = near >= FEWEST_EXITS and on_day <= LARGEST_SHARE_ON_DAY * near
    if not never_on_day and (exits < FEWEST_EXITS or on_first < SHARE_ON_FIRST * exits):
        return []
    return [
        Fault(
            file=facts.source_name("exits"),
            table="exits",
            column="exit_date",
            rule=_NEVER_ON_DAY if never_on_day else _ON_FIRST,
            rows=exits if never_on_day else on_first,
            share=1.0 if never_on_day else on_first / exits,
            severity="labels",
            advice=Phrase(
                "where exit_date is the first day away, and not the last day of employment, declare "
                'exit_date_is = "first_day_away" under [tables.exits]; otherwise exit_date_is = "last_day" settles it',
                '若 exit_date 是离岗首日而非最后在职日，请在 [tables.exits] 中声明 exit_date_is = "first_day_away"；'
                '否则声明 exit_date_is = "last_day" 即可',
            ),
            effect=Phrase("exits dated the 1st belong to the month before", "日期为 1 日的离职应计入上一个月"),
        )
    ]


def _exit_days(facts: Facts) -> ir.Table:
    """Count exits, those dated the 1st of a month, and days of exits with work shortly before, and on that day."""
    is_daily = facts.activity.table.isin(("shifts", "contacts")) & (facts.activity.rows >= FEWEST_ROWS)
    work = facts.activity.filter(is_daily).select("agent_id", "last")
    spells = facts.spells.filter(facts.spells.exit_date.notnull()).select("agent_id", "exit_date")
    is_until = [
        spells.agent_id == work.agent_id,
        work["last"] <= spells.exit_date + ibis.interval(days=FEW_DAYS),
    ]
    last_days = (
        spells.left_join(work, is_until).group_by("agent_id", "exit_date").aggregate(last=lambda t: t["last"].max())
    )
    days = last_days.exit_date.delta(last_days["last"], unit="day")
    return last_days.aggregate(
        exits=last_days.count(),
        on_first=(last_days.exit_date.day() == 1).sum(),
        near=last_days.exit_date.nunique(where=days <= NEAR_DAYS),
        on_day=last_days.exit_date.nunique(where=days <= 0),
    )


_NEVER_ON_DAY = Phrase("exit dates on which nobody works", "离职日期当天均无人工作")
_ON_FIRST = Phrase("exits dated the 1st of a month", "离职日期多为每月 1 日")
