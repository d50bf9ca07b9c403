"""What rows of an extract would be refused for: several of one key that differ, and required values that are empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrition.data.guess.columns import LIKELY
from attrition.data.guess.questions import Question, choice
from attrition.data.guess.tables import TableGuess
from attrition.data.guess.traits import NOTHING, day_of
from attrition.data.guess.words import normalised_value, value_words
from attrition.data.phrase import Phrase
from attrition.data.tables import PEOPLE_COLUMNS, SUMMED_TABLES, TABLES

FEW = 0.05
"""In so small a share of rows a required value may be empty, and the rows are set aside without being asked about."""


def differing_rows(guess: TableGuess) -> int:
    """Return how many keys of the sample have several rows that differ; 0 where rows tell when they were recorded."""
    places = _places(guess)
    key = [places[name] for name in TABLES[guess.table].key if name in places]
    if "recorded_at" in places or not set(TABLES[guess.table].required) & set(TABLES[guess.table].key) <= set(places):
        return 0
    if not key or guess.wide_value or guess.from_file:
        return 0
    read = {place: _reader(guess, name) for name, place in places.items()}
    rows: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for record in guess.described.extract.records:
        numbers = tuple(read[place](record[place]) for place in key)
        if all(numbers):
            rows.setdefault(numbers, set()).add(tuple(each(record[place]) for place, each in read.items()))
    return sum(len(different) > 1 for different in rows.values())


def _reader(guess: TableGuess, name: str) -> Callable[[str], str]:
    """Return what makes texts equal that mean the same: days written in several ways, and words of one meaning."""
    column = next(match.column for match in guess.matches if match.column.name == name)
    meanings = {word: choice for choice, words in value_words(guess.table, column).items() for word in words}
    if column.kind in ("date", "timestamp"):
        return lambda text: str((":" not in text and day_of(text, counts_days=True)) or text)
    return lambda text: meanings.get(normalised_value(text), "" if text.lower() in NOTHING else text.strip())


def empty_required(guess: TableGuess) -> Mapping[str, float]:
    """Return by required column that is not a number of a person the share of sampled rows in which it is empty."""
    places, records = _places(guess), guess.described.extract.records
    shares = {}
    for name in TABLES[guess.table].required:
        if name in places and name not in PEOPLE_COLUMNS and records:
            empty = sum(record[places[name]].lower() in NOTHING or not record[places[name]] for record in records)
            shares[name] = empty / len(records)
    return {name: share for name, share in shares.items() if share > 0}


def which_row_counts(guess: TableGuess, keys: int) -> Question:
    """Return the question what counts where several rows of one key differ."""
    table = guess.table
    key = ("tables", table, "duplicates")
    answers = [
        ("last", "the last of them in the file", "以文件中最后一行为准"),
        ("first", "the first of them in the file", "以文件中第一行为准"),
    ]
    if table in SUMMED_TABLES:
        answers.insert(0, ("sum", "all of them: they are parts, to be added up", "全部：它们是各个部分，应相加"))
    return Question(
        key=key,
        topic="reading",
        text=Phrase(
            "{file}: several rows with the same {grain} differ; which of them counts?",
            "{file}：{grain_zh}相同的有多行，但内容不一致，以哪一行为准？",
            file=guess.name,
            grain=_key_words(table, "en"),
            grain_zh=_key_words(table, "zh"),
        ),
        options=choice(key, answers),
        evidence=Phrase("{count} such cases in the sample", "样本中有 {count} 处", count=keys),
    )


def set_aside_empty(guess: TableGuess, column: str, share: float) -> Question:
    """Return the question whether rows without a required value may be set aside."""
    table = guess.table
    key = ("tables", table, "only_with")
    declared = TABLES[table][column]
    return Question(
        key=key,
        topic="reading",
        text=Phrase(
            "{file}: {share:.0%} of the rows have no {column} ({meaning}); may they be set aside and counted?",
            "{file}：{share:.0%} 的行没有{meaning_zh}（{column}），可以不用这些行吗？（会计数）",
            file=guess.name,
            share=share,
            column=column,
            meaning=declared.en,
            meaning_zh=declared.zh,
        ),
        options=choice(key, [([column], "yes, they are no facts", "可以，这些行不是有效记录")]),
    )


def _places(guess: TableGuess) -> dict[str, int]:
    headings = guess.described.extract.headings
    used = [match for match in guess.matches if match.confidence >= LIKELY]
    return {match.column.name: headings.index(match.heading) for match in used}


def _key_words(table: str, language: str) -> str:
    declared = TABLES[table]
    names = [declared[name] for name in declared.key if name in declared.required]
    signs = {"en": " and ", "zh": "和"}
    return signs[language].join(column.zh if language == "zh" else column.en for column in names)
