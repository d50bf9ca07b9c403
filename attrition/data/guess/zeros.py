"""The question whether a word such as "-" is the zero of columns of counts, in which no row has a zero."""

from __future__ import annotations

from collections import Counter

from attrition.data.guess.columns import LIKELY, Match
from attrition.data.guess.questions import Change, Question, option
from attrition.data.guess.tables import TableGuess
from attrition.data.guess.traits import NOTHING
from attrition.data.phrase import Phrase
from attrition.data.values.duration_text import CLOCK_TIMES
from attrition.data.values.zero_words import COUNTING_TABLES, MINIMUM_SHARE


def zero_question(guess: TableGuess) -> Question | None:
    """Return one question for the columns of a table whose word for nothing may be their zero, or None."""
    words = {match: word for match in guess.matches if (word := _word(guess, match))}
    if not words:
        return None
    zeros = [Change(key=_value_key(guess, match, word), value="0") for match, word in words.items()]
    unknown = [
        Change(key=("tables", guess.table, "missing", match.column.name), value=[word]) for match, word in words.items()
    ]
    return Question(
        key=zeros[0].key,
        topic="words",
        text=Phrase(
            '{file}: what does "{word}" mean in {headings}?',
            "{file}：{headings} 中的“{word}”是什么意思？",
            file=guess.name,
            word=next(iter(words.values())),
            headings=", ".join(match.heading for match in words),
        ),
        options=(
            option("zero: nothing of it on that day", "0：当天没有", *zeros),
            option("not known", "未知", *unknown),
        ),
        evidence=Phrase("no row has a zero there", "这些列没有一行是 0"),
    )


def _word(guess: TableGuess, match: Match) -> str:
    """Return the word for nothing that many rows of a column of counts have, where none has a zero; "" for none."""
    column = match.column
    is_count = column.kind in ("number", "integer") and column.minimum == 0 and not column.required
    is_count = is_count and column.name not in CLOCK_TIMES and match.confidence >= LIKELY
    if guess.table not in COUNTING_TABLES or not is_count:
        return ""
    texts = guess.described.extract.columns[match.heading]
    words = Counter(text for text in texts if text.lower() in NOTHING)
    has_zero = any(text.strip("0.,:") == "" for text in guess.described.traits[match.heading].values)
    return "" if has_zero or words.total() < MINIMUM_SHARE * max(len(texts), 1) else words.most_common(1)[0][0]


def _value_key(guess: TableGuess, match: Match, word: str) -> tuple[str, ...]:
    return "tables", guess.table, "values", match.column.name, word
