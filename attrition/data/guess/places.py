"""Where an extract is, as `sources.toml` writes it, and the question which of several extracts a table is."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.guess.inventory import Extract, stem_pattern
from attrition.data.guess.questions import Change, Question, option
from attrition.data.guess.tables import TableGuess
from attrition.data.phrase import Phrase
from attrition.data.tables import TABLES


def which_extract(guesses: Sequence[TableGuess], shown: str) -> Question:
    """Return the question which of several extracts is a table."""
    name = guesses[0].table
    key = ("tables", name, "path")
    places = [(place_of(guess.described.extract, shown), guess) for guess in guesses]
    return Question(
        key=key,
        topic="files",
        text=Phrase(
            "which file is {table} ({meaning})?",
            "哪个文件是 {table}（{meaning_zh}）？",
            table=name,
            meaning=TABLES[name].grain_en,
            meaning_zh=TABLES[name].grain_zh,
        ),
        options=tuple(
            option(guess.name, guess.name, Change(key=key, value=place), *_sheet_change(guess))
            for place, guess in places
        ),
    )


def _sheet_change(guess: TableGuess) -> tuple[Change, ...]:
    sheets = guess.described.extract.sheets
    is_needed = sheets and guess.described.extract.other_sheets
    value = sheets[0] if len(sheets) == 1 else list(sheets)
    return (Change(key=("tables", guess.table, "sheet"), value=value),) if is_needed else ()


def place_of(extract: Extract, shown: str) -> str:
    """Return the path of an extract as `sources.toml` writes it."""
    if extract.pattern == ".":  # the folder itself is a table
        return shown
    return f"{shown}/{pattern_of(extract)}" if shown not in ("", ".") else pattern_of(extract)


def pattern_of(extract: Extract) -> str:
    """Return the pattern that finds next month's files too: of a single dated file, its name without the date."""
    if extract.days[1:] or extract.days[0] is None:
        return extract.pattern
    file = extract.files[0]
    candidate = f"{stem_pattern(file)}{file.suffix}"
    if not stem_pattern(file).strip("*") or set(file.parent.glob(candidate)) != {file}:
        return extract.pattern
    folder = extract.pattern.rpartition("/")[0]
    return f"{folder}/{candidate}" if folder else candidate
