"""The page of a pilot's results, in English and Chinese: the verdict first, then the estimates behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.pilot.subgroups import MINIMUM_AGENTS
from attrition.pilot.verdict import Conclusion, Reason

if TYPE_CHECKING:
    from attrition.pilot.cox import HazardRatio
    from attrition.pilot.difference import Difference
    from attrition.pilot.lessons import Lesson
    from attrition.pilot.reading import PilotReading

Words = Mapping[str, str]

EN: Words = {
    Conclusion.works: "It works",
    Conclusion.does_not: "It does not work",
    Conclusion.too_early: "Too early to say",
    Reason.running: "The pilot still runs ({months} of {all} months); nothing is decided before its end. Known so far:",
    Reason.below_one: "At the declared end the whole interval of the hazard ratio lies below 1.",
    Reason.above_one: "At the declared end the whole interval of the hazard ratio lies above 1: more resigned with it.",
    Reason.effect_excluded: "At the declared end the interval excludes the expected effect ({hoped:.2f}).",
    Reason.both_possible: "The end is reached, and the interval holds both no effect and the expected effect "
    "({hoped:.2f}). The pilot was too small for this question; a second one would add to it.",
    Reason.nobody_resigned: "The end is reached, and nobody resigned while both arms were at risk.",
    "verdict": "{conclusion}. {reason}",
    "title": "# Pilot {name}: {offer}, read as of {read}",
    "drawn": "Randomised on {as_of} (grade: randomised), preregistered, analysed by intention to treat.",
    "arms": "| arm | agents | resigned | left otherwise | baseline risk |",
    "treated": "treated",
    "control": "control",
    "effect": "| effect | value | 95 % interval |",
    "ratio": "hazard ratio of resignation (primary)",
    "difference": "risk difference",
    "adjusted": "risk difference, adjusted for risk, site and tenure",
    "curves": "| month | staying, treated | staying, control |",
    "groups": "## Subgroups (hazard ratios shrunk towards the overall ratio; they decide nothing)",
    "group": "| by | group | agents | resigned | ratio | 95 % interval |",
    "few": "too few",
    "delivery": "## Delivery\n\nOf the treated {got} got it, {declined} declined, {no_record} have no record. "
    "Of the {controls} controls {controls_got} got it nevertheless ({contamination:.0%}); they count as controls, "
    "which makes the effect look smaller than it is.",
    "absent": "{absent} agents are not counted: they had left before the assignment, as became known later.",
    "lesson": "## Update of the playbook\n\nThe playbook's hazard ratio for this site moves from {before} to {after} "
    "(90 % intervals, for the months in which the measure can work). History: `pilots/learned.toml`.",
    "no_lesson": "The playbook is not updated yet: that happens at the declared end, when both arms have resignations.",
}
ZH: Words = {
    Conclusion.works: "有效",
    Conclusion.does_not: "无效",
    Conclusion.too_early: "尚无法判断",
    Reason.running: "试点仍在进行（{months}/{all} 个月）；到期之前不下结论。目前所知：",
    Reason.below_one: "到期时，风险比的区间整体低于 1。",
    Reason.above_one: "到期时，风险比的区间整体高于 1：接受措施的离职更多。",
    Reason.effect_excluded: "到期时，区间排除了预期的效果（{hoped:.2f}）。",
    Reason.both_possible: "已到期，区间既包含“无效果”，也包含预期的效果（{hoped:.2f}）。"
    "就此问题而言规模太小；再做一次试点可以累积证据。",
    Reason.nobody_resigned: "已到期，两组同时在场期间无人主动离职。",
    "verdict": "{conclusion}。{reason}",
    "title": "# 试点 {name}：{offer}，截至 {read}",
    "drawn": "{as_of} 随机分组（证据等级：随机），已预先登记，按意向性分析。",
    "arms": "| 组别 | 座席 | 主动离职 | 其他离职 | 事先风险 |",
    "treated": "试点组",
    "control": "对照组",
    "effect": "| 效果 | 估计 | 95% 区间 |",
    "ratio": "主动离职风险比（主要指标）",
    "difference": "风险差",
    "adjusted": "按风险、职场、司龄调整后的风险差",
    "curves": "| 月 | 试点组留存 | 对照组留存 |",
    "groups": "## 分组（风险比向总体收缩；不影响结论）",
    "group": "| 按 | 分组 | 座席 | 主动离职 | 风险比 | 95% 区间 |",
    "few": "人数太少",
    "delivery": "## 实际获得情况\n\n试点组中 {got} 人获得、{declined} 人拒绝、{no_record} 人无记录。"
    "对照组 {controls} 人中有 {controls_got} 人也获得了此措施（{contamination:.0%}）；"
    "仍按对照组计算，因此效果会被低估。",
    "absent": "有 {absent} 名座席未计入：事后得知其在分组前已离开。",
    "lesson": "## 学到了什么\n\n本地的措施效果（风险比）由 {before} 更新为 {after}"
    "（90% 区间，针对措施起效后的月份）。历史见 `pilots/learned.toml`。",
    "no_lesson": "暂未更新措施手册：须到期且两组均有主动离职。",
}


def reading_pages(reading: PilotReading, lesson: Lesson | None) -> dict[str, str]:
    """Return the page in English and in Chinese.

    Returns
    -------
    dict of str to str
        Markdown by language, ``en`` and ``zh``.
    """
    offer = reading.design.offer
    return {"en": _page(reading, lesson, EN, offer.en), "zh": _page(reading, lesson, ZH, offer.zh)}


def verdict_line(reading: PilotReading, words: Words = EN) -> str:
    """Return the verdict and its reason in one line."""
    blanks = {"months": reading.months, "all": reading.design.months, "hoped": reading.design.hoped}
    conclusion, reason = words[reading.verdict.conclusion], words[reading.verdict.reason].format(**blanks)
    return words["verdict"].format(conclusion=conclusion, reason=reason)


def ratio_text(ratio: HazardRatio) -> tuple[str, str]:
    """Return a hazard ratio and its interval as texts, a dash for each where there is no estimate.

    Examples
    --------
    >>> from attrition.pilot.cox import HazardRatio
    >>> ratio_text(HazardRatio(0.0, 0.0, 0.8, float("nan"), 0, 9))
    ('0.00', '0.00 to 0.80')
    """
    if math.isnan(ratio.value):
        return "-", "-"
    return f"{ratio.value:.2f}", f"{ratio.low:.2f} to {ratio.high:.2f}"


def _page(reading: PilotReading, lesson: Lesson | None, words: Words, offer: str) -> str:
    design = reading.design
    blanks = {"name": design.name, "as_of": design.as_of, "offer": offer, "read": f"{reading.read_as_of:%Y-%m-%d}"}
    parts = [
        words["title"].format(**blanks),
        f"**{verdict_line(reading, words)}**",
        words["drawn"].format(**blanks),
        markdown_table(words["arms"], [_arm(row, words) for row in reading.arms.to_dict("records")]),
        markdown_table(words["effect"], _effects(reading, words)),
        markdown_table(words["curves"], curve_rows(reading.curves)),
        words["delivery"].format(**vars(reading.delivery), contamination=reading.delivery.contamination),
        words["groups"],
        markdown_table(words["group"], [_group(row, words) for row in reading.groups.to_dict("records")]),
        lesson_text(lesson, words),
    ]
    if reading.absent:
        parts.insert(4, words["absent"].format(absent=reading.absent))
    return "\n\n".join(parts) + "\n"


def markdown_table(head: str, rows: list[str]) -> str:
    """Return a table in Markdown under its row of headings."""
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])


def _arm(row: Mapping[Any, Any], words: Words) -> str:
    return markdown_row(
        words[str(row["arm"])], row["agents"], row["resigned"], row["left_otherwise"], f"{row['risk']:.1%}"
    )


def _effects(reading: PilotReading, words: Words) -> list[str]:
    rows = [markdown_row(words["ratio"], *ratio_text(reading.ratio))]
    for name in ("difference", "adjusted"):
        rows.append(markdown_row(words[name], *points(getattr(reading, name))))
    return rows


def points(difference: Difference) -> tuple[str, str]:
    """Return a difference of shares and its interval in percentage points, as texts."""
    if math.isnan(difference.value):
        return "-", "-"
    return f"{100 * difference.value:+.1f}", f"{100 * difference.low:+.1f} to {100 * difference.high:+.1f}"


def curve_rows(curves: pd.DataFrame) -> list[str]:
    """Return the rows of the curves: month, and the share of each arm that stays."""
    rows = []
    for month in curves["month"].unique():
        arms = curves[curves["month"] == month].set_index("arm")
        cells = [
            f"{arms.loc[arm, 'staying']:.1%} ({arms.loc[arm, 'low']:.1%} to {arms.loc[arm, 'high']:.1%})"
            for arm in ("treated", "control")
            if arm in arms.index
        ]
        rows.append(markdown_row(str(month), *cells))
    return rows


def _group(row: Mapping[Any, Any], words: Words) -> str:
    is_estimated = pd.notna(row["ratio"])
    ratio = f"{row['ratio']:.2f}" if is_estimated else words["few"]
    interval = f"{row['low']:.2f} to {row['high']:.2f}" if is_estimated else ""
    counts = (row["agents"], row["resigned"]) if row["agents"] >= MINIMUM_AGENTS else ("< 10", "")
    return markdown_row(row["by"], row["group"], *counts, ratio, interval)


def markdown_row(*cells: object) -> str:
    """Return cells as a row of a table in Markdown."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def lesson_text(lesson: Lesson | None, words: Words) -> str:
    """Return the section on the update of the playbook."""
    if lesson is None:
        return words["no_lesson"]
    before, after = (
        f"{effect.hazard_ratio:.2f} ({effect.low:.2f} to {effect.high:.2f})"
        for effect in (lesson.prior, lesson.posterior)
    )
    return words["lesson"].format(before=before, after=after)
