"""How well a heading fits the name of a column, by the word list and by likeness of letters."""

from __future__ import annotations

from functools import cache

from rapidfuzz import fuzz

from attrition.data.files.unique_names import without_number
from attrition.data.guess.words import heading_words, normalised

_LISTED = 1.0
_FUZZY = 85.0
_PART = 0.75
_SHORT = 2


@cache
def name_evidence(heading: str, table: str, column: str) -> float:
    """Return from 0 to 1 how well a heading names a column: 1 where it is listed, less where it is only like a word.

    Examples
    --------
    >>> name_evidence("工号", "exits", "agent_id"), name_evidence("备注", "exits", "reason")
    (1.0, 0.0)
    >>> 0.5 < name_evidence("Terminations date", "exits", "exit_date") < 0.9
    True
    """
    text = normalised(without_number(heading))
    words = heading_words(table).get(column, ())
    if text in words[:2] or heading.strip() == column:
        return _LISTED
    squeezed = [word.replace(" ", "") for word in words]
    if text.replace(" ", "") in squeezed:
        return _LISTED - 0.1 * squeezed.index(text.replace(" ", "")) / len(words)
    return max((_likeness(text, word) for word in words), default=0.0)


def _likeness(text: str, word: str) -> float:
    """Return from 0 to 0.85 how alike a heading and a word of the list are."""
    if min(len(text), len(word)) <= _SHORT and not _is_chinese(text):
        return 0.0
    ratio = fuzz.ratio(text, word)
    if ratio >= _FUZZY:
        return 0.85 * ratio / 100
    if _is_chinese(word):
        return _chinese_likeness(text, word)
    tokens = fuzz.token_set_ratio(text, word)
    shared = len(set(text.split()) & set(word.split()))
    if shared and tokens >= 95:
        return _PART * (0.5 + 0.5 * min(len(word), len(text)) / max(len(word), len(text)))
    return 0.55 * ratio / 100 if ratio >= 75 else 0.0


def _chinese_likeness(text: str, word: str) -> float:
    """Return how much of the longer word the shorter one is, where it begins or ends it: 保持总时长 and 保持时长."""
    ratio = fuzz.ratio(text, word)
    if len(word) >= 2 and (text.startswith(word) or text.endswith(word)):
        return 0.5 + 0.3 * len(word) / len(text)
    return 0.8 * ratio / 100 if ratio >= 70 else 0.0


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
