"""What an alarm says, in both languages: without a name, and without a count of fewer people than may be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.report.translations import translations

if TYPE_CHECKING:
    from attrition.monitor.alarm import Alarm, Kind

FEATURES_NAMED = 3
NOTHING = Phrase("", "")


def alarm_sentence(alarm: Alarm, *, smallest_group: int) -> Phrase:
    """Return the sentence of an alarm; counts under `smallest_group` are left out of it.

    Examples
    --------
    >>> import pandas as pd
    >>> from attrition.monitor.alarm import Alarm
    >>> figures = {"observed": 120.0, "expected": 80.0, "ratio": 1.5, "low": "2026-08", "high": "2026-09"}
    >>> alarm = Alarm(kind="level", subject="", since=pd.Timestamp("2026-08-31"), figures=figures)
    >>> print(alarm_sentence(alarm, smallest_group=10))
    since 2026-08 about 50% more people resigned than expected (120, not 80); it began between 2026-08 and 2026-09
    >>> print(alarm_sentence(alarm, smallest_group=100).zh)
    自 2026-08 起，离职人数比预期多约 50%；变化始于 2026-08 至 2026-09 之间
    """
    return _SENTENCES[alarm.kind](alarm, smallest_group)


def _level(alarm: Alarm, smallest_group: int) -> Phrase:
    figures = alarm.figures
    is_shown = min(figures["observed"], figures["expected"]) >= smallest_group
    counts = {name: round(figures[name]) for name in ("observed", "expected")}
    more = figures["ratio"] >= 1.0
    return Phrase(
        "{place}since {start:%Y-%m} about {share}% {more} people resigned than expected{numbers}{began}",
        "{place}自 {start:%Y-%m} 起，离职人数比预期{more}约 {share}%{numbers}{began}",
        place=_place(alarm.subject),
        start=alarm.since,
        share=_to_five(abs(figures["ratio"] - 1.0)),
        more=Phrase("more", "多") if more else Phrase("fewer", "少"),
        numbers=Phrase(" ({observed}, not {expected})", "（实际 {observed} 人，预期 {expected} 人）", **counts)
        if is_shown
        else NOTHING,
        began=NOTHING
        if figures["low"] == figures["high"]
        else Phrase(
            "; it began between {low} and {high}",
            "；变化始于 {low} 至 {high} 之间",
            low=figures["low"],
            high=figures["high"],
        ),
    )


def _list(alarm: Alarm, _smallest_group: int) -> Phrase:
    return Phrase(
        "the list holds about {held}% of those who resigned since {start:%Y-%m}; about {promised}% were expected",
        "自 {start:%Y-%m} 起，名单约覆盖离职者的 {held}%；预期约为 {promised}%",
        held=_to_five(alarm.figures["held"]),
        promised=_to_five(alarm.figures["promised"]),
        start=alarm.since,
    )


def _family(alarm: Alarm, _smallest_group: int) -> Phrase:
    moved = alarm.figures["moved"]
    what = {
        "inputs": Phrase("hold other values than in training", "的取值与训练时不同"),
        "blanks": Phrase("have more blanks than in training", "的空值多于训练时"),
    }
    return Phrase(
        "{family}: {moved} of {features} features {what} since {start:%Y-%m}; they carry {gain:.0%} of the model: "
        "{names}",
        "{family}：自 {start:%Y-%m} 起，{features} 个特征中有 {moved} 个{what}，占模型的 {gain:.0%}：{names}",
        family=Phrase(*(translations(lang).name("family", alarm.subject) for lang in ("en", "zh"))),
        moved=len(moved),
        features=alarm.figures["features"],
        what=what[alarm.kind],
        start=alarm.since,
        gain=alarm.figures["gain"],
        names=", ".join(moved[:FEATURES_NAMED]) + (", ..." if len(moved) > FEATURES_NAMED else ""),
    )


def _scores(alarm: Alarm, _smallest_group: int) -> Phrase:
    months = alarm.subject.removeprefix("risk_").removesuffix("m")
    return Phrase(
        "{what} are distributed otherwise than in training since {start:%Y-%m} (stability index {index:.2f})",
        "自 {start:%Y-%m} 起，{what}的分布与训练时不同（稳定性指数 {index:.2f}）",
        what=Phrase("bands of risk", "风险等级")
        if alarm.subject == "bands"
        else Phrase("risks of {months} months", "{months} 个月风险", months=months),
        start=alarm.since,
        index=alarm.figures["index"],
    )


def _abstained(alarm: Alarm, _smallest_group: int) -> Phrase:
    return Phrase(
        "{place}since {start:%Y-%m} the model does not rank {share}% of the agents; its limit is {limit}%",
        "{place}自 {start:%Y-%m} 起，模型对 {share}% 的座席不作排序；上限为 {limit}%",
        place=_place(alarm.subject),
        start=alarm.since,
        share=_to_five(alarm.figures["share"]),
        limit=_to_five(alarm.figures["limit"]),
    )


def _place(subject: str) -> Phrase:
    return Phrase("{place}: ", "{place}：", place=subject) if subject else NOTHING


def _to_five(share: float) -> int:
    """Return a share as a percentage to the nearest five, so that it tells of no single person.

    Examples
    --------
    >>> _to_five(0.333)
    35
    """
    return round(20 * share) * 5


_SENTENCES: dict[Kind, Callable[[Alarm, int], Phrase]] = {
    "level": _level,
    "site_level": _level,
    "list": _list,
    "inputs": _family,
    "blanks": _family,
    "scores": _scores,
    "abstained": _abstained,
}
