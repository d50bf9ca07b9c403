"""Name the sites whose resignations of a year have no day of notice, while all others have one."""

from __future__ import annotations

import pandas as pd

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_RESIGNATIONS = 5
"""A site and year with fewer resignations is not judged."""
FEW, MANY = 0.1, 0.8
"""A site and year lacks notices below the one share filled, where the others are filled to at least the other."""


def check_notices(facts: Facts) -> list[Fault]:
    """Return a fault for the resignations of sites and years without notices, which most others have."""
    if not facts.has("exits", "notice_date"):
        return []
    exits = facts.newest("exits").select("agent_id", "exit_date", "exit_type", "notice_date").to_pandas()
    exits = exits[exits["exit_type"] == "voluntary"]
    year = pd.to_datetime(exits["exit_date"]).dt.year
    site = exits["agent_id"].map(facts.sites).astype(object).fillna("")
    groups = exits["notice_date"].notna().groupby([site, year]).agg(["size", "sum"])
    is_bare = (groups["size"] >= FEWEST_RESIGNATIONS) & (groups["sum"] < FEW * groups["size"])
    bare, others = groups[is_bare], groups[~is_bare].sum()
    if bare.empty or others["sum"] < MANY * max(others["size"], FEWEST_RESIGNATIONS):
        return []
    return [_fault(facts, bare)]


def _fault(facts: Facts, bare: pd.DataFrame) -> Fault:
    where = ", ".join(f"{site} {year}".strip() for site, year in bare.index)
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="notice_date",
        rule=Phrase(
            "no day of notice in {where}, while others have one",
            "{where} 缺少提出离职日期，而其他记录均有",
            where=where,
        ),
        rows=int((bare["size"] - bare["sum"]).sum()),
        advice=Phrase(
            "supply the days on which these resignations were handed in; without them the day of the exit counts",
            "请补充这些离职的提出日期；缺少时以离职日期代替",
        ),
        severity="labels",
        effect=Phrase(
            "there, a resignation counts weeks later than elsewhere, and agents on notice are still scored",
            "该处的主动离职会比其他职场晚计数周，已提出离职者仍被评分",
        ),
    )
