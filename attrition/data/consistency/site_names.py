"""Name the sites that go on under another name in the monthly file: nearly everybody moves there in one month."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_PEOPLE = 10
"""Fewer people who move together are no renamed site."""
NEARLY_ALL = 0.8
"""A site is renamed where at least this share of it moves, and as much of the new one comes from it."""


def check_site_names(facts: Facts) -> list[Fault]:
    """Return a fault for each site of the snapshots that nearly everybody leaves in one month for the same new one."""
    if not facts.has("snapshots", "site"):
        return []
    flows = _flows(facts)
    own = flows.groupby(["as_of", "old"])["people"].transform("sum")
    new = flows.groupby(["as_of", "site"])["people"].transform("sum")
    is_move = (flows["old"] != flows["site"]) & (flows["people"] >= FEWEST_PEOPLE)
    renamed = flows[is_move & (flows["people"] >= NEARLY_ALL * own) & (flows["people"] >= NEARLY_ALL * new)]
    return [_fault(facts, row) for _, row in renamed.iterrows()]


def _flows(facts: Facts) -> pd.DataFrame:
    """Return how many were at which site in a month, by the site of their row before: ``as_of``, ``old``, ``site``."""
    rows = facts.newest("snapshots").select("agent_id", "as_of", "site")
    rows = rows.mutate(old=rows.site.lag().over(ibis.window(group_by="agent_id", order_by="as_of")))
    rows = rows.filter(rows.old.notnull(), rows.site.notnull())
    return rows.group_by("as_of", "old", "site").aggregate(people=rows.count()).to_pandas()


def _fault(facts: Facts, row: pd.Series) -> Fault:
    values = {"old": row["old"], "new": row["site"], "month": f"{row['as_of']:%Y-%m}"}
    return Fault(
        file=facts.source_name("snapshots"),
        table="snapshots",
        column="site",
        rule=Phrase("{old} is called {new} from {month} on", "{month} 起职场 {old} 改称 {new}", **values),
        rows=int(row["people"]),
        advice=Phrase(
            'write "{new}" = "{old}" under [tables.snapshots.values.site], so that it is one site',
            '请在 [tables.snapshots.values.site] 下写 "{new}" = "{old}"，以作为同一职场',
            **values,
        ),
        severity="features",
        effect=Phrase(
            "its history stands under two names: rates, peers and headcount begin anew in {month}",
            "其历史分列于两个名称下：离职率、同组比较和人数自 {month} 起重新计算",
            **values,
        ),
    )
