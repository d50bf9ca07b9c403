"""Find exits after which their agent goes on working, or works again without a new hire."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.data.rows.versions import newest
from attrition.errors import Fault, Severity

FEW_DAYS = 7
"""Shifts and contacts on so many days after an exit are an exit entered too early, and no doubt."""
MANY_DAYS = 45
"""The monthly file, and pay, may show an agent for so many days after the exit."""
BACK_AFTER_DAYS = 62
"""After so many days without a sign of activity the agent came back, and did not go on."""
LARGEST_SHARE = 0.05
"""From this share of exits on after which work goes on, the list of exits is refused."""
LEAVERS_IN_FILE = 0.5
"""A monthly file that shows this share of agents after their exit keeps those who left, and shows no work."""


def check_after_exit(facts: Facts) -> list[Fault]:
    """Return a fault for exits after which work goes on, and one for agents who come back without a new hire."""
    if "exits" not in facts.tables:
        return []
    signs = signs_of_work(facts.activity, facts.tables)
    exits = facts.spells.cross_join(signs.aggregate(begin=signs["first"].min()))
    exits = exits.filter(exits.exit_date >= exits.begin).select("agent_id", "exit_date")
    shown = exits.left_join(active_after(signs, facts.spells), ["agent_id", "exit_date"])
    counts = shown.aggregate(
        exits=shown.count(), working=shown.goes_on.sum(), in_file=shown.is_in_file.sum(), back=shown.is_back.sum()
    )
    exit_count, working, in_file, back = (n or 0 for n in counts.to_pyarrow().to_pylist()[0].values())
    in_file = in_file if in_file < LEAVERS_IN_FILE * exit_count else 0
    is_refused = working > 1 and working >= LARGEST_SHARE * exit_count
    faults = []
    if working + in_file:
        severity: Severity = "stops" if is_refused else "labels"
        faults.append(_fault(facts, _GOES_ON, _GOES_ON_ADVICE, (working + in_file, exit_count), severity))
    if back:
        faults.append(_fault(facts, _BACK, _BACK_ADVICE, (back, exit_count), "labels"))
    return faults


def signs_of_work(activity: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return signs of work: ``agent_id``, ``table``, ``first`` and ``last`` day.

    They are shifts, contacts, rows of the monthly file and changes of pay; evaluations may follow long after a contact.
    """
    signs = activity.filter(activity.table != "qa_evaluations").select("agent_id", "table", "first", "last")
    if "pay" not in tables:
        return signs
    pay = newest(tables["pay"])
    changes = pay.select("agent_id", table=ibis.literal("pay"), first=pay.effective_date, last=pay.effective_date)
    return ibis.union(signs, changes)


def active_after(signs: ir.Table, spells: ir.Table) -> ir.Table:
    """Return the exits after which their agent shows activity, before the next hire.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``exit_date``, and one of three that holds: work ``goes_on``; ``is_in_file``, where the monthly
        file alone shows them; ``is_back``, where nothing showed them for `BACK_AFTER_DAYS` and then two months did.
    """
    left = spells.filter(spells.exit_date.notnull()).select("agent_id", "exit_date", "next_hire")
    both = signs.join(left, "agent_id")
    is_daily = both.table.isin(("shifts", "contacts"))
    both = both.mutate(
        day=ibis.ifelse(both["first"] > both.exit_date + ibis.interval(days=FEW_DAYS), both["first"], both["last"]),
        late=both.exit_date + ibis.ifelse(is_daily, FEW_DAYS, MANY_DAYS).as_interval("D"),
    )
    is_after = both.day > both.exit_date + ibis.interval(days=FEW_DAYS)
    both = both.filter(is_after & (both.next_hire.isnull() | (both.day < both.next_hire)))
    is_late = both["last"] > both.late
    exits = both.group_by("agent_id", "exit_date").aggregate(
        first_day=both.day.min(),
        months=both.day.truncate("M").nunique(),
        has_work=(is_late & (both.table != "snapshots")).any(),
        is_shown=is_late.any(),
    )
    exits = exits.filter(exits.is_shown)
    is_back = exits.first_day.delta(exits.exit_date, unit="day") > BACK_AFTER_DAYS
    return exits.select(
        "agent_id",
        "exit_date",
        goes_on=exits.has_work & ~is_back,
        is_in_file=~exits.has_work & ~is_back,
        is_back=is_back & (exits.months > 1),
    )


def _fault(facts: Facts, rule: Phrase, advice: Phrase, counts: tuple[int, int], severity: Severity) -> Fault:
    rows, exits = counts
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="exit_date",
        rule=rule,
        rows=rows,
        share=rows / exits,
        severity=severity,
        advice=advice,
        effect=_EFFECT,
    )


_GOES_ON = Phrase("work goes on after the exit", "离职后仍在工作")
_GOES_ON_ADVICE = Phrase(
    "where the exits were withdrawn, take them out of the list or mark them is_retracted, or declare "
    'if_work_goes_on = "withdrawn" under [tables.exits]; where a number went to somebody else, give the new person '
    "a row in agents with their hire date",
    "若离职已撤回，请从名单中删除或标记 is_retracted，或在 [tables.exits] 中声明 "
    'if_work_goes_on = "withdrawn"；若工号已转给他人，请为新人在 agents 中补一行并填写其入职日期',
)
_BACK = Phrase("work begins again without a new hire", "离职后重新工作却无再入职记录")
_BACK_ADVICE = Phrase(
    "give each employment its own row in agents with its hire date: agents who came back, "
    "and new people who got a number of somebody who left",
    "请为每段雇佣期在 agents 中单列一行并填写入职日期：包括再次入职者，以及沿用离职者工号的新人",
)
_EFFECT = Phrase(
    "from their exit on these people are in no rate and on no list, although they work",
    "自离职日起，这些人虽仍在工作，却不计入任何比率与名单",
)
