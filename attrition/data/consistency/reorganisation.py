"""Name the reorganisations of a centre that are not declared, and those declared in which nobody moved."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.consistency.facts import Facts
from attrition.data.events import Reorganisation
from attrition.data.phrase import Phrase
from attrition.errors import Fault

OTHER_DAYS_NAMED = 2
"""A fault names the day on which most agents moved, and so many others."""


def check_reorganisations(facts: Facts) -> list[Fault]:
    """Return a fault for reorganisations that are not declared, and one for each in which nobody moved."""
    table = "assignments" if facts.has("assignments") else "snapshots"
    undeclared = [item for item in facts.reorganisations if not item.is_declared]
    without_moves = [item for item in facts.reorganisations if item.is_declared and not item.moved]
    faults = [_undeclared(facts, table, undeclared)] if undeclared else []
    return faults + [_without_moves(facts, table, item) for item in without_moves]


def _undeclared(facts: Facts, table: str, items: Sequence[Reorganisation]) -> Fault:
    """Return one fault that names the days on which over half of a site changed team, largest first."""
    first, *others = sorted(items, key=lambda item: (-item.moved, item.day))
    also, also_zh = _other_days(others)
    rule = Phrase(
        "a reorganisation on {day}: {moved} of {staff} agents change team{also}",
        "{day} 班组重组：{staff} 人中 {moved} 人更换班组{also_zh}",
        day=first.day,
        moved=first.moved,
        staff=first.staff,
        also=also,
        also_zh=also_zh,
    )
    advice = Phrase(
        'declare [[events]] with date = {day} and kind = "reorganisation"; '
        'teams = {{ new = "old" }} says which old team a new one goes on with',
        '请声明 [[events]]，date = {day}，kind = "reorganisation"；'
        'teams = {{ 新班组 = "原班组" }} 说明新班组承接哪个原班组',
        day=first.day,
    )
    return Fault(
        file=facts.source_name(table),
        table=table,
        column="team_id",
        rule=rule,
        rows=sum(item.moved for item in items),
        advice=advice,
        severity="features",
        share=first.moved / max(first.staff, 1),
        effect=_effect(items),
    )


def _other_days(others: Sequence[Reorganisation]) -> tuple[str, str]:
    """Return the other days in English and Chinese, as they follow the first; empty where there are none."""
    if not others:
        return "", ""
    days = ", ".join(f"{item.day}" for item in others[:OTHER_DAYS_NAMED])
    more = len(others) - OTHER_DAYS_NAMED
    if more <= 0:
        return f"; also on {days}", f"；另有 {days}"
    return f"; also on {days} and {more} other {'day' if more == 1 else 'days'}", f"；另有 {days} 及其他 {more} 天"


def _effect(items: Sequence[Reorganisation]) -> Phrase:
    return Phrase(
        "these changes of team count as nobody's own move; the history of {followed} of {teams} teams is followed "
        "through, that of the others is missing until a feature's window begins after the change",
        "这些班组变动不计为个人调动；{teams} 个班组中 {followed} 个的历史得以延续，"
        "其余班组的历史特征留空，直至其窗口期全部在重组之后",
        followed=sum(item.with_history for item in items),
        teams=sum(len(item.teams) for item in items),
    )


def _without_moves(facts: Facts, table: str, item: Reorganisation) -> Fault:
    rule = Phrase(
        "nobody changes team on {day}, which is declared as a reorganisation",
        "声明 {day} 为班组重组，但当日无人更换班组",
        day=item.day,
    )
    advice = Phrase(
        "give the first day of the new teams as {source} has it",
        "请按 {source} 填写新班组生效的第一天",
        source=facts.source_name(table),
    )
    return Fault(
        file="pipelines/sources.toml",
        table=table,
        column="team_id",
        rule=rule,
        rows=0,
        advice=advice,
        severity="features",
    )
