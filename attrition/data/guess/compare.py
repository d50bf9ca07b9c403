"""What changed in a folder since its files were declared: columns, words, sheets and files that came or went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from attrition.data.guess.actions import with_rows_where
from attrition.data.guess.changes import (
    file_gone,
    heading_gone,
    new_column,
    not_used,
    renamed_heading,
    renamed_sheets,
)
from attrition.data.guess.columns import POSSIBLE, SURE, Described
from attrition.data.guess.ids import Roster
from attrition.data.guess.names import name_evidence
from attrition.data.guess.profile import Profile, profile_of
from attrition.data.guess.questions import Change, Question
from attrition.data.guess.tables import TableGuess, guess_declared
from attrition.data.guess.toml_file import value_at
from attrition.data.mapping import same_name
from attrition.data.phrase import Phrase
from attrition.data.tables import ANY_TABLE, TABLES

_TABLES_OF_KEYS = ("columns", "values", "units", "missing", "constants", "from_file_name")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What is written for declared tables by itself, what was noticed, and what somebody has to say."""

    changes: tuple[Change, ...]
    notes: tuple[Phrase, ...]
    questions: tuple[Question, ...]
    profiles: tuple[Profile, ...]


def declared_extracts(
    content: Mapping[str, Any], extracts: Sequence[Described], *, shown: str
) -> dict[str, Described | None]:
    """Return by declared table with a path the extract that it reads, or None where no file matches any more."""
    tables = value_at(content, ("tables",), {})
    return {
        name: _reads(source, extracts, shown)
        for name, source in tables.items()
        if isinstance(source, Mapping) and isinstance(source.get("path"), str) and name in TABLES
    }


def _reads(source: Mapping[str, Any], extracts: Sequence[Described], shown: str) -> Described | None:
    """Return the extract whose files a source's path matches, by its sheets where there are several."""
    matching = [
        described
        for described in extracts
        if any(_matches(f"{shown}/{place}", source["path"]) for place in described.extract.places)
    ]
    sheets = source.get("sheet", ())
    wanted = (sheets,) if isinstance(sheets, str) else tuple(sheets)
    by_sheet = [
        described
        for described in matching
        if any(fnmatchcase(sheet, name) for sheet in described.extract.sheets for name in wanted)
    ]
    return next(iter(by_sheet or matching), None)


def _matches(place: str, pattern: str) -> bool:
    return place == pattern or fnmatchcase(place, pattern)


def compare(
    content: Mapping[str, Any], declared: Mapping[str, Described | None], extracts: Sequence[Described], roster: Roster
) -> Comparison:
    """Return what changed in the files of every declared table."""
    changes: list[Change] = []
    notes: list[Phrase] = []
    questions: list[Question] = []
    profiles: list[Profile] = []
    for table, described in declared.items():
        source = content["tables"][table]
        if described is None:
            notes.append(file_gone(table, source["path"]))
            continue
        guess = guess_declared(_chosen_rows(described, source), table, roster)
        profile = profile_of(guess, roster, path=source["path"])
        profiles.append(profile)
        one = _compare_table(source, guess, profile)
        changes += one.changes
        notes += one.notes
        questions += one.questions
    return Comparison(changes=tuple(changes), notes=tuple(notes), questions=tuple(questions), profiles=tuple(profiles))


def _chosen_rows(described: Described, source: Mapping[str, Any]) -> Described:
    """Return an extract with the rows that a source declares to count."""
    declared = source.get("only_where", {})
    only_where = {
        name: [words] if isinstance(words, str) else list(map(str, words)) for name, words in declared.items()
    }
    return with_rows_where(described, only_where) if only_where else described


def _compare_table(source: Mapping[str, Any], guess: TableGuess, profile: Profile) -> Comparison:
    table, columns = guess.table, dict(source.get("columns", {}))
    if not columns and "unused" not in source and not _speaks_contract(guess):
        return _filled_in(source, profile)
    changes: list[Change] = []
    notes: list[Phrase] = []
    questions: list[Question] = []
    supplied = _supplied(source, guess)
    gone = _gone_headings(columns, guess)
    for heading in _new_headings(source, guess):
        match = next((each for each in guess.matches if each.heading == heading), None)
        renamed = _renamed_from(heading, gone, columns, table)
        if renamed:
            questions.append(renamed_heading(table, renamed, heading, columns[renamed]))
            gone.remove(renamed)
        elif match is not None and match.column.name not in supplied and match.confidence >= POSSIBLE:
            if "unused" in source or match.confidence >= SURE:
                questions.append(new_column(profile, guess, heading, match.column.name))
        else:
            changes.append(Change(key=("tables", table, "unused"), value=[heading], adds=True))
            if "unused" in source:
                notes.append(not_used(table, heading))
    notes += [heading_gone(table, heading, columns[heading]) for heading in gone]
    words = _new_words(source, guess, profile)
    changes += words.changes
    notes += words.notes
    other_questions = [
        question for question in profile.questions if _is_open(question, source) and question.topic != "columns"
    ]
    sheets = renamed_sheets(source, guess)
    return Comparison(
        changes=tuple(changes),
        notes=tuple(notes),
        questions=(*sheets, *questions, *other_questions),
        profiles=(),
    )


def _speaks_contract(guess: TableGuess) -> bool:
    """Return whether the file's own headings are names of the contract, so that no column has to be mapped."""
    names = {column.name for column in (*TABLES[guess.table].columns, *ANY_TABLE)}
    required = set(TABLES[guess.table].required)
    return required <= {same_name(heading, names) for heading in guess.described.extract.headings}


def _filled_in(source: Mapping[str, Any], profile: Profile) -> Comparison:
    """Return what is written for a table of which only the file is declared: everything that was guessed."""
    table = ("tables", profile.table)
    keys = {name: value for name, value in profile.keys.items() if name not in source}
    parts = {"columns": profile.columns, **{name: keys.pop(name) for name in tuple(keys) if name in _TABLES_OF_KEYS}}
    changes = [Change(key=(*table, name), value=value) for name, value in keys.items()]
    changes += [Change(key=(*table, "unused"), value=profile.unused)] if profile.unused else []
    changes += [
        Change(key=(*table, part, name), value=value) for part, each in parts.items() for name, value in each.items()
    ]
    changes += [
        Change(key=(*table, "values", column, word), value=value)
        for column, words in profile.values.items()
        for word, value in words.items()
    ]
    questions = tuple(question for question in profile.questions if _is_open(question, source))
    return Comparison(changes=tuple(changes), notes=(), questions=questions, profiles=())


def _is_open(question: Question, source: Mapping[str, Any]) -> bool:
    """Return whether the key of a question about a table is not there yet; a question of several files has its path."""
    place = question.key[2:]
    if place[:1] == ("columns",):
        return place[1] not in source.get("unused", ())
    if place[:1] == ("values",) and place[2] in source.get("missing", {}).get(place[1], ()):
        return False
    return value_at(source, place) is None


def _supplied(source: Mapping[str, Any], guess: TableGuess) -> set[str]:
    """Return the columns of a table that its declaration supplies by headings that are there, or by other keys."""
    headings = set(guess.described.extract.headings)
    mapped = {name for heading, name in source.get("columns", {}).items() if heading in headings}
    mapped |= {same_name(heading, TABLES[guess.table].names) or "" for heading in headings}
    return mapped | set(source.get("constants", {})) | set(source.get("from_file_name", {}))


def _new_headings(source: Mapping[str, Any], guess: TableGuess) -> list[str]:
    columns, unused = source.get("columns", {}), set(source.get("unused", ()))
    names = {column.name for column in (*TABLES[guess.table].columns, *ANY_TABLE)}
    return [
        heading
        for heading in guess.described.candidates
        if heading not in columns and heading not in unused and not same_name(heading, names)
    ]


def _gone_headings(columns: Mapping[str, str], guess: TableGuess) -> list[str]:
    headings = set(guess.described.extract.headings)
    return [heading for heading in columns if heading not in headings and not heading.startswith("#")]


def _renamed_from(heading: str, gone: Sequence[str], columns: Mapping[str, str], table: str) -> str:
    """Return the heading that is gone and whose column a new one may be; "" for none."""
    fits = {old: name_evidence(heading, table, columns[old]) for old in gone if columns[old] in TABLES[table].names}
    best = max(fits, key=lambda old: fits[old], default="")
    return best if best and fits[best] >= POSSIBLE else ""


def _new_words(source: Mapping[str, Any], guess: TableGuess, profile: Profile) -> Comparison:
    """Return the words of categories that are not declared: known ones are written, the profile asks about others."""
    changes: list[Change] = []
    notes: list[Phrase] = []
    columns = source.get("columns", {})
    declared = {
        columns.get(heading, same_name(heading, TABLES[guess.table].names))
        for heading in guess.described.extract.headings
    }
    for column, words in profile.values.items():
        before = source.get("values", {}).get(column, {})
        for word, value in words.items():
            if column in declared and word not in before:
                changes.append(Change(key=("tables", guess.table, "values", column, word), value=value))
                notes.append(
                    Phrase(
                        '{table}.{column}: new word "{word}", taken as {value}',
                        "{table}.{column}：新取值“{word}”，按 {value} 处理",
                        table=guess.table,
                        column=column,
                        word=word,
                        value=value,
                    )
                )
    return Comparison(changes=tuple(changes), notes=tuple(notes), questions=(), profiles=())
