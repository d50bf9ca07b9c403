"""Find agents whose pay stopped changing without an exit, where no table shows who is at work."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.data.consistency.activity import ACTIVITY_TABLES
from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

USUAL_SHARE = 0.99
"""A stretch without a change of pay is usual if it is no longer than this share of those that ended."""
MIN_STRETCHES = 100
"""With fewer stretches that ended, nothing is known of how often pay changes."""
MIN_AGENTS = 5
TIMES_CHANCE = 3
"""So many times as many agents as chance allows are needed."""


def check_pay_silence(facts: Facts) -> list[Fault]:
    """Return a fault where more agents than chance allows have no exit, and no change of pay for unusually long.

    Only the roster, pay and exits speak of a centre without daily or monthly tables. There, who is missing from the
    list of exits still counts as employed, and is shown by nothing but the reviews of pay that they no longer have.
    """
    if any(name in facts.tables for name in ACTIVITY_TABLES) or not facts.has("pay", "effective_date"):
        return []
    stretches = _stretches(facts)
    ended, open_days = stretches["days"][stretches["has_ended"]], stretches["days"][~stretches["has_ended"]]
    if len(ended) < MIN_STRETCHES:
        return []
    limit = float(ended.quantile(USUAL_SHARE))
    silent = int((open_days > limit).sum())
    if silent < max(MIN_AGENTS, TIMES_CHANCE * (1 - USUAL_SHARE) * len(open_days)):
        return []
    return [_fault(facts, silent, share=silent / len(open_days), months=round(limit / 30.44))]


def _stretches(facts: Facts) -> pd.DataFrame:
    """Return the stretches from one change of pay to the next, or to the end of the data for agents without an exit."""
    pay = facts.newest("pay")
    pay = (
        pay.filter(pay.effective_date <= ibis.literal(facts.data_ends)).select("agent_id", "effective_date").distinct()
    )
    next_change = pay.effective_date.lead().over(ibis.window(group_by="agent_id", order_by="effective_date"))
    pay = pay.mutate(next_change=next_change)
    spells = facts.spells.group_by("agent_id").aggregate(has_exit=facts.spells.exit_date.notnull().any())
    rows = pay.join(spells, "agent_id").filter(lambda t: t.next_change.notnull() | ~t.has_exit)
    last_day = ibis.coalesce(rows.next_change, ibis.literal(facts.data_ends))
    return rows.select(
        days=last_day.delta(rows.effective_date, unit="day"), has_ended=rows.next_change.notnull()
    ).to_pandas()


def _fault(facts: Facts, silent: int, *, share: float, months: int) -> Fault:
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="",
        rule=Phrase(
            "agents without an exit whose pay has not changed for longer than usual ({months} months)",
            "没有离职记录、但薪酬超过通常时长（{months} 个月）未变动的座席",
            months=months,
        ),
        rows=silent,
        share=share,
        advice=Phrase(
            "compare the list of exits with the payroll; or supply shifts, contacts or a monthly file, "
            "which show who is there",
            "请将离职名单与工资表核对；或提供排班、话务或月度花名册，以显示谁仍在岗",
        ),
        severity="labels",
        effect=Phrase(
            "leavers who are missing from the list of exits count as employed: the headcount is too high, and the rate "
            "of leaving too low",
            "离职名单中缺失的人会被当作在岗：在岗人数偏高，离职率偏低",
        ),
    )
