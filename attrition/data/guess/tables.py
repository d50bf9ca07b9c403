"""Choose which table of the contract each extract is; one extract may serve several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from attrition.data.guess.actions import exits_among, is_list_of_actions
from attrition.data.guess.columns import LIKELY, Described, Match, match_columns
from attrition.data.guess.ids import Roster
from attrition.data.guess.inventory import named_table
from attrition.data.guess.names import name_evidence
from attrition.data.guess.values import Fit
from attrition.data.guess.words import file_words, normalised
from attrition.data.tables import TABLES

_LEAST = 0.2
_NEAR = 0.85
_WIDE_VALUES = {"pay": "base_pay", "bonuses": "amount"}
_BY_CONSTANT = {
    "exits": ("exit_type",),
    "identities": ("system",),
    "leave_requests": ("status",),
    "interactions": ("kind",),
    "career_events": ("kind",),
}
_BY_FILE_NAME = {
    "snapshots": "as_of",
    "pay": "effective_date",
    "bonuses": "pay_date",
    "assignments": "effective_date",
    "contacts": "contact_date",
}
_PEOPLE = ("agents", "snapshots")
"""Tables of people, whose extracts may hold the facts of other tables as well."""
_BESIDE = ("exits", "assignments")


@dataclass(frozen=True, kw_only=True)
class TableGuess:
    """One extract taken as one table: its columns, and what is needed besides them.

    Parameters
    ----------
    described : Described
        The extract.
    table : str
        The table.
    matches : tuple of Match
        Its columns, by confidence at least `columns.POSSIBLE`.
    score : float
        How much speaks for it; 0 where it cannot be this table.
    wide_value : str
        The column whose values stand in one column per month, or "".
    from_file : str
        The column that is taken from the files' names, or "".
    constants : tuple of str
        Required columns that the extract lacks and that have to be stated.
    is_beside : bool
        Whether the extract is another table first.
    """

    described: Described
    table: str
    matches: tuple[Match, ...]
    score: float
    wide_value: str = ""
    from_file: str = ""
    constants: tuple[str, ...] = ()
    is_beside: bool = False

    @property
    def name(self) -> str:
        """What messages call the extract."""
        return self.described.extract.name

    def match_of(self, column: str) -> Match | None:
        """Return the match of a column, or None."""
        return next((match for match in self.matches if match.column.name == column), None)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Which extract serves each table, which other ones could, and which extracts serve none."""

    tables: Mapping[str, TableGuess]
    rivals: Mapping[str, tuple[TableGuess, ...]]
    unplaced: tuple[Described, ...]


def place_tables(extracts: Sequence[Described], roster: Roster, *, but: Collection[str] = ()) -> Placement:
    """Return the best extract of each table but some; extracts named after a table of the contract are that table."""
    guesses = [
        guess
        for described in extracts
        for table in TABLES
        if table not in but and (guess := guess_table(described, table, roster)).score > 0
    ]
    guesses += [
        guess
        for described in exits_among(extracts)
        if "exits" not in but and (guess := guess_table(described, "exits", roster)).score > 0
    ]
    best: dict[int, TableGuess] = {}
    for guess in guesses:
        key = id(guess.described)
        if key not in best or guess.score > best[key].score:
            best[key] = guess
    primary = [guess for guess in best.values() if guess.score >= _LEAST]
    tables: dict[str, TableGuess] = {}
    rivals: dict[str, tuple[TableGuess, ...]] = {}
    for guess in sorted(primary, key=lambda guess: -guess.score):
        if guess.table in tables:
            rivals[guess.table] = (*rivals.get(guess.table, ()), guess)
        else:
            tables[guess.table] = guess
    tables |= _beside(tables, guesses)
    used = {id(guess.described) for guess in (*tables.values(), *(each for group in rivals.values() for each in group))}
    unplaced = tuple(described for described in extracts if id(described) not in used)
    ordered = {name: tables[name] for name in TABLES if name in tables}
    return Placement(tables=ordered, rivals=rivals, unplaced=unplaced)


def _beside(tables: Mapping[str, TableGuess], guesses: Sequence[TableGuess]) -> dict[str, TableGuess]:
    """Return tables that no extract is first of all, and that a list of people holds as well."""
    people = {id(guess.described) for name, guess in tables.items() if name in _PEOPLE}
    beside: dict[str, TableGuess] = {}
    for guess in guesses:
        is_wanted = guess.table in _BESIDE and guess.table not in tables and id(guess.described) in people
        if guess.table == "assignments" and "snapshots" in tables:
            is_wanted = False
        if is_wanted and (guess.table not in beside or guess.score > beside[guess.table].score):
            beside[guess.table] = replace(guess, is_beside=True)
    return beside


def guess_table(described: Described, table: str, roster: Roster) -> TableGuess:
    """Return an extract as one table, with score 0 where it lacks a required column that nothing else can give."""
    named = named_table(described.extract.files[0])
    matches = match_columns(described, table, roster)
    guess = TableGuess(described=described, table=table, matches=matches, score=0.0)
    if (named is not None and named != table) or (
        table in ("interventions", "exits") and is_list_of_actions(described)
    ):
        return guess
    if described.extract.only_where:
        matches = _with_day_of_action(described, matches)
        guess = replace(guess, matches=matches)
    guess = _with_lacking(guess)
    lacking = _lacking(guess)
    if named == table:
        return replace(guess, score=10.0)
    if lacking or not matches or _repeats_people(guess):
        return guess
    return replace(guess, score=_score(guess))


def _with_day_of_action(described: Described, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Return the columns of exits, with the day on which the action takes effect as exit date where there is none."""
    if any(match.column.name == "exit_date" and match.confidence >= LIKELY for match in matches):
        return matches
    matches = tuple(match for match in matches if match.column.name != "exit_date")
    taken = {match.heading for match in matches}
    for heading in described.candidates:
        name = name_evidence(heading, "assignments", "effective_date")
        if heading not in taken and name >= 0.8 and described.traits[heading].any_date > 0.5:
            fit = Fit(evidence=0.5)
            day = Match(heading=heading, column=TABLES["exits"]["exit_date"], confidence=0.8 * name, name=name, fit=fit)
            return (*matches, day)
    return matches


def guess_declared(described: Described, table: str, roster: Roster) -> TableGuess:
    """Return an extract as the table that it is declared to be."""
    matches = match_columns(described, table, roster)
    return replace(_with_lacking(TableGuess(described=described, table=table, matches=matches, score=0.0)), score=10.0)


def _with_lacking(guess: TableGuess) -> TableGuess:
    """Return the guess with what can be had for required columns without a heading."""
    lacking, table, described = _lacking(guess), guess.table, guess.described
    if described.months and table in _WIDE_VALUES and _value_is_months(guess):
        return replace(guess, wide_value=_WIDE_VALUES[table])
    constants = tuple(name for name in _BY_CONSTANT.get(table, ()) if name in lacking)
    is_dated = None not in described.extract.days
    from_file = _BY_FILE_NAME.get(table, "") if _BY_FILE_NAME.get(table) in lacking and is_dated else ""
    return replace(guess, constants=constants, from_file=from_file)


def _value_is_months(guess: TableGuess) -> bool:
    """Return whether the columns of months hold the values of this table: amounts, by the name of the file."""
    traits = [guess.described.traits[name] for name in guess.described.months]
    is_numeric = all(each.numbers > 0.8 for each in traits if each.filled)
    return is_numeric and file_evidence(guess.described, guess.table) > 0.5 and guess.match_of("agent_id") is not None


def _lacking(guess: TableGuess) -> list[str]:
    """Return the required columns that nothing gives."""
    names = {match.column.name for match in guess.matches if match.confidence >= LIKELY - 0.1}
    names |= set(guess.constants) | {guess.from_file}
    if guess.wide_value:
        names |= {guess.wide_value, "effective_date", "pay_date"}
    return [name for name in TABLES[guess.table].required if name not in names]


def _repeats_people(guess: TableGuess) -> bool:
    """Return whether a list that should have one row per person names each of them many times."""
    match = guess.match_of("agent_id")
    if guess.table not in ("agents", "audit_attributes") or match is None or len(guess.described.extract.files) > 1:
        return False
    traits = guess.described.traits[match.heading]
    return traits.filled > 20 and traits.distinct < 0.6 * traits.filled


def _score(guess: TableGuess) -> float:
    """Return how much of an extract a table explains, and whether the names of its files and sheets say so."""
    extract = guess.described.extract
    explained = sum(match.confidence for match in guess.matches if match.confidence >= LIKELY)
    explained += len(guess.described.months) if guess.wide_value else 0
    share = explained / max(len(extract.headings), 1)
    required = [match.confidence for match in guess.matches if match.column.required]
    sureness = sum(required) / max(len(required), 1)
    stated = 0.1 * len(guess.constants) + 0.1 * bool(guess.from_file)
    return max(share * sureness + 0.6 * file_evidence(guess.described, guess.table) + 0.02 * explained - stated, 0.01)


def file_evidence(described: Described, table: str) -> float:
    """Return from 0 to 1 how well the names of an extract's files, sheets and titles name a table."""
    extract = described.extract
    names = [normalised(path.stem) for path in extract.files[:3]] + [normalised(sheet) for sheet in extract.sheets]
    titles = [normalised(title) for title in extract.titles[:4]]
    words = file_words()[table]
    by_names = max((_part(word, name) for word in words for name in names), default=0.0)
    by_titles = max((_part(word, title) for word in words for title in titles), default=0.0)
    return max(by_names, 0.8 * by_titles)


def _part(word: str, name: str) -> float:
    """Return how much of a name a word of the list is, where it stands in it as a whole."""
    if not word or not name:
        return 0.0
    is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in word)
    letters = "".join(letter for letter in name if not letter.isdigit()).strip()
    if is_chinese:
        return 0.7 + 0.3 * len(word) / max(len(letters), 1) if word in name else 0.0
    tokens = name.split()
    if all(token in tokens for token in word.split()):
        return 0.7 + 0.3 * min(len(word) / max(len(letters), 1), 1.0)
    return 0.6 if len(word) > 4 and fuzz.partial_ratio(word, name) >= 95 else 0.0


def near_rivals(placement: Placement) -> dict[str, tuple[TableGuess, ...]]:
    """Return by table the extracts of which somebody should choose one: those nearly as good as the best."""
    return {
        table: near
        for table, group in placement.rivals.items()
        if (near := tuple(guess for guess in group if guess.score >= _NEAR * placement.tables[table].score))
    }
