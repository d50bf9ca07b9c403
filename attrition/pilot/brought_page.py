"""The page of a trial that was not designed here, in English and Chinese: its grade, balance and estimates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrition.pilot.balance import MAXIMUM_DIFFERENCE
from attrition.pilot.brought_words import OWN_EN, OWN_ZH
from attrition.pilot.observational import GRADE
from attrition.pilot.observational_page import SUMMARY_EN, SUMMARY_ZH, summary_key
from attrition.pilot.reading_page import (
    EN,
    ZH,
    Words,
    curve_rows,
    lesson_text,
    markdown_row,
    markdown_table,
    points,
    ratio_text,
)
from attrition.pilot.verdict import Reason

if TYPE_CHECKING:
    from attrition.pilot.brought import BroughtReading
    from attrition.pilot.lessons import Lesson


def brought_pages(reading: BroughtReading, lesson: Lesson | None, names: dict[str, str] | None) -> dict[str, str]:
    """Return the page in English and in Chinese.

    Parameters
    ----------
    reading : BroughtReading
        The results.
    lesson : Lesson, optional
        What the playbook learns.
    names : dict of str to str, optional
        The intervention's name by language; None where the playbook does not hold it.
    """
    return {"en": _page(reading, lesson, names, "en"), "zh": _page(reading, lesson, names, "zh")}


def brought_line(reading: BroughtReading, *, is_known: bool, lang: str = "en") -> str:
    """Return the result in one line, which begins with the grade; an unknown intervention is named at its end."""
    own, words = (OWN_EN, EN) if lang == "en" else (OWN_ZH, ZH)
    space = " " if lang == "en" else ""
    grade = f"{reading.trial.grade[0].upper()}{reading.trial.grade[1:]}."
    if lang == "zh":
        grade = "在别处随机，未在本系统封存。" if reading.trial.randomised_by else "非随机。"
    parts = [grade, _verdict(reading, own, words, lang), _figure(reading, own, words)]
    if not is_known:
        parts.append(own["unknown"].format(kind=reading.trial.intervention, name=reading.trial.name))
    return space.join(filter(None, parts))


def _figure(reading: BroughtReading, own: Words, words: Words) -> str:
    """Return the difference of risks in one sentence: adjusted, where the arms were not randomised."""
    is_adjusted = reading.comparison is not None
    if reading.comparison is not None and reading.comparison.grade != GRADE:
        return ""
    value, interval = points(reading.adjusted if is_adjusted else reading.difference)
    return own["figure"].format(
        name=own["adjusted"] if is_adjusted else words["difference"], value=value, interval=interval
    )


def _verdict(reading: BroughtReading, own: Words, words: Words, lang: str) -> str:
    if reading.verdict is not None:
        stop = ". " if lang == "en" else "。"
        reason = words[reading.verdict.reason].format(months=reading.months, all=reading.trial.months, hoped=1.0)
        reason = own["open_end"] if reading.verdict.reason is Reason.both_possible else reason
        return f"{words[reading.verdict.conclusion]}{stop}{reason}"
    if reading.comparison is None:
        return own["too_few"]
    return (SUMMARY_EN if lang == "en" else SUMMARY_ZH)[summary_key(reading.comparison)]


def _page(reading: BroughtReading, lesson: Lesson | None, names: dict[str, str] | None, lang: str) -> str:
    own, words = (OWN_EN, EN) if lang == "en" else (OWN_ZH, ZH)
    trial = reading.trial
    blanks = {"name": trial.name, "kind": trial.intervention, "start": trial.start, "by": trial.randomised_by}
    grade = own["grade.randomised"] if trial.randomised_by else own["grade.not"]
    is_weighted = reading.comparison is not None
    rows = reading.balance if is_weighted else reading.balance.drop(columns="after")
    differences = [_difference(row, own) for row in rows.itertuples(index=False)]
    parts = [
        own["title"].format(**blanks, offer=trial.intervention if names is None else names[lang]),
        f"**{_verdict(reading, own, words, lang)}**",
        grade.format(**blanks),
        own["period"].format(**blanks, months=reading.months, all=trial.months),
        markdown_table(own["arms"], [_arm(row, words) for row in reading.arms.to_dict("records")]),
        *_not_counted(reading, own),
        markdown_table(words["effect"], _effects(reading, own, words)),
        markdown_table(own["balance" if is_weighted else "balance.unweighted"], differences),
        *_balance(reading, own),
        *([own["left_out"].format(columns=own["comma"].join(trial.left_out))] if trial.left_out else []),
        markdown_table(words["curves"], curve_rows(reading.curves)),
        *([own["unknown"].format(**blanks)] if names is None else []),
        *([lesson_text(lesson, words)] if trial.randomised_by and names is not None else []),
    ]
    return "\n\n".join(parts) + "\n"


def _arm(row: dict, words: Words) -> str:
    return markdown_row(words[row["arm"]], row["agents"], row["resigned"], f"{row['share']:.1%}", row["left_otherwise"])


def _not_counted(reading: BroughtReading, own: Words) -> list[str]:
    text = own["comma"].join(f"{count} {own[reason]}" for reason, count in reading.not_counted.items())
    return [own["not_counted"].format(text=text)] if text else []


def _effects(reading: BroughtReading, own: Words, words: Words) -> list[str]:
    rows = [markdown_row(words["ratio"].split(" (")[0].split("（")[0], *ratio_text(reading.ratio))]
    rows.append(markdown_row(words["difference"], *points(reading.difference)))
    is_shown = not math.isnan(reading.adjusted.value)
    if is_shown and (reading.comparison is None or reading.comparison.grade == GRADE):
        rows.append(markdown_row(own["adjusted"], *points(reading.adjusted)))
    return rows


def _difference(row: tuple, own: Words) -> str:
    what, *values = row
    return markdown_row(own.get(what, what), *(f"{value:+.2f}" for value in values))


def _balance(reading: BroughtReading, own: Words) -> list[str]:
    column = "before" if reading.comparison is None else "after"
    count = int((reading.balance[column].abs() > MAXIMUM_DIFFERENCE).sum())
    note = own["balance.note"].format(limit=MAXIMUM_DIFFERENCE)
    is_named = count and reading.trial.randomised_by is not None
    return [note, *([own["unbalanced"].format(count=count, all=len(reading.balance))] if is_named else [])]
