"""Name the tables whose people are not on the roster and, where numbers are written differently, the odd table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.id_differences import Difference, likely_difference, toml, undone
from attrition.data.people.people_counts import FEWEST_KNOWN, LABEL_TABLES, PeopleCounts
from attrition.data.phrase import Phrase
from attrition.errors import Fault, Severity

_FEWEST_OTHERS = 3
"""A column beside `agent_id` with fewer people than this does not show how its numbers are written."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """How a column of a table is linked to the roster: who is known, and how the unknown numbers differ, if at all."""

    counts: PeopleCounts
    difference: Difference | None

    @property
    def is_agent(self) -> bool:
        """Whether the column says whose row it is."""
        return self.counts.column == "agent_id"

    @property
    def is_sound(self) -> bool:
        """Whether nearly all people are found as they are written."""
        return self.difference is None and self.counts.severity is None


def find_links(people: ir.Table, roster: ir.Table) -> list[Link]:
    """Return the link of every column of every table to the roster.

    Parameters
    ----------
    people : ibis.Table
        One row per ``table``, ``column`` and ``id``, with the number of ``rows``, and whether the ``id`` ``is_known``.
    roster : ibis.Table
        One row per ``id`` of the roster.
    """
    unknown = people.filter(~people.is_known)
    result = []
    for counts, alike in _counts(people, roster):
        is_asked = alike or (counts.column == "agent_id" and counts.severity == "stops")
        numbers = unknown.filter((unknown.table == counts.table) & (unknown.column == counts.column)).select("id")
        result.append(Link(counts=counts, difference=likely_difference(numbers, roster) if is_asked else None))
    return result


def link_faults(
    links: Sequence[Link], people: ir.Table, roster: ir.Table, *, roster_table: str, source_names: Mapping[str, str]
) -> list[Fault]:
    """Return the faults of the links; where most tables differ from the roster in one way, the roster is at fault."""
    agents = [link for link in links if link.is_agent]
    odd_roster = _odd_roster(agents, people, roster)
    faults = [_difference_fault(odd_roster, roster_table, source_names)] if odd_roster else []
    for link in links:
        is_explained = odd_roster is not None and link.difference is not None
        if is_explained or link.is_sound or not (link.is_agent or _is_asked(link, agents)):
            continue
        fault = _difference_fault if link.difference else _unknown_fault
        faults.append(fault(link, roster_table, source_names))
    return faults


def not_on_roster(roster_table: str) -> Phrase:
    """Return the rule of rows whose agent is unknown."""
    return Phrase("agent not in {roster}", "工号不在 {roster} 中", roster=roster_table)


def _is_asked(link: Link, agents: Sequence[Link]) -> bool:
    """Return whether a column beside `agent_id` differs in a way that the agents of its table do not."""
    counts, difference = link.counts, link.difference
    if difference is None or counts.known_share >= FEWEST_KNOWN or counts.people < _FEWEST_OTHERS:
        return False
    return all(agent.counts.table != counts.table or agent.difference is None for agent in agents)


def _odd_roster(agents: Sequence[Link], people: ir.Table, roster: ir.Table) -> Link | None:
    """Return how the roster differs from the tables, where more of them differ in one way than agree with it.

    Of two equally many the one whose leading zeros are lost is odd.
    """
    ways = Counter(link.difference.ways for link in agents if link.difference)
    if not ways:
        return None
    most, count = ways.most_common(1)[0]
    several = [link for link in agents if link.difference and link.difference.ways == most]
    agreeing = 1 + sum(link.is_sound for link in agents)
    has_no_zeros = all("strip_zeros" in link.difference.rules for link in several if link.difference)
    if count < agreeing or (count == agreeing and not has_no_zeros):
        return None
    is_theirs = people.table.isin([link.counts.table for link in several]) & (people.column == "agent_id")
    numbers = people.filter(is_theirs).select("id").distinct()
    difference = likely_difference(roster.anti_join(numbers, "id").select("id"), numbers)
    if difference is None:
        return None
    matches = difference.matches
    counts = PeopleCounts(
        table="", column="agent_id", rows=matches, unknown_rows=matches, people=matches, unknown_people=matches
    )
    return Link(counts=counts, difference=difference)


def _difference_fault(link: Link, roster_table: str, source_names: Mapping[str, str]) -> Fault:
    """Return the fault of numbers that a table writes differently, with the rules that mend it."""
    counts, difference = link.counts, link.difference
    assert difference is not None
    table = counts.table or roster_table
    has_lost_zeros = link.is_agent and difference.has_lost_zeros
    written = Phrase(
        "numbers of people not written as in {other}",
        "编号写法与{other_zh}不一致",
        other=roster_table if counts.table else "the other tables",
        other_zh=f" {roster_table} " if counts.table else "其他表",
    )
    return Fault(
        file=source_names[table],
        table=table,
        column=counts.column,
        rule=Phrase("id read as a number", "工号被读成了数字") if has_lost_zeros else written,
        rows=counts.unknown_rows,
        advice=_difference_advice(difference, table, roster_table if counts.table else ""),
        severity="stops" if has_lost_zeros or not counts.table else _severity(link),
        share=1 - counts.known_share,
        effect=_effect(counts),
    )


def _difference_advice(difference: Difference, table: str, other: str) -> Phrase:
    """Say how the numbers differ, and what to declare for which table."""
    declared = {table: difference.rules, other: difference.rules_of_other if other else {}}
    rules = [(toml(keys), f"[tables.{name}]") for name, keys in declared.items() if keys]
    return Phrase(
        "{ways} differ, so people are not found: {rules}{again}",
        "{ways_zh}不同，因此找不到人员：{rules_zh}{again_zh}",
        ways=difference.name,
        ways_zh=difference.name.zh,
        rules=" and ".join(f"declare {rule} under {place}" for rule, place in rules),
        rules_zh="，并".join(f"请在 {place} 中声明 {rule}" for rule, place in rules),
        again=", or export the column as text again" if difference.has_lost_zeros else "",
        again_zh="，或将该列设为文本后重新导出" if difference.has_lost_zeros else "",
    )


def _unknown_fault(link: Link, roster_table: str, source_names: Mapping[str, str]) -> Fault:
    """Return the fault of people who are not on the roster."""
    counts = link.counts
    return Fault(
        file=source_names[counts.table],
        table=counts.table,
        column=counts.column,
        rule=not_on_roster(roster_table),
        rows=counts.unknown_rows,
        advice=_unknown_advice(counts, roster_table),
        severity=_severity(link),
        share=1 - counts.known_share,
        effect=_effect(counts),
    )


def _unknown_advice(counts: PeopleCounts, roster_table: str) -> Phrase:
    if counts.known_share < FEWEST_KNOWN:
        return Phrase(
            "hardly any of its people is in {roster}: where these are logins of another system, supply who had which "
            'login in the table identities, and declare ids = "…" (the system) under [tables.{table}]; '
            "otherwise supply both of the same staff",
            "其中几乎没有人在 {roster} 中：若为其他系统的登录账号，请提供 identities 表（各账号的使用人），"
            '并在 [tables.{table}] 中声明 ids = "…"（系统名）；否则请提供同一批人员的数据',
            roster=roster_table,
            table=counts.table,
        )
    if counts.table == "exits":
        return Phrase(
            "supply {roster} and exits of the same staff and period; under 5% would be set aside",
            "请提供同一批人员、同一期间的 {roster} 与 exits；低于 5% 的将被搁置",
            roster=roster_table,
        )
    return Phrase(
        "add these people to {roster} where they are agents of the centre; agency staff of others may stay out",
        "若为本中心座席，请补入 {roster}；外包人员可不提供",
        roster=roster_table,
    )


def _effect(counts: PeopleCounts) -> Phrase:
    if counts.table in ("", *LABEL_TABLES):
        return Phrase(
            "people who are not on the roster are in no rate and on no list", "名册之外的人员不计入任何比率与名单"
        )
    return Phrase(
        "whoever is not found has no features from {table}", "找不到的人员没有来自 {table} 的特征", table=counts.table
    )


def _severity(link: Link) -> Severity:
    """Return how bad it is that people are not found; of others than agents it costs features."""
    if not link.is_agent:
        return "features"
    return link.counts.severity or ("labels" if link.counts.table in LABEL_TABLES else "features")


def _counts(people: ir.Table, roster: ir.Table) -> list[tuple[PeopleCounts, int]]:
    """Return the numbers of rows and people of every column, and how many unknown numbers only look different."""
    forms = roster.select(form=undone(roster.id), is_alike=True).distinct()
    form = ibis.ifelse(people.is_known, ibis.null("string"), undone(people.id))  # the text of known ones is not needed
    alike = people.mutate(form=form).left_join(forms, "form")
    is_known = alike.is_known
    counts = alike.group_by("table", "column").aggregate(
        rows=alike.rows.sum(),
        unknown_rows=ibis.ifelse(is_known, 0, alike.rows).sum(),
        people=alike.count(),
        unknown_people=(~is_known).sum(),
        alike=(~is_known & alike.is_alike.fill_null(False)).sum(),
    )
    rows = counts.order_by("table", "column").to_pyarrow().to_pylist()
    return [
        (PeopleCounts(**{name: value for name, value in row.items() if name != "alike"}), row["alike"]) for row in rows
    ]
