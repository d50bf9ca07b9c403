"""Do the same page in English and in Chinese say the same figures?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from tests.agreement.numbers import numbers
from tests.agreement.pages import Page, Section, Table


def contradictions(english: Page, chinese: Page) -> Iterator[str]:
    """Yield what one of two pages says and the other does not."""
    if english.sections.keys() != chinese.sections.keys():
        yield f"sections {sorted(english.sections.keys() ^ chinese.sections.keys())} stand in one language only"
    for name in english.sections.keys() & chinese.sections.keys():
        yield from (f"{name}: {line}" for line in _of_section(english.sections[name], chinese.sections[name]))


def _of_section(english: Section, chinese: Section) -> Iterator[str]:
    yield from _of_texts(english.sentences, chinese.sentences, "its sentences")
    yield from _of_texts(english.marks, chinese.marks, "its charts")
    if len(english.tables) != len(chinese.tables):
        yield f"{len(english.tables)} tables in English, {len(chinese.tables)} in Chinese"
    for table, same in zip(english.tables, chinese.tables, strict=False):
        yield from _of_table(table, same)


def _of_texts(english: Iterable[str], chinese: Iterable[str], where: str) -> Iterator[str]:
    counts = [Counter(number for text in texts for number in numbers(text)) for texts in (english, chinese)]
    for language, more, less in (("English", *counts), ("Chinese", *counts[::-1])):
        if only := sorted((more - less).elements()):
            yield f"{where} say {only[:8]} in {language} only"


def _of_table(english: Table, chinese: Table) -> Iterator[str]:
    for row, same in zip_longest(english.rows, chinese.rows, fillvalue=()):
        for cell, other in zip_longest(row, same, fillvalue=""):
            if numbers(cell) != numbers(other):
                yield f"the table of {english.headings[0]} says {cell!r} in English and {other!r} in Chinese"
