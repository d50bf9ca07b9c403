"""What a folder becomes: declarations of new tables, changes of declared ones, open questions, and what is no table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrition.data.guess.columns import Described, describe
from attrition.data.guess.compare import compare, declared_extracts
from attrition.data.guess.ids import NO_LOGINS, Logins, Roster
from attrition.data.guess.inventory import message_for_unreadable, take_inventory
from attrition.data.guess.places import place_of, which_extract
from attrition.data.guess.profile import Profile, profile_of
from attrition.data.guess.questions import Change, Question, merged
from attrition.data.guess.roster import roster_of
from attrition.data.guess.site import guess_site, language_of
from attrition.data.guess.tables import Placement, near_rivals, place_tables
from attrition.data.guess.toml_file import apply, value_at
from attrition.data.guess.unknowns import system_name
from attrition.data.guess.writing import site_section, table_section, with_open_questions
from attrition.data.people.person_file import one_row_per_person
from attrition.data.phrase import Phrase
from attrition.data.terms import Language
from attrition.errors import DeclarationError
from attrition.message import joined


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was found out about a folder.

    Parameters
    ----------
    text : str
        The new `sources.toml`.
    questions : tuple of Question
        Those still open.
    profiles : tuple of Profile
        Every table that the folder serves, declared before or not.
    new : tuple of str
        Tables that were not declared before.
    changes : tuple of Phrase
        What changed in files that were declared before, and what was written for it.
    not_placed : tuple of Phrase
        Files that are no table, or cannot be read.
    language : {"en", "zh"}
        The language of the site.
    guessed_site : mapping
        The section `[site]` where it was written now, from the language of the headings; empty where it stood already.
    """

    text: str
    questions: tuple[Question, ...]
    profiles: tuple[Profile, ...]
    new: tuple[str, ...]
    changes: tuple[Phrase, ...]
    not_placed: tuple[Phrase, ...]
    language: Language
    guessed_site: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A folder as it was looked at: its extracts with the traits of their columns, and the numbers of everybody."""

    extracts: tuple[Described, ...]
    roster: Roster
    unreadable: tuple[Phrase, ...]


def scan_folder(folder: Path) -> Scan:
    """Look at every file and sheet of a folder."""
    inventory = take_inventory(folder)
    extracts = tuple(describe(extract) for extract in inventory.extracts)
    unreadable = tuple(message_for_unreadable(fault) for fault in inventory.faults)
    return Scan(extracts=extracts, roster=roster_of(extracts), unreadable=unreadable)


def draft_sources(scan: Scan, *, shown: str, existing: str = "", speaks: Language = "en") -> Draft:
    """Write what a folder holds into the text of `sources.toml`.

    Parameters
    ----------
    scan : Scan
        The folder.
    shown : str
        The folder as `sources.toml` writes it: below the workspace, or absolute.
    existing : str
        The present text of the file, which wins over every guess; "" where there is none.
    speaks : {"en", "zh"}
        The language of whoever runs it; Chinese headings are asked about in Chinese in any case.
    """
    content = tomllib.loads(existing)
    declared = declared_extracts(content, scan.extracts, shown=shown)
    taken = {id(described) for described in declared.values()}
    free = [described for described in scan.extracts if id(described) not in taken]
    placement = place_tables(free, scan.roster, but=value_at(content, ("tables",), {}))
    comparison = compare(content, declared, scan.extracts, scan.roster)
    language = _language(content, scan, speaks)
    new, which = _new_profiles(placement, scan.roster, shown)
    site = {} if existing else guess_site(scan.extracts, language)
    text = existing or site_section(site, language)
    for profile in new:
        text = text.rstrip("\n") + "\n" + table_section(profile, placement.tables[profile.table].name, language)
    for change in comparison.changes:
        text = apply(text, change)
    every = (*which, *comparison.questions, *(question for profile in new for question in profile.questions))
    questions = merged(every)
    not_placed = (*(_not_placed(described) for described in placement.unplaced), *scan.unreadable)
    return Draft(
        text=with_open_questions(text, questions, not_placed, language),
        questions=questions,
        profiles=(*comparison.profiles, *new),
        new=tuple(profile.table for profile in new),
        changes=comparison.notes,
        not_placed=not_placed,
        language=language,
        guessed_site=site,
    )


def first_draft(folder: Path, *, shown: str) -> Draft:
    """Return the declaration of a folder that nothing was declared of before.

    Raises
    ------
    DeclarationError
        No file of the folder is a table.
    """
    draft = draft_sources(scan_folder(folder), shown=shown)
    refuse_nothing(draft, folder)
    return draft


def refuse_nothing(draft: Draft, folder: Path) -> None:
    """Raise an error where no file of a folder is a table.

    Raises
    ------
    DeclarationError
        It says of each file why.
    """
    if draft.profiles or draft.questions:
        return
    if not draft.not_placed:
        raise DeclarationError(
            "{folder} holds no file that can be read, such as .csv, .xlsx or .parquet", folder=folder
        )
    raise DeclarationError(
        "no file in {folder} is a table with people's numbers and dates: {reasons}",
        folder=folder,
        reasons=joined("; ", draft.not_placed),
    )


def _language(content: Mapping[str, Any], scan: Scan, speaks: Language) -> Language:
    declared = value_at(content, ("site", "language"), None)
    if declared is not None:
        return "zh" if str(declared).lower().startswith("zh") else "en"
    return "zh" if "zh" in (speaks, language_of(scan.extracts)) else "en"


def _new_profiles(placement: Placement, roster: Roster, shown: str) -> tuple[list[Profile], list[Question]]:
    """Return the tables that one extract alone can be, and for each of the others the question which one it is."""
    rivals, logins = near_rivals(placement), _logins(placement)
    profiles, questions = [], []
    for table, guess in placement.tables.items():
        if table in rivals:
            questions.append(which_extract((guess, *rivals[table]), shown))
        else:
            path = place_of(guess.described.extract, shown)
            profiles.append(profile_of(guess, roster, path=path, logins=logins))
    _drop_doubts(profiles, placement)
    return profiles, questions


def _logins(placement: Placement) -> Logins:
    """Return the logins of the table of identities; none where no extract is one, or where it names several systems."""
    guess = placement.tables.get("identities")
    match = guess.match_of("id") if guess is not None else None
    if guess is None or match is None or "system" not in guess.constants:
        return NO_LOGINS
    return Logins(frozenset(guess.described.traits[match.heading].values), system_name(guess))


def _drop_doubts(profiles: Sequence[Profile], placement: Placement) -> None:
    """Take out questions about headings that another table of the same extract surely has."""
    for profile in profiles:
        extract = placement.tables[profile.table].described
        others = {
            heading
            for other in profiles
            if other is not profile and placement.tables[other.table].described is extract
            for heading in other.columns
        }
        doubts = [each for each in profile.questions if each.topic == "columns" and each.key[-1] in others]
        profile.questions = [each for each in profile.questions if each not in doubts]
        profile.unused += [each.key[-1] for each in doubts]


def _not_placed(described: Described) -> Phrase:
    extract = described.extract
    person_file = one_row_per_person(extract.columns)
    if person_file is not None and person_file.refusal is not None:
        refusal, refusal_zh = (text.replace("\n- ", " ") for text in (person_file.refusal, person_file.refusal.zh))
        blanks = {"file": extract.name, "refusal": refusal, "refusal_zh": refusal_zh}
        return Phrase("{file}: {refusal}", "{file}：{refusal_zh}", **blanks)
    return Phrase(
        "{file} is no table of the contract; its headings: {headings}",
        "{file} 不对应任何一张表；表头为：{headings}",
        file=extract.name,
        headings=", ".join(extract.headings[:8]) + (" ..." if len(extract.headings) > 8 else ""),
    )


def answered(draft: Draft, answers: Mapping[str, Sequence[Change]], scan: Scan, *, shown: str) -> Draft:
    """Return the draft with the answers to some questions, by their ids, written into its text.

    An answer may lead to further questions: about the words of a column that is used now.
    """
    text = draft.text
    for changes in answers.values():
        for change in changes:
            text = apply(text, change)
    return draft_sources(scan, shown=shown, existing=text)
