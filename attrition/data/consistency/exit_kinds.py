"""Doubt the kinds of exits at a site where they are the other way round than everywhere else."""

from __future__ import annotations

import pandas as pd

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_EXITS = 15
"""A site with fewer resignations and dismissals is not judged."""
MAJORITY = 0.6
"""Resignations are usual where they are at least this share of resignations and dismissals; so are dismissals."""
CHANCE = 1e-4
"""A site's kinds are another matter than chance below this probability at the other sites' share."""


def check_exit_kinds(facts: Facts) -> list[Fault]:
    """Return a fault for each site where most exits are of the kind that few are elsewhere."""
    if "exits" not in facts.tables or len(set(facts.sites.values())) < 2:
        return []
    exits = facts.newest("exits").select("agent_id", "exit_type").to_pandas()
    exits = exits[exits["exit_type"].isin(("voluntary", "involuntary"))]
    is_dismissal = exits["exit_type"].eq("involuntary")
    counts = is_dismissal.groupby(exits["agent_id"].map(facts.sites)).agg(["size", "sum"])
    sites = counts[counts["size"] >= FEWEST_EXITS]
    return [_fault(facts, str(site), own) for site, own in sites.iterrows() if _is_reversed(own, counts.sum() - own)]


def _is_reversed(own: pd.Series, others: pd.Series) -> bool:
    """Return whether a site's kinds are the reverse of the others', beyond chance; both hold exits and dismissals."""
    if others["size"] < FEWEST_EXITS:
        return False
    from scipy.special import bdtr, bdtrc  # imported only where it is needed: it takes longer than all checks

    here, elsewhere = (counts["sum"] / counts["size"] for counts in (own, others))
    if here < elsewhere:
        is_reversed = here <= 1 - MAJORITY and elsewhere >= MAJORITY
        return bool(is_reversed and bdtr(own["sum"], own["size"], elsewhere) < CHANCE)
    is_reversed = here >= MAJORITY and elsewhere <= 1 - MAJORITY
    return bool(is_reversed and bdtrc(own["sum"] - 1, own["size"], elsewhere) < CHANCE)


def _fault(facts: Facts, site: str, own: pd.Series) -> Fault:
    exits = int(own["size"])
    values = {"site": site, "dismissals": int(own["sum"]), "exits": exits}
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="exit_type",
        rule=Phrase(
            "kinds of exits the other way round at {site}: {dismissals} of {exits} are dismissals, unlike elsewhere",
            "{site} 的离职类型与其他职场相反：{exits} 次离职中有 {dismissals} 次为被动离职",
            **values,
        ),
        rows=exits,
        advice=Phrase(
            "ask {site} which code means a resignation; if it uses other words, map them under "
            "[tables.exits.values.exit_type]; where the kinds are right, nothing is to be done",
            "请向 {site} 核实哪个代码表示主动离职；若其用词不同，请在 [tables.exits.values.exit_type] 中映射；"
            "若类型无误，则无需处理",
            **values,
        ),
        severity="labels",
        effect=Phrase(
            "labels and rates of {site} count resignations as dismissals, and the reverse, if they are swapped",
            "若类型确实颠倒，{site} 的标签和离职率会把主动离职与被动离职互换",
            **values,
        ),
    )
