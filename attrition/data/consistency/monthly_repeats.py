"""Name the months whose file repeats that of the month before: a copy, or a file published ahead."""

from __future__ import annotations

from functools import reduce
from operator import and_

import ibis
import pandas as pd

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_PEOPLE = 20
"""A month with fewer people who were there the month before is not judged."""
REPEATED, USUAL = 0.95, 0.7
"""A month repeats another if at least the one share of rows is the same, where usually at most the other is."""


def check_monthly_repeats(facts: Facts) -> list[Fault]:
    """Return a fault for the months of snapshots in which nearly nobody's values differ from the month before."""
    source = facts.declared.tables.get("snapshots")
    features = [name for name in source.features if facts.has("snapshots", name)] if source is not None else []
    if not features or "snapshots" not in facts.tables:
        return []
    months = _same_rows(facts, features)
    months = months[months["people"] >= FEWEST_PEOPLE]
    share = months["same"] / months["people"]
    repeated = months[share >= REPEATED]
    if repeated.empty or share.median() > USUAL:
        return []
    return [_fault(facts, repeated)]


def _same_rows(facts: Facts, features: list[str]) -> pd.DataFrame:
    """Return by month who was there the month before too, and how many of them have the same values: ``same``."""
    rows = facts.newest("snapshots").select("agent_id", "as_of", *features)
    order = ibis.window(group_by="agent_id", order_by="as_of")
    rows = rows.mutate(
        is_same=reduce(and_, [rows[name].identical_to(rows[name].lag().over(order)) for name in features])
    )
    rows = rows.mutate(before=rows.as_of.lag().over(order))
    rows = rows.filter(rows.as_of.delta(rows.before, unit="day") <= 31)
    return rows.group_by("as_of").aggregate(people=rows.count(), same=rows.is_same.sum()).order_by("as_of").to_pandas()


def _fault(facts: Facts, repeated: pd.DataFrame) -> Fault:
    months = ", ".join(f"{day:%Y-%m}" for day in repeated["as_of"])
    return Fault(
        file=facts.source_name("snapshots"),
        table="snapshots",
        column="as_of",
        rule=Phrase(
            "the file of {months} repeats the month before", "{months} 的月度文件与上月内容相同", months=months
        ),
        rows=int(repeated["same"].sum()),
        advice=Phrase(
            "supply that month's own file, or leave it out until it is there; data_ends under [site] names the last "
            "complete month",
            "请提供该月自己的文件；尚未产生时请先不要放入，并可在 [site] 下用 data_ends 声明最后一个完整月份",
        ),
        severity="labels",
        effect=Phrase(
            "nobody seems to have left in that month, and its features are those of the month before",
            "该月看似无人离职，其特征也只是上月的数值",
        ),
    )
