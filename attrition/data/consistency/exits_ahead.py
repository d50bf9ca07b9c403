"""Name the exits that are dated long after the end of the data: planned, or a slip in the year."""

from __future__ import annotations

from datetime import timedelta

import ibis

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

USUAL_DAYS = 92
"""Exits are entered up to so many days ahead: a quarter is the longest usual notice."""


def check_exits_ahead(facts: Facts) -> list[Fault]:
    """Return a fault for the exits after `USUAL_DAYS` from the end of the data, unless their notice is on file."""
    if "exits" not in facts.tables:
        return []
    exits = facts.newest("exits")
    known_end = ibis.literal(facts.data_ends + timedelta(days=USUAL_DAYS))
    ahead = exits.filter(exits.exit_date > known_end)
    if "notice_date" in ahead.columns:
        ahead = ahead.filter(ahead.notice_date.isnull() | (ahead.notice_date > ibis.literal(facts.data_ends)))
    rows = int(ahead.count().execute())
    return [_fault(facts, rows)] if rows else []


def _fault(facts: Facts, rows: int) -> Fault:
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="exit_date",
        rule=Phrase(
            "exits dated over a quarter after the end of the data ({end})",
            "离职日期晚于数据截止日（{end}）三个月以上",
            end=facts.data_ends,
        ),
        rows=rows,
        severity="labels",
        advice=Phrase(
            "see whether the year is right; an agreed end of contract may stay, it counts when its day has come",
            "请核对年份；已约定的合同到期可以保留，届时才会计入",
        ),
        effect=Phrase(
            "until then these agents count as employed; where the year is wrong, they have left and are still scored",
            "在此之前他们计为在职；若年份有误，则实际已离职者仍被评分",
        ),
    )
