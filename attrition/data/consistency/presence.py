"""Find the agents whose employment ended without an exit on file: they must not be taken to have stayed."""

from __future__ import annotations

import ibis

from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault, Severity

MAX_SHARE_OF_ROSTER = 0.05
"""Where the monthly file is the roster, and this share of all who left has no exit, the tables are refused."""
MAX_SHARE = 0.5
"""Where there is a table of agents, they are refused above this share."""


def check_presence(facts: Facts) -> list[Fault]:
    """Return a fault where agents are gone without an exit; it stops where the list of exits cannot be relied on."""
    gone = int(facts.gone.count().execute())
    if not gone:
        return []
    share = gone / (gone + _listed_exits(facts))
    return [
        Fault(
            file=facts.source_name("exits"),
            table="exits",
            column="",
            rule=Phrase("agents who are gone without an exit", "已不在岗却没有离职记录的座席"),
            rows=gone,
            share=share,
            severity=_severity(facts, share),
            advice=_ADVICE,
            effect=_EFFECT,
        )
    ]


def _severity(facts: Facts, share: float) -> Severity:
    is_refused = share >= MAX_SHARE_OF_ROSTER if facts.roster == "snapshots" else share > MAX_SHARE
    return "stops" if is_refused else "labels"


def _listed_exits(facts: Facts) -> int:
    """Return the number of exits since activity is on file."""
    exits = facts.spells.select("exit_date").cross_join(
        facts.activity.aggregate(first_month=facts.activity.month_start.min())
    )
    is_counted = (exits.exit_date >= exits.first_month) & (exits.exit_date <= ibis.literal(facts.data_ends))
    return int(exits.filter(is_counted).count().execute())


_ADVICE = Phrase(
    "complete the list of exits (runs/gone_without_exit.parquet names the agents; "
    "mending_lists = true in pipelines/people.toml lists their staff numbers), or, where there is no such list, "
    'declare exits_from = "absence" under [site]',
    "请补全离职名单（人员见 runs/gone_without_exit.parquet；在 pipelines/people.toml 中写 "
    "mending_lists = true 即按工号列出）；若没有离职名单，请在 [site] 下声明 "
    'exits_from = "absence"',
)
_EFFECT = Phrase(
    "what became of them after their last day of activity is unknown: they count neither as stayed nor as resigned, "
    "and are not listed",
    "他们最后一次出勤之后的去向不明：既不计为留任，也不计为离职，且不列入名单",
)
