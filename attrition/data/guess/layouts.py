"""How the dates and numbers of an extract are written, where it must be declared; what has two readings is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrition.data.guess.questions import Question, choice
from attrition.data.guess.traits import Traits
from attrition.data.phrase import Phrase


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The keys that say how values are written, remarks about them, and a question where files cannot tell."""

    keys: dict[str, object]
    remarks: tuple[Phrase, ...] = ()
    questions: tuple[Question, ...] = ()


def date_layouts(table: str, file: str, columns: Sequence[Traits], *, beside: Sequence[Traits] = ()) -> Layout:
    """Return the layouts of dates that could be read in two ways, as far as some of them can only be read in one.

    A layout is sure where some first fields are beyond 12 and no second ones, or the other way round. Both together, in
    these columns or in others of the file (`beside`), are what a spreadsheet makes of one layout when it takes some
    dates for its own: which one came first is asked.
    """
    written = [traits for traits in columns if traits.two_ways > 0.02]
    if not written:
        return Layout(keys={})
    sign = max(written, key=lambda traits: traits.two_ways).date_sign or "/"
    day_first = f"%d{sign}%m{sign}%Y"
    month_first = f"%m{sign}%d{sign}%Y"
    years = {traits.year_digits for traits in written}
    if years == {2}:
        day_first, month_first = day_first.replace("%Y", "%y"), month_first.replace("%Y", "%y")
    every = [*written, *beside]
    beyond_first = sum(traits.first_beyond_12 for traits in every)
    beyond_second = sum(traits.second_beyond_12 + traits.second_is_one for traits in every)
    both_years = [day_first, day_first.replace("%Y", "%y")] if years == {2, 4} else [day_first]
    other_years = [month_first, month_first.replace("%Y", "%y")] if years == {2, 4} else [month_first]
    if sign == "." and not beyond_second:
        return _sure(table, both_years, "the day stands first, as always with dots", "点分日期，日在前")
    if beyond_first and not beyond_second:
        return _sure(table, both_years, "first numbers go beyond 12, second ones never do", "首位数字有大于 12 的")
    if beyond_second and not beyond_first:
        return _sure(table, other_years, "second numbers go beyond 12, first ones never do", "第二位数字有大于 12 的")
    return _asked(table, file, both_years, other_years, is_mixed=bool(beyond_first))


def _sure(table: str, layouts: Sequence[str], en: str, zh: str) -> Layout:
    remark = Phrase("dates: {why}", "日期格式：{why_zh}", why=en, why_zh=zh)
    return Layout(keys={"dates": list(layouts)}, remarks=(remark,))


def _asked(table: str, file: str, day_first: list[str], month_first: list[str], *, is_mixed: bool) -> Layout:
    key = ("tables", table, "dates")
    first, second = ("month", "day") if is_mixed else ("day", "month")
    layouts = {"day": day_first, "month": month_first}
    words = {"day": ("the day", "日"), "month": ("the month", "月")}
    answers = []
    for name in (first, second):
        other = second if name == first else first
        value = [*layouts[name], *(layouts[other] if is_mixed else ())]
        tail = (", where that is possible, else the other way round", "，不成立时再反过来读") if is_mixed else ("", "")
        answers.append((value, f"{words[name][0]} stands first{tail[0]}", f"{words[name][1]}在前{tail[1]}"))
    why = (
        Phrase(
            "some dates have the day first and others the month: a spreadsheet may have turned them round",
            "有的日在前，有的月在前：可能被电子表格改写过一部分",
        )
        if is_mixed
        else Phrase("no number is beyond 12, so the files cannot tell", "没有大于 12 的数字，仅凭文件无法判断")
    )
    question = Question(
        key=key,
        topic="reading",
        text=Phrase(
            "{file}: in dates such as 03/04/2026, which number stands first?",
            "{file}：形如 03/04/2026 的日期，哪个数字在前？",
            file=file,
        ),
        options=choice(key, answers),
        evidence=why,
    )
    return Layout(keys={}, questions=(question,))


def decimals(table: str, file: str, columns: Sequence[Traits], *, delimiter: str) -> Layout:
    """Return what stands before decimals, where commas do; numbers with two readings are asked about."""
    commas = sum(traits.comma_decimals for traits in columns)
    dots = sum(traits.dot_decimals for traits in columns)
    either = sum(traits.either_decimals for traits in columns)
    if commas and not dots:
        remark = Phrase("numbers have a decimal comma", "数字用逗号作小数点")
        return Layout(keys={"decimal": ","}, remarks=(remark,))
    if not either or dots or commas:
        return Layout(keys={})
    key = ("tables", table, "decimal")
    likely = "," if delimiter == ";" else "."
    answers = [
        (",", 'a comma: 1.234,5 and "2.400" is two thousand four hundred', "逗号：1.234,5；“2.400”是两千四百"),
        (".", 'a dot: 1,234.5 and "2,400" is two thousand four hundred', "点：1,234.5；“2,400”是两千四百"),
    ]
    question = Question(
        key=key,
        topic="reading",
        text=Phrase(
            "{file}: what stands before the decimals of its numbers?", "{file}：数字的小数点是哪一个？", file=file
        ),
        options=choice(key, sorted(answers, key=lambda answer: answer[0] != likely)),
        evidence=Phrase(
            "{count} different numbers have three digits behind their only sign, and can be read in two ways",
            "{count} 个不同数字只有一个符号且其后三位，有两种读法",
            count=either,
        ),
    )
    return Layout(keys={}, questions=(question,))


def two_part_durations(table: str, file: str, columns: Sequence[Traits]) -> Layout:
    """Return a question where durations of seconds have two parts: hours and minutes, or minutes and seconds."""
    if not any(traits.two_parts > 0.05 for traits in columns):
        return Layout(keys={})
    key = ("tables", table, "durations")
    answers = [("mm:ss", "minutes and seconds", "分:秒"), ("hh:mm", "hours and minutes", "时:分")]
    question = Question(
        key=key,
        topic="reading",
        text=Phrase("{file}: what is a duration such as 12:30?", "{file}：形如 12:30 的时长是什么？", file=file),
        options=choice(key, answers),
    )
    return Layout(keys={}, questions=(question,))
