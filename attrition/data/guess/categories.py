"""Which words of a source mean which value of the contract: known words, words like them, and words to ask about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz

from attrition.data.guess.questions import Change, Question, option
from attrition.data.guess.words import Synonyms, normalised_value, value_words
from attrition.data.phrase import Phrase
from attrition.data.schema import Column
from attrition.data.values.casting import FALSE_WORDS, TRUE_WORDS

_ALIKE = 80.0
_HELD = 85.0
_SHORTEST_HELD = 4
_NEGATIONS = {"not", "non", "no", "nicht", "kein", "keine"}
_MOST_QUESTIONS = 12
_ZH = {
    "voluntary": "主动离职（员工自己提出）",
    "involuntary": "公司辞退等被动离职",
    "other": "其他（合同到期、退休、调出等）",
    "none": "正常出勤",
    "unplanned": "计划外缺勤（病假、事假）",
    "planned": "计划内休假（年假等）",
    "no_show": "旷工",
    "true": "是",
    "false": "否",
    "permanent": "无固定期限",
    "fixed_term": "固定期限",
    "agency": "劳务派遣",
    "seasonal": "实习、临时、季节工",
    "office": "现场",
    "hybrid": "混合",
    "home": "居家",
    "field": "外勤",
    "approved": "已批准",
    "denied": "已拒绝",
    "pending": "审批中",
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of one column: those of the word list, those only like them, and the questions about the others."""

    listed: dict[str, str]
    alike: dict[str, str]
    questions: tuple[Question, ...]


def map_words(values: Counter[str], table: str, column: Column) -> Words:
    """Return which word of a source means which choice of a column.

    Examples
    --------
    >>> from attrition.data.tables import EXITS
    >>> words = map_words(Counter(["自离", "辞退", "辞退", "协商"]), "exits", EXITS["exit_type"])
    >>> words.listed, [question.id for question in words.questions]
    ({'辞退': 'involuntary', '自离': 'voluntary'}, ['tables > exits > values > exit_type > 协商'])
    """
    meanings = value_words(table, column)
    if not meanings:
        return Words(listed={}, alike={}, questions=())
    read_anyway = {*column.choices, *(TRUE_WORDS + FALSE_WORDS if column.kind == "boolean" else ())}
    listed: dict[str, str] = {}
    alike: dict[str, str] = {}
    questions: list[Question] = []
    for text, count in values.most_common():
        if text in read_anyway or text.lower() in read_anyway:
            continue
        best, likeness = _nearest(normalised_value(text), meanings)
        if likeness == 100:
            listed[text] = best
        elif likeness >= _ALIKE:
            alike[text] = best
        elif len(questions) < _MOST_QUESTIONS:
            questions.append(_question(text, count, table, column, best))
    return Words(listed=listed, alike=alike, questions=tuple(questions))


def _nearest(text: str, meanings: Synonyms) -> tuple[str, float]:
    """Return the choice that a word means most likely, and how alike it is to one of its words, up to 100."""
    scores = {choice: max((_likeness(text, word) for word in words), default=0.0) for choice, words in meanings.items()}
    best = max(scores, key=lambda choice: scores[choice])
    if scores[best] == 100:
        return best, scores[best]
    if _NEGATIONS & set(text.split()):
        return best, 0.0
    held = _held_words(text, meanings)
    if not held:
        return best, scores[best]
    longest = max(held, key=lambda choice: len(held[choice]))
    is_clear = all(word in held[longest] for word in held.values())
    return longest, _HELD if is_clear else 0.0


def _held_words(text: str, meanings: Synonyms) -> dict[str, str]:
    """Return by choice the longest of its words that a text holds as whole words.

    Examples
    --------
    >>> meanings = {"voluntary": ("voluntary", "resigned"), "involuntary": ("involuntary", "terminated")}
    >>> _held_words("terminate employee voluntary", meanings)
    {'voluntary': 'voluntary'}
    """
    longest = {
        choice: max((word for word in words if _is_held(word, text)), key=len, default="")
        for choice, words in meanings.items()
    }
    return {choice: word for choice, word in longest.items() if word}


def _is_held(word: str, text: str) -> bool:
    return word.isascii() and len(word) >= _SHORTEST_HELD and f" {word} " in f" {text} "


def _likeness(text: str, word: str) -> float:
    if text == word or text.replace(" ", "") == word.replace(" ", ""):
        return 100.0
    if min(len(text), len(word)) >= 2 and (word in text or text in word) and not word.isascii():
        return 70.0 + 20.0 * min(len(text), len(word)) / max(len(text), len(word))
    return float(min(fuzz.ratio(text, word), 99.0))


def _question(text: str, count: int, table: str, column: Column, likely: str) -> Question:
    """Return what to ask about one word: which choice it is, or that it means nothing."""
    key = ("tables", table, "values", column.name, text)
    choices = column.choices or ("true", "false")
    order = sorted(choices, key=lambda choice: choice != likely)
    options = [option(choice, _ZH.get(choice, choice), Change(key=key, value=choice)) for choice in order]
    return Question(
        key=key,
        topic="words",
        text=Phrase(
            'what does "{text}" mean in {table}.{column} ({meaning})?',
            "{meaning_zh}一列中的“{text}”是哪一种？（{table}.{column}）",
            text=text,
            table=table,
            column=column.name,
            meaning=column.en,
            meaning_zh=column.zh,
        ),
        options=tuple(options),
        evidence=Phrase("seen {count} times in the sample", "样本中出现 {count} 次", count=count),
    )
