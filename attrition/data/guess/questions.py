"""A question that the files cannot answer, in plain words, with the likely answer first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from attrition.data.phrase import Phrase

NO_EVIDENCE = Phrase("", "")
Key = tuple[str, ...]
"""A key of `sources.toml` by its parts, such as ("tables", "exits", "exit_date_is")."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One key of `sources.toml` and its value; a list is added to where `adds` says so."""

    key: Key
    value: Any
    adds: bool = False


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer, and what it writes."""

    label: Phrase
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question about one key of `sources.toml`.

    Parameters
    ----------
    key : tuple of str
        The key that holds the answer; the question is open while neither it nor one of `also` is there.
    text : Phrase
        The question.
    options : tuple of Option
        The answers, the likely one first.
    days : bool
        Whether a number of days may be given instead of an option.
    topic : str
        On which sheet of the workbook it stands: "columns", "words", "files" or "reading".
    evidence : Phrase
        What speaks for the likely answer; headings and counts, never a row's content but words of categories.
    """

    key: Key
    text: Phrase
    options: tuple[Option, ...]
    topic: str
    days: bool = False
    evidence: Phrase = NO_EVIDENCE

    @property
    def id(self) -> str:
        """The key as one text, by which remarks and the workbook name the question."""
        return " > ".join(self.key)


def option(en: str, zh: str, *changes: Change) -> Option:
    """Return an answer with its label in both languages."""
    return Option(label=Phrase(en, zh), changes=changes)


def choice(key: Key, answers: Sequence[tuple[Any, str, str]]) -> tuple[Option, ...]:
    """Return options that write one key each: (value, English, Chinese)."""
    return tuple(option(en, zh, Change(key=key, value=value)) for value, en, zh in answers)


def merged(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions, those about how dates or decimals are written as one where their answers are the same."""
    groups: dict[tuple[object, ...], list[Question]] = {}
    for question in questions:
        values = tuple(str(each.changes[0].value) for each in question.options)
        is_common = len(question.key) == 3 and question.key[2] in ("dates", "decimal")
        groups.setdefault((question.key[2], values) if is_common else (question.id,), []).append(question)
    return tuple(_as_one(group) if len(group) > 1 else group[0] for group in groups.values())


def _as_one(group: Sequence[Question]) -> Question:
    """Return one question for several tables, whose answers write the key of each."""
    names = ", ".join(dict.fromkeys(str(question.text).partition(":")[0] for question in group))
    first = group[0]
    options = tuple(
        replace(answer, changes=tuple(change for question in group for change in question.options[index].changes))
        for index, answer in enumerate(first.options)
    )
    en, zh = str(first.text).partition(":")[2], first.text.zh.partition("：")[2]
    return replace(first, text=Phrase(f"{names}:{en}", f"{names}：{zh}"), options=options)


def days_answer(question: Question, days: int) -> tuple[Change, ...]:
    """Return what a number of days writes."""
    return (Change(key=question.key, value=days),)
